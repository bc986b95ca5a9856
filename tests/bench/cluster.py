"""What looking at a large cluster costs, beside fetching the same lists and throwing them away.

On the real API server (`make cluster`), at four sizes and so that the cost's growth can be seen.
With `NETCHECK_BENCH=large` a fifth is filled: 5,000 nodes, 100,000 pods, 5,000 Services, which
takes 8 GB of memory and some minutes more.
"""

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
ROUNDS, LARGE_ROUNDS = 5, 2
BUDGET = "budget at 10,000 pods: service at most 3 s and twice the raw lists, peak at most 250 MB"
COLUMNS = (
    *("pods", "asked", "requests", "MB", "wall s", "CPU s", "start MB", "peak MB"),
    *("raw s", "raw CPU s", "wall / raw"),
)


class Run(msgspec.Struct, frozen=True):
    """One answer, or its raw lists: seconds from the question to the answer.

    `blind` has the checks that could not look, by their reason.
    """

    requests: int
    bytes: int
    seconds: float
    cpu: float
    told: dict[str, int] = {}
    blind: dict[str, list[str]] = {}


class Look(msgspec.Struct, frozen=True):
    """What one process printed.

    `before` and `peak` are resident MB: before the first question, and the most there ever was.
    """

    raws: tuple[Run, ...]
    runs: tuple[Run, ...]
    before: float
    peak: float

    @property
    def run(self) -> Run:
        """The answer with the best figures of all rounds."""
        return _best(self.runs)

    @property
    def raw(self) -> Run:
        """The raw lists with the best figures of all rounds."""
        return _best(self.raws)


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
    table = Table(*COLUMNS, title=f"the best of {ROUNDS}, of {LARGE_ROUNDS} at {LARGE}")
    points: dict[str, list[tuple[int, Look]]] = {asked: [] for asked in QUESTIONS}
    sizes = (*SIZES, LARGE) if os.environ.get("NETCHECK_BENCH") == "large" else SIZES
    for size in sizes:
        begun = time.perf_counter()
        fleet.grow(size)
        console.print(f"{size}: filled in {time.perf_counter() - begun:.0f} s")
        for asked in QUESTIONS:
            look = _look(kubeconfig, asked, LARGE_ROUNDS if size == LARGE else ROUNDS)
            _tell(console, asked, look.run)
            row = tuple(_row(size, asked, look))
            console.print("   ", ", ".join(map(" ".join, zip(COLUMNS[2:], row[2:], strict=True))))
            table.add_row(*row)
            points[asked].append((size.pods, look))
    console.print(table, BUDGET, sep="\n")
    for asked, some in points.items():
        for line in _fits(some[: len(SIZES)]):
            console.print(f"{asked}: {line}")


def _look(kubeconfig: str, asked: str, rounds: int) -> Look:
    command = [sys.executable, "-m", "tests.bench._look", kubeconfig, str(rounds), asked]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return msgspec.json.decode(done.stdout, type=Look)


def _best(runs: Sequence[Run]) -> Run:
    quickest = min(runs, key=lambda run: run.seconds)
    return msgspec.structs.replace(quickest, cpu=min(run.cpu for run in runs))


def _tell(console: Console, asked: str, run: Run) -> None:
    """Say what came of a question, and what is blind and why."""
    console.print(f"  {asked}: {_counted(run.told)}")
    for why, slugs in run.blind.items():
        console.print(f"    {', '.join(slugs)}: {why}", overflow="ellipsis", no_wrap=True)


def _counted(told: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in told.items())


def _row(size: Size, asked: str, look: Look) -> Iterator[str]:
    run, raw = look.run, look.raw
    yield f"{size.pods:,}"
    yield asked
    yield str(run.requests)
    yield f"{run.bytes / 1e6:.1f}"
    yield from (f"{one:.2f}" for one in (run.seconds, run.cpu))
    yield from (f"{one:.0f}" for one in (look.before, look.peak))
    yield from (f"{one:.2f}" for one in (raw.seconds, raw.cpu, run.seconds / raw.seconds))


def _fits(points: Sequence[tuple[int, Look]]) -> Iterator[str]:
    """Yield the straight lines through wall, CPU and memory over the pods."""
    lines = {
        "s": [look.run.seconds for _, look in points],
        "s of CPU": [look.run.cpu for _, look in points],
        "MB": [look.peak for _, look in points],
    }
    thousands = [pods / 1000 for pods, _ in points]
    for unit, values in lines.items():
        slope, start = linear_regression(thousands, values)
        worst = max(abs(start + slope * x - y) for x, y in zip(thousands, values, strict=True))
        yield f"{start:.2f} {unit} + {slope:.3f} a thousand pods (at most {worst:.2f} beside it)"
