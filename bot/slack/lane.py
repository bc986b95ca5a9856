"""One channel's messages on their way to Slack: in order, paced, posted once."""

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from bot.core.errors import StoreError
from bot.core.ports import Message, Outbox, Turns
from bot.slack.faults import (
    ENDED_ERRORS,
    SIZE_ERRORS,
    TOKEN_ERRORS,
    Refused,
    SlackFault,
    Throttled,
    Unclear,
    Unsent,
)
from bot.slack.web import Form

POST_GAP = 1.0
"""Seconds between two posts to one channel (docs.slack.dev/apis/web-api/rate-limits)."""

EDIT_GAP = 1.0
"""Seconds between two forms of one message; Slack asks for about one call a second."""

TURN_GAP = 1.0
"""Seconds between two looks whether another bot is done with the channel, or has left something;
arbitrary."""

AT_ONCE = 16
"""Calls to Slack at a time, of all channels together; arbitrary."""

_LONGEST_BACKOFF = 60.0
_STORE_PAUSE = 5.0
_BROKEN_TRIES = 6  # with back-off about a minute of Slack's own failure for one message

OnRefused = Callable[[Message, str], Awaitable[None]]
logger = logging.getLogger("netcheck.slack")


class Posts(Protocol):
    """What a lane needs of Slack; `SlackWeb` has it. Raises `SlackFault`."""

    async def post(self, channel: str, thread: str, form: Form, key: str) -> str:
        """Post a message and return its `ts`."""

    async def update(self, channel: str, ts: str, form: Form, key: str) -> None:
        """Replace a message."""

    async def find(self, channel: str, thread: str, key: str) -> str:
        """Return the `ts` of the message with that key, "" when there is none."""


class Pace:
    """The clock a lane goes by."""

    def now(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    async def wait(self, news: asyncio.Event, seconds: float) -> None:
        """Return after so many seconds, or sooner when there is news."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await news.wait()

    def jitter(self) -> float:
        """Return a factor for a wait, so that what failed together does not come again together."""
        return random.uniform(0.75, 1.25)  # noqa: S311 (no secret)


class Alone:
    """Every turn, for the one bot there is. Fulfils `Turns`."""

    shared = False

    async def hold(self, channel: str) -> bool:
        """Have the turn."""
        del channel
        return True

    async def release(self, channel: str) -> None:
        """Leave the turn to nobody."""


class Way(msgspec.Struct, frozen=True):
    """What every lane is given: the outbox, whose turn it is, Slack, and the time."""

    outbox: Outbox
    web: Posts
    turns: Turns
    pace: Pace
    on_refused: OnRefused
    gate: asyncio.Semaphore = msgspec.field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


class Lane:
    """Sends the waiting messages of one channel until it is cancelled.

    A first post is recorded before it is tried. Where its answer was lost, the channel is
    searched for a message with our metadata before posting again; without the scope for that
    it posts again, since two answers are better than none. What waits is read anew when there is
    news, and before every call where another bot may have sent it.
    """

    def __init__(self, channel: str, way: Way) -> None:
        self.idle = asyncio.Event()
        self._channel = channel
        self._outbox = way.outbox
        self._web = way.web
        self._turns = way.turns
        self._pace = way.pace
        self._on_refused = way.on_refused
        self._gate = way.gate
        self._news = asyncio.Event()
        self._waiting: dict[str, Message] = {}
        self._paused = {"post": 0.0, "update": 0.0}
        self._spoke: dict[str, float] = {}
        self._unposted: set[str] = set()
        self._plain: set[str] = set()
        self._broken: Counter[str] = Counter()
        self._failures = 0

    def wake(self) -> None:
        """Look for messages again."""
        self.idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled; a store that fails is asked again later."""
        while True:
            self._news.set()
            try:
                while True:
                    await self._step()
            except StoreError as error:
                logger.error("messages for %s wait: %s", self._channel, error)  # noqa: TRY400
                self._news.clear()
                await self._pace.wait(self._news, _STORE_PAUSE)

    async def _step(self) -> None:
        ours = await self._turns.hold(self._channel)
        if self._news.is_set() or self._turns.shared:
            self._news.clear()
            waiting = await self._outbox.waiting(self._channel)
            self._waiting = {message.key: message for message in waiting}
        if not self._waiting:
            await self._rest()
        elif not ours:
            await self._pace.wait(self._news, TURN_GAP)
        else:
            await self._next()

    async def _rest(self) -> None:
        """Leave the turn to others once the next post may be made, and wait for news."""
        if self._turns.shared:
            await self._pace.wait(self._news, max(0.0, self._paused["post"] - self._pace.now()))
            await self._turns.release(self._channel)
        if not self._news.is_set():
            self.idle.set()
        await self._news.wait()

    async def _next(self) -> None:
        """Send what is due first, or wait for that."""
        message = min(_eligible(list(self._waiting.values())), key=self._due)
        delay = self._due(message) - self._pace.now()
        if delay > 0:
            await self._pace.wait(self._news, min(delay, self._patience()))
        else:
            async with self._gate:
                await self._send(message)

    def _patience(self) -> float:
        """Return how long to wait at most: a turn is to be kept, and others leave messages too."""
        return TURN_GAP if self._turns.shared else float("inf")

    def _due(self, message: Message) -> float:
        if not message.ts:
            return self._paused["post"]
        return max(self._paused["update"], self._spoke.get(message.key, 0.0))

    async def _send(self, message: Message) -> None:
        try:
            await self._deliver(message)
        except Refused as fault:
            await self._refused(message, fault)
        except SlackFault as fault:
            await self._delayed(message, fault)
        else:
            self._failures = 0

    async def _deliver(self, message: Message) -> None:
        form = self._form(message)
        if message.ts:
            await self._web.update(self._channel, message.ts, form, message.key)
            await self._said(message, message.ts)
        elif found := await self._find(message):
            await self._outbox.sent(message.key, found, 0)  # which form it has is unknown
            self._waiting[message.key] = msgspec.structs.replace(message, ts=found)
        else:
            await self._said(message, await self._post(message, form))

    async def _post(self, message: Message, form: Form) -> str:
        await self._outbox.attempt(message.key)
        self._waiting[message.key] = msgspec.structs.replace(message, attempted=True)
        self._unposted.discard(message.key)
        try:
            return await self._web.post(self._channel, message.thread, form, message.key)
        except (Throttled, Unsent, Refused):
            self._unposted.add(message.key)
            raise
        finally:
            self._paused["post"] = max(self._paused["post"], self._pace.now() + POST_GAP)

    async def _said(self, message: Message, ts: str) -> None:
        now = self._pace.now()
        self._spoke = {key: due for key, due in self._spoke.items() if due > now}
        self._spoke[message.key] = now + EDIT_GAP
        await self._outbox.sent(message.key, ts, message.wanted)
        self._forget(message)

    async def _find(self, message: Message) -> str:
        """Return where an earlier try stands in Slack, "" when it must be posted."""
        if not message.attempted or message.key in self._unposted:
            return ""
        try:
            return await self._web.find(self._channel, message.thread, message.key)
        except Refused as fault:
            logger.warning(
                "cannot see whether %s was answered before the interruption (%s): answering, "
                "perhaps again; the scopes channels:history and groups:history would tell",
                message.key,
                fault.error,
            )
            return ""

    def _form(self, message: Message) -> Form:
        form = msgspec.json.decode(message.payload, type=Form)
        return Form(form.text) if message.key in self._plain else form

    async def _delayed(self, message: Message, fault: SlackFault) -> None:
        """Set the time of the next try by what is known of this one."""
        now = self._pace.now()
        if isinstance(fault, Throttled):
            self._paused["update" if message.ts else "post"] = now + fault.seconds
            return
        if isinstance(fault, Unclear) and fault.answered:
            self._broken[message.key] += 1
            if self._broken[message.key] >= _BROKEN_TRIES:
                await self._give_up(message, str(fault))
                return
        self._back_off(str(fault))

    async def _refused(self, message: Message, fault: Refused) -> None:
        if fault.error in TOKEN_ERRORS - ENDED_ERRORS:
            self._back_off(f"{fault.error}: check SLACK_BOT_TOKEN")
        elif fault.error in SIZE_ERRORS and message.key not in self._plain:
            self._plain.add(message.key)
            logger.warning("Slack says %s about %s: sending text alone", fault.error, message.key)
        else:
            await self._give_up(message, fault.error)

    async def _give_up(self, message: Message, why: str) -> None:
        await self._outbox.drop(message.key, why)
        self._forget(message)
        logger.warning("Slack does not take the answer to %s: %s", message.key, why)
        await self._on_refused(message, why)

    def _forget(self, message: Message) -> None:
        """Let a message go; a newer form of it comes with news."""
        self._waiting.pop(message.key, None)
        self._unposted.discard(message.key)
        self._broken.pop(message.key, None)

    def _back_off(self, why: str) -> None:
        seconds = min(2.0**self._failures, _LONGEST_BACKOFF) * self._pace.jitter()
        self._failures += 1
        until = self._pace.now() + seconds
        self._paused = {"post": until, "update": until}
        logger.warning("messages for %s wait %.2g s: %s", self._channel, seconds, why)


def _eligible(waiting: list[Message]) -> list[Message]:
    """Return what may go next: every edit, and of the first posts only the oldest."""
    posts = [message for message in waiting if not message.ts]
    return [message for message in waiting if message.ts or message is posts[0]]
