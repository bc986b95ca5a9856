"""The same trouble told over and over in one channel: one reply, whose count is edited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from bot.core.answer import Answer
from bot.core.desk import Answers
from bot.core.errors import NetcheckError
from bot.core.fingerprint import stable
from bot.core.ports import Event, Storm, Storms
from bot.slack.asks import Ask
from bot.slack.courier import Courier
from bot.slack.replies import Replies

LEAD_SECONDS = 60.0
"""How long the reply of another bot is waited for: over what a look takes, and a take-over."""
LOOK_GAP = 1.0  # seconds between two looks whether it is there

FirstAnswer = Callable[[], Awaitable[Answer]]
logger = logging.getLogger("netcheck.slack")


class Counter:
    """Gives the first of a storm its reply, and edits that one's count for every other."""

    def __init__(self, desk: Answers, courier: Courier, replies: Replies, storms: Storms) -> None:
        self._desk = desk
        self._courier = courier
        self._replies = replies
        self._storms = storms
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def count(self, event: Event, ask: Ask, matched: Answer, first: FirstAnswer) -> None:
        """Answer a message, or count it. `first` looks at the cluster, for the first message."""
        key = trouble(ask.channel, matched)
        storm = await self._storms.join(key, event.id, ask.thread)
        if storm.event == event.id and storm.answer is None:
            # not in its turn: another may hold that, waiting for this very answer
            storm = await self._lead(key, storm, first)
        else:
            async with self._turns.setdefault(key, asyncio.Lock()):
                storm = await self._follow(key, event, ask, first)
        await self._show(key, ask.channel, storm)

    async def _follow(self, key: str, event: Event, ask: Ask, first: FirstAnswer) -> Storm:
        storm = await self._begun(key, event, ask)
        if storm.answer is None:
            return await self._lead(key, storm, first)
        again = await self._desk.again(ask.text, storm.answer, ask.place(event.id))
        return await self._storms.tell(key, storm.event, again) or storm

    async def _begun(self, key: str, event: Event, ask: Ask) -> Storm:
        """Return the storm, once its first message is answered."""
        for _ in range(int(LEAD_SECONDS / LOOK_GAP)):
            storm = await self._storms.join(key, event.id, ask.thread)
            if storm.event == event.id or storm.answer is not None:
                return storm
            await asyncio.sleep(LOOK_GAP)
        logger.warning("nobody answered %s: answering in its place", storm.event)
        return storm

    async def _lead(self, key: str, storm: Storm, first: FirstAnswer) -> Storm:
        try:
            answer = await first()
        except NetcheckError:
            await self._storms.end(key, storm.event)
            raise
        return await self._storms.tell(key, storm.event, answer) or Storm(
            storm.event, storm.thread, answer
        )

    async def _show(self, key: str, channel: str, storm: Storm) -> None:
        """Want the reply, and once more where another bot has counted further meanwhile."""
        shown: Answer | None = None
        newest: Storm | None = storm
        while newest and newest.answer and newest.event == storm.event and newest.answer != shown:
            shown = newest.answer
            rendered = await self._replies.recounted(storm.event, channel, shown)
            await self._courier.want(storm.event, channel, storm.thread, rendered)
            newest = await self._storms.newest(key)


def trouble(channel: str, answer: Answer) -> str:
    """Return what tells one trouble in a channel from another: pods of one Deployment are one."""
    best = answer.matches[0]
    about = sorted(f"{kind} {value}" for kind, value in best.entities.items())
    return "\n".join((channel, best.entry, *map(stable, about)))


class LocalStorms:
    """Storms kept in memory: for one bot, until it ends. Fulfils `Storms`."""

    def __init__(self) -> None:
        self._storms: dict[str, Storm] = {}

    async def join(self, key: str, event: str, thread: str) -> Storm:
        """Return the storm a message belongs to; it begins one where there is none."""
        return self._storms.setdefault(key, Storm(event, thread))

    async def tell(self, key: str, event: str, answer: Answer) -> Storm | None:
        """Keep a newer answer; return the storm with the newest."""
        storm = self._storms.get(key)
        if storm is None or storm.event != event:
            return None
        if storm.answer is None or count(answer) >= count(storm.answer):
            self._storms[key] = Storm(event, storm.thread, answer)
        return self._storms[key]

    async def newest(self, key: str) -> Storm | None:
        """Return the storm as it stands."""
        return self._storms.get(key)

    async def end(self, key: str, event: str) -> None:
        """Let the next message begin another."""
        storm = self._storms.get(key)
        if storm is not None and storm.event == event:
            del self._storms[key]


def count(answer: Answer) -> int:
    """Return how often an answer's trouble was seen."""
    return answer.seen.count if answer.seen else 0
