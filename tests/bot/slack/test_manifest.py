"""The manifest is what the bot calls and hears, no more and no less."""

import ast
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import bot.slack
from bot.demo.standin import ANA, OPS, Options, Upload
from bot.slack import panels, scopes, teaching
from bot.slack.app import _LISTENERS
from bot.slack.form import CALLBACK
from bot.slack.manifest import manifest
from tests.bot.slack.conftest import Office

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.slack.surface import Surface

PASTE = 'no endpoints available for service "cart"'


class Recorder:
    """Takes what listeners register with slack_bolt's app."""

    def __init__(self) -> None:
        self.heard: dict[str, set[str]] = defaultdict(set)

    def __getattr__(self, kind: str) -> Callable[..., Callable[[object], object]]:
        def register(name: str, **_options: object) -> Callable[[object], object]:
            self.heard[kind].add(name)
            return lambda listener: listener

        return register


def calls() -> set[str]:
    """Return the Web API methods called in the package, as Slack names them."""
    found: set[str] = set()
    for file in Path(bot.slack.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("_client"):
                found.add(node.attr.replace("_", "."))
    return found


def test_every_web_api_method_that_is_called_is_in_the_table() -> None:
    assert calls() == {*scopes.CALLS, *scopes.APP_CALLS, *scopes.GROUP_CALLS}
    assert scopes.WATCH_CALLS.keys() <= scopes.CALLS.keys()


def test_every_listener_is_in_the_table_and_the_manifest() -> None:
    recorder = Recorder()
    for listen in _LISTENERS:
        listen(cast("AsyncApp", recorder), cast("Surface", None))

    told = manifest(watch=True)
    heard = {event.partition(".")[0] for event in scopes.events(watch=True)}
    assert recorder.heard["event"] == heard
    assert recorder.heard["command"] == {*scopes.COMMANDS}
    assert recorder.heard["message_shortcut"] | recorder.heard["global_shortcut"] == {
        *scopes.SHORTCUTS
    }
    assert recorder.heard["view"] == {CALLBACK, panels.RESOLVE, panels.REJECT, teaching.TEACH}
    assert {(one["type"], one["callback_id"]) for one in told["features"]["shortcuts"]} == {
        ("message", *recorder.heard["message_shortcut"]),
        ("global", *recorder.heard["global_shortcut"]),
    }


def test_watching_is_what_reads_channels() -> None:
    plain, watching = (manifest(watch=watch) for watch in (False, True))

    assert plain["oauth_config"]["scopes"]["bot"] == [
        "app_mentions:read",
        "chat:write",
        "commands",
        "files:read",
        "im:history",
    ]
    more = {*watching["oauth_config"]["scopes"]["bot"]} - {*plain["oauth_config"]["scopes"]["bot"]}
    assert more == {"channels:history", "groups:history"}
    assert plain["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened",
        "app_mention",
        "message.im",
    ]


def test_the_home_tab_is_there_and_needs_no_scope() -> None:
    assert manifest(watch=False)["features"]["app_home"]["home_tab_enabled"] is True
    assert scopes.CALLS["views.publish"] == scopes.EVENTS["app_home_opened"] == ()


def test_user_groups_are_read_only_where_one_is_an_admin() -> None:
    plain, groups = (manifest(watch=False, groups=groups) for groups in (False, True))

    more = {*groups["oauth_config"]["scopes"]["bot"]} - {*plain["oauth_config"]["scopes"]["bot"]}
    assert more == {"usergroups:read"}


def test_over_http_every_address_is_the_bots() -> None:
    told = manifest(watch=False, http="https://bot.example/")

    address = "https://bot.example/slack/events"
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["event_subscriptions"]["request_url"] == address
    assert told["settings"]["interactivity"]["request_url"] == address
    assert told["settings"]["interactivity"]["message_menu_options_url"] == address
    assert told["features"]["slash_commands"][0]["url"] == address


def test_names_are_as_short_as_slack_wants_them() -> None:
    """docs.slack.dev/reference/app-manifest: 24 characters of a shortcut's name, 140 of the app."""
    told = manifest(watch=True)

    assert all(len(one["name"]) <= 24 for one in told["features"]["shortcuts"])
    assert len(told["display_information"]["description"]) <= 140


def granted(*, watch: bool) -> Options:
    told: dict[str, Any] = manifest(watch=watch)
    return Options(
        scopes=frozenset(told["oauth_config"]["scopes"]["bot"]),
        events=frozenset(told["settings"]["event_subscriptions"]["bot_events"]),
    )


@pytest.mark.parametrize("options", [granted(watch=True)])
async def test_an_app_of_that_manifest_lacks_nothing(office: Office) -> None:
    await office.start()
    file = Upload("a.log", PASTE.encode())
    root = await office.slack.message(OPS, ANA, PASTE)

    event = await office.slack.mention(OPS, ANA, "", files=[file])
    await office.reply(event, "Confirmed")
    above = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)
    await office.reply(above, "Confirmed")
    direct = await office.slack.direct(ANA, PASTE)
    await office.reply(direct, "Confirmed")
    await office.slack.open_home(ANA)
    await office.slack.until(lambda: len(office.slack.homes(ANA)) == 2)

    assert not [call for call in office.slack.calls if call.error]
