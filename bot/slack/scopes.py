"""What the bot calls and hears of Slack, and the scope each needs: the one table of it.

The manifest is made from it, and a test holds the calls and listeners of this package to it.
Scopes are those of the methods' and events' pages at docs.slack.dev.
"""

from collections.abc import Mapping

Needs = Mapping[str, tuple[str, ...]]

CALLS: Needs = {
    "auth.test": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("im:history",),
    "conversations.replies": ("im:history",),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
"""Web API methods called with the bot token. In channels those that read need `WATCH_CALLS`."""

WATCH_CALLS: Needs = {
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
}
GROUP_CALLS: Needs = {"usergroups.users.list": ("usergroups:read",)}
"""Called only where NETCHECK_ADMINS names a user group."""
APP_CALLS: Needs = {"apps.connections.open": ("connections:write",)}
"""Called with the app-level token, whose scopes no manifest holds."""

DOWNLOADS: Needs = {"url_private": ("files:read",)}
EVENTS: Needs = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "message.im": ("im:history",),
}
WATCH_EVENTS: Needs = {
    "app_home_opened": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
}
COMMANDS: Needs = {"/netcheck": ("commands",)}
SHORTCUTS: Needs = {"check_error": ("commands",), "ask_error": ("commands",)}


def scopes(*, watch: bool, groups: bool = False) -> list[str]:
    """Return the bot token's scopes, sorted; `groups` is whether user groups are read."""
    tables = [CALLS, DOWNLOADS, EVENTS, COMMANDS, SHORTCUTS]
    tables += [WATCH_CALLS, WATCH_EVENTS] if watch else []
    tables += [GROUP_CALLS] if groups else []
    return sorted({scope for table in tables for needs in table.values() for scope in needs})


def events(*, watch: bool) -> list[str]:
    """Return the events to subscribe to, sorted."""
    return sorted([*EVENTS, *(WATCH_EVENTS if watch else ())])
