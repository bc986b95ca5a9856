"""Modals in the stand-in: what Slack takes, and what its client lets a person submit."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import ANA, OPS, SlackStandIn, StandInError

FIELD = {
    "type": "input",
    "block_id": "error",
    "label": {"type": "plain_text", "text": "Error"},
    "element": {"type": "plain_text_input", "action_id": "error", "max_length": 10},
}


def view(*blocks: dict[str, Any], **changes: object) -> dict[str, Any]:
    words = {name: {"type": "plain_text", "text": name} for name in ("title", "submit")}
    return {"type": "modal", **words, "blocks": list(blocks), **changes}


async def trigger(slack: SlackStandIn) -> str:
    return (await slack.global_shortcut("ask", ANA)).event_id


@pytest.mark.parametrize(
    "wrong",
    [
        view(FIELD, title={"type": "plain_text", "text": "x" * 25}),
        view(FIELD, submit=None),
        view(FIELD, private_metadata="x" * 3_001),
        view(FIELD, FIELD),
        view({**FIELD, "element": {**FIELD["element"], "max_length": 3_001}}),  # type: ignore[dict-item]
        view({**FIELD, "label": {"type": "mrkdwn", "text": "x"}}),
        view(*({"type": "divider"} for _ in range(101))),
    ],
)
async def test_a_view_over_a_limit_is_refused(
    slack: SlackStandIn, client: AsyncWebClient, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.views_open(trigger_id=await trigger(slack), view=wrong)
    assert slack.views == []


async def test_what_is_filled_in_comes_as_the_views_state(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    where = {
        "type": "input",
        "block_id": "channel",
        "label": {"type": "plain_text", "text": "Channel"},
        "element": {
            "type": "conversations_select",
            "action_id": "c",
            "response_url_enabled": True,
        },
    }
    await client.views_open(trigger_id=await trigger(slack), view=view(FIELD, where))

    sent = await slack.submit(slack.views[0], ANA, {"error": "timeout", "channel": OPS})

    values = sent.payload["view"]["state"]["values"]
    assert values["error"]["error"] == {"type": "plain_text_input", "value": "timeout"}
    assert values["channel"]["c"]["selected_conversation"] == OPS
    assert [one["channel_id"] for one in sent.payload["response_urls"]] == [OPS]


@pytest.mark.parametrize("filled", [{}, {"error": "x" * 11}, {"error": "x", "other": "y"}])
async def test_slacks_client_submits_no_form_that_is_filled_in_wrong(
    slack: SlackStandIn, client: AsyncWebClient, filled: dict[str, str]
) -> None:
    await client.views_open(trigger_id=await trigger(slack), view=view(FIELD))

    with pytest.raises(StandInError):
        await slack.submit(slack.views[0], ANA, filled)
