"""Listens for `/netcheck`."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.errors import NetcheckError, StoreError
from bot.slack import escape
from bot.slack.blocks import Rendered
from bot.slack.commands import UsageError, head
from bot.slack.surface import Surface
from bot.slack.verbs.base import Reply, Said, Verb
from bot.slack.verbs.table import find
from bot.slack.web import whisper
from checks.text import Lang

_LANG_SECONDS = 1.0  # an acknowledgement has three; without an answer both languages do
_TEXT = 3_000  # arbitrary; docs.slack.dev asks for less than 4,000 in a message of text alone


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer `ask` and checks in the channel, everything else to the user alone."""

    @app.command("/netcheck")
    async def commanded(ack: AsyncAck, command: dict[str, Any]) -> None:
        said = _said(command, await _lang(surface, command["channel_id"]))
        reply: Reply | None = None
        try:
            verb = find(said.word, surface.desk.groups())
            if verb.at_once:
                reply = await verb.take(surface, said)
            else:
                surface.pipeline.background(_later(surface, verb, said), said.typed)
        except NetcheckError as error:
            reply = _told(error, said)
        if reply is None:
            await ack()
        elif isinstance(reply, Rendered):
            await ack(reply.text, blocks=reply.blocks, response_type="ephemeral")
        else:
            await ack(reply, response_type="ephemeral")


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
    try:
        reply = await verb.take(surface, said)
    except NetcheckError as error:
        reply = _told(error, said)
    if isinstance(reply, Rendered):
        await whisper(said.back, reply.text, reply.blocks)
    elif reply is not None:
        await whisper(said.back, reply)


def _told(error: NetcheckError, said: Said) -> str:
    """Return an error as mrkdwn; what it quotes of people and programs is escaped."""
    text = said.say(error.text) if isinstance(error, UsageError) else str(error)
    return escape.cut(text, _TEXT)
