"""What reading and matching a paste costs, in process, on one core; and loading the entries.

Times are those of the processor, so that a busy machine does not blur them; beside them stands
the 99th percentile by the clock, which other programs can only worsen. Every paste differs,
so caches that an equal paste would warm stay cold; signatures are compiled before, as in a bot
that has run for a while. Three kinds: `log`, ordinary lines of healthy programs with one line in
fifty from the shipped entries' cases; `told`, a person's sentence before such lines, and no
signature, so that wording is asked; `dense`, nothing but cases, so that most entries match.
The 1,000 entries are the shipped ones and made-up ones of recombined words. How cost grows is
printed as a straight line and as a power of the size: 1 is linear.
"""

import gc
import math
import random
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable
from pathlib import Path
from statistics import linear_regression

from rich.console import Console
from rich.table import Table

from knowledge.cases import cases_path, read_cases
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.model import Entry, Page, Signature

SIZES = (1_000, 20_000, 100_000)
GROWING = (2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000)
COUNTS = (50, 200, 500, 1_000)
ROUNDS = 200
BUDGET_MS = 10.0
LOAD_BUDGET_MS = 150.0
LOADS = 9
TOLD = "since the upgrade our pods cannot reach the service on another node, any idea?"
NAMES = ("cart", "checkout", "coredns", "kube-proxy", "web", "orders", "metrics-server")
ORDINARY = (
    'I1123 10:00:00.1 1 reconciler.go:4{n}] "attached volume" pod="shop/{pod}" volume="kube-api"',
    'level=info msg="RemoveContainer for \\"{id}\\" returns successfully"',
    "GET /api/v1/orders/{n} 200 {n}ms upstream={ip}:8080 request-id={id}",
    "Normal  Pulled  3m (x{n} over 5m)  kubelet, node-{n}  Container image is present on {pod}",
    '{{"level":"debug","msg":"cache refreshed","size":{n},"peer":"{ip}","caller":"cache.go:{n}"}}',
    "node-{n} kubelet[{n}]: SyncLoop UPDATE api pods={pod}_shop({id})",
    "{pod}   1/1   Running   0   {n}m   {ip}   node-{n}   <none>   <none>",
)
LOAD = """
import time
from knowledge.load import load_library
start = time.thread_time()
load_library()
print((time.thread_time() - start) * 1000)
"""


def main() -> None:
    """Print the table, what grows how, and the load."""
    shipped = load_library()
    cases = _cases(shipped)
    console = Console()
    table = Table(title=f"read and match, {ROUNDS} pastes each, ms and MB")
    for column in ("entries", "KB", "paste", "read p50", "p50", "p99", "p99 clock", "peak MB"):
        table.add_column(column, justify="left" if column == "paste" else "right")
    for count in (COUNTS[0], COUNTS[-1]):
        library = _ready(_synthetic(shipped, count), cases)
        for size in SIZES:
            for kind in ("log", "told", "dense"):
                figures = _figures(library, _pastes(cases, kind, size))
                table.add_row(str(len(library)), str(size // 1000), kind, *figures)
    console.print(table)
    console.print(f"budget: p99 at most {BUDGET_MS:g} ms at 20 KB and 1,000 entries")
    _print_growth(console, shipped, cases)
    loads = sorted(_load_once() for _ in range(LOADS))
    median = f"median {loads[LOADS // 2]:.0f} ms of {LOADS}, budget {LOAD_BUDGET_MS:g} ms"
    console.print(f"loading the {len(shipped)} shipped entries: {median}")


def _ready(library: Library, cases: Iterable[str]) -> Library:
    """Compile what a bot that has run for a while has compiled, and let the collector rest."""
    for case in (*cases, TOLD):
        library.match(read(case))
    gc.collect()
    gc.freeze()
    return library


def _figures(library: Library, pastes: list[str]) -> tuple[str, ...]:
    reads, both, clock = _times(library, pastes)
    tracemalloc.start()
    library.match(read(pastes[0]))
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return (
        *(f"{_at(times, share):.2f}" for times, share in ((reads, 0.5), (both, 0.5))),
        *(f"{_at(times, 0.99):.2f}" for times in (both, clock)),
        f"{peak:.2f}",
    )


def _times(library: Library, pastes: Iterable[str]) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of reading, of reading and matching, and of both by the clock."""
    reads, both, clock = [], [], []
    for paste in pastes:
        begun, start = time.perf_counter(), time.thread_time()
        lines = read(paste)
        middle = time.thread_time()
        library.match(lines)
        reads.append((middle - start) * 1000)
        both.append((time.thread_time() - start) * 1000)
        clock.append((time.perf_counter() - begun) * 1000)
    return reads, both, clock


def _print_growth(console: Console, shipped: Library, cases: list[str]) -> None:
    """Print how the medians grow with the paste's size and with the entries."""
    library = _ready(_synthetic(shipped, COUNTS[-1]), cases)
    for kind in ("log", "told"):
        points = [
            (size / 1000, _at(_times(library, _pastes(cases, kind, size, rounds=20))[1], 0.5))
            for size in GROWING
        ]
        console.print(f"{kind}, at {len(library)} entries: {_growth(points, 'KB')}")
    for kind in ("log", "told"):
        points = []
        for count in COUNTS:
            library = _ready(_synthetic(shipped, count), cases)
            pastes = _pastes(cases, kind, 20_000, rounds=40)
            points.append((count / 100, _at(_times(library, pastes)[1], 0.5)))
        console.print(f"{kind}, at 20 KB: {_growth(points, 'hundred entries')}")


def _growth(points: list[tuple[float, float]], unit: str) -> str:
    """Return the straight line through the points, and the power through their second half.

    The power leaves out the small ones, where what every paste costs would flatten it.
    """
    slope, start = linear_regression(*zip(*points, strict=True))
    worst = max(abs(start + slope * x - y) for x, y in points)
    large = [(math.log(x), math.log(y)) for x, y in points[len(points) // 2 :]]
    power, _ = linear_regression(*zip(*large, strict=True))
    line = f"{start:.2f} ms + {slope:.3f} ms a {unit} (at most {worst:.2f} ms beside it)"
    return f"{line}, at the end as its power {power:.2f}"


def _load_once() -> float:
    """Return the processor's milliseconds for one load in a process of its own."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[math.ceil(share * len(times)) - 1]


def _cases(library: Library) -> list[str]:
    return [case.paste for page in library.files.values() for case in read_cases(cases_path(page))]


def _pastes(cases: list[str], kind: str, size: int, rounds: int = ROUNDS) -> list[str]:
    """Return different pastes of the wanted size and kind."""
    rng = random.Random(1)
    share = {"log": 0.02, "told": 0.0, "dense": 1.0}[kind]
    pastes = []
    for number in range(rounds):
        parts = [TOLD if kind == "told" else f"run {number}"]
        length = 0
        while length < size:
            line = rng.choice(cases) if rng.random() < share else _ordinary(rng)
            parts.append(f"2026-11-23T10:00:{rng.randrange(60):02}Z {line}")
            length += len(parts[-1])
        pastes.append("\n".join(parts)[:size])
    return pastes


def _ordinary(rng: random.Random) -> str:
    """Return a line as healthy programs log it, with names and numbers of its own."""
    pod = f"{rng.choice(NAMES)}-{rng.getrandbits(40):010x}-{rng.getrandbits(20):05x}"
    address = f"10.244.{rng.randrange(256)}.{rng.randrange(256)}"
    return rng.choice(ORDINARY).format(
        pod=pod, ip=address, n=rng.randrange(9999), id=f"{rng.getrandbits(256):064x}"
    )


def _synthetic(shipped: Library, count: int) -> Library:
    """Return the shipped entries and made-up ones, `count` in all."""
    rng = random.Random(2)
    texts = [signature.text.split() for entry in shipped for signature in entry.signatures]
    words = [word for entry in shipped for page in entry.pages.values() for word in _words(page)]
    made = [_made_up(f"made-up-{number:04}", rng, texts, words) for number in range(count)]
    entries = {**shipped.entries, **{entry.slug: entry for entry in made[len(shipped) :]}}
    return Library(entries, {slug: Path(f"{slug}.md") for slug in entries})


def _made_up(slug: str, rng: random.Random, texts: list[list[str]], words: list[str]) -> Entry:
    signatures = tuple(
        Signature(" ".join([*rng.choice(texts)[:3], f"w{slug}", *rng.choice(texts)[-3:]]))
        for _ in range(8)
    )
    page = Page(
        title=" ".join(rng.choices(words, k=6)),
        meaning=" ".join(rng.choices(words, k=80)),
        confirm="",
        fix=(),
        otherwise="",
        symptoms=tuple(" ".join(rng.choices(words, k=8)) for _ in range(15)),
    )
    return Entry(
        slug=slug,
        area="dns",
        maturity="draft",
        reviewed="2026-11-23",
        origin="beyond",
        pages={"en": page, "zh-TW": page},
        signatures=signatures,
    )


def _words(page: Page) -> list[str]:
    return " ".join((page.title, page.meaning, *page.symptoms)).split()
