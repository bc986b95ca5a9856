"""Listens for `/netcheck`."""

import asyncio
import logging
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.errors import NetcheckError, StoreError
from bot.slack import escape, words
from bot.slack.blocks import Rendered
from bot.slack.commands import UsageError, head
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.table import find
from bot.slack.web import whisper
from checks.text import Lang

_LANG_SECONDS = 1.0  # an acknowledgement has three; without an answer both languages do
_TEXT = 3_000  # arbitrary; docs.slack.dev asks for less than 4,000 in a message of text alone

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer `ask` and checks in the channel, everything else to the user alone."""

    @app.command("/netcheck")
    async def commanded(ack: AsyncAck, command: dict[str, Any]) -> None:
        said = _said(command, await _lang(surface, command["channel_id"]))
        try:
            verb = find(said.word, surface.desk.groups())
        except UsageError as error:
            await ack(_told(error, said), response_type="ephemeral")
            return
        if not verb.at_once:
            surface.pipeline.background(_later(surface, verb, said), f"/netcheck {verb.name}")
            await ack()
            return
        reply = await _take(surface, verb, said)
        if isinstance(reply, Rendered):
            await ack(reply.text, blocks=reply.blocks, response_type="ephemeral")
        else:
            await ack(reply, response_type="ephemeral") if reply else await ack()


def _said(command: dict[str, Any], lang: Lang | None) -> Said:
    word, rest = head(command.get("text") or "")
    return Said(
        word=word,
        rest=rest,
        channel=command["channel_id"],
        user=command["user_id"],
        trigger=command["trigger_id"],
        back=command.get("response_url", ""),
        lang=lang,
    )


async def _lang(surface: Surface, channel: str) -> Lang | None:
    """Return the channel's language; where the store is silent, the answer is in both."""
    try:
        async with asyncio.timeout(_LANG_SECONDS):
            return await surface.back.languages.of_channel(channel)
    except (StoreError, TimeoutError):
        return None


async def _later(surface: Surface, verb: Verb, said: Said) -> None:
    """Do what was told, and tell the user alone what came of it, or why nothing did."""
    reply = await _take(surface, verb, said)
    if not reply:
        return
    text, blocks = (reply, None) if isinstance(reply, str) else (reply.text, reply.blocks)
    if not await whisper(said.back, text, blocks):
        logger.warning("could not tell %s what came of /netcheck %s", said.user, verb.name)


async def _take(surface: Surface, verb: Verb, said: Said) -> Reply | None:
    """Return what a command answers, a failure too: nobody who types one is left without."""
    try:
        return await verb.take(surface, said)
    except NetcheckError as error:
        return _told(error, said)
    except Exception:  # the Slack boundary: a command is not sent again
        logger.exception("/netcheck %s failed as %s", verb.name, said.trigger)
        return said.say(words.BROKEN.fill(event=said.trigger))


def _told(error: NetcheckError, said: Said) -> str:
    """Return an error as mrkdwn; what it quotes of people and programs is escaped."""
    text = said.say(error.text) if isinstance(error, UsageError) else str(error)
    return escape.cut(text, _TEXT)
