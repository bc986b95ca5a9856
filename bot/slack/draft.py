"""The unfinished forms of an answer, of which only those are wanted that stand for a moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Self

from bot.core.answer import Answer

MOMENT = 0.25
"""Seconds; an answer that is finished sooner is posted once, whole. Nobody notices the wait, and a
message that need not be edited spares a call to Slack and two writes."""


class Draft:
    """Wants the newest form every `MOMENT`, while it is entered; leaves once none is being kept.

    `shown` says whether any was wanted.
    """

    def __init__(self, want: Callable[[Answer], Awaitable[None]]) -> None:
        self.shown = False
        self._want = want
        self._newest: Answer | None = None
        self._wanting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def show(self, answer: Answer) -> None:
        """Take a form, in place of the one before it."""
        self._newest = answer
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._newest = None
        if self._task is None:
            return
        async with self._wanting:
            self._task.cancel()
        (ended,) = await asyncio.gather(self._task, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(MOMENT)
            async with self._wanting:
                if (answer := self._newest) is not None:
                    self._newest = None
                    self.shown = True
                    await self._want(answer)
