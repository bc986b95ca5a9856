"""Listens for direct messages: the error alone."""

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.slack.surface import Surface, from_person, take_message


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer a direct message in its thread; messages elsewhere are only acknowledged."""

    @app.event("message")
    async def written(body: dict[str, Any], context: AsyncBoltContext) -> None:
        event = body["event"]
        if event.get("channel_type") == "im" and from_person(event):
            await take_message(surface, body, context.bot_user_id or "", "direct")
