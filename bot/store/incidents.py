"""Incidents: record a sighting, list, show. Each function works in the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.core.answer import OPEN, Answer, Cause, CheckResult, Mended, Seen
from bot.core.fingerprint import fingerprint, stable
from bot.core.incident import (
    FindingRow,
    IncidentDetail,
    IncidentRow,
    SightingRow,
    TimelineRow,
)
from bot.core.ports import Place
from bot.store.models import CheckRun, Finding, Incident, Sighting, Timeline
from bot.store.sql import insert, later

SIGHTINGS = 20
"""How many sightings `show` gives, the newest."""


async def replayed(session: AsyncSession, event: str) -> Seen | None:
    """Return what was remembered for this event, None when it is new."""
    if not event:
        return None
    statement = select(Incident).join(Sighting).where(Sighting.event == event)
    incident = await session.scalar(statement)
    return None if incident is None else seen(incident)


async def record(
    session: AsyncSession, cause: Cause, paste: str, answer: Answer, place: Place, now: datetime
) -> Seen:
    """Add a sighting to the incident of this cause, which is opened or opened again as need be."""
    mark = fingerprint(cause.entry, answer.cluster, cause.subject)
    # The lock on the row, or SQLite's on the file, keeps others out from here on.
    was = await session.scalar(
        select(Incident.status).where(Incident.fingerprint == mark).with_for_update()
    )
    await _count(session, mark, cause, answer.cluster, now)
    incident = (await session.scalars(select(Incident).where(Incident.fingerprint == mark))).one()
    if incident.count == 1 or was not in {None, OPEN}:
        what = "opened" if incident.count == 1 else "reopened"
        session.add(turn(incident.id, what, cause.standing, place, now))
    session.add(_sighting(incident, cause, paste, answer, place, now))
    return seen(incident)


def turn(
    incident: int, what: str, detail: str, place: Place, now: datetime, *, event: str = ""
) -> Timeline:
    """Return a turn of an incident to be added; one with an event may exist once."""
    return Timeline(
        incident_id=incident,
        at=now,
        what=what,
        who=place.user,
        detail=detail,
        source=" ".join(filter(None, (place.source, place.channel, place.thread))),
        event=event or None,
    )


async def _count(
    session: AsyncSession, mark: str, cause: Cause, cluster: str, now: datetime
) -> None:
    statement = insert(session, Incident).values(
        fingerprint=mark,
        entry=cause.entry,
        cluster=cluster,
        subject=stable(cause.subject),
        status=OPEN,
        first_seen=now,
        last_seen=now,
        count=1,
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Incident.fingerprint],
            set_={
                "count": Incident.count + 1,
                "last_seen": later(Incident.last_seen, statement.excluded.last_seen),
                "status": OPEN,
            },
        )
    )


def _sighting(
    incident: Incident, cause: Cause, paste: str, answer: Answer, place: Place, now: datetime
) -> Sighting:
    ledger = answer.ledger
    return Sighting(
        incident_id=incident.id,
        at=now,
        event=place.event or None,
        source=place.source,
        channel=place.channel,
        thread=place.thread,
        user=place.user,
        subject=cause.subject,
        standing=cause.standing,
        paste=paste,
        requests=ledger.requests if ledger else None,
        bytes=ledger.bytes if ledger else None,
        seconds=ledger.seconds if ledger else None,
        check_runs=_check_runs(answer.checks),
    )


def _check_runs(results: Iterable[CheckResult]) -> list[CheckRun]:
    """Group findings by their check; those of one lie together in an answer."""
    return [
        CheckRun(slug=slug, findings=[_finding(one) for one in group])
        for slug, group in groupby(results, attrgetter("check"))
    ]


def _finding(result: CheckResult) -> Finding:
    finding = result.finding
    return Finding(
        verdict=finding.verdict.value,
        subject=finding.subject,
        summary=finding.summary,
        evidence=finding.evidence,
        command=finding.command,
        needs=finding.needs,
    )


async def latest(session: AsyncSession, limit: int) -> tuple[IncidentRow, ...]:
    """Return incidents, the last seen first."""
    newest = select(Incident).order_by(Incident.last_seen.desc(), Incident.id.desc()).limit(limit)
    return tuple(row(incident) for incident in await session.scalars(newest))


async def detail(session: AsyncSession, number: int) -> IncidentDetail | None:
    """Return one incident with its timeline and newest sightings, None when there is none."""
    incident = await session.get(Incident, number)
    if incident is None:
        return None
    turns = await session.scalars(
        select(Timeline).where(Timeline.incident_id == number).order_by(Timeline.at, Timeline.id)
    )
    sightings = await session.scalars(
        select(Sighting)
        .where(Sighting.incident_id == number)
        .order_by(Sighting.at.desc(), Sighting.id.desc())
        .limit(SIGHTINGS)
        .options(selectinload(Sighting.check_runs).selectinload(CheckRun.findings))
    )
    return IncidentDetail(
        row(incident),
        tuple(_turn_row(one) for one in turns),
        tuple(_sighting_row(one) for one in sightings),
    )


def stamp(moment: datetime) -> str:
    """Return a UTC moment in ISO 8601, to the second: `2026-11-23T09:30:00Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seen(incident: Incident) -> Seen:
    """Return what an answer tells of an incident."""
    return Seen(
        incident=incident.id,
        count=incident.count,
        first_seen=stamp(incident.first_seen),
        last_seen=stamp(incident.last_seen),
        status=incident.status,
        owner=incident.owner,
        owned_at=stamp(incident.owned_at) if incident.owned_at else "",
        mended=_mended(incident),
    )


def _mended(incident: Incident) -> Mended | None:
    if incident.mended_at is None:
        return None
    return Mended(incident.mended_by, stamp(incident.mended_at), incident.mended_how)


def row(incident: Incident) -> IncidentRow:
    """Return an incident in short."""
    return IncidentRow(
        id=incident.id,
        entry=incident.entry,
        cluster=incident.cluster,
        subject=incident.subject,
        status=incident.status,
        count=incident.count,
        first_seen=stamp(incident.first_seen),
        last_seen=stamp(incident.last_seen),
    )


def _sighting_row(sighting: Sighting) -> SightingRow:
    return SightingRow(
        id=sighting.id,
        at=stamp(sighting.at),
        source=sighting.source,
        channel=sighting.channel,
        thread=sighting.thread,
        user=sighting.user,
        subject=sighting.subject,
        standing=sighting.standing,
        paste=sighting.paste,
        findings=tuple(
            _finding_row(run.slug, one) for run in sighting.check_runs for one in run.findings
        ),
    )


def _turn_row(one: Timeline) -> TimelineRow:
    return TimelineRow(stamp(one.at), one.what, one.who, one.detail, one.source)


def _finding_row(check: str, finding: Finding) -> FindingRow:
    return FindingRow(
        check,
        finding.verdict,
        finding.subject,
        finding.summary,
        finding.evidence,
        finding.command,
        finding.needs,
    )
