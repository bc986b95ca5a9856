"""The bot against the stand-in: real slack_bolt, a real socket, a real database."""

from typing import get_args

import pytest
from sqlalchemy import text

from bot.core.errors import PasteRefusedError, SettingError, StoreError
from bot.core.ports import Event
from bot.demo.standin import ANA, BEN, OPS, SHOP, How, Options, SlackStandIn
from bot.demo.standin.options import BASE_SCOPES
from bot.slack.app import SlackBot, SlackUnreachableError
from bot.store.address import read_address
from bot.store.database import Database
from bot.store.inbox import SqlInbox
from tests.bot.slack.backroom import backroom
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk
from tests.fakes.casebook import FakeCasebook
from tests.fakes.inbox import FakeInbox
from tests.fakes.outbox import FakeOutbox

PASTE = 'Warning\nno endpoints available for service "cart"'
HOSTILE = (
    "<!channel> <!here|here> <@U0BEN> <!subteam^S1> @channel @here\n"
    "``` <!everyone> ``` `<!channel>` &lt;!channel&gt; &amp;lt;!here&amp;gt; *_~ \u202e<!group>"
)
FINAL = "Confirmed"


def said(desk: ScriptedDesk) -> list[str]:
    """Return the pastes a desk was asked."""
    return [asked[0] for asked in desk.asked]


async def test_a_mention_gets_one_reply_in_its_thread_that_grows_into_the_answer(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    run = await office.start(desk)

    event = await office.slack.mention(OPS, ANA, PASTE)
    first = await office.reply(event, "checking")
    desk.gate.set()
    await office.reply(event, FINAL)
    await run.settle()

    assert office.slack.replies(event) == [first]
    assert first.thread_ts == event.payload["event"]["ts"]
    assert ["⏳" in form.text for form in first.edits] == [True, False]
    assert first.metadata == {
        "event_type": "netcheck_answer",
        "event_payload": {"key": event.payload["event_id"]},
    }


async def test_an_answer_that_is_there_at_once_is_posted_once_and_whole(office: Office) -> None:
    run = await office.start()

    event = await office.slack.mention(OPS, ANA, PASTE)
    reply = await office.reply(event, FINAL)
    await run.settle()

    assert len(reply.edits) == 1


async def test_the_event_is_acknowledged_before_it_is_answered(office: Office) -> None:
    desk = ScriptedDesk(progress=())
    desk.gate.clear()
    await office.start(desk)

    event = await office.slack.mention(OPS, ANA, PASTE)
    ack = await event.acked

    assert ack.attempt == 0
    assert office.slack.replies(event) == []


async def test_a_mention_in_a_thread_is_answered_in_that_thread(office: Office) -> None:
    await office.start()
    root = await office.slack.message(OPS, BEN, "the shop is down")

    await office.slack.mention(OPS, ANA, PASTE, thread_ts=root.ts)

    await office.slack.until(
        lambda: [one for one in office.slack.thread(OPS, root.ts) if FINAL in one.text]
    )


async def test_the_paste_reaches_the_desk_without_the_mention_and_with_its_lines(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)

    event = await office.slack.mention(OPS, ANA, f"-n shop in staging\n{PASTE}")
    await event.acked
    await run.settle()

    ((paste, place, overrides),) = desk.asked
    assert paste.split("\n") == ["", *PASTE.split("\n")]
    assert (place.source, place.channel, place.user) == ("slack", OPS, ANA)
    assert place.event == event.payload["event_id"]
    assert (overrides.namespace, overrides.cluster) == ("shop", "staging")


async def test_a_mention_with_nothing_to_look_at_is_told_how_this_works(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    event = await office.slack.mention(OPS, ANA, "  ")
    reply = await office.reply(event, "Mention me")

    assert desk.asked == []
    assert "貼上錯誤訊息" in str(reply.blocks)


async def test_a_direct_message_is_answered(office: Office) -> None:
    await office.start()

    event = await office.slack.direct(ANA, PASTE)

    await office.reply(event, FINAL)


async def test_bots_edits_and_notices_are_left_alone(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    event = await office.slack.mention(OPS, ANA, "the one that counts")
    mention = event.payload["event"]

    for change in (
        {"bot_id": "B0OTHER"},
        {"edited": {"user": ANA, "ts": "1.2"}},
        {"subtype": "message_changed"},
        {"user": "U0NETCHECK"},
    ):
        await (await office.slack.send({**mention, **change})).acked
    direct = await office.slack.direct(ANA, "another that counts")
    await office.slack.edit(direct.message, "edited") if direct.message else None
    await office.reply(direct, FINAL)
    await run.settle()

    assert [paste.strip() for paste in said(desk)] == ["the one that counts", "another that counts"]


async def test_an_event_sent_again_is_answered_once(office: Office) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    run = await office.start(desk)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await event.acked

    await (await office.slack.redeliver(event)).done
    desk.gate.set()
    await office.reply(event, FINAL)
    await (await office.slack.redeliver(event)).done
    await run.settle()

    assert len(desk.asked) == 1
    assert len(office.slack.replies(event)) == 1


async def test_two_pastes_at_once_are_both_answered_to_the_end(office: Office) -> None:
    run = await office.start()

    events = [await office.slack.mention(OPS, user, f"{PASTE} {user}") for user in (ANA, BEN)]
    for event in events:
        await office.reply(event, FINAL)
    await run.settle()

    for event, user in zip(events, (ANA, BEN), strict=True):
        (reply,) = office.slack.replies(event)
        assert user in str(reply.blocks)


async def test_a_hostile_paste_rings_nobody(office: Office) -> None:
    run = await office.start()

    event = await office.slack.mention(OPS, ANA, HOSTILE)
    reply = await office.reply(event, FINAL)
    await run.settle()

    assert (reply.rings, reply.loose_rings) == ((), ())
    assert "everyone" in str(reply.blocks)


async def test_a_paste_slack_cannot_show_whole_is_answered_all_the_same(office: Office) -> None:
    run = await office.start()

    event = await office.slack.mention(OPS, ANA, "no endpoints & " * 2_000)
    await office.reply(event, FINAL)
    await run.settle()

    assert not [call for call in office.slack.calls if call.error]


async def test_a_secret_in_a_paste_is_masked_before_it_is_stored(office: Office) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    run = await office.start(desk)

    event = await office.slack.mention(
        OPS, ANA, "curl -H 'Authorization: Bearer s3cr3t.t0k3n.1234'"
    )
    await event.acked
    async with run.database.read() as session:
        (stored,) = (await session.execute(text("SELECT body FROM inbox"))).scalars()

    assert "t0k3n" not in str(stored) + str(desk.asked)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_429_delays_and_loses_nothing(office: Office, method: str) -> None:
    run = await office.start()
    office.slack.limit(method, times=2, retry_after=30)

    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, FINAL)
    await run.settle()

    assert len(office.slack.replies(event)) == 1


@pytest.mark.parametrize("how", get_args(How))
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_call_that_fails_or_loses_its_answer_leaves_one_reply(
    office: Office, method: str, how: How
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    run = await office.start(desk)
    office.slack.fail(method, how=how)

    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, "checking")
    desk.gate.set()
    await office.reply(event, FINAL)
    await run.settle()

    assert len(office.slack.replies(event)) == 1


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_without_the_scope_to_look_a_lost_answer_is_posted_again_rather_than_never(
    office: Office,
) -> None:
    run = await office.start()
    office.slack.fail("chat.postMessage", how="after")

    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, FINAL)
    await run.settle()

    assert len(office.slack.replies(event)) == 2


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_the_plain_scopes_suffice_to_find_a_lost_answer_in_a_direct_talk(
    office: Office,
) -> None:
    run = await office.start()
    office.slack.fail("chat.postMessage", how="after")

    event = await office.slack.direct(ANA, PASTE)
    await office.reply(event, FINAL)
    await run.settle()

    assert len(office.slack.replies(event)) == 1


@pytest.mark.parametrize("options", [Options(ack_seconds=0.5, retry_seconds=(0.0, 0.0, 0.0))])
async def test_an_event_that_cannot_be_stored_is_not_acknowledged_and_comes_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = SqlInbox.take
    failures = iter([True])

    async def failing(inbox: SqlInbox, event: Event) -> bool:
        if next(failures, False):
            raise StoreError("the disk of the database is full: make room")
        return await take(inbox, event)

    monkeypatch.setattr(SqlInbox, "take", failing)
    await office.start()

    event = await office.slack.mention(OPS, ANA, PASTE)
    ack = await event.acked
    await office.reply(event, FINAL)

    assert ack.attempt == 1


async def test_an_error_for_people_is_the_reply(office: Office) -> None:
    await office.start(ScriptedDesk(error=PasteRefusedError("the paste <b> is empty: send it")))

    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, "the paste &lt;b&gt; is empty: send it")


async def test_an_error_of_ours_is_owned_up_to_and_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    run = await office.start(ScriptedDesk(error=ZeroDivisionError("division by zero")))

    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, "Something broke on our side")
    await run.settle()

    assert f"answering event {event.payload['event_id']} failed" in caplog.text
    assert "division" not in str(office.slack.replies(event)[0].blocks)


async def test_it_goes_on_after_slack_asks_for_a_new_connection(office: Office) -> None:
    await office.start()

    await office.slack.disconnect()
    await office.slack.until(lambda: office.slack.connections == 1)
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, FINAL)


async def test_it_replaces_a_socket_that_died_without_a_word(office: Office) -> None:
    await office.start()

    office.slack.go_silent()
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, FINAL)


async def test_a_stop_waits_for_the_answer_in_the_making(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    event = await office.slack.mention(SHOP, ANA, PASTE)
    await event.acked

    await run.bot.stop()

    (reply,) = office.slack.replies(event)
    assert FINAL in reply.text


@pytest.mark.parametrize(
    ("bot_token", "app_token", "message"),
    [
        ("", "xapp-1", "SLACK_BOT_TOKEN is not set"),
        ("xoxb-1", "", "SLACK_APP_TOKEN is not set"),
        ("xapp-1", "xoxb-1", "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are mixed up"),
        ("xoxp-1", "xapp-1", "SLACK_BOT_TOKEN must begin with xoxb-"),
        ("xoxb-wrong", "xapp-standin", "SLACK_BOT_TOKEN: Slack says invalid_auth"),
        ("xoxb-standin", "xapp-wrong", "SLACK_APP_TOKEN: Slack says invalid_auth"),
    ],
)
async def test_a_wrong_token_is_one_line_that_names_the_setting(
    bot_token: str, app_token: str, message: str
) -> None:
    async with SlackStandIn() as slack:
        with pytest.raises(SettingError) as refusal:
            await build(bot_token, app_token, slack.url).start()

    assert message in str(refusal.value)
    assert "wrong" not in str(refusal.value)


async def test_slack_out_of_reach_at_the_start_is_one_line() -> None:
    with pytest.raises(SlackUnreachableError) as refusal:
        await build("xoxb-1", "xapp-1", "http://127.0.0.1:9/api/").start()

    assert "Slack cannot be reached at http://127.0.0.1:9/api/" in str(refusal.value)


def build(bot_token: str, app_token: str, api_url: str) -> SlackBot:
    return SlackBot(
        bot_token=bot_token,
        app_token=app_token,
        api_url=api_url,
        desk=ScriptedDesk(),
        inbox=FakeInbox(),
        outbox=FakeOutbox(),
        book=FakeCasebook(),
        back=backroom(Database(read_address("sqlite:////nowhere/netcheck.db"))),
    )
