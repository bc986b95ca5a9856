"""Listens to channels that are watched: a sure match is answered in the thread, nothing else."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.core.errors import PasteRefusedError
from bot.core.ports import Link, Watch
from bot.slack.asks import Ask
from bot.slack.commands import leading_options
from bot.slack.content import content
from bot.slack.surface import Surface, written


async def in_channel(event: dict[str, Any]) -> bool:
    """Whether a message stands in a channel, public or private."""
    return event.get("channel_type") in {"channel", "group"}


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer what is surely an error, in channels that asked for it."""

    @app.event("message", matchers=[in_channel])
    async def said(body: dict[str, Any], context: AsyncBoltContext) -> None:
        event = body["event"]
        message = _new_text(event)
        if message is None or _is_own(message, context):
            return
        link = await surface.desk.link_of(event["channel"])
        if link is None or not _wanted(link.watch, message):
            return
        ask = _ask(event["channel"], message, link)
        if await _is_sure(surface, ask.text):
            await surface.pipeline.accept(ask.event(body["event_id"], "watch"))


def _new_text(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the message whose text is new; Slack reports previews and first replies as edits."""
    if event.get("subtype") != "message_changed":
        return event if written(event) or event.get("subtype") == "bot_message" else None
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    changed = content(now) != content(before) and now.get("edited")
    return now if changed and now.get("subtype") in {None, "bot_message"} else None


def _is_own(message: Mapping[str, Any], context: AsyncBoltContext) -> bool:
    """Whether the bot wrote it, or is mentioned in it and hears of it by another event."""
    ours = {context.bot_user_id, context.bot_id} - {None, ""}
    if {message.get("user"), message.get("bot_id")} & ours:
        return True
    mention = rf"<@{re.escape(context.bot_user_id or '')}(\|[^>]*)?>"
    return re.search(mention, message.get("text") or "") is not None


def _wanted(watch: Watch, message: Mapping[str, Any]) -> bool:
    return watch == "all" or (watch == "people" and not message.get("bot_id"))


def _ask(channel: str, message: Mapping[str, Any], link: Link) -> Ask:
    text, options = leading_options(content(message))
    return Ask(
        channel=channel,
        user=message.get("user") or "",
        thread=message.get("thread_ts") or message["ts"],
        text=text,
        ts=message["ts"],
        cluster=options.cluster or link.cluster,
        namespace=options.namespace,
        lang=options.lang,
    )


async def _is_sure(surface: Surface, text: str) -> bool:
    if not text.strip():
        return False
    try:
        answer = await surface.desk.match(text)
    except PasteRefusedError:
        return False
    return answer.answer == "match"
