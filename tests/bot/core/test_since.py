from datetime import timedelta

import pytest

from bot.core.since import SinceError, read_since


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(hours=24)),
        (" 7D ", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_a_length_of_time_is_read(text: str, span: timedelta) -> None:
    assert read_since(text) == span


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "7 d", "1y", "1.5h", "999999w", "٧d"])
def test_anything_else_shows_the_form(text: str) -> None:
    with pytest.raises(SinceError, match="30m, 24h, 7d or 2w"):
        read_since(text)
