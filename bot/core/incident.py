"""Incidents as they are read back, and which cause of an answer becomes one."""

import msgspec

from bot.core.answer import Answer, Cause
from checks.text import Text


class IncidentRow(msgspec.Struct, frozen=True):
    """One incident in short; times are ISO 8601 UTC, `status` is `open` or `resolved`."""

    id: int
    entry: str
    cluster: str
    subject: str
    status: str
    count: int
    first_seen: str
    last_seen: str


class FindingRow(msgspec.Struct, frozen=True):
    """One finding of a sighting, under the check that made it."""

    check: str
    verdict: str
    subject: str
    summary: Text
    evidence: tuple[str, ...]
    command: str
    needs: tuple[str, ...]


class SightingRow(msgspec.Struct, frozen=True):
    """One time the incident was seen: where, the masked paste, and what the checks found."""

    id: int
    at: str
    source: str
    channel: str
    thread: str
    user: str
    subject: str
    standing: str
    paste: str
    findings: tuple[FindingRow, ...]


class TimelineRow(msgspec.Struct, frozen=True):
    """One turn of the incident, as `opened` or `resolved`; `who` is a user id or empty.

    `source` is where it came from: a surface, its channel and its thread.
    """

    at: str
    what: str
    who: str
    detail: str
    source: str = ""


class IncidentDetail(msgspec.Struct, frozen=True):
    """One incident with its timeline, oldest first, and its latest sightings, newest first."""

    incident: IncidentRow
    timeline: tuple[TimelineRow, ...]
    sightings: tuple[SightingRow, ...]


def incident_cause(answer: Answer) -> Cause | None:
    """Return the cause an answer makes an incident of, None when it names none firmly enough.

    A confirmed cause always counts; a likely one, or one that could not be checked, only where
    the paste itself was a match.
    """
    if answer.answer == "nothing":
        return None
    confirmed = (cause for cause in answer.causes if cause.standing == "confirmed")
    possible = (
        cause
        for cause in answer.causes
        if answer.answer == "match" and cause.standing in {"likely", "could-not-check"}
    )
    return next(confirmed, None) or next(possible, None)
