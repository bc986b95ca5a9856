"""What every listener is given."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from bot.core.archive import Archive
from bot.core.desk import Answers
from bot.core.followup import FollowUp
from bot.core.health import Health
from bot.core.languages import Languages
from bot.core.leave import Leave
from bot.core.registry import Registry
from bot.slack.asks import Ask, Kind
from bot.slack.commands import leading_options
from bot.slack.doors import Doors
from bot.slack.files import pack
from bot.slack.pipeline import Pipeline
from bot.slack.presses import Presses
from knowledge.load import Library

_READ_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


class Views(Protocol):
    """What a listener asks of Slack at once; `SlackWeb` has it. Raises `SlackFault`."""

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal; return the view's id."""

    async def update_view(self, opened: str, view: dict[str, Any], seen: str = "") -> None:
        """Give an open modal a new form, where its `hash` is still the one that was seen."""

    async def publish_home(self, user: str, view: dict[str, Any]) -> None:
        """Show somebody a Home tab."""


class Backroom(msgspec.Struct, frozen=True):
    """What is read beside answers. `uptime` is in seconds, `now` aware."""

    languages: Languages
    archive: Archive
    registry: Registry
    health: Health
    library: Callable[[], Library]
    version: str
    uptime: Callable[[], float]
    now: Callable[[], datetime]


class Surface(msgspec.Struct, frozen=True):
    """The pipeline behind all listeners, and what a command needs beside it."""

    pipeline: Pipeline
    desk: Answers
    doors: Doors
    views: Views
    leave: Leave
    back: Backroom
    presses: Presses
    followup: FollowUp


def from_person(event: Mapping[str, Any]) -> bool:
    """Whether a message was just written by a person: no bot's, no edit, no notice of Slack's."""
    return written(event) and not event.get("bot_id") and not event.get("edited")


def written(event: Mapping[str, Any]) -> bool:
    """Whether an event is a message as it was written: no edit, no notice of Slack's."""
    return event.get("subtype") in _READ_SUBTYPES


async def take_message(
    surface: Surface, body: Mapping[str, Any], bot_user: str, kind: Kind
) -> None:
    """Accept a message as a paste, or as a question how this works when it has no text.

    The answer stands in the message's thread. Raises `StoreError`, and then must not be
    acknowledged, so that Slack sends it again.
    """
    event = body["event"]
    text = re.sub(rf"<@{re.escape(bot_user)}(\|[^>]*)?>", "", event.get("text") or "")
    text, options = leading_options(text)
    ask = Ask(
        channel=event["channel"],
        user=event.get("user", ""),
        thread=event.get("thread_ts") or event["ts"],
        text=text,
        cluster=options.cluster,
        namespace=options.namespace,
        lang=options.lang,
        ts=event["ts"],
        files=pack(event),
    )
    await surface.pipeline.accept(ask.event(body["event_id"], _kind(text, event, kind)))


def _kind(text: str, event: Mapping[str, Any], kind: Kind) -> Kind:
    """Return what a message asks: about itself, about the message above, or how this works."""
    said = text.strip().lower()
    if said in {"help", "?"}:
        return "howto"
    if said or event.get("files"):
        return kind
    return "above" if kind == "mention" and _is_reply(event) else "howto"


def _is_reply(event: Mapping[str, Any]) -> bool:
    return event.get("thread_ts") not in {None, event["ts"]}
