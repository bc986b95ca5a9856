"""What commands that only read have in common."""

from datetime import timedelta

from bot.core.errors import StoreError
from bot.core.since import SinceError
from bot.core.since import read_since as read
from bot.slack.commands import Options, UsageError, lang_of
from bot.slack.surface import Surface
from bot.slack.verbs.base import Said
from checks.text import Lang, Text

_NO_SPAN = Text(
    "`{text}` is no length of time: write `30m`, `24h`, `7d` or `2w`",
    "`{text}` 不是時間長度：請寫 `30m`、`24h`、`7d` 或 `2w`",
)


async def reading_lang(surface: Surface, said: Said, options: Options) -> Lang | None:
    """Return the language asked for, the channel's, or the one the person was last answered in."""
    if options.lang or said.lang:
        return lang_of(options.lang) or said.lang
    try:
        return await surface.back.languages.of_person(said.user)
    except StoreError:
        return None


def read_span(text: str) -> timedelta:
    """Read a length of time. Raises `UsageError`."""
    try:
        return read(text)
    except SinceError as error:
        raise UsageError(_NO_SPAN.fill(text=text[:40])) from error
