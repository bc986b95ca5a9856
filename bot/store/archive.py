"""Incidents found and counted for commands and the Home."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.core.archive import Digest, Found, Tally, Wanted
from bot.core.incident import IncidentDetail
from bot.store import incidents
from bot.store.database import Database
from bot.store.incidents import stamp
from bot.store.models import Incident, Sighting, Timeline

OPEN = "open"
RESOLVED = "resolved"


class SqlArchive:
    """Fulfils `Archive`. Everything may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, wanted: Wanted, limit: int) -> Found:
        """Return incidents, the last seen first."""
        meant = _meant(wanted)
        async with self._database.read() as session:
            total = await _count(session, select(func.count(Incident.id)).where(*meant))
            newest = (
                select(Incident)
                .where(*meant)
                .order_by(Incident.last_seen.desc(), Incident.id.desc())
                .limit(limit)
            )
            rows = await session.scalars(newest)
            return Found(tuple(incidents.row(one) for one in rows), total)

    async def show(self, number: int) -> IncidentDetail | None:
        """Return one incident, None when there is none by that number."""
        async with self._database.read() as session:
            return await incidents.detail(session, number)

    async def digest(self, since: datetime, until: datetime, most: int = 5) -> Digest:
        """Count what happened between two moments, all seen at one."""
        seen = _within(Sighting.at, since, until)
        async with self._database.read() as session:
            return Digest(
                since=stamp(since),
                until=stamp(until),
                new=await _count(session, _incidents(_within(Incident.first_seen, since, until))),
                again=await _again(session, since, seen),
                resolved=await _resolved(session, _within(Timeline.at, since, until)),
                open=await _count(session, _incidents(Incident.status == OPEN)),
                sightings=await _count(session, select(func.count(Sighting.id)).where(seen)),
                causes=await _causes(session, seen, most),
                subjects=await _subjects(session, seen, most),
            )


def _meant(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what is asked for as conditions."""
    found: list[ColumnElement[bool]] = []
    if wanted.open:
        found.append(Incident.status == OPEN)
    if wanted.user:
        asked = select(Sighting.incident_id).where(Sighting.user == wanted.user)
        did = select(Timeline.incident_id).where(Timeline.who == wanted.user)
        found.append(Incident.id.in_(union(asked, did)))
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


def _incidents(condition: ColumnElement[bool]) -> Select[int]:
    return select(func.count(Incident.id)).where(condition)


async def _count(session: AsyncSession, counting: Select[int]) -> int:
    return await session.scalar(counting) or 0


async def _again(session: AsyncSession, since: datetime, seen: ColumnElement[bool]) -> int:
    """Count incidents known before that were seen in this time."""
    known = select(func.count(Sighting.incident_id.distinct())).join(
        Incident, Incident.id == Sighting.incident_id
    )
    return await _count(session, known.where(seen, Incident.first_seen < since))


async def _resolved(session: AsyncSession, then: ColumnElement[bool]) -> int:
    """Count incidents resolved in this time, however they stand now."""
    counting = select(func.count(Timeline.incident_id.distinct()))
    return await _count(session, counting.where(then, Timeline.what == RESOLVED))


async def _causes(session: AsyncSession, seen: ColumnElement[bool], most: int) -> tuple[Tally, ...]:
    times = func.count(Sighting.id)
    counted = (
        select(Incident.entry, times)
        .join(Sighting, Sighting.incident_id == Incident.id)
        .where(seen)
        .group_by(Incident.entry)
        .order_by(times.desc(), Incident.entry)
        .limit(most)
    )
    return tuple(Tally(entry, count) for entry, count in (await session.execute(counted)))


async def _subjects(
    session: AsyncSession, seen: ColumnElement[bool], most: int
) -> tuple[Tally, ...]:
    times = func.count(Sighting.id)
    counted = (
        select(Incident, times)
        .join(Sighting, Sighting.incident_id == Incident.id)
        .where(seen)
        .group_by(Incident.id)
        .order_by(times.desc(), Incident.id)
        .limit(most)
    )
    return tuple(
        Tally(one.entry, count, one.subject, one.cluster, one.id)
        for one, count in (await session.execute(counted))
    )
