"""Listens for `/netcheck`."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.errors import NetcheckError
from bot.core.ports import Link
from bot.slack import escape, words
from bot.slack.asks import Ask, Kind
from bot.slack.commands import (
    AskCommand,
    CheckCommand,
    HelpCommand,
    LinkCommand,
    Options,
    WatchCommand,
    parse,
)
from bot.slack.guide import guide
from bot.slack.modal import open_form
from bot.slack.surface import Surface
from bot.slack.web import whisper


def listen(app: AsyncApp, surface: Surface) -> None:
    """Answer `ask` and checks in the channel, everything else to the user alone."""

    @app.command("/netcheck")
    async def commanded(ack: AsyncAck, command: dict[str, Any]) -> None:
        try:
            reply = await _take(surface, command)
        except NetcheckError as error:
            reply = escape.cut(str(error), 2_000)
        await ack(reply, response_type="ephemeral") if reply else await ack()


async def _take(surface: Surface, command: dict[str, Any]) -> str:
    """Begin what was asked for; return what to tell the user at once, or nothing."""
    text = command.get("text") or ""
    wanted = parse(text, surface.desk.groups())
    if isinstance(wanted, HelpCommand):
        return guide(wanted, surface.desk.groups(), surface.desk.clusters())
    if isinstance(wanted, LinkCommand):
        setting = _tell(command, partial(_link, surface, wanted, command))
        surface.pipeline.background(setting, "link a channel")
        return ""
    if isinstance(wanted, WatchCommand):
        setting = _tell(command, partial(_watch, surface, wanted, command))
        surface.pipeline.background(setting, "watch a channel")
        return ""
    if isinstance(wanted, AskCommand) and not wanted.text.strip():
        await open_form(surface, command, wanted.options)
        return ""
    ask = _asked(wanted, command)
    surface.doors.remember(command["trigger_id"], command.get("response_url", ""))
    kind: Kind = "ask" if isinstance(wanted, AskCommand) else "check"
    await surface.pipeline.accept(ask.event(command["trigger_id"], kind))
    return ""


def _asked(wanted: AskCommand | CheckCommand, command: dict[str, Any]) -> Ask:
    options: Options = wanted.options
    typed = (command.get("text") or "").strip().split("\n", 1)[0]
    return Ask(
        channel=command["channel_id"],
        user=command["user_id"],
        text=wanted.text if isinstance(wanted, AskCommand) else "",
        group=wanted.group if isinstance(wanted, CheckCommand) else "",
        subject=wanted.subject if isinstance(wanted, CheckCommand) else "",
        cluster=options.cluster,
        namespace=options.namespace,
        lang=options.lang,
        command=f"/netcheck {typed}",
    )


async def _tell(command: dict[str, Any], setting: Callable[[], Awaitable[str]]) -> None:
    """Tell the user alone what came of a setting, or why it was not made."""
    try:
        said = await setting()
    except NetcheckError as error:
        said = str(error)
    await whisper(command["response_url"], escape.cut(said, 2_000))


async def _link(surface: Surface, wanted: LinkCommand, command: dict[str, Any]) -> str:
    link = Link(command["channel_id"], wanted.cluster, wanted.namespace, command["user_id"])
    made = await surface.desk.link(link)
    lead = words.LINKED_NAMESPACE.fill(name=made.namespace)
    return words.LINKED.fill(cluster=made.cluster, namespace=lead.en if made.namespace else "").en


async def _watch(surface: Surface, wanted: WatchCommand, command: dict[str, Any]) -> str:
    channel = command["channel_id"]
    if wanted.whom is None:
        link = await surface.desk.link_of(channel)
    else:
        link = await surface.desk.watch(channel, wanted.whom, command["user_id"])
    return words.both(words.WATCHED[link.watch if link else ""])
