"""Listens for mentions: `@netcheck` and the error below it."""

from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from bot.slack.surface import Surface, from_person, take_message


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer a mention in its thread."""

    @app.event("app_mention")
    async def mentioned(body: dict[str, Any], context: AsyncBoltContext) -> None:
        if from_person(body["event"]):
            await take_message(surface, body, context.bot_user_id or "", "mention")
