"""Incidents as commands and the Home read them: found by what is asked, or counted up."""

from datetime import datetime
from typing import Protocol

import msgspec

from bot.core.incident import IncidentDetail, IncidentRow


class Wanted(msgspec.Struct, frozen=True):
    """Which incidents are asked for; what is "", False or None leaves that open.

    `user` asked about it or did something with it. `namespace` is that of the subject. `since` is
    the earliest moment it was last seen at.
    """

    open: bool = False
    user: str = ""
    entry: str = ""
    cluster: str = ""
    namespace: str = ""
    since: datetime | None = None


ANY = Wanted()


class Found(msgspec.Struct, frozen=True):
    """The incidents last seen first, as many as fit, and how many there are in all."""

    rows: tuple[IncidentRow, ...]
    total: int


class Tally(msgspec.Struct, frozen=True):
    """How often something was seen: a cause, where `subject` is "", or a cause at a subject."""

    entry: str
    count: int
    subject: str = ""
    cluster: str = ""
    incident: int = 0


class Digest(msgspec.Struct, frozen=True):
    """What happened from `since` to `until`, both ISO 8601 UTC.

    `new` incidents were first seen then, those seen `again` were known before, `resolved` were
    closed then, however they stand now; `open` are all that are open now. `sightings` counts
    pastes that were one. `causes` and `subjects` are those seen most, by sightings of that time.
    `unmatched` counts pastes that nothing known fitted, as far as their answers are kept; None
    where only a part of the incidents is counted, for those belong to no cluster.
    """

    since: str
    until: str
    new: int = 0
    again: int = 0
    resolved: int = 0
    open: int = 0
    sightings: int = 0
    causes: tuple[Tally, ...] = ()
    subjects: tuple[Tally, ...] = ()
    unmatched: int | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing happened; something may still be open."""
        happened = (self.new, self.again, self.resolved, self.sightings, self.unmatched)
        return not any(happened)


class Archive(Protocol):
    """Incidents, kept in SQL. Everything may raise `StoreError`."""

    async def find(self, wanted: Wanted, limit: int, offset: int = 0) -> Found:
        """Return incidents, the last seen first, after the first `offset`."""

    async def show(self, number: int) -> IncidentDetail | None:
        """Return one incident, None when there is none by that number."""

    async def digest(
        self, since: datetime, until: datetime, wanted: Wanted = ANY, most: int = 5
    ) -> Digest:
        """Count what happened between two moments; `most` causes and subjects are named."""
