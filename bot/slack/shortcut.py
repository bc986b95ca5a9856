"""Listens for the message shortcut "Check this error", which any message has in its menu."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.asks import Ask
from bot.slack.content import content
from bot.slack.files import pack
from bot.slack.surface import Surface

CALLBACK = "check_error"
"""The shortcut's callback id, as the app's manifest has it."""


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer a message in its own thread, whoever or whatever wrote it."""

    @app.message_shortcut(CALLBACK)
    async def chosen(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        message = shortcut["message"]
        ask = Ask(
            channel=shortcut["channel"]["id"],
            user=shortcut["user"]["id"],
            thread=message.get("thread_ts") or message["ts"],
            text=content(message),
            ts=message["ts"],
            files=pack(message),
        )
        surface.doors.remember(shortcut["trigger_id"], shortcut.get("response_url", ""))
        await surface.pipeline.accept(ask.event(shortcut["trigger_id"], "shortcut"))
        await ack()
