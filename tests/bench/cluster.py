"""What looking at a large cluster costs, beside fetching the same lists and throwing them away.

On the real API server (`make cluster`), at four sizes and so that the cost's growth can be seen.
With `NETCHECK_BENCH=large` a fifth is filled: 5,000 nodes, 100,000 pods, 5,000 Services, which
takes 12 GB of memory and ten minutes.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import linear_regression

import msgspec
from rich.console import Console
from rich.table import Table

from checks.rbac import manifest
from tests.bench._fleet import Fleet, Size
from tests.cluster.admin import Client
from tests.cluster.build import find_programs
from tests.cluster.control_plane import ControlPlane

SIZES = tuple(Size(1000 // part, 10_000 // part, 1000 // part) for part in (8, 4, 2, 1))
LARGE = Size(5_000, 100_000, 5_000)
QUESTIONS = ("service", "dns", "all", "service-endpoints team-1/service-1")
ROUNDS = 3
BUDGET = "budget at 10,000 pods: service at most 3 s and twice the raw lists, peak at most 250 MB"
COLUMNS = (
    *("pods", "asked", "requests", "MB", "wall s", "CPU s", "peak MB", "program s"),
    *("raw s", "raw CPU s", "wall / raw"),
)


class Run(msgspec.Struct, frozen=True):
    """One answer: seconds from the question to the answer, and of the whole program.

    `before` and `peak` are resident MB: before the question, and the most there ever was.
    `blind` has the checks that could not look, by their reason.
    """

    requests: int
    bytes: int
    seconds: float
    cpu: float
    before: float
    peak: float
    whole: float = 0.0
    told: dict[str, int] = {}
    blind: dict[str, list[str]] = {}


def main() -> None:
    """Fill a cluster step by step, and print what each question takes."""
    console = Console(width=120)
    programs = find_programs()
    if programs is None:
        console.print("cluster: no real API server: run `make cluster` (needs Go)")
        return
    with ControlPlane(programs) as plane, Client(plane) as admin:
        _measure(plane, admin, console)


def _measure(plane: ControlPlane, admin: Client, console: Console) -> None:
    fleet = Fleet(plane, admin)
    kubeconfig = str(admin.kubeconfig_for("bot", manifest()["rules"], namespace="default"))
    table = Table(*COLUMNS, title=f"the best of {ROUNDS}")
    points: dict[str, list[tuple[int, Run]]] = {asked: [] for asked in QUESTIONS}
    sizes = (*SIZES, LARGE) if os.environ.get("NETCHECK_BENCH") == "large" else SIZES
    for size in sizes:
        begun = time.perf_counter()
        fleet.grow(size)
        console.print(f"{size}: filled in {time.perf_counter() - begun:.0f} s")
        for asked in QUESTIONS:
            run, raw = _best(kubeconfig, asked, f"raw:{asked}")
            console.print(f"  {asked}: {_counted(run.told)}")
            for why, slugs in run.blind.items():
                console.print(f"    {', '.join(slugs)}: {why}", overflow="ellipsis", no_wrap=True)
            table.add_row(*_row(size, asked, run, raw))
            points[asked].append((size.pods, run))
    console.print(table, BUDGET, sep="\n")
    for asked, some in points.items():
        for line in _fits(some[: len(SIZES)]):
            console.print(f"{asked}: {line}")


def _best(kubeconfig: str, *asked: str) -> Iterator[Run]:
    """Ask these things in turn, some rounds long, and yield the best figures of each.

    The peak is the worst: what other programs do takes time, and no memory of this one.
    """
    rounds = [[_run(kubeconfig, one) for one in asked] for _ in range(ROUNDS)]
    for runs in zip(*rounds, strict=True):
        best = min(runs, key=lambda run: run.seconds)
        cpu, peak = min(run.cpu for run in runs), max(run.peak for run in runs)
        yield msgspec.structs.replace(best, cpu=cpu, peak=peak)


def _run(kubeconfig: str, asked: str) -> Run:
    command = [sys.executable, "-m", "tests.bench._look", kubeconfig, asked]
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    whole = time.perf_counter() - begun
    return msgspec.convert({**json.loads(done.stdout), "whole": whole}, Run)


def _counted(told: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in told.items())


def _row(size: Size, asked: str, run: Run, raw: Run) -> Iterator[str]:
    yield f"{size.pods:,}"
    yield asked
    yield str(run.requests)
    yield f"{run.bytes / 1e6:.1f}"
    yield from (f"{one:.2f}" for one in (run.seconds, run.cpu))
    yield f"{run.peak:.0f}"
    yield from (f"{one:.2f}" for one in (run.whole, raw.seconds, raw.cpu))
    yield f"{run.seconds / raw.seconds:.2f}"


def _fits(points: Sequence[tuple[int, Run]]) -> Iterator[str]:
    """Yield the straight lines through wall, CPU and memory over the pods."""
    for field, unit in (("seconds", "s"), ("cpu", "s of CPU"), ("peak", "MB")):
        pairs = [(pods / 1000, getattr(run, field)) for pods, run in points]
        slope, start = linear_regression(*zip(*pairs, strict=True))
        worst = max(abs(start + slope * x - y) for x, y in pairs)
        yield f"{start:.2f} {unit} + {slope:.3f} a thousand pods (at most {worst:.2f} beside it)"
