"""Counting: what was named against what is there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.scoreboard.ask import Said
    from tests.scoreboard.faults import Fault, Wanted

RECALL, PRECISION = 0.97, 0.98  # the targets

Pair = tuple[str, str]  # a cause and its subject


@dataclass(frozen=True)
class Count:
    """One question about one fault: which expected causes were named, and which wrong ones.

    What `fair` allows counts neither way.
    """

    right: tuple[Said, ...]
    missed: tuple[Wanted, ...]
    wrong: tuple[Said, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is missed and nothing wrong."""
        return not (self.missed or self.wrong)


@dataclass(frozen=True)
class Result:
    """A fault, as `check all` and `diagnose` saw it, and how long it took."""

    fault: Fault
    checked: Count
    diagnosed: Count
    calm: Count  # the paste, asked of the cluster without the fault
    seconds: float

    @property
    def counts(self) -> tuple[Count, Count]:
        """Both questions about the fault."""
        return self.checked, self.diagnosed


@dataclass
class Board:
    """Everything that was asked so far."""

    results: list[Result] = field(default_factory=list)
    alarms: dict[str, list[Said]] = field(default_factory=dict)  # by healthy cluster
    seconds: float = 0.0

    @property
    def counts(self) -> list[Count]:
        """Every question about a fault, those where nothing is broken left out."""
        return [count for one in self.results if not one.fault.quiet for count in one.counts]

    @property
    def right(self) -> int:
        """How often an expected cause was named."""
        return sum(len(one.right) for one in self.counts)

    @property
    def missed(self) -> int:
        """How often an expected cause was not named."""
        return sum(len(one.missed) for one in self.counts)

    @property
    def wrong(self) -> int:
        """How often a cause was named that is not there."""
        return sum(len(one.wrong) for one in self.counts)

    @property
    def false_alarms(self) -> int:
        """How often a cause was named in a cluster that works, with a paste or without."""
        calm = sum(len(one.calm.wrong) for one in self.results)
        quiet = [count for one in self.results if one.fault.quiet for count in one.counts]
        return sum(map(len, self.alarms.values())) + calm + sum(len(one.wrong) for one in quiet)

    @property
    def recall(self) -> float:
        """The share of the expected causes that was named."""
        return share(self.right, self.missed)

    @property
    def precision(self) -> float:
        """The share of the named causes that are there, false alarms counted in."""
        return share(self.right, self.wrong + self.false_alarms)

    @property
    def shortfalls(self) -> list[str]:
        """Which targets are not met."""
        told = [
            f"recall {self.recall:.1%}, wanted {RECALL:.0%}" if self.recall < RECALL else "",
            f"precision {self.precision:.1%}, wanted {PRECISION:.0%}"
            if self.precision < PRECISION
            else "",
            f"false alarms: {self.false_alarms}, wanted none" if self.false_alarms else "",
            f"wrong causes: {self.wrong}, wanted none" if self.wrong else "",
        ]
        return [one for one in told if one]

    def by_check(self) -> dict[str, tuple[int, int]]:
        """Return for each check how often it was right and how often wrong."""
        right = Counter(said.check for count in self.counts for said in count.right)
        calm = [one.calm for one in self.results]
        wrong = Counter(said.check for count in (*self.counts, *calm) for said in count.wrong)
        wrong += Counter(said.check for some in self.alarms.values() for said in some)
        return {check: (right[check], wrong[check]) for check in sorted({*right, *wrong})}


def count(named: Sequence[Said], fault: Fault, *, paste: bool) -> Count:
    """Hold what was named against what is there; the subject must be the one expected.

    An answer to a paste names each cause once: of several subjects any one will do.
    """
    told = fault.told
    wanted = {(one.cause, one.subject): one for one in told.expect if paste or one.by == "both"}
    by_pair = {(one.cause, one.subject): one for one in reversed(named)}
    allowed = set(told.fair) - set(told.symptoms)
    return Count(
        right=tuple(said for pair, said in by_pair.items() if pair in wanted),
        missed=tuple(one for pair, one in wanted.items() if not hit(pair, wanted, by_pair, paste)),
        wrong=tuple(
            said
            for pair, said in by_pair.items()
            if pair not in wanted and said.cause not in allowed
        ),
    )


def hit(pair: Pair, wanted: Iterable[Pair], named: Iterable[Pair], paste: bool) -> bool:  # noqa: FBT001
    """Tell whether an expected cause was named."""
    enough = [one for one in wanted if one[0] == pair[0]] if paste else [pair]
    return any(one in enough for one in named)


def alarms(named: Iterable[Said]) -> Count:
    """Count what was named where nothing is broken: all of it is wrong."""
    return Count(right=(), missed=(), wrong=tuple(named))


def share(part: int, rest: int) -> float:
    """Return a part of the whole; of nothing it is all."""
    return part / (part + rest) if part + rest else 1.0
