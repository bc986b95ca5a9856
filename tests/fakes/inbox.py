"""An inbox in memory. Fulfils `bot.core.ports.Inbox`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from bot.core.ports import Event


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass
class Kept:
    """An event, who is at it, and when it was done."""

    event: Event
    owner: str
    done_at: datetime | None = None


@dataclass
class FakeInbox:
    """One process's inbox. Another one with the same `rows` is the next process: this one died."""

    rows: dict[str, Kept] = field(default_factory=dict)
    owner: str = field(default_factory=lambda: uuid4().hex)
    now: Callable[[], datetime] = utc_now

    async def take(self, event: Event) -> bool:
        """Store and claim an event. False when it is answered, or this process is at it."""
        kept = self.rows.setdefault(event.id, Kept(event, ""))
        if kept.done_at or kept.owner == self.owner:
            return False
        kept.owner = self.owner
        return True

    async def done(self, event_id: str) -> None:
        """Mark an event answered."""
        if event_id in self.rows:
            self.rows[event_id].done_at = self.now()

    async def unfinished(self, most: int) -> tuple[Event, ...]:
        """Return and claim at most so many events whose answer was cut off, oldest first."""
        left = [
            kept.event
            for kept in self.rows.values()
            if not kept.done_at and kept.owner != self.owner
        ]
        return tuple([event for event in left[:most] if await self.take(event)])

    async def prune(self, before: datetime) -> int:
        """Forget events answered before a time; return how many."""
        old = [key for key, kept in self.rows.items() if kept.done_at and kept.done_at < before]
        for key in old:
            del self.rows[key]
        return len(old)
