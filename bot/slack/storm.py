"""The same trouble told over and over in one channel: one reply, whose count is edited.

Kept in memory only: after a restart the next message gets a reply of its own.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.core.answer import Answer
from bot.core.fingerprint import stable

WINDOW = 900.0
"""Seconds after the first message in which the same trouble gets no reply of its own; arbitrary,
long enough for an alert that repeats every five minutes."""

_KEPT = 1_000  # channels times troubles within a window
Key = tuple[str, ...]


@dataclass(eq=False)
class Storm:
    """The reply to the first message, by the event it answers; whoever is at it holds `turn`."""

    event: str
    thread: str
    began: float
    answer: Answer | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Storms:
    """The troubles lately told, by channel, entry and what it is about."""

    def __init__(self) -> None:
        self._lately: OrderedDict[Key, Storm] = OrderedDict()

    def join(self, key: Key, event: str, thread: str, now: float) -> Storm:
        """Return the storm a message belongs to; it begins one where there is none."""
        storm = self._lately.get(key)
        if storm is None or now - storm.began > WINDOW:
            storm = self._lately[key] = Storm(event, thread, now)
            self._lately.move_to_end(key)
        while len(self._lately) > _KEPT:
            self._lately.popitem(last=False)
        return storm


def trouble(channel: str, answer: Answer) -> Key:
    """Return what tells one trouble in a channel from another: pods of one Deployment are one."""
    best = answer.matches[0]
    about = sorted(f"{kind} {value}" for kind, value in best.entities.items())
    return (channel, best.entry, *map(stable, about))
