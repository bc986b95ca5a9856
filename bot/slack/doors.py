"""The way back to whoever typed a command, where the bot may not post."""

import logging
from collections import OrderedDict

from bot.core.errors import StoreError
from bot.core.languages import Languages
from bot.core.ports import Message
from bot.slack import words
from bot.slack.faults import ABSENT_ERRORS
from bot.slack.web import whisper
from checks.text import Lang

_KEPT = 1_000  # a door works for 30 minutes; a busy workspace asks less often than this

logger = logging.getLogger("netcheck.slack")


class Doors:
    """Response addresses by event, in memory only: each lets its holder post in the channel."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._addresses: OrderedDict[str, str] = OrderedDict()

    def remember(self, event_id: str, response_url: str) -> None:
        """Keep the way back for one event."""
        if response_url:
            self._addresses[event_id] = response_url
        while len(self._addresses) > _KEPT:
            self._addresses.popitem(last=False)

    def forget(self, event_id: str) -> None:
        """Drop the way back of an event that was not taken."""
        self._addresses.pop(event_id, None)

    async def tell(self, event_id: str, text: str) -> None:
        """Tell whoever caused an event something only they see, if there is a way; mrkdwn."""
        address = self._addresses.pop(event_id, "")
        if address and not await whisper(address, text):
            logger.warning("could not tell who caused %s what came of it", event_id)

    async def explain(self, message: Message, error: str) -> None:
        """Tell whoever asked why the answer is not in the channel, if there is a way."""
        address = self._addresses.pop(message.key, "")
        reason = words.NOT_INVITED if error in ABSENT_ERRORS else words.REFUSED.fill(error=error)
        said = words.say(reason, await self._lang(message.channel))
        if address and not await whisper(address, said):
            logger.warning("could not tell who asked %s why there is no answer", message.key)

    async def _lang(self, channel: str) -> Lang | None:
        try:
            return await self._languages.of_channel(channel)
        except StoreError:
            return None
