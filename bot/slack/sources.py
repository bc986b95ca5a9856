"""Pastes that an event only points at: the message above a mention."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from bot.core.desk import Answers
from bot.core.errors import NetcheckError
from bot.slack import words
from bot.slack.asks import Ask
from bot.slack.content import content
from bot.slack.faults import Refused, SlackFault, Throttled
from bot.slack.lane import Pace
from bot.slack.web import is_ours
from bot.slack.words import both
from checks.text import Text

T = TypeVar("T")
_PAUSES = (0.5, 2.0)  # seconds before the second and the third try
_LONGEST = 30.0  # a person waits; a longer Retry-After is told instead


class SourceError(NetcheckError):
    """A paste cannot be had; the message says in both languages what is missing."""


class Reads(Protocol):
    """What is read of Slack; `SlackWeb` has it. Raises `SlackFault`."""

    async def thread(self, channel: str, thread: str, before: str) -> tuple[dict[str, Any], ...]:
        """Return a thread's messages before a `ts`, oldest first."""


class Sources:
    """Fetches what an event points at; what Slack refuses becomes a `SourceError`."""

    def __init__(self, web: Reads, desk: Answers, pace: Pace | None = None) -> None:
        self._web = web
        self._desk = desk
        self._pace = pace or Pace()

    async def above(self, ask: Ask) -> str:
        """Return the text above a mention in a thread.

        That is the message just before it, or the one that began the thread: the first of them
        that is a known error, else the beginning. Our own answers are passed over.
        """
        try:
            thread = await self._patiently(
                lambda: self._web.thread(ask.channel, ask.thread, ask.ts)
            )
        except SlackFault as fault:
            raise SourceError(both(_unreadable(fault))) from fault
        texts = [content(one) for one in thread if not is_ours(one)]
        texts = [one for one in texts if one.strip()]
        if not texts:
            raise SourceError(both(words.NOTHING_ABOVE))
        return await self._best(texts[-1], texts[0])

    async def _best(self, nearest: str, first: str) -> str:
        for wanted in ("match", "perhaps"):
            for text in dict.fromkeys((nearest, first)):
                if await self._kind(text) == wanted:
                    return text
        return first

    async def _kind(self, text: str) -> str:
        try:
            return (await self._desk.match(text)).answer or ""
        except NetcheckError:  # too large, or nothing but white space
            return ""

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call Slack, again after a passing failure. Raises the last `SlackFault`."""
        for pause in _PAUSES:
            try:
                return await call()
            except Refused:
                raise
            except Throttled as fault:
                await self._pace.wait(asyncio.Event(), min(fault.seconds, _LONGEST))
            except SlackFault:
                await self._pace.wait(asyncio.Event(), pause)
        return await call()


def _unreadable(fault: SlackFault) -> Text:
    if isinstance(fault, Refused) and fault.error == "missing_scope":
        needed = fault.needed or "channels:history"
        return words.UNREADABLE_ABOVE.fill(scope=needed, shortcut=words.SHORTCUT)
    return words.SLACK_SILENT.fill(error=str(fault))
