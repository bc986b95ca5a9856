"""Time that passes only when a lane waits for it."""

import asyncio

from bot.slack.lane import Pace


class Clockwork(Pace):
    """A pace whose waits are over at once and move its clock; `waits` has their lengths."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.waits: list[float] = []

    def now(self) -> float:
        """Tell the time."""
        return self.time

    async def wait(self, news: asyncio.Event, seconds: float) -> None:
        """Let the time pass, unless there is news."""
        await asyncio.sleep(0)
        if not news.is_set():
            self.waits.append(round(seconds, 3))
            self.time += seconds

    def jitter(self) -> float:
        """Leave a wait as it is."""
        return 1.0
