"""The one path from an event of Slack's to its answer, behind every surface."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

import msgspec

from bot.core.answer import Answer
from bot.core.desk import Answers
from bot.core.errors import NetcheckError, StoreError
from bot.core.languages import Languages
from bot.core.ports import Event, Inbox, Storms
from bot.slack import escape, words
from bot.slack.asks import Ask, read
from bot.slack.blocks import Rendered
from bot.slack.courier import Courier
from bot.slack.draft import Draft
from bot.slack.presses import KIND as PRESS
from bot.slack.presses import Presses
from bot.slack.render import notice, render
from bot.slack.sources import Sources
from bot.slack.storm import Counter
from bot.slack.words import say
from checks.text import Lang, Text

AT_ONCE = 16
"""Answers in the making at a time. More are not done sooner on one event loop, and each makes an
acknowledgement, for which Slack waits 3 s, wait longer. Fewer would let a cluster that does not
answer hold up what concerns others."""

logger = logging.getLogger("netcheck.slack")


class Pipeline:
    """Answers events in the background. An event is done once its answer is in the outbox."""

    def __init__(
        self,
        desk: Answers,
        inbox: Inbox,
        storms: Storms,
        courier: Courier,
        sources: Sources,
        languages: Languages,
        presses: Presses,
    ) -> None:
        self._desk = desk
        self._presses = presses
        self._languages = languages
        self._inbox = inbox
        self._courier = courier
        self._sources = sources
        self._counter = Counter(desk, courier, presses.replies, storms)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._resuming = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, event: Event) -> bool:
        """Store an event and begin to answer it; False where that was done. Raises `StoreError`."""
        taken = await self._inbox.take(event)
        if taken:
            self.background(self._answer(event), f"answer {event.id}")
        return taken

    async def resume(self) -> None:
        """Begin to answer what an earlier run left unfinished, some of it at a time.

        A bot that dies again soon leaves the rest free for another.
        """
        if not self._resuming.locked():
            self.background(self._resume(), "what an earlier run left")

    async def _resume(self) -> None:
        async with self._resuming:
            while events := await self._inbox.unfinished(2 * AT_ONCE):
                tasks = [
                    self.background(self._answer(event), f"answer {event.id}") for event in events
                ]
                await asyncio.wait(tasks)

    def background(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run something that outlives its listener."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self) -> None:
        """Return when everything that was begun is answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Break off; the inbox knows what was left."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, event: Event) -> None:
        since = time.monotonic()
        if event.kind == "watch":  # most wait for the first of a storm, who must find a place
            await self._answered(event, since)
            return
        async with self._places:
            await self._answered(event, since)

    async def _answered(self, event: Event, since: float) -> None:
        if event.kind == PRESS:
            await self._pressed(event)
            await self._inbox.done(event.id)
            return
        ask = msgspec.structs.replace(await self._spoken(read(event)), since=since)
        if event.kind == "watch":
            await self._watched(event, ask)
            await self._inbox.done(event.id)
            return
        try:
            rendered = await self._settle(event, ask)
        except NetcheckError as error:
            rendered = _excuse(event, ask, error)
        except Exception as error:  # the Slack boundary: whoever asked gets an answer
            logger.exception("answering event %s failed", event.id)
            rendered = _excuse(event, ask, error)
        await self._want(event, ask, rendered)
        await self._inbox.done(event.id)

    async def _pressed(self, event: Event) -> None:
        """Do what a button says; whoever pressed it is told where that fails."""
        try:
            await self._presses.deal(event)
        except StoreError:
            raise
        except NetcheckError as error:
            await self._presses.tell(event.id, error)
        except Exception:
            logger.exception("doing what %s asks failed", event.id)
            await self._presses.broken(event.id)

    async def _watched(self, event: Event, ask: Ask) -> None:
        """Answer a message nobody asked about; what fails is only logged."""
        try:
            matched = await self._desk.match(ask.text)
            if matched.matches:  # the library may have changed since the message was taken
                first = partial(self._first, event, ask)
                await self._counter.count(event, ask, matched, first)
        except StoreError:
            raise
        except NetcheckError as error:
            logger.warning("a watched message got no answer: %s", error)
        except Exception:
            logger.exception("answering watched event %s failed", event.id)

    async def _first(self, event: Event, ask: Ask) -> Answer:
        """Answer the first message of a storm, and keep the answer for its buttons."""
        async with self._places:
            answer = await self._ask(event, ask, ask.text)
        await self._presses.replies.finished(ask, ask.place(event.id), answer, ask.text)
        return answer

    async def _settle(self, event: Event, ask: Ask) -> Rendered:
        if event.kind == "howto":
            return notice(say(words.HOW_TO, ask.language()), ask.asked())

        if event.kind == "shortcut" and not ask.text.strip() and not ask.files:
            return notice(say(words.NOTHING_THERE, ask.language()), ask.asked())
        text, remarks = await self._paste(event, ask)
        answer = await self._ask(event, ask, text, remarks)
        place = ask.place(event.id)
        return await self._presses.replies.finished(ask, place, answer, text, remarks)

    async def _ask(
        self, event: Event, ask: Ask, text: str, remarks: tuple[Text, ...] = ()
    ) -> Answer:
        async def want(answer: Answer) -> None:
            await self._want(event, ask, render(answer, ask.asked(), remarks))

        draft = Draft(want)
        try:
            async with draft:
                answer = await self._look(event, ask, text, draft)
        except Exception as error:
            if draft.shown:  # else nobody would end what it says of a watched message
                await self._want(event, ask, _excuse(event, ask, error))
            raise
        if event.kind != "watch":
            await self._spoke(ask.user, answer.lang)
        return answer

    async def _look(self, event: Event, ask: Ask, text: str, draft: Draft) -> Answer:
        place, overrides = ask.place(event.id), ask.overrides()
        if event.kind == "check":
            return await self._desk.check(
                ask.group, ask.subject, place, overrides=overrides, on_progress=draft.show
            )
        return await self._desk.ask(
            text, place, overrides=overrides, since=ask.since, on_progress=draft.show
        )

    async def _spoken(self, ask: Ask) -> Ask:
        """Return what is asked with the channel's language, unless another was asked for."""
        if ask.lang:
            return ask
        try:
            lang = await self._languages.of_channel(ask.channel)
        except StoreError as error:
            logger.warning("a channel's language is not known: %s", error)
            return ask
        return msgspec.structs.replace(ask, lang=lang or "")

    async def _spoke(self, user: str, lang: Lang) -> None:
        """Record what somebody was answered in; an answer does not depend on it."""
        try:
            await self._languages.spoke(user, lang)
        except StoreError as error:
            logger.warning("the language of an answer was not recorded: %s", error)

    async def _paste(self, event: Event, ask: Ask) -> tuple[str, tuple[Text, ...]]:
        """Return the paste, fetched where it stands elsewhere, and remarks on how that went."""
        if event.kind == "above":
            return await self._sources.above(ask), ()
        return await self._sources.attached(ask) if ask.files else (ask.text, ())

    async def _want(self, event: Event, ask: Ask, rendered: Rendered) -> None:
        await self._courier.want(event.id, ask.channel, ask.thread, rendered)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Log what kept an answer from the outbox; its event waits for the next start."""
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, NetcheckError):
            logger.error("%s is left for the next start: %s", task.get_name(), error)
        else:
            logger.error("%s is left for the next start", task.get_name(), exc_info=error)


def _excuse(event: Event, ask: Ask, error: Exception) -> Rendered:
    """Return what to say where there is no answer."""
    if isinstance(error, NetcheckError):
        lang = ask.language() or "en"
        return notice(escape.cut(str(error), 2_000), ask.asked(), lang)
    broken = words.BROKEN.fill(event=event.id)
    return notice(say(broken, ask.language()), ask.asked())
