"""The one path from an event of Slack's to its answer, behind every surface."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.core.answer import Answer
from bot.core.desk import Answers
from bot.core.errors import NetcheckError
from bot.core.ports import Event, Inbox
from bot.slack import escape, words
from bot.slack.asks import Ask, read
from bot.slack.blocks import Rendered
from bot.slack.courier import Courier
from bot.slack.render import notice, render
from bot.slack.sources import Sources
from bot.slack.words import both
from checks.text import Text

logger = logging.getLogger("netcheck.slack")


class Pipeline:
    """Answers events in the background. An event is done once its answer is in the outbox."""

    def __init__(self, desk: Answers, inbox: Inbox, courier: Courier, sources: Sources) -> None:
        self._desk = desk
        self._inbox = inbox
        self._courier = courier
        self._sources = sources
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, event: Event) -> None:
        """Store an event and begin to answer it, unless that was done. Raises `StoreError`."""
        if await self._inbox.take(event):
            self.background(self._answer(event), f"answer {event.id}")

    async def resume(self) -> None:
        """Begin to answer what an earlier run left unfinished."""
        for event in await self._inbox.unfinished():
            self.background(self._answer(event), f"answer {event.id}")

    def background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something that outlives its listener."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

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
        ask = read(event)
        try:
            rendered = await self._settle(event, ask)
        except NetcheckError as error:
            rendered = notice(escape.cut(str(error), 2_000), ask.asked())
        except Exception:  # the Slack boundary: whoever asked gets an answer
            logger.exception("answering event %s failed", event.id)
            rendered = notice(both(words.BROKEN.fill(event=event.id)), ask.asked())
        await self._want(event, ask, rendered)
        await self._inbox.done(event.id)

    async def _settle(self, event: Event, ask: Ask) -> Rendered:
        if event.kind == "howto":
            return notice(both(words.HOW_TO), ask.asked())

        async def show(answer: Answer) -> None:
            await self._want(event, ask, render(answer, ask.asked(), remarks))

        place, overrides = ask.place(event.id), ask.overrides()
        if event.kind == "shortcut" and not ask.text.strip() and not ask.files:
            return notice(both(words.NOTHING_THERE), ask.asked())
        text, remarks = await self._paste(event, ask)
        if event.kind == "check":
            answer = await self._desk.check(
                ask.group, ask.subject, place, overrides=overrides, on_progress=show
            )
        else:
            answer = await self._desk.ask(text, place, overrides=overrides, on_progress=show)
        return render(answer, ask.asked(), remarks)

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
