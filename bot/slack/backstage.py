"""Store writes that no acknowledgement waits for, one at a time.

SQLite has one writer. Were all answers in the making to queue for it, an event that must be
stored before it can be acknowledged would stand behind them all; this way it waits for one.
"""

import asyncio

from bot.core.ports import Event, Inbox, Message, Outbox


class BackstageInbox:
    """An inbox whose `done` waits its turn. Fulfils `Inbox`."""

    def __init__(self, inbox: Inbox, turn: asyncio.Lock) -> None:
        self._inbox = inbox
        self._turn = turn

    async def take(self, event: Event) -> bool:
        """Take at once: Slack is waiting."""
        return await self._inbox.take(event)

    async def done(self, event_id: str) -> None:
        """Mark an event answered."""
        async with self._turn:
            await self._inbox.done(event_id)

    async def unfinished(self) -> tuple[Event, ...]:
        """Return what was left."""
        return await self._inbox.unfinished()


class BackstageOutbox:
    """An outbox whose writes wait their turn. Fulfils `Outbox`."""

    def __init__(self, outbox: Outbox, turn: asyncio.Lock) -> None:
        self._outbox = outbox
        self._turn = turn

    async def want(self, key: str, channel: str, thread: str, payload: str, ts: str = "") -> None:
        """Ask for a message."""
        async with self._turn:
            await self._outbox.want(key, channel, thread, payload, ts)

    async def waiting(self) -> tuple[Message, ...]:
        """Return what waits."""
        async with self._turn:
            return await self._outbox.waiting()

    async def attempt(self, key: str) -> None:
        """Record that a first post is being tried."""
        async with self._turn:
            await self._outbox.attempt(key)

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Record which form Slack has."""
        async with self._turn:
            await self._outbox.sent(key, ts, form)

    async def drop(self, key: str, why: str) -> None:
        """Give up a message."""
        async with self._turn:
            await self._outbox.drop(key, why)
