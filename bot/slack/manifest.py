"""The app's manifest, as api.slack.com takes it under "From a manifest"."""

from typing import Any

from bot.slack import form, shortcut
from bot.slack.scopes import COMMANDS, events, scopes
from bot.slack.words import FORM_TITLE, SHORTCUT

PATH = "/slack/events"
"""Where slack_bolt takes everything Slack sends over HTTP."""

_SAYS = "Names a pasted Kubernetes network error and proves its cause with read-only checks"


def manifest(*, watch: bool, http: str = "", groups: bool = False) -> dict[str, Any]:
    """Return the manifest (docs.slack.dev/reference/app-manifest), for Socket Mode unless `http`.

    `watch` adds what watched channels and reading the message above a mention need, `groups` what
    user groups in NETCHECK_ADMINS do; `http` is the public address of the bot, without a path.
    """
    where = {"url": f"{http.rstrip('/')}{PATH}"} if http else {}
    asks = {"request_url": where["url"]} if http else {}
    menus = {"message_menu_options_url": where["url"]} if http else {}
    return {
        "display_information": {"name": "netcheck", "description": _SAYS},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "netcheck", "always_online": True},
            "shortcuts": [
                _shortcut("message", shortcut.CALLBACK, SHORTCUT.en, "Name and prove this error"),
                _shortcut("global", form.CALLBACK, FORM_TITLE.en, "Paste an error into a form"),
            ],
            "slash_commands": [_command(command) | where for command in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": scopes(watch=watch, groups=groups)}},
        "settings": {
            "event_subscriptions": {"bot_events": events(watch=watch), **asks},
            "interactivity": {"is_enabled": True, **asks, **menus},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(kind: str, callback_id: str, name: str, says: str) -> dict[str, str]:
    return {"type": kind, "callback_id": callback_id, "name": name, "description": says}


def _command(command: str) -> dict[str, Any]:
    return {
        "command": command,
        "description": _SAYS,
        "usage_hint": "ask TEXT | dns | service shop/cart | incidents | help",
        "should_escape": False,
    }
