"""How long ago, as people type it: `7d`, `24h`, `2w`."""

import re
from datetime import timedelta

from bot.core.errors import NetcheckError

MOST = timedelta(days=3650)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORM = re.compile(rf"([0-9]{{1,6}})([{''.join(_UNITS)}])")


class SinceError(NetcheckError):
    """No length of time; the message shows the form."""


def read_since(text: str) -> timedelta:
    """Read `30m`, `24h`, `7d` or `2w`; more than ten years are none. Raises `SinceError`."""
    match = _FORM.fullmatch(text.strip().lower())
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < span <= MOST:
        raise SinceError(f"{text[:40]!r} is no length of time: write 30m, 24h, 7d or 2w")
    return span
