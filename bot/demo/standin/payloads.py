"""The payloads Slack sends to an app: events, slash commands, button presses."""

import secrets
from collections.abc import Mapping

from bot.demo.standin.messages import Message
from bot.demo.standin.options import StandInError
from bot.demo.standin.workspace import APP_ID, BOT_USER, TEAM_ID, Channel, Json, User


def event_callback(event: Json) -> Json:
    """Wrap an event (docs.slack.dev/apis/events-api, the outer payload of an event)."""
    bot = {"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER}
    return {
        "token": "standin",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(event["event_ts"].partition(".")[0]),
        "authorizations": [{**bot, "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(8)}",
    }


def mentioned(said: Json, channel: Channel) -> Json:
    """Return an `app_mention` event (docs.slack.dev/reference/events/app_mention)."""
    return {**said, "type": "app_mention", "channel": channel.id, "event_ts": said["ts"]}


def home_opened(user: str, tab: str, direct: Channel, view: Json | None, ts: str) -> Json:
    """Return `app_home_opened` (docs.slack.dev/reference/events/app_home_opened).

    `view` is the Home tab as it was last published, left out where none was. No language comes
    with it.
    """
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": direct.id,
        "event_ts": ts,
        "tab": tab,
    }
    return event if view is None or tab != "home" else {**event, "view": view}


def posted(said: Json, channel: Channel) -> Json:
    """Return a `message` event (docs.slack.dev/reference/events/message)."""
    event = {**said, "channel": channel.id, "channel_type": channel.kind, "event_ts": said["ts"]}
    return event | ({"subtype": "file_share"} if said.get("files") else {})


def changed(now: Json, before: Json, channel: Channel, ts: str) -> Json:
    """Return `message_changed`: an edit, an unfurled link or a first reply alike."""
    return _hidden("message_changed", channel, ts) | {"message": now, "previous_message": before}


def deleted(before: Json, channel: Channel, ts: str) -> Json:
    """Return `message_deleted`."""
    return _hidden("message_deleted", channel, ts) | {
        "deleted_ts": before["ts"],
        "previous_message": before,
    }


def slash_command(
    command: str, text: str, channel: Channel, user: User, handles: Mapping[str, str]
) -> Json:
    """Return a slash command; `handles` are its `response_url` and `trigger_id`.

    docs.slack.dev/interactivity/implementing-slash-commands. A command knows no thread.
    """
    return {
        "token": "standin",
        "team_id": TEAM_ID,
        "team_domain": "standin",
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        **handles,
    }


def block_actions(
    message: Message, said: Json, action: Json, user: User, handles: Mapping[str, str]
) -> Json:
    """Return the use of an element of a message; `action` is what `pressed` makes of it.

    docs.slack.dev/reference/interaction-payloads/block_actions-payload.
    """
    return _actions(action, user) | {
        "channel": {"id": message.channel, "name": "channel"},
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": bool(message.ephemeral_to),
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        },
        "message": said,
        "state": {"values": {}},
        **handles,
    }


def view_actions(view: Json, action: Json, user: User, trigger_id: str) -> Json:
    """Return the use of an element of a modal: no channel, no message, no `response_url`.

    docs.slack.dev/reference/interaction-payloads/block_actions-payload.
    """
    return _actions(action, user) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": {**view, "state": {"values": {}}},
        "trigger_id": trigger_id,
    }


def pressed(element: Json, block_id: str, value: str, ts: str) -> Json:
    """Return the action of a button, of one of two feedback buttons, or of a menu's option.

    docs.slack.dev/reference/block-kit/block-elements: each element's own page. `value` chooses
    where there is a choice. Raises `StandInError` for one that is not offered.
    """
    said: Json = {name: element[name] for name in ("type", "action_id") if name in element}
    said |= {"block_id": block_id, "action_ts": ts}
    if element["type"] == "feedback_buttons":
        offered = [element[name]["value"] for name in ("positive_button", "negative_button")]
        if value not in offered:
            raise StandInError(f"the feedback buttons have no value {value}")
        return said | {"value": value}
    if "options" in element:
        options = {option["value"]: option for option in element["options"]}
        if value not in options:
            raise StandInError(f"the menu has no option {value}")
        return said | {"selected_option": options[value]}
    return said | {name: element[name] for name in ("text", "value", "style") if name in element}


def block_suggestion(view: Json, element: Json, block_id: str, typed: str, user: User) -> Json:
    """Return what is asked of a menu with an external source while somebody types in a modal.

    docs.slack.dev/reference/interaction-payloads/block_suggestion-payload.
    """
    return {
        "type": "block_suggestion",
        "user": _person(user),
        "container": {"type": "view", "view_id": view["id"]},
        "api_app_id": APP_ID,
        "token": "standin",
        "team": {"id": TEAM_ID, "domain": "standin"},
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": typed,
        "view": view,
    }


def _actions(action: Json, user: User) -> Json:
    return {
        "type": "block_actions",
        "user": _person(user),
        "api_app_id": APP_ID,
        "token": "standin",
        "team": {"id": TEAM_ID, "domain": "standin"},
        "actions": [action],
    }


def message_action(
    callback_id: str, message: Message, said: Json, user: User, handles: Mapping[str, str]
) -> Json:
    """Return the use of a message shortcut (docs.slack.dev, shortcuts interaction payload)."""
    return {
        "type": "message_action",
        "callback_id": callback_id,
        "user": _person(user),
        "token": "standin",
        "team": {"id": TEAM_ID, "domain": "standin"},
        "channel": {"id": message.channel, "name": "channel"},
        "message_ts": message.ts,
        "message": said,
        "action_ts": message.ts,
        **handles,
    }


def global_shortcut(callback_id: str, user: User, trigger_id: str) -> Json:
    """Return the use of a global shortcut: it knows no channel (docs.slack.dev, same page)."""
    return {
        "type": "shortcut",
        "callback_id": callback_id,
        "user": _person(user),
        "token": "standin",
        "team": {"id": TEAM_ID, "domain": "standin"},
        "action_ts": "1700000000.000100",
        "trigger_id": trigger_id,
        "is_enterprise_install": False,
    }


def view_submission(view: Json, user: User, trigger_id: str, response_urls: list[Json]) -> Json:
    """Return a submitted modal; `view` holds its `state`.

    docs.slack.dev/reference/interaction-payloads/view-interactions-payload.
    """
    return {
        "type": "view_submission",
        "user": _person(user),
        "api_app_id": APP_ID,
        "token": "standin",
        "team": {"id": TEAM_ID, "domain": "standin"},
        "trigger_id": trigger_id,
        "view": view,
        "response_urls": response_urls,
    }


def _hidden(subtype: str, channel: Channel, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": ts,
        "event_ts": ts,
    }


def _person(user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID}
