"""How well the library answers labelled pastes."""

import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from knowledge.errors import CorpusError
from knowledge.load import Library
from knowledge.match import read
from knowledge.model import Answer, Matching

LEVELS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Where the rows of the reliability table begin."""

_THIRD = 3


class Labelled(msgspec.Struct, frozen=True):
    """One labelled paste: `label` should come first, or one of `also`; None means no match."""

    id: str
    text: str
    label: str | None
    also: tuple[str, ...] = ()
    lang: str = ""
    form: str = ""
    source: str = ""

    @property
    def fair(self) -> frozenset[str]:
        """Every slug that is right as the first one."""
        return frozenset(self.also) | ({self.label} if self.label else frozenset())


class Miss(msgspec.Struct, frozen=True):
    """A paste not answered right at 1, or a null case that got an offer; `got` is best first."""

    id: str
    expected: str | None
    got: tuple[str, ...]
    answer: Answer


class Tally(msgspec.Struct, frozen=True):
    """The figures of some cases, as counts; `name` is a label or a form.

    The name None stands for the null cases, of which none is right and an offer is wrong.
    """

    name: str | None
    cases: int
    right_at_1: int
    right_at_3: int
    sure_right: int
    sure_wrong: int


class Level(msgspec.Struct, frozen=True):
    """Offers whose stated confidence lies from `low` up to the next level, and how many are right.

    Only the first offer of a case counts; one for a null case is wrong.
    """

    low: float
    offers: int
    right: int
    stated: float


class Evaluation(msgspec.Struct, frozen=True):
    """Shares from 0 to 1: `right_*`, `sure_*` of the labelled cases, `false_*` of the null ones.

    Times are milliseconds for one paste, read and matched.
    """

    cases: int
    null_cases: int
    right_at_1: float
    right_at_3: float
    sure_right: float
    sure_wrong: float
    false_matches: float
    false_perhaps: float
    p50_ms: float
    p99_ms: float
    misses: tuple[Miss, ...]
    by_label: tuple[Tally, ...] = ()
    by_form: tuple[Tally, ...] = ()
    reliability: tuple[Level, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return what `kb eval --json` prints: everything but the tables."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        for table in ("by_label", "by_form", "reliability"):
            del found[table]
        return found


class _Result(msgspec.Struct, frozen=True):
    case: Labelled
    matching: Matching
    ms: float

    @property
    def got(self) -> tuple[str, ...]:
        return tuple(match.entry for match in self.matching.matches)

    def right_at(self, places: int) -> bool:
        return any(slug in self.case.fair for slug in self.got[:places])

    @property
    def sure(self) -> bool:
        return self.matching.answer == "match"


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """Read JSON Lines with `id`, `text`, `label`, `also` and more.

    Raises `CorpusError` naming file and line.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}): check the name") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=Labelled))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CorpusError(
                f"{path}:{number}: not a labelled paste ({error}): "
                'write {"id": ..., "text": ..., "label": a slug or null}'
            ) from error
    if not found:
        raise CorpusError(f"{path}:1: no labelled paste in it: write one JSON object a line")
    return tuple(found)


def evaluate(library: Library, cases: Iterable[Labelled]) -> Evaluation:
    """Match every case and count; a case offered as `match` or `perhaps` counts as answered."""
    results = [_run(library, case) for case in cases]
    labelled = [one for one in results if one.case.label is not None]
    nulls = [one for one in results if one.case.label is None]
    times = sorted(one.ms for one in results)
    return Evaluation(
        cases=len(results),
        null_cases=len(nulls),
        right_at_1=_share(one.right_at(1) for one in labelled),
        right_at_3=_share(one.right_at(_THIRD) for one in labelled),
        sure_right=_share(one.sure and one.right_at(1) for one in labelled),
        sure_wrong=_share(one.sure and not one.right_at(1) for one in labelled),
        false_matches=_share(one.sure for one in nulls),
        false_perhaps=_share(one.matching.answer == "perhaps" for one in nulls),
        p50_ms=_percentile(times, 0.50),
        p99_ms=_percentile(times, 0.99),
        misses=tuple(_miss(one) for one in results if _missed(one)),
        by_label=_tallies(results, lambda case: case.label),
        by_form=_tallies(results, lambda case: case.form if case.label else None),
        reliability=tuple(_reliability(results)),
    )


def _run(library: Library, case: Labelled) -> _Result:
    start = time.perf_counter()
    matching = library.match(read(case.text))
    return _Result(case, matching, (time.perf_counter() - start) * 1000)


def _missed(result: _Result) -> bool:
    return bool(result.got) if result.case.label is None else not result.right_at(1)


def _miss(result: _Result) -> Miss:
    return Miss(result.case.id, result.case.label, result.got, result.matching.answer)


def _tallies(
    results: Sequence[_Result], name_of: Callable[[Labelled], str | None]
) -> tuple[Tally, ...]:
    """Count by name, in the order of the alphabet, the null cases last."""
    names = {name_of(one.case) for one in results}
    ordered = sorted(names, key=lambda name: (name is None, name or ""))
    return tuple(
        _tally(name, [one for one in results if name_of(one.case) == name]) for name in ordered
    )


def _tally(name: str | None, own: Sequence[_Result]) -> Tally:
    return Tally(
        name=name,
        cases=len(own),
        right_at_1=sum(one.right_at(1) for one in own),
        right_at_3=sum(one.right_at(_THIRD) for one in own),
        sure_right=sum(one.sure and one.right_at(1) for one in own),
        sure_wrong=sum(one.sure and not one.right_at(1) for one in own),
    )


def _reliability(results: Iterable[_Result]) -> Iterator[Level]:
    """Yield the levels that have offers, from the lowest."""
    offers = [(one.matching.matches[0].confidence, one.right_at(1)) for one in results if one.got]
    for low, high in itertools.pairwise((*LEVELS, math.inf)):
        within = [(stated, right) for stated, right in offers if low <= stated < high]
        if within:
            stated = sum(stated for stated, _ in within) / len(within)
            right = sum(right for _, right in within)
            yield Level(low, len(within), right, round(stated, 4))


def _share(hits: Iterable[bool]) -> float:
    """Return the share of true ones, 0 when there is none at all."""
    those = list(hits)
    return round(sum(those) / len(those), 4) if those else 0.0


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest time that at least this share of the pastes stays within."""
    if not ordered:
        return 0.0
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 3)
