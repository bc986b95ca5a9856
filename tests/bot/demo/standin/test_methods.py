from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import (
    ANA,
    BASE_SCOPES,
    BOT_ID,
    BOT_USER,
    HALL,
    OLD,
    OPS,
    SHOP,
    VAULT,
    Options,
    SlackStandIn,
)
from tests.bot.demo.standin.conftest import web_client

METADATA = {"event_type": "netcheck_answer", "event_payload": {"key": "Ev1"}}


async def refused(call: Any) -> Any:  # noqa: ANN401 (slack_sdk's answers are untyped)
    """Return what Slack answered to a call it refused."""
    with pytest.raises(SlackApiError) as error:
        await call
    return error.value.response


async def test_auth_test_says_who_the_bot_is(client: AsyncWebClient) -> None:
    said = await client.auth_test()

    assert (said["user_id"], said["bot_id"]) == (BOT_USER, BOT_ID)
    assert "chat:write" in said.headers["x-oauth-scopes"]


async def test_api_test_needs_no_token(slack: SlackStandIn) -> None:
    said = await AsyncWebClient(base_url=slack.url).api_test(foo="bar")

    assert said["args"] == {"foo": "bar"}


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-other", "invalid_auth"), ("xapp-standin", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused(slack: SlackStandIn, token: str, error: str) -> None:
    answer = await refused(web_client(slack, token).auth_test())

    assert answer["error"] == error


async def test_no_token_is_refused(slack: SlackStandIn) -> None:
    answer = await refused(AsyncWebClient(base_url=slack.url).auth_test())

    assert answer["error"] == "not_authed"


async def test_a_socket_is_opened_with_the_app_token_only(slack: SlackStandIn) -> None:
    client = web_client(slack)

    opened = await client.apps_connections_open(app_token=slack.options.app_token)
    answer = await refused(client.apps_connections_open(app_token=slack.options.bot_token))

    assert opened["url"].startswith("ws://127.0.0.1:")
    assert answer["error"] == "not_allowed_token_type"


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    answer = await refused(client.api_call("chat.sing"))

    assert answer["error"] == "unknown_method"


async def test_a_message_is_kept_as_it_was_sent(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}]

    said = await client.chat_postMessage(channel=OPS, text="hi", blocks=blocks, metadata=METADATA)

    (message,) = slack.thread(OPS, said["ts"])
    assert (message.text, list(message.blocks), message.metadata) == ("hi", blocks, METADATA)
    assert (said["channel"], said["message"]["bot_id"]) == (OPS, BOT_ID)
    assert said["message"]["blocks"][0]["block_id"]


async def test_a_form_body_says_the_same_as_json(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    blocks = '[{"type": "divider"}]'

    said = await client.api_call(
        "chat.postMessage", data={"channel": "#ops", "text": "hi", "blocks": blocks}
    )

    (message,) = slack.thread(OPS, said["ts"])
    assert message.blocks == ({"type": "divider"},)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": VAULT, "text": "x"}, "channel_not_found"),
        ({"channel": HALL, "text": "x"}, "not_in_channel"),
        ({"channel": OLD, "text": "x"}, "is_archived"),
        ({"channel": OPS}, "no_text"),
        ({"channel": OPS, "text": "  "}, "no_text"),
        ({"channel": OPS, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": OPS, "text": "x", "blocks": "["}, "invalid_blocks_format"),
        ({"channel": OPS, "text": "x", "blocks": "{}"}, "invalid_blocks_format"),
        ({"channel": OPS, "text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ({"channel": OPS, "text": "x", "metadata": {"event_type": 1}}, "invalid_metadata_format"),
        ({"channel": OPS, "text": "x", "thread_ts": "1.000100"}, "thread_not_found"),
    ],
)
async def test_a_message_slack_would_not_take_is_refused(
    slack: SlackStandIn, client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    answer = await refused(client.api_call("chat.postMessage", json=arguments))

    assert answer["error"] == error
    assert slack.messages == []


async def test_the_longest_text_is_taken(client: AsyncWebClient) -> None:
    said = await client.chat_postMessage(channel=OPS, text="x" * 40_000)

    assert said["ok"]


async def test_invalid_blocks_come_with_their_reasons(client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}]

    answer = await refused(client.chat_postMessage(channel=OPS, text="x", blocks=blocks))

    reason = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert reason in answer["errors"]
    assert f"[ERROR] {reason}" in answer["response_metadata"]["messages"]


async def test_a_missing_scope_is_named() -> None:
    async with SlackStandIn(Options(scopes=BASE_SCOPES - {"chat:write"})) as slack:
        answer = await refused(web_client(slack).chat_postMessage(channel=OPS, text="x"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "app_mentions:read" in answer["provided"]


async def test_the_base_scopes_do_not_let_a_public_thread_be_read() -> None:
    async with SlackStandIn(Options(scopes=BASE_SCOPES)) as slack:
        message = await slack.message(OPS, ANA, "x")
        answer = await refused(web_client(slack).conversations_replies(channel=OPS, ts=message.ts))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")


async def test_every_ts_is_new_and_later(client: AsyncWebClient) -> None:
    said = [await client.chat_postMessage(channel=OPS, text=f"{n}") for n in range(7)]

    stamps = [one["ts"] for one in said]
    assert stamps[0] == "1700000000.000100"
    assert sorted(set(stamps)) == stamps


async def test_an_update_adds_a_form(slack: SlackStandIn, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="1", metadata=METADATA)

    await client.chat_update(channel=OPS, ts=posted["ts"], text="2")

    (message,) = slack.thread(OPS, posted["ts"])
    assert [form.text for form in message.edits] == ["1", "2"]
    assert message.edits[0].at <= message.edits[1].at
    assert message.metadata == METADATA


async def test_text_without_blocks_takes_the_blocks_away(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="1", blocks=[{"type": "divider"}])

    await client.chat_update(channel=OPS, ts=posted["ts"], text="2")

    (message,) = slack.thread(OPS, posted["ts"])
    assert message.blocks == ()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "ts": "1.000100", "text": "x"}, "channel_not_found"),
        ({"channel": OPS, "ts": "1.000100", "text": "x"}, "message_not_found"),
        ({"channel": OLD, "ts": "1.000100", "text": "x"}, "is_inactive"),
    ],
)
async def test_an_update_of_nothing_is_refused(
    client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    answer = await refused(client.api_call("chat.update", json=arguments))

    assert answer["error"] == error


async def test_an_update_takes_less_text_than_a_post(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="x" * 5_000)

    await client.chat_update(channel=OPS, ts=posted["ts"], text="x" * 4_000)
    answer = await refused(client.chat_update(channel=OPS, ts=posted["ts"], text="x" * 4_001))

    assert answer["error"] == "msg_too_long"


async def test_the_bot_changes_only_what_it_wrote(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    message = await slack.message(OPS, ANA, "mine")

    edited = await refused(client.chat_update(channel=OPS, ts=message.ts, text="x"))
    deleted = await refused(client.chat_delete(channel=OPS, ts=message.ts))

    assert (edited["error"], deleted["error"]) == ("cant_update_message", "cant_delete_message")


async def test_a_deleted_message_is_gone(slack: SlackStandIn, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="x")

    await client.chat_delete(channel=OPS, ts=posted["ts"])

    answer = await refused(client.chat_update(channel=OPS, ts=posted["ts"], text="y"))
    assert answer["error"] == "message_not_found"
    assert slack.thread(OPS, posted["ts"]) == []
    assert [message.deleted for message in slack.messages] == [True]


async def test_replies_come_in_order_and_page_by_page(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    root = await slack.message(OPS, ANA, "root")
    for number in range(3):
        await client.chat_postMessage(channel=OPS, thread_ts=root.ts, text=f"{number}")

    first = await client.conversations_replies(channel=OPS, ts=root.ts, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    last = await client.conversations_replies(channel=OPS, ts=root.ts, limit=3, cursor=cursor)

    assert [one["text"] for one in first["messages"]] == ["root", "0", "1"]
    assert (first["has_more"], last["has_more"]) == (True, False)
    assert [one["text"] for one in last["messages"]] == ["2"]
    assert first["messages"][0]["reply_count"] == 3
    assert last["messages"][0]["parent_user_id"] == ANA


async def test_a_reply_leads_to_its_whole_thread(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    root = await slack.message(OPS, ANA, "root")
    reply = await client.chat_postMessage(channel=OPS, thread_ts=root.ts, text="reply")

    said = await client.conversations_replies(channel=OPS, ts=reply["ts"])
    answer = await refused(client.conversations_replies(channel=OPS, ts="1.000100"))

    assert [one["ts"] for one in said["messages"]] == [root.ts, reply["ts"]]
    assert answer["error"] == "thread_not_found"


async def test_a_reply_to_a_reply_is_refused(slack: SlackStandIn, client: AsyncWebClient) -> None:
    root = await slack.message(OPS, ANA, "root")
    reply = await client.chat_postMessage(channel=OPS, thread_ts=root.ts, text="reply")

    answer = await refused(
        client.chat_postMessage(channel=OPS, thread_ts=reply["ts"], text="reply")
    )

    assert answer["error"] == "cannot_reply_to_message"


async def test_history_is_newest_first_and_leaves_replies_out(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    first = await slack.message(OPS, ANA, "first")
    await slack.message(OPS, ANA, "reply", thread_ts=first.ts)
    await slack.message(SHOP, ANA, "elsewhere")
    last = await slack.message(OPS, ANA, "last")

    everything = await client.conversations_history(channel=OPS)
    newer = await client.conversations_history(channel=OPS, oldest=first.ts)
    older = await client.conversations_history(channel=OPS, latest=last.ts, inclusive=False)
    outside = await refused(client.conversations_history(channel=HALL))

    assert [one["text"] for one in everything["messages"]] == ["last", "first"]
    assert [one["text"] for one in newer["messages"]] == ["last"]
    assert [one["text"] for one in older["messages"]] == ["first"]
    assert outside["error"] == "not_in_channel"


async def test_the_payload_of_metadata_must_be_asked_for(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="x", metadata=METADATA)

    plain = await client.conversations_replies(channel=OPS, ts=posted["ts"])
    full = await client.conversations_replies(
        channel=OPS, ts=posted["ts"], include_all_metadata=True
    )

    assert plain["messages"][0]["metadata"] == {"event_type": "netcheck_answer"}
    assert full["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}])
async def test_a_silly_limit_is_refused(client: AsyncWebClient, arguments: dict[str, Any]) -> None:
    answer = await refused(client.conversations_history(channel=OPS, **arguments))

    assert answer["error"] == "invalid_limit"


async def test_a_silly_cursor_is_refused(client: AsyncWebClient) -> None:
    answer = await refused(client.conversations_history(channel=OPS, cursor="?"))

    assert answer["error"] == "invalid_cursor"


async def test_an_ephemeral_message_is_for_one_member(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    await client.chat_postEphemeral(channel=OPS, user=ANA, text="psst")
    answer = await refused(client.chat_postEphemeral(channel=OPS, user="U0NOBODY", text="x"))

    assert [(one.ephemeral_to, one.text) for one in slack.ephemerals] == [(ANA, "psst")]
    assert slack.messages == []
    assert answer["error"] == "user_not_in_channel"


async def test_a_users_id_is_a_direct_conversation(client: AsyncWebClient) -> None:
    said = await client.chat_postMessage(channel=ANA, text="hello")

    info = await client.conversations_info(channel=said["channel"])
    assert (info["channel"]["is_im"], info["channel"]["user"]) == (True, ANA)


async def test_a_channel_tells_whether_the_bot_is_in_it(client: AsyncWebClient) -> None:
    inside = await client.conversations_info(channel=OPS)
    outside = await client.conversations_info(channel=HALL)

    assert (inside["channel"]["is_member"], outside["channel"]["is_member"]) == (True, False)


async def test_a_user_is_described(client: AsyncWebClient) -> None:
    said = await client.users_info(user=ANA)
    answer = await refused(client.users_info(user="U0NOBODY"))

    assert said["user"]["name"] == "ana"
    assert answer["error"] == "user_not_found"


async def test_a_reaction_counts_once(slack: SlackStandIn, client: AsyncWebClient) -> None:
    message = await slack.message(OPS, ANA, "x")

    await client.reactions_add(channel=OPS, timestamp=message.ts, name="eyes")
    again = await refused(client.reactions_add(channel=OPS, timestamp=message.ts, name="eyes"))
    nothing = await refused(client.reactions_add(channel=OPS, timestamp="1.0001", name="eyes"))

    assert message.reactions == [("eyes", BOT_USER)]
    assert (again["error"], nothing["error"]) == ("already_reacted", "message_not_found")


async def test_the_log_of_calls_holds_no_token(slack: SlackStandIn, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel=OPS, text="x")
    await client.api_call("auth.test", data={"token": "xoxb-secret"}, headers={})

    posted, tested = slack.calls
    assert (posted.method, posted.status, posted.body) == (
        "chat.postMessage",
        200,
        {"channel": OPS, "text": "x"},
    )
    assert posted.answer["ok"]
    assert "secret" not in repr(tested)
    assert posted.token == "xoxb-…"


async def test_what_a_message_rings_is_recorded_over_all_its_forms(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=OPS, text="&lt;!channel&gt; <!here>")
    await client.chat_update(channel=OPS, ts=posted["ts"], text="calm")
    loose = await client.chat_postMessage(channel=OPS, text="@everyone", link_names=True)

    (message,) = slack.thread(OPS, posted["ts"])
    assert (message.rings, message.now.rings) == (("<!here>",), ())
    assert slack.thread(OPS, loose["ts"])[0].loose_rings == ("@everyone",)
