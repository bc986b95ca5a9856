"""What reading and matching a 20 KB paste costs, in process, on one core.

Times are those of the processor, so that a busy machine does not blur them.

Every paste differs, so caches that an equal paste would warm stay cold. A `log` is what people
paste: a few of the shipped entries' cases among lines of ordinary logs; a `dense` one is cases
only, so that most entries match. The 1,000 entries are synthetic: their
signatures are recombined words of the shipped ones, so they share words with the pastes as real
entries would.
"""

import math
import random
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from knowledge.cases import cases_path, read_cases
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.model import Entry, Page, Signature

SIZE = 20_000
ROUNDS = 200
BUDGET_MS = 10.0
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


def main() -> None:
    """Print p50 and p99 for the shipped library and for 1,000 entries."""
    shipped = load_library()
    rng = random.Random(1)
    cases = _cases(shipped)
    pastes = {"log": _pastes(cases, rng, share=0.02), "dense": _pastes(cases, rng, share=1.0)}
    table = Table(
        title=f"{SIZE // 1000} KB, {ROUNDS} pastes each: read, match, both at p50; both at p99 (ms)"
    )
    for column in (
        "library",
        "paste",
        "entries",
        "signatures",
        "read",
        "match",
        "p50",
        "p99",
    ):
        table.add_column(column, justify="left" if column in {"library", "paste"} else "right")
    for name, library in (("shipped", shipped), ("synthetic", _synthetic(shipped, 1000))):
        for kind, those in pastes.items():
            table.add_row(name, kind, *_row(library, those))
    console = Console()
    console.print(table)
    console.print(f"budget: p99 at most {BUDGET_MS:g} ms at 1,000 entries")


def _row(library: Library, pastes: list[str]) -> list[str]:
    library.match(read("warm up"))
    reads, matches = [], []
    for paste in pastes:
        start = time.thread_time()
        lines = read(paste)
        middle = time.thread_time()
        library.match(lines)
        reads.append((middle - start) * 1000)
        matches.append((time.thread_time() - middle) * 1000)
    both = [one + other for one, other in zip(reads, matches, strict=True)]
    signatures = sum(len(entry.signatures) for entry in library)
    figures = (_at(reads, 0.5), _at(matches, 0.5), _at(both, 0.5), _at(both, 0.99))
    return [str(len(library)), str(signatures), *(f"{figure:.2f}" for figure in figures)]


def _at(times: list[float], share: float) -> float:
    return sorted(times)[math.ceil(share * len(times)) - 1]


def _cases(library: Library) -> list[str]:
    return [case.paste for page in library.files.values() for case in read_cases(cases_path(page))]


def _pastes(cases: list[str], rng: random.Random, share: float) -> list[str]:
    """Return different pastes of the wanted size; `share` of their pieces are cases."""
    pastes = []
    for number in range(ROUNDS):
        parts = [f"run {number}"]
        while sum(map(len, parts)) < SIZE:
            line = rng.choice(cases) if rng.random() < share else _ordinary(rng)
            parts.append(f"2026-11-23T10:00:{rng.randrange(60):02}Z {line}")
        pastes.append("\n".join(parts)[:SIZE])
    return pastes


def _ordinary(rng: random.Random) -> str:
    """Return a line as healthy programs log it, with names and numbers of its own."""
    pod = f"{rng.choice(NAMES)}-{rng.getrandbits(40):010x}-{rng.getrandbits(20):05x}"
    address = f"10.244.{rng.randrange(256)}.{rng.randrange(256)}"
    return rng.choice(ORDINARY).format(
        pod=pod, ip=address, n=rng.randrange(9999), id=f"{rng.getrandbits(256):064x}"
    )


def _synthetic(shipped: Library, count: int) -> Library:
    """Return a library of made-up entries as large and as worded as the shipped ones."""
    rng = random.Random(2)
    texts = [signature.text.split() for entry in shipped for signature in entry.signatures]
    words = [word for entry in shipped for page in entry.pages.values() for word in _words(page)]
    entries = {}
    for number in range(count):
        slug = f"made-up-{number:04}"
        signatures = tuple(
            Signature(" ".join([*rng.choice(texts)[:3], f"w{number}", *rng.choice(texts)[-3:]]))
            for _ in range(8)
        )
        page = Page(
            title=" ".join(rng.choices(words, k=6)),
            meaning=" ".join(rng.choices(words, k=80)),
            confirm="",
            fix=(),
            otherwise="",
            symptoms=tuple(" ".join(rng.choices(words, k=8)) for _ in range(5)),
        )
        entries[slug] = Entry(
            slug=slug,
            area="dns",
            maturity="draft",
            reviewed="2026-11-23",
            origin="beyond",
            pages={"en": page, "zh-TW": page},
            signatures=signatures,
        )
    files = {slug: Path(f"{slug}.md") for slug in entries}
    return Library({**shipped.entries, **entries}, files)


def _words(page: Page) -> list[str]:
    return " ".join((page.title, page.meaning, *page.symptoms)).split()
