"""Modals in the stand-in: what Slack takes, and what its client lets a person submit."""

from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
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


async def test_a_view_gets_a_new_form_unless_its_hash_is_outdated(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    opened = (await client.views_open(trigger_id=await trigger(slack), view=view(FIELD)))["view"]

    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=view())
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=opened["id"], hash=opened["hash"], view=view(FIELD))
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0NONE", view=view())

    (shown,) = slack.views
    assert (shown["id"], shown["blocks"]) == (opened["id"], [])


async def test_three_views_stand_on_top_of_each_other(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    await client.views_open(trigger_id=await trigger(slack), view=view())
    for _ in range(2):
        await client.views_push(trigger_id=await trigger(slack), view=view())

    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=await trigger(slack), view=view())
    assert [one["previous_view_id"] for one in slack.views] == [None, "V01", "V02"]


async def test_a_view_of_more_than_250_kilobytes_is_refused(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    text = {"type": "mrkdwn", "text": "x" * 3_000}
    large = view(*({"type": "section", "text": text} for _ in range(90)))

    with pytest.raises(SlackApiError, match="view_too_large"):
        await client.views_open(trigger_id=await trigger(slack), view=large)


def choosing(kind: str, **more: object) -> dict[str, Any]:
    """Return a field to choose in."""
    options = [{"text": {"type": "plain_text", "text": one}, "value": one} for one in "ab"]
    given = {} if kind == "external_select" else {"options": options}
    element = {"type": kind, "action_id": "choice", **given, **more}
    label = {"type": "plain_text", "text": "Choice"}
    return {"type": "input", "block_id": kind, "label": label, "element": element}


async def test_what_is_chosen_comes_as_the_views_state(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    fields = [choosing("radio_buttons"), choosing("checkboxes")]
    await client.views_open(trigger_id=await trigger(slack), view=view(*fields))

    chosen = {"radio_buttons": "b", "checkboxes": "a,b"}
    values = (await slack.submit(slack.views[0], ANA, chosen)).payload["view"]["state"]["values"]

    assert values["radio_buttons"]["choice"]["selected_option"]["value"] == "b"
    selected = values["checkboxes"]["choice"]["selected_options"]
    assert [one["value"] for one in selected] == ["a", "b"]


async def test_of_an_outside_menu_only_what_the_app_offered_can_be_chosen(
    slack: SlackStandIn,
    client: AsyncWebClient,
    app: AsyncApp,
    handler: AsyncSocketModeHandler,
) -> None:
    del handler
    asked: list[dict[str, Any]] = []

    @app.options("choice")
    async def offer(ack: AsyncAck, body: dict[str, Any]) -> None:
        asked.append(body)
        await ack(options=[{"text": {"type": "plain_text", "text": "DNS"}, "value": "dns"}])

    field = choosing("external_select", min_query_length=1)
    await client.views_open(trigger_id=await trigger(slack), view=view(field))
    (shown,) = slack.views
    with pytest.raises(StandInError, match="not offered"):
        await slack.submit(shown, ANA, {"external_select": "dns"})
    await slack.suggest(shown, "choice", ANA, "d")
    sent = await slack.submit(shown, ANA, {"external_select": "dns"})

    assert (asked[0]["value"], asked[0]["container"]["view_id"]) == ("d", shown["id"])
    values = sent.payload["view"]["state"]["values"]["external_select"]
    assert values["choice"]["selected_option"]["value"] == "dns"


async def test_a_button_of_a_view_is_pressed_with_the_view_and_no_channel(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    button = {
        "type": "button",
        "action_id": "next",
        "text": {"type": "plain_text", "text": "Next"},
        "value": "2",
    }
    block = {"type": "actions", "elements": [button]}
    await client.views_open(trigger_id=await trigger(slack), view=view(block))

    payload = (await slack.press_in(slack.views[0], "next", ANA)).payload

    assert payload["container"] == {"type": "view", "view_id": "V01"}
    assert payload["actions"][0]["value"] == "2"
    assert "channel" not in payload
    assert payload["trigger_id"]
