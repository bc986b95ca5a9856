"""Pastes that an event only points at: the message above a mention, files."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from bot.core.desk import Answers
from bot.core.errors import NetcheckError, PasteRefusedError
from bot.core.paste import LIMIT, decode
from bot.slack import words
from bot.slack.asks import Ask
from bot.slack.content import content
from bot.slack.faults import Refused, SlackFault, Throttled
from bot.slack.files import File, unpack
from bot.slack.lane import Pace
from bot.slack.web import is_ours
from bot.slack.words import say
from checks.text import Text

T = TypeVar("T")
_PAUSES = (0.5, 2.0)  # seconds before the second and the third try
_LONGEST = 30.0  # a person waits; a longer Retry-After is told instead


class SourceError(NetcheckError):
    """A paste cannot be had; the message says what is missing."""


class Reads(Protocol):
    """What is read of Slack; `SlackWeb` has it. Raises `SlackFault`."""

    async def thread(self, channel: str, thread: str, before: str) -> tuple[dict[str, Any], ...]:
        """Return a thread's messages before a `ts`, oldest first."""

    async def download(self, file: File, limit: int) -> bytes:
        """Return a file's content, at most a byte more than `limit`."""


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
            raise SourceError(say(_unreadable(fault), ask.language())) from fault
        texts = [content(one) for one in thread if not is_ours(one)]
        texts = [one for one in texts if one.strip()]
        if not texts:
            raise SourceError(say(words.NOTHING_ABOVE, ask.language()))
        return await self._best(texts[-1], texts[0])

    async def attached(self, ask: Ask) -> tuple[str, tuple[Text, ...]]:
        """Return the paste with the text of its files, and what is to be said about these.

        Raises `SourceError` when nothing is left to read.
        """
        parts = [ask.text] if ask.text.strip() else []
        room = max(0, LIMIT - len(ask.text) - 1)
        remarks: list[Text] = []
        for file in unpack(ask.files):
            text, remark = await self._file(file, room)
            parts += [text] if text else []
            remarks += [remark] if remark else []
            room = max(0, room - len(text) - 1)
        if not parts and remarks:
            raise SourceError("\n".join(say(remark, ask.language()) for remark in remarks))
        return "\n".join(parts), tuple(remarks)

    async def _file(self, file: File, room: int) -> tuple[str, Text | None]:
        if file.binary:
            return "", words.FILE_BINARY.fill(name=file.name)
        try:
            data = await self._patiently(lambda: self._web.download(file, room))
            text = decode(data[:room])
        except SlackFault as fault:
            return "", _unread(file, fault)
        except PasteRefusedError:
            return "", words.FILE_BINARY.fill(name=file.name)
        if len(data) <= room:
            return text, None
        # Half a line could be half a secret, which nothing would mask.
        return text.rpartition("\n")[0], words.FILE_CUT.fill(name=file.name)

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


def _unread(file: File, fault: SlackFault) -> Text:
    word = fault.error if isinstance(fault, Refused) else ""
    if word == "missing_scope":
        return words.FILE_SCOPE.fill(name=file.name)
    if word == "foreign_file":
        return words.FILE_FOREIGN.fill(name=file.name)
    return words.FILE_SILENT.fill(name=file.name, error=str(fault))
