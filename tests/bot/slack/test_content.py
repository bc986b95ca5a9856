from typing import Any

import pytest

from bot.slack.content import content

LINES = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "it says"}]},
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": "no endpoints\nfor cart"}],
        },
    ],
}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "no endpoints"}}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {"text": "it says no endpoints for cart", "blocks": [LINES]},
            "it says no endpoints for cart",
        ),
        ({"text": "", "blocks": [LINES]}, "it says\nno endpoints\nfor cart"),
        ({"text": "FIRING", "bot_id": "B1", "blocks": [SECTION]}, "FIRING\nno endpoints"),
        ({"text": "no endpoints", "bot_id": "B1", "blocks": [SECTION]}, "no endpoints"),
        (
            {"attachments": [{"pretext": "p", "fields": [{"title": "pod", "value": "cart-1"}]}]},
            "p\npod\ncart-1",
        ),
        ({"attachments": [{"fallback": "only this"}]}, "only this"),
        ({"text": "see", "attachments": [{"from_url": "x", "text": "a preview"}]}, "see"),
        ({"attachments": [{"blocks": [SECTION]}]}, "no endpoints"),
        ({"text": None, "blocks": None, "attachments": None}, ""),
        ({"blocks": "nonsense", "attachments": [7]}, ""),
    ],
)
def test_a_message_says_its_text_once(message: dict[str, Any], text: str) -> None:
    assert content(message) == text
