"""Keeps what a cluster is asked within a pace, however many look at it at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.core.ports import Pace

Pause = Callable[[float], Awaitable[None]]


class Pacer:
    """Shared by all that ask one cluster.

    `slots` are the reads that may be under way, each taken for all its pages and its waiting: a
    server that asks to wait is then not asked for other things in the meantime by more than those.
    """

    def __init__(
        self,
        pace: Pace,
        pause: Pause = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.slots = asyncio.Semaphore(pace.at_once)
        self.pause = pause
        self._clock = clock
        self._interval = 1 / pace.per_second
        self._saved = max(self._interval, 1.0)  # seconds whose requests may be sent in one go
        self._next = clock() - self._saved
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next request may be sent; who gives up while waiting takes no turn."""
        async with self._queue:
            now = self._clock()
            at = max(self._next, now - self._saved) + self._interval
            if at > now:
                await self.pause(at - now)
            self._next = at
