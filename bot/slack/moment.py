"""Moments and lengths of time as people read them."""

from datetime import UTC, datetime

from checks.text import Text

_UNITS = (
    (86_400, Text("{count} d", "{count} 天")),
    (3_600, Text("{count} h", "{count} 小時")),
    (60, Text("{count} min", "{count} 分鐘")),
    (1, Text("{count} s", "{count} 秒")),
)


def minute(moment: str) -> str:
    """Return an ISO 8601 time as `2026-05-12 09:14 UTC`; what is no time stays as it is."""
    try:
        when = datetime.fromisoformat(moment)
        when = when.astimezone(UTC) if when.tzinfo else when
    except (ValueError, OverflowError):
        return moment
    return f"{when:%Y-%m-%d %H:%M} UTC"


def length(seconds: float) -> Text:
    """Return a length of time in its two largest units: `3 d 4 h`, `12 s`."""
    left, parts = max(0, int(seconds)), []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(unit.fill(count=count))
    told = parts[:2] or [_UNITS[-1][1].fill(count=0)]
    return Text(" ".join(one.en for one in told), " ".join(one.zh_tw for one in told))
