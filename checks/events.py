"""The Events of the last hour, and how they are quoted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from checks.kinds import Event
from checks.quotes import around, short
from checks.snapshot import View

RECENT = timedelta(hours=1)  # the API server forgets Events after an hour (--event-ttl)
MOST = 3  # quoted: the newest


def recent(view: View, within: timedelta = RECENT) -> list[Event]:
    """Return the Events of the last hour, or of less, the newest last."""
    timed = [(seen, one) for one in view.all(Event) if (seen := one.last_seen) is not None]
    inside = [pair for pair in timed if pair[0] >= view.time - within]
    return [one for _, one in sorted(inside, key=_time)]


def quote(one: Event, phrase: str = "") -> str:
    """Return an Event on one line: what it says around a phrase, about what, when last."""
    about = one.involved_object
    path = f"{about.namespace}/{about.name}" if about.namespace else about.name
    said = around(one.message, phrase) if phrase else short(one.message)
    seen = one.last_seen.isoformat() if one.last_seen else "?"
    return f"Event: {said} ({one.reason} of {about.kind} {path}, {one.times} times, last {seen})"


def quotes(events: Iterable[Event], phrase: str = "") -> list[str]:
    """Quote the newest of these Events."""
    return [quote(one, phrase) for one in list(events)[-MOST:]]


def _time(pair: tuple[datetime, Event]) -> datetime:
    return pair[0]
