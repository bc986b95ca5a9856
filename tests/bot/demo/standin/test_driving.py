import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.demo.standin import (
    ANA,
    BEN,
    BOT_USER,
    HALL,
    OPS,
    Options,
    SlackStandIn,
    StandInError,
    Upload,
)
from tests.bot.demo.standin.conftest import web_client

BUTTON = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "fixed",
            "text": {"type": "plain_text", "text": "Fixed"},
            "value": "7",
        }
    ],
}


def events(slack: SlackStandIn) -> list[dict[str, Any]]:
    return [delivery.payload["event"] for delivery in slack.deliveries]


async def test_a_command_is_answered_by_its_ack(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    heard: list[dict[str, Any]] = []

    @app.command("/netcheck")
    async def answer(ack: AsyncAck, command: dict[str, Any]) -> None:
        heard.append(command)
        await ack("looking")

    delivery = await slack.slash("/netcheck", "dns", OPS, ANA)
    await delivery.acked
    await slack.until(lambda: slack.ephemerals)

    assert (heard[0]["text"], heard[0]["channel_id"], heard[0]["user_id"]) == ("dns", OPS, ANA)
    assert [(one.ephemeral_to, one.text) for one in slack.ephemerals] == [(ANA, "looking")]


async def test_a_command_is_answered_in_the_channel_through_its_response_url(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler

    @app.command("/netcheck")
    async def answer(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("done", response_type="in_channel")

    await slack.slash("/netcheck", "dns", OPS, ANA)
    (message,) = await slack.until(lambda: slack.messages)

    assert (message.channel, message.text, message.bot) == (OPS, "done", True)
    assert slack.ephemerals == []


@pytest.mark.parametrize("options", [Options(ack_seconds=0.05)])
async def test_a_command_without_an_ack_fails_before_the_users_eyes(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del app, handler

    delivery = await slack.slash("/unknown", "", OPS, ANA)
    (message,) = await slack.until(lambda: slack.ephemerals)

    assert message.text == "/unknown failed with the error “operation_timeout”"
    assert delivery.gave_up
    assert len(delivery.attempts) == 1


async def test_a_command_fails_when_nobody_listens(slack: SlackStandIn) -> None:
    await slack.slash("/netcheck", "", OPS, ANA)
    (message,) = await slack.until(lambda: slack.ephemerals)

    assert message.text == "/netcheck failed with the error “dispatch_failed”"


async def test_a_response_url_works_five_times(slack: SlackStandIn) -> None:
    delivery = await slack.slash("/netcheck", "", OPS, ANA)
    await slack.until(lambda: slack.ephemerals)
    hook = AsyncWebhookClient(delivery.payload["response_url"])

    answers = [await hook.send(text=f"{number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[5].body == "used_url"
    assert [one.text for one in slack.ephemerals[1:]] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_refuses_with_plain_words(slack: SlackStandIn) -> None:
    delivery = await slack.slash("/netcheck", "", OPS, ANA)
    hook = AsyncWebhookClient(delivery.payload["response_url"])
    slack.limit("response_url", retry_after=3)

    limited = await hook.send(text="x")
    empty = await hook.send(text="")
    wrong = await hook.send(text="x", blocks=[{"type": "nonsense"}])
    lost = await AsyncWebhookClient(f"{slack.url[:-4]}hooks/none").send(text="x")

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    assert (empty.status_code, empty.body) == (400, "no_text")
    assert (wrong.status_code, wrong.body) == (400, "invalid_blocks")
    assert (lost.status_code, lost.body) == (404, "no_service")


async def test_a_button_is_pressed(
    slack: SlackStandIn,
    app: AsyncApp,
    client: AsyncWebClient,
    handler: AsyncSocketModeHandler,
) -> None:
    del handler
    heard: list[dict[str, Any]] = []

    @app.action("fixed")
    async def answer(ack: AsyncAck, respond: AsyncRespond, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body)
        await respond("fixed by ana", replace_original=True)

    posted = await client.chat_postMessage(channel=OPS, text="x", blocks=[BUTTON])
    (message,) = slack.thread(OPS, posted["ts"])
    await slack.press(message, "fixed", ANA)
    await slack.until(lambda: message.text == "fixed by ana")

    action = heard[0]["actions"][0]
    assert (action["value"], action["block_id"]) == ("7", "b0")
    assert heard[0]["container"]["message_ts"] == message.ts


async def test_one_of_two_feedback_buttons_is_pressed(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    choice = {
        f"{name}_button": {"text": {"type": "plain_text", "text": name}, "value": name}
        for name in ("positive", "negative")
    }
    element = {"type": "feedback_buttons", "action_id": "helpful", **choice}
    block = {"type": "context_actions", "elements": [element]}
    posted = await client.chat_postMessage(channel=OPS, text="x", blocks=[block])
    (message,) = slack.thread(OPS, posted["ts"])

    payload = (await slack.press(message, "helpful", ANA, "negative")).payload

    assert payload["actions"][0]["value"] == "negative"
    with pytest.raises(StandInError, match="no value"):
        await slack.press(message, "helpful", ANA, "both")


async def test_there_is_no_button_to_press(slack: SlackStandIn) -> None:
    message = await slack.message(OPS, ANA, "x")

    with pytest.raises(StandInError, match="fixed"):
        await slack.press(message, "fixed", ANA)


async def test_a_shortcut_opens_a_view_once(
    slack: SlackStandIn,
    app: AsyncApp,
    client: AsyncWebClient,
    handler: AsyncSocketModeHandler,
) -> None:
    del handler
    heard: list[dict[str, Any]] = []

    @app.shortcut("ask")
    async def answer(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        await ack()
        heard.append(shortcut)

    message = await slack.message(OPS, ANA, "no endpoints")
    await (await slack.shortcut("ask", message, BEN)).acked
    await slack.until(lambda: heard)
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Ask"}, "blocks": []}
    await client.views_open(trigger_id=heard[0]["trigger_id"], view=view)
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=heard[0]["trigger_id"], view=view)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2", view=view)

    assert heard[0]["message"]["text"] == "no endpoints"
    assert [one["title"]["text"] for one in slack.views] == ["Ask"]


async def test_slack_sends_no_mention_from_where_the_bot_is_not(slack: SlackStandIn) -> None:
    with pytest.raises(StandInError, match="hall"):
        await slack.mention(HALL, ANA, "x")
    with pytest.raises(StandInError, match="nowhere"):
        await slack.mention("nowhere", ANA, "x")
    with pytest.raises(StandInError, match="U0NOBODY"):
        await slack.mention(OPS, "U0NOBODY", "x")

    assert slack.deliveries == []


async def test_a_direct_message_is_a_message_event(slack: SlackStandIn) -> None:
    delivery = await slack.direct(ANA, "x")

    event = delivery.payload["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "x")


async def test_a_message_in_a_channel_is_heard_only_when_subscribed(
    slack: SlackStandIn, watched: SlackStandIn
) -> None:
    await slack.message(OPS, ANA, "x")
    message = await watched.message(OPS, ANA, "x")
    await watched.message(HALL, ANA, "the bot is not here")

    assert slack.deliveries == []
    assert len(watched.deliveries) == 1
    assert [one.payload["event"]["text"] for one in watched.deliveries_of(message)] == ["x"]


async def test_a_mention_in_a_watched_channel_comes_twice_under_two_ids(
    watched: SlackStandIn,
) -> None:
    await watched.mention(OPS, ANA, "x")

    assert sorted(event["type"] for event in events(watched)) == ["app_mention", "message"]
    assert len({delivery.event_id for delivery in watched.deliveries}) == 2


async def test_the_bot_hears_its_own_posts_edits_and_deletions(watched: SlackStandIn) -> None:
    client = web_client(watched)
    posted = await client.chat_postMessage(channel=OPS, text="1")
    await client.chat_update(channel=OPS, ts=posted["ts"], text="2")
    await client.chat_delete(channel=OPS, ts=posted["ts"])

    said, changed, deleted = events(watched)
    assert (said["user"], said.get("subtype")) == (BOT_USER, None)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "2")
    assert changed["previous_message"]["text"] == "1"
    assert changed["message"]["edited"]["user"] == BOT_USER
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted["ts"])


async def test_a_first_reply_and_an_unfurled_link_change_a_message_without_an_edit(
    watched: SlackStandIn,
) -> None:
    root = await watched.message(OPS, ANA, "https://a.example")
    await watched.unfurl(root, "https://a.example")
    await watched.message(OPS, BEN, "reply", thread_ts=root.ts)

    unfurled = events(watched)[1]
    replied = events(watched)[3]
    for event in (unfurled, replied):
        assert event["subtype"] == "message_changed"
        assert event["message"]["text"] == event["previous_message"]["text"]
        assert "edited" not in event["message"]
    assert unfurled["message"]["attachments"][0]["from_url"] == "https://a.example"
    assert replied["message"]["reply_count"] == 1


async def test_a_person_edits_what_they_wrote(watched: SlackStandIn) -> None:
    message = await watched.message(OPS, ANA, "tpyo")

    await watched.edit(message, "typo")

    assert [form.text for form in message.edits] == ["tpyo", "typo"]
    assert events(watched)[-1]["message"]["edited"]["user"] == ANA


async def test_a_file_is_for_the_bot_token_only(slack: SlackStandIn) -> None:
    log = Upload("kubelet.log", b"no route to host")
    delivery = await slack.mention(OPS, ANA, "see", files=[log])
    (file,) = delivery.payload["event"]["files"]
    bearer = {"Authorization": f"Bearer {slack.options.bot_token}"}

    async with aiohttp.ClientSession() as session:
        async with session.get(file["url_private"], headers=bearer) as answer:
            read = await answer.read()
        async with session.get(file["url_private"]) as page:
            kind = page.content_type

    assert (file["name"], file["size"], read) == ("kubelet.log", 16, b"no route to host")
    assert kind == "text/html"


async def test_the_thread_holds_the_bots_replies(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    delivery = await slack.mention(OPS, ANA, "x")
    root = delivery.message
    assert root is not None
    await slack.message(OPS, BEN, "me too", thread_ts=root.ts)
    await client.chat_postMessage(channel=OPS, thread_ts=root.ts, text="found it")

    assert [one.text for one in slack.replies(delivery)] == ["found it"]
    assert [one.user for one in slack.thread(OPS, root.ts)] == [ANA, BEN, BOT_USER]


async def test_until_wakes_on_a_change(slack: SlackStandIn, client: AsyncWebClient) -> None:
    waiting = asyncio.create_task(slack.until(lambda: slack.messages))
    await asyncio.sleep(0)

    await client.chat_postMessage(channel=OPS, text="x")

    assert [one.text for one in await waiting] == ["x"]


async def test_until_tells_what_was_called_last(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    await client.auth_test()

    with pytest.raises(TimeoutError, match=r"auth\.test 200"):
        await slack.until(lambda: slack.messages, within=0)


async def test_a_subscriber_sees_every_change_in_order(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    changes = slack.subscribe()
    posted = await client.chat_postMessage(channel=OPS, text="1")
    await client.chat_update(channel=OPS, ts=posted["ts"], text="2")
    await client.chat_postEphemeral(channel=OPS, user=ANA, text="psst")
    await client.chat_delete(channel=OPS, ts=posted["ts"])
    changes.close()

    seen = [change async for change in changes if change.kind != "called"]

    assert [change.kind for change in seen] == ["posted", "edited", "ephemeral", "deleted"]
    assert seen[2].message is slack.ephemerals[0]


async def test_the_changes_end_with_the_stand_in() -> None:
    async with SlackStandIn() as slack:
        changes = slack.subscribe()

    assert [change async for change in changes] == []
