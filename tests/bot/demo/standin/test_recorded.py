"""The stand-in's payloads beside ones that Slack sent to others.

`recorded.json` holds shapes, names and types alone, of payloads that the tests of Slack's own SDK
keep; `source` names the file at github.com. What was recorded must be there with the same type,
and nothing else may, but for what is named here with the reason.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import ANA, OPS, Options, SlackStandIn, Upload
from bot.demo.standin.options import ALL_EVENTS

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text(encoding="utf-8"))
OPAQUE = frozenset({"blocks", "values", "bot_profile", "authed_users"})

LEFT_OUT = frozenset(
    {
        *("enterprise_id", "enterprise_name", "authed_users"),  # of several workspaces in one
        *("external_id", "app_installed_team_id"),  # the same
        *("clear_on_close", "notify_on_close"),  # no view of ours asks for it
        *("display_as_bot", "upload"),  # old words for what `subtype` says
        "is_enterprise_install",  # of a modal; not every recording has it
        # the recorded file is a picture
        *("created", "timestamp", "title", "filetype", "pretty_type", "editable", "username"),
        *("is_external", "external_type", "is_public", "public_url_shared", "user"),
        *("url_private_download", "media_display_type", "permalink", "permalink_public"),
        *("has_rich_preview", "original_w", "original_h", "thumb_tiny"),
    }
)
"""Last names of what was recorded and the stand-in does not send."""

ADDED = frozenset(
    {
        *("context_team_id", "context_enterprise_id", "is_ext_shared_channel"),  # newer events
        *("authorizations", "event_context", "is_enterprise_install", "api_app_id"),  # the same
        *("blocks", "client_msg_id", "edited", "files", "ts", "team"),  # by what the message is
        *("name", "username", "team_id"),  # of a user: which of them come differs by payload
        *("emoji", "bot_id", "app_id", "bot_profile"),  # by who speaks and what is said
        *("message", "thread_ts", "state", "response_urls", "close", "submit", "hash"),
        "private_metadata",
    }
)
"""Names under which the stand-in sends what another recording or docs.slack.dev has."""

Payload = dict[str, Any]
Act = Callable[[SlackStandIn, AsyncWebClient], Awaitable[Payload]]


async def message(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    said = await slack.message(OPS, ANA, "hello")
    return slack.deliveries_of(said)[0].payload


async def message_changed(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    said = await slack.message(OPS, ANA, "hello")
    await slack.edit(said, "hello there")
    return slack.deliveries_of(said)[-1].payload


async def message_deleted(slack: SlackStandIn, client: AsyncWebClient) -> Payload:
    posted = await client.chat_postMessage(channel=OPS, text="gone soon")
    (said,) = slack.thread(OPS, posted["ts"])
    await client.chat_delete(channel=OPS, ts=posted["ts"])
    return slack.deliveries_of(said)[-1].payload


async def message_file_share(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    said = await slack.message(OPS, ANA, "see", files=[Upload("a.log", b"refused")])
    return slack.deliveries_of(said)[0].payload


async def message_of_webhook(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    said = await slack.alert(OPS, "down")
    return slack.deliveries_of(said)[0].payload


async def app_mention(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    return (await slack.mention(OPS, ANA, "hi")).payload


async def app_home_opened(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    return (await slack.open_home(ANA)).payload


async def slash_command(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    return (await slack.slash("/netcheck", "help", OPS, ANA)).payload


async def global_shortcut(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    return (await slack.global_shortcut("ask", ANA)).payload


async def message_shortcut(slack: SlackStandIn, _: AsyncWebClient) -> Payload:
    said = await slack.message(OPS, ANA, "hello")
    return (await slack.shortcut("check", said, ANA)).payload


async def block_actions(slack: SlackStandIn, client: AsyncWebClient) -> Payload:
    text = {"type": "plain_text", "text": "Button", "emoji": True}
    button = {"type": "button", "action_id": "a", "value": "click", "text": text}
    row = {"type": "actions", "elements": [button]}
    posted = await client.chat_postMessage(channel=OPS, text="x", blocks=[row])
    (said,) = slack.thread(OPS, posted["ts"])
    return (await slack.press(said, "a", ANA)).payload


async def view_submission(slack: SlackStandIn, client: AsyncWebClient) -> Payload:
    view = await opened(slack, client, {"type": "plain_text_input", "action_id": "a"})
    return (await slack.submit(view, ANA, {"b": "test"})).payload


async def view_submission_to_channel(slack: SlackStandIn, client: AsyncWebClient) -> Payload:
    element = {"type": "conversations_select", "action_id": "a", "response_url_enabled": True}
    view = await opened(slack, client, element)
    return (await slack.submit(view, ANA, {"b": OPS})).payload


async def opened(slack: SlackStandIn, client: AsyncWebClient, element: Payload) -> Payload:
    """Open a modal with one field."""
    words = {
        name: {"type": "plain_text", "text": name, "emoji": True}
        for name in ("title", "submit", "close")
    }
    field = {"type": "input", "block_id": "b", "label": words["title"], "element": element}
    view = {"type": "modal", "callback_id": "v", "private_metadata": "m", **words}
    trigger = (await slack.global_shortcut("ask", ANA)).event_id
    await client.views_open(trigger_id=trigger, view={**view, "blocks": [field]})
    return slack.views[-1]


ACTS: tuple[Act, ...] = (
    *(app_home_opened, app_mention, block_actions, global_shortcut, message, message_changed),
    *(message_deleted, message_file_share, message_of_webhook, message_shortcut, slash_command),
    *(view_submission, view_submission_to_channel),
)


@pytest.fixture
def options() -> Options:
    return Options(events=ALL_EVENTS)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: str(act.__name__))
async def test_a_payload_has_the_shape_that_was_recorded(
    slack: SlackStandIn, client: AsyncWebClient, act: Act
) -> None:
    sent = dict(leaves(await act(slack, client)))
    recorded = dict(leaves(RECORDED[act.__name__]["shape"], told=True))

    missing = {path for path in recorded.keys() - sent.keys() if not named(path, LEFT_OUT)}
    invented = {path for path in sent.keys() - recorded.keys() if not named(path, ADDED)}
    both = recorded.keys() & sent.keys()
    other_type = {path for path in both if "null" not in {recorded[path], sent[path]}}
    assert missing == set()
    assert invented == set()
    assert {path: sent[path] for path in other_type} == {p: recorded[p] for p in other_type}


def named(path: str, names: frozenset[str]) -> bool:
    """Say whether any part of a path has one of these names, or is a picture's size."""
    parts = path.replace("[]", "").split(".")
    return any(part in names or part.startswith("thumb_") for part in parts)


def leaves(value: object, at: str = "", *, told: bool = False) -> Iterator[tuple[str, str]]:
    """Yield each path with its type; where `told`, values are names of types already."""
    if at.rpartition(".")[2] in OPAQUE:
        yield at, "any"
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from leaves(one, f"{at}.{name}" if at else name, told=told)
    elif isinstance(value, list):
        for one in value[:1]:
            yield from leaves(one, f"{at}[]", told=told)
    elif told:
        yield at, str(value)
    else:
        yield at, "null" if value is None else type(value).__name__
