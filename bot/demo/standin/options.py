"""How a stand-in behaves, and how it refuses."""

import msgspec

from bot.demo.standin.workspace import Json

BASE_SCOPES = frozenset(
    {"app_mentions:read", "chat:write", "commands", "files:write", "im:history"}
)
"""The least an install can do with: no file is read, and no channel."""

ALL_SCOPES = BASE_SCOPES | {
    "channels:history",
    "channels:read",
    "files:read",
    "groups:history",
    "groups:read",
    "im:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
}
"""That, and everything an install may add."""

BASE_EVENTS = frozenset({"app_home_opened", "app_mention", "message.im"})
ALL_EVENTS = BASE_EVENTS | {"message.channels", "message.groups"}


NOW = -1
"""An epoch: each `ts` tells the time by the clock."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen when a stand-in starts; the defaults are Slack's own.

    `events` are the subscribed event types. An event not acknowledged within `ack_seconds` is
    sent again after each of `retry_seconds` in turn (docs.slack.dev/apis/events-api: at once,
    after a minute, after five); those that found no socket come within `spread_seconds` once there
    is one. `one_per_second` refuses a second chat.postMessage to a channel
    within a second. `home_tab` is whether the app has a Home tab at all. `epoch` is the second in
    which the first `ts` falls, or `NOW`. Port 0 lets the system choose.
    """

    bot_token: str = "xoxb-standin"  # noqa: S105 (opens nothing but this stand-in)
    app_token: str = "xapp-standin"  # noqa: S105 (same)
    scopes: frozenset[str] = ALL_SCOPES
    events: frozenset[str] = BASE_EVENTS
    home_tab: bool = True
    ack_seconds: float = 3.0
    retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    spread_seconds: float = 0.0
    one_per_second: bool = False
    epoch: int = 1_700_000_000
    host: str = "127.0.0.1"
    port: int = 0


class Refusal(Exception):  # noqa: N818 (Slack's answer, no failure of the stand-in)
    """Slack says no: `error` is its word, `extra` goes into the answer beside it."""

    def __init__(self, error: str, extra: Json | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra or {}


class StandInError(Exception):
    """The stand-in was asked for something Slack would not do."""
