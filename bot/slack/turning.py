"""Listens for the buttons under a list of incidents, and shows the page they turn to."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.errors import NetcheckError
from bot.slack import escape
from bot.slack import words_commands as words
from bot.slack.render_incidents import NEWER, OLDER, read_query
from bot.slack.surface import Surface
from bot.slack.verbs.incidents import page
from bot.slack.web import whisper
from bot.slack.words import both

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Put another page in place of the one that was seen; only whoever asked has the buttons."""

    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        surface.pipeline.background(_turn(surface, body), "turn a page of incidents")
        await ack()

    for name in (NEWER, OLDER):
        app.action(name)(turned)


async def _turn(surface: Surface, body: Mapping[str, Any]) -> None:
    query = read_query(body["actions"][0].get("value") or "")
    back = body["response_url"]
    if query is None:
        shown = await whisper(back, both(words.OLD_PAGE))
    else:
        try:
            rendered = await page(surface, query, body["user"]["id"])
            shown = await whisper(back, rendered.text, rendered.blocks, replace=True)
        except NetcheckError as error:
            shown = await whisper(back, escape.cut(str(error), 2_000))
    if not shown:
        logger.warning("could not turn a page of incidents for %s", body["user"]["id"])
