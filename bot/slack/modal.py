"""Listens for the global shortcut "Check an error" and for the modal that it opens."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.desk import Answers
from bot.core.errors import NetcheckError
from bot.slack import escape, form, words
from bot.slack.asks import Ask
from bot.slack.commands import Options, UsageError
from bot.slack.faults import SlackFault
from bot.slack.surface import Surface


def listen(app: AsyncApp, surface: Surface) -> None:
    """Open the modal at once, as its trigger works for 3 s; answer in the chosen channel."""

    @app.global_shortcut(form.CALLBACK)
    async def chosen(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await surface.views.open_view(shortcut["trigger_id"], form.form(surface.desk.clusters()))
        await ack()

    @app.view(form.CALLBACK)
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        errors = await _take(surface, body)
        await ack(response_action="errors", errors=errors) if errors else await ack()


async def open_form(
    surface: Surface, trigger: str, back: str, channel: str, options: Options
) -> None:
    """Open the modal for a command. Raises `UsageError` where Slack does not open it."""
    view = form.form(surface.desk.clusters(), channel, options)
    try:
        opened = await surface.views.open_view(trigger, view)
    except SlackFault as fault:
        raise UsageError(words.FORM_SHUT.fill(error=fault)) from fault
    surface.doors.remember(f"view {opened}", back)


async def _take(surface: Surface, body: dict[str, Any]) -> dict[str, str]:
    """Accept what was filled in, or return what is wrong with it, by field."""
    filled = form.read(body)
    errors = form.mistakes(filled) or await _without_cluster(surface.desk, filled)
    if errors:
        return errors
    ask = Ask(
        channel=filled.channel,
        user=body["user"]["id"],
        text=filled.text,
        cluster=filled.cluster,
        namespace=filled.namespace,
        command="/netcheck ask",
    )
    event_id = f"view {body['view']['id']}"
    if filled.response_url:
        surface.doors.remember(event_id, filled.response_url)
    try:
        await surface.pipeline.accept(ask.event(event_id, "ask"))
    except NetcheckError as error:
        surface.doors.forget(event_id)
        return {"error": escape.clean(str(error))[:2_000]}
    return {}


async def _without_cluster(desk: Answers, filled: form.Filled) -> dict[str, str]:
    """Ask for a cluster where none follows from the channel."""
    if filled.cluster or len(desk.clusters()) <= 1:
        return {}
    try:
        linked = await desk.link_of(filled.channel)
    except NetcheckError as error:
        return {"error": escape.clean(str(error))[:2_000]}
    return {} if linked else {"cluster": form.both(words.FORM_WHICH)}
