"""The two tokens of a Slack app, told apart before Slack is asked."""

from bot.core.errors import SettingError

_BOT = "SLACK_BOT_TOKEN", "xoxb-", "OAuth & Permissions, Bot User OAuth Token"
_APP = "SLACK_APP_TOKEN", "xapp-", "Basic Information, App-Level Tokens, with connections:write"


def check_tokens(bot_token: str, app_token: str) -> None:
    """Raise `SettingError` naming the setting that is missing or holds another kind of token."""
    swapped = bot_token.startswith(_APP[1]) and app_token.startswith(_BOT[1])
    if swapped:
        raise SettingError(
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are mixed up: the bot token begins with xoxb-, "
            "the app token with xapp-"
        )
    _check(bot_token, *_BOT)
    _check(app_token, *_APP)


def _check(token: str, setting: str, prefix: str, where: str) -> None:
    if not token.strip():
        raise SettingError(f"{setting} is not set: copy it from your Slack app ({where})")
    if not token.startswith(prefix):
        raise SettingError(f"{setting} must begin with {prefix}: copy it from your app ({where})")
