"""Moments as a message tells them."""

from datetime import UTC, datetime


def minute(moment: str) -> str:
    """Return an ISO 8601 time as `2026-05-12 09:14 UTC`; what is no time stays as it is."""
    try:
        when = datetime.fromisoformat(moment)
        when = when.astimezone(UTC) if when.tzinfo else when
    except (ValueError, OverflowError):
        return moment
    return f"{when:%Y-%m-%d %H:%M} UTC"
