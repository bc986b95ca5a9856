"""What can go wrong between the bot and Slack, by what may be done next."""

TOKEN_ERRORS = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)
"""The token is at fault, not the message (docs.slack.dev, errors common to all methods)."""

ENDED_ERRORS = frozenset({"account_inactive", "token_revoked"})
"""The app was taken out of the workspace: this token will never do again."""

ABSENT_ERRORS = frozenset({"channel_not_found", "not_in_channel"})
"""The bot is not in the channel; a private one it cannot even see."""

SIZE_ERRORS = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)
"""The form is at fault; a plain short one may still be taken."""

UNCERTAIN_ERRORS = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
)
"""Slack broke while working and says itself that parts may have been done."""


class SlackFault(Exception):  # noqa: N818 (a fault says what to do, it is never shown to people)
    """Base of what `web` raises; nothing of slack_sdk's or aiohttp's passes it."""


class Throttled(SlackFault):
    """429: nothing was done; ask again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"throttled for {seconds:g} s")
        self.seconds = seconds


class Unsent(SlackFault):
    """No connection could be made: nothing was done."""


class Unclear(SlackFault):
    """The answer got lost: it may have been done. `answered` says that Slack itself broke."""

    def __init__(self, message: str, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


class Refused(SlackFault):
    """Slack said no; `error` is its word, as in `is_archived`.

    `needed` names the scopes of which one is missing, with `missing_scope`.
    """

    def __init__(self, error: str, needed: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.needed = needed
