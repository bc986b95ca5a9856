"""Replies that stay: an answer kept in SQL, and the message that shows how it stands now."""

import asyncio
import logging
from weakref import WeakValueDictionary

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import ButtonError, Kept, Request
from bot.core.errors import StoreError
from bot.core.followup import FollowUp
from bot.core.ports import Place
from bot.slack.asks import Ask
from bot.slack.blocks import Rendered
from bot.slack.buttons import Under
from bot.slack.courier import Courier
from bot.slack.render import Asked, render
from checks.text import Text

logger = logging.getLogger("netcheck.slack")


class Replies:
    """Keeps finished answers, and edits their messages from what is kept."""

    def __init__(self, followup: FollowUp, courier: Courier) -> None:
        self.followup = followup
        self._courier = courier
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def finished(
        self, ask: Ask, place: Place, answer: Answer, text: str, remarks: tuple[Text, ...] = ()
    ) -> Rendered:
        """Keep an answer and return its message, without buttons where it cannot be kept."""
        request = Request(
            text=text,
            group=ask.group,
            subject=ask.subject,
            cluster=ask.cluster,
            namespace=ask.namespace,
            lang=ask.lang,
            user=ask.user,
            command=ask.command,
            remarks=remarks,
        )
        try:
            kept = await self.followup.keep(request, answer, place)
        except StoreError as error:
            logger.warning("the answer to %s has no buttons: %s", place.event, error)
            return render(answer, ask.asked(), remarks)
        return self._message(kept, answer, done=True)

    async def recounted(self, key: str, channel: str, answer: Answer) -> Rendered:
        """Return a kept answer's message, with what another answer knows of the incident now."""
        try:
            kept = await self.followup.kept(key, channel)
        except (ButtonError, StoreError):
            return render(answer)
        newer = msgspec.structs.replace(kept.answer or answer, seen=answer.seen)
        return self._message(kept, newer, done=True)

    async def progress(self, kept: Kept, answer: Answer, ts: str) -> None:
        """Show how far a check made again has come."""
        await self._want(kept, self._message(kept, answer, done=False), ts)

    async def refresh(self, key: str, channel: str, ts: str) -> None:
        """Show a reply as it stands now; one at a time, so that the last form is the newest."""
        async with self._turns.setdefault(key, asyncio.Lock()):
            kept = await self.followup.kept(key, channel)
            if kept.answer is not None:
                await self._want(kept, self._message(kept, kept.answer, done=True), ts)

    async def _want(self, kept: Kept, rendered: Rendered, ts: str) -> None:
        await self._courier.want(kept.key, kept.channel, kept.thread, rendered, ts)

    def _message(self, kept: Kept, answer: Answer, *, done: bool) -> Rendered:
        request = kept.request or Request()
        asked = Asked(request.user, request.command) if request.command else None
        named = kept.opinions or kept.lessons
        titles = self.followup.desk.titles(answer.lang) if named else {}
        under = Under(kept.key, kept.opinions, kept.lessons, titles) if done else None
        return render(answer, asked, request.remarks, under)
