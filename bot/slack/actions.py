"""Listens for the buttons under an answer that ask for nothing more."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.casebook import ButtonError
from bot.slack import button_words as words
from bot.slack import presses
from bot.slack.buttons import PREFIX
from bot.slack.surface import Surface
from bot.slack.web import whisper
from bot.slack.words import say

AT_ONCE = ("again", "own", "helpful")

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Keep a press before it is acknowledged; one that cannot be done is told why not."""

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            event = await surface.presses.event(presses.read(body), body["trigger_id"])
            if await surface.pipeline.accept(event):
                surface.doors.remember(event.id, body.get("response_url", ""))
            else:
                tell(surface, body, ButtonError(words.RUNNING))
        except ButtonError as error:
            tell(surface, body, error)
        await ack()

    for action in AT_ONCE:
        app.action(f"{PREFIX}{action}")(pressed)


def tell(surface: Surface, body: Mapping[str, Any], error: ButtonError) -> None:
    """Tell whoever pressed, and nobody else, why nothing comes of it."""
    address = body.get("response_url", "")
    if address:
        text = say(error.text, None)
        surface.pipeline.background(_whisper(address, text), "tell who pressed")


async def _whisper(address: str, text: str) -> None:
    if not await whisper(address, text):
        logger.warning("could not tell who pressed a button why nothing came of it")
