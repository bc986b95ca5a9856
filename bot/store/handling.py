"""What people do about an incident. Each function works in the caller's transaction.

A turn of the timeline with the same event is already done, and nothing is done again.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.answer import OPEN, RESOLVED, Answer, Cause, Seen
from bot.core.fingerprint import fingerprint
from bot.core.incident import incident_cause
from bot.core.ports import Place
from bot.store.incidents import record, seen, turn
from bot.store.models import Incident, Timeline


async def own(session: AsyncSession, number: int, place: Place, now: datetime) -> None:
    """Put somebody on it, or take them off where they are."""
    incident = await _for_turn(session, number, place.event)
    if incident is None or incident.status != OPEN:
        return
    released = incident.owner == place.user
    incident.owner = "" if released else place.user
    incident.owned_at = None if released else now
    what = "released" if released else "acknowledged"
    session.add(turn(number, what, "", place, now, event=place.event))


async def resolve(
    session: AsyncSession, number: int, how: str, place: Place, now: datetime
) -> None:
    """Close an open incident; nobody is on it any more."""
    incident = await _for_turn(session, number, place.event)
    if incident is None or incident.status != OPEN:
        return
    incident.status = RESOLVED
    incident.owner, incident.owned_at = "", None
    incident.mended_by, incident.mended_at, incident.mended_how = place.user, now, how
    session.add(turn(number, "resolved", how, place, now, event=place.event))


async def note(
    session: AsyncSession, number: int, what: str, detail: str, place: Place, now: datetime
) -> None:
    """Add a turn that changes nothing of the incident."""
    if await _for_turn(session, number, place.event) is not None:
        session.add(turn(number, what, detail, place, now, event=place.event))


async def look_again(
    session: AsyncSession,
    number: int | None,
    paste: str,
    answer: Answer,
    place: Place,
    now: datetime,
) -> Seen | None:
    """Note a check made again, and return the incident it is about now.

    The same cause of an open incident is the sighting there was. Another one, or one of an
    incident that was resolved, is a sighting of its own, which opens that incident again.
    """
    known = None if number is None else await session.get(Incident, number)
    cause = incident_cause(answer)
    if known is not None:
        await note(session, known.id, "checked", _came_to(known, answer), place, now)
        if cause is None or (known.status == OPEN and _is_about(known, cause, answer.cluster)):
            return seen(known)
    return None if cause is None else await record(session, cause, paste, answer, place, now)


def _is_about(incident: Incident, cause: Cause, cluster: str) -> bool:
    return incident.fingerprint == fingerprint(cause.entry, cluster, cause.subject)


def _came_to(incident: Incident, answer: Answer) -> str:
    """Return how an incident's cause stands in an answer."""
    unseen = "could-not-check" if answer.trouble else "not-confirmed"
    standings = (one.standing for one in answer.causes if one.entry == incident.entry)
    return next(standings, unseen)


async def _for_turn(session: AsyncSession, number: int, event: str) -> Incident | None:
    """Return the incident, locked; None where it is gone or this event is already a turn."""
    incident = await session.get(Incident, number, with_for_update=True)
    done = event and await session.scalar(select(Timeline.id).where(Timeline.event == event))
    return None if done else incident
