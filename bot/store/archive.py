"""Incidents found and counted for commands and the Home."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.core.answer import OPEN, RESOLVED, Answer
from bot.core.archive import ANY, Digest, Found, Tally, Wanted
from bot.core.incident import IncidentDetail
from bot.store import incidents, kept
from bot.store.database import Database
from bot.store.incidents import stamp
from bot.store.models import Incident, KeptAnswer, Sighting, Timeline
from checks.text import LANGS


class SqlArchive:
    """Fulfils `Archive`. Everything may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: Wanted, limit: int, offset: int = 0) -> Found:
        """Return incidents, the last seen first, after the first `offset`."""
        meant = _meant(wanted)
        async with self._database.read() as session:
            total = await _Count(session, meant).incidents()
            newest = (
                select(Incident)
                .where(*meant)
                .order_by(Incident.last_seen.desc(), Incident.id.desc())
                .limit(limit)
                .offset(offset)
            )
            rows = await session.scalars(newest)
            return Found(tuple(incidents.row(one) for one in rows), total)

    async def show(self, number: int) -> IncidentDetail | None:
        """Return one incident, None when there is none by that number."""
        async with self._database.read() as session:
            return await incidents.detail(session, number)

    async def digest(
        self, since: datetime, until: datetime, wanted: Wanted = ANY, most: int = 5
    ) -> Digest:
        """Count what happened between two moments, all seen at one."""
        meant = _meant(wanted)
        async with self._database.read() as session:
            count = _Count(session, meant)
            seen = _within(Sighting.at, since, until)
            return Digest(
                since=stamp(since),
                until=stamp(until),
                new=await count.incidents(_within(Incident.first_seen, since, until)),
                again=await count.seen(seen, Incident.first_seen < since),
                resolved=await count.resolved(_within(Timeline.at, since, until)),
                open=await count.incidents(Incident.status == OPEN),
                sightings=await count.sightings(seen),
                causes=await _causes(session, [seen, *meant], most),
                subjects=await _subjects(session, [seen, *meant], most),
                unmatched=None if meant else await _unmatched(session, since, until),
            )


class _Count:
    """Counts incidents that are meant, and what was seen of them."""

    def __init__(self, session: AsyncSession, meant: list[ColumnElement[bool]]) -> None:
        self._session = session
        self._meant = meant

    async def incidents(self, *conditions: ColumnElement[bool]) -> int:
        """Count incidents."""
        counting = select(func.count(Incident.id)).where(*conditions, *self._meant)
        return await self._session.scalar(counting) or 0

    async def sightings(self, *conditions: ColumnElement[bool]) -> int:
        """Count sightings."""
        return await self._joined(func.count(Sighting.id), Sighting, conditions)

    async def seen(self, *conditions: ColumnElement[bool]) -> int:
        """Count incidents with such sightings."""
        return await self._joined(func.count(Sighting.incident_id.distinct()), Sighting, conditions)

    async def resolved(self, *conditions: ColumnElement[bool]) -> int:
        """Count incidents resolved then, however they stand now."""
        wanted = (*conditions, Timeline.what == RESOLVED)
        return await self._joined(func.count(Timeline.incident_id.distinct()), Timeline, wanted)

    async def _joined(
        self,
        counting: ColumnElement[int],
        table: type[Sighting | Timeline],
        conditions: Iterable[ColumnElement[bool]],
    ) -> int:
        counted = select(counting).select_from(table)
        counted = counted.join(Incident, Incident.id == table.incident_id)
        return await self._session.scalar(counted.where(*conditions, *self._meant)) or 0


def _meant(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what is asked for as conditions."""
    found: list[ColumnElement[bool]] = []
    if wanted.open:
        found.append(Incident.status == OPEN)
    if wanted.user:
        # By incident, not as a list of ids: one person may have a million sightings.
        asked = exists().where(Sighting.user == wanted.user, Sighting.incident_id == Incident.id)
        did = exists().where(Timeline.who == wanted.user, Timeline.incident_id == Incident.id)
        found.append(asked | did)
    if wanted.entry:
        found.append(Incident.entry == wanted.entry)
    if wanted.cluster:
        found.append(Incident.cluster == wanted.cluster)
    if wanted.namespace:
        found.append(_in_namespace(wanted.namespace))
    if wanted.since is not None:
        found.append(Incident.last_seen >= wanted.since)
    return found


def _in_namespace(name: str) -> ColumnElement[bool]:
    """Meet `Service shop/cart` and `Namespace shop` by `shop`."""
    return or_(
        Incident.subject.contains(f" {name}/", autoescape=True),
        Incident.subject == f"Namespace {name}",
    )


def _within(
    moment: InstrumentedAttribute[datetime], since: datetime, until: datetime
) -> ColumnElement[bool]:
    return (moment >= since) & (moment < until)


async def _unmatched(session: AsyncSession, since: datetime, until: datetime) -> int:
    """Count kept answers that named nothing, by how such an answer begins in JSON."""
    nothing = [kept.write(Answer(lang=lang, answer="nothing")) for lang in LANGS]
    begun = [KeptAnswer.answer.startswith(one.partition(',"matches"')[0]) for one in nothing]
    within = _within(KeptAnswer.changed_at, since, until)
    counting = select(func.count(KeptAnswer.key)).where(within, or_(*begun))
    return await session.scalar(counting) or 0


async def _causes(
    session: AsyncSession, conditions: list[ColumnElement[bool]], most: int
) -> tuple[Tally, ...]:
    times = func.count(Sighting.id)
    counted = (
        select(Incident.entry, times)
        .join(Sighting, Sighting.incident_id == Incident.id)
        .where(*conditions)
        .group_by(Incident.entry)
        .order_by(times.desc(), Incident.entry)
        .limit(most)
    )
    return tuple(Tally(entry, count) for entry, count in (await session.execute(counted)))


async def _subjects(
    session: AsyncSession, conditions: list[ColumnElement[bool]], most: int
) -> tuple[Tally, ...]:
    times = func.count(Sighting.id)
    counted = (
        select(Incident, times)
        .join(Sighting, Sighting.incident_id == Incident.id)
        .where(*conditions)
        .group_by(Incident.id)
        .order_by(times.desc(), Incident.id)
        .limit(most)
    )
    return tuple(
        Tally(one.entry, count, one.subject, one.cluster, one.id)
        for one, count in (await session.execute(counted))
    )
