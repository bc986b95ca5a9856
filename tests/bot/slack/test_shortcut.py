"""The shortcut "Check this error" against the stand-in."""

import pytest

from bot.demo.standin import ANA, BEN, HALL, OPS, Options
from bot.demo.standin.options import BASE_SCOPES
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'
CHECK = "check_error"


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_the_answer_stands_in_the_thread_of_the_message(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    message = await office.slack.message(OPS, BEN, PASTE)

    event = await office.slack.shortcut(CHECK, message, ANA)
    reply = await office.reply(event, "Confirmed")
    await run.settle()

    assert reply.thread_ts == message.ts
    assert office.slack.replies(event) == [reply]
    ((paste, place, _overrides),) = desk.asked
    assert (paste, place.user) == (PASTE, ANA)


async def test_a_reply_is_answered_in_the_thread_it_stands_in(office: Office) -> None:
    await office.start()
    root = await office.slack.message(OPS, BEN, "checkout is down")
    message = await office.slack.message(OPS, BEN, PASTE, thread_ts=root.ts)

    event = await office.slack.shortcut(CHECK, message, ANA)
    reply = await office.reply(event, "Confirmed")

    assert reply.thread_ts == root.ts


async def test_what_a_program_posted_is_answered_too(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    message = await office.slack.alert(OPS, attachments=[{"title": "Firing", "text": PASTE}])

    event = await office.slack.shortcut(CHECK, message, ANA)
    await office.reply(event, "Confirmed")

    assert desk.asked[0][0] == f"Firing\n{PASTE}"


async def test_a_shortcut_sent_twice_is_answered_once(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    message = await office.slack.message(OPS, BEN, PASTE)

    event = await office.slack.shortcut(CHECK, message, ANA)
    await event.acked
    await (await office.slack.redeliver(event)).done
    await run.settle()

    assert len(desk.asked) == len(office.slack.replies(event)) == 1


async def test_a_message_without_text_is_said_to_have_none(office: Office) -> None:
    await office.start()
    message = await office.slack.message(OPS, BEN, "")

    event = await office.slack.shortcut(CHECK, message, ANA)

    await office.reply(event, "There is no text")


async def test_where_the_bot_is_not_the_user_is_told_to_invite_it(office: Office) -> None:
    await office.start()
    message = await office.slack.message(HALL, BEN, PASTE)

    await office.slack.shortcut(CHECK, message, ANA)
    (told,) = await office.slack.until(lambda: office.slack.ephemerals)

    assert told.ephemeral_to == ANA
    assert "/invite @netcheck" in told.text
