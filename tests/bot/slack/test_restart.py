"""A bot that dies at any point of an answer, and the next one with the same database."""

import pytest

from bot.demo.standin import ANA, OPS, Options
from bot.demo.standin.options import BASE_SCOPES
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'
FINAL = "Confirmed"


@pytest.mark.parametrize("point", ["taken", "attempting", "attempted", "posted"])
async def test_killed_before_the_first_form_is_known_to_stand_there_is_one_reply(
    office: Office, point: str
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    first = await office.start(desk, freeze=point)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await first.ice.reached.wait()

    await first.kill()
    second = await office.start()
    await office.reply(event, FINAL)
    await second.settle()

    (reply,) = office.slack.replies(event)
    assert "⏳" not in reply.text


async def test_killed_while_the_desk_works_there_is_one_reply(office: Office) -> None:
    desk = ScriptedDesk(progress=())
    desk.gate.clear()
    first = await office.start(desk)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await desk.told.wait()

    await first.kill()
    second = await office.start()
    await office.reply(event, FINAL)
    await second.settle()

    assert len(office.slack.replies(event)) == 1


async def test_killed_between_two_forms_the_same_reply_is_finished(office: Office) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    first = await office.start(desk)
    event = await office.slack.mention(OPS, ANA, PASTE)
    begun = await office.reply(event, "checking")
    await first.bot.courier.flush()

    await first.kill()
    second = await office.start()
    finished = await office.reply(event, FINAL)
    await second.settle()

    assert finished is begun
    assert office.slack.replies(event) == [begun]


@pytest.mark.parametrize("point", ["edited", "wanted"])
async def test_killed_at_the_end_the_reply_stays_whole_and_alone(
    office: Office, point: str
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    first = await office.start(desk, freeze=point)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, "checking")
    await first.bot.courier.flush()
    desk.gate.set()
    await first.ice.reached.wait()

    await first.kill()
    second = await office.start()
    await second.settle()

    (reply,) = office.slack.replies(event)
    assert FINAL in reply.text
    assert await second.outbox.waiting() == ()
    assert await second.inbox.unfinished() == ()


async def test_what_was_answered_is_not_answered_again_after_a_restart(office: Office) -> None:
    first = await office.start()
    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, FINAL)
    await first.settle()
    await first.kill()

    desk = ScriptedDesk()
    second = await office.start(desk)
    await (await office.slack.redeliver(event)).done
    await second.settle()

    assert desk.asked == []
    assert len(office.slack.replies(event)) == 1


async def test_a_mention_sent_while_nobody_listened_is_answered_by_the_next_run(
    office: Office,
) -> None:
    first = await office.start()
    await first.kill()
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.start()

    await office.reply(event, FINAL)


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_without_the_scope_to_look_only_an_unrecorded_post_is_repeated(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    first = await office.start(desk, freeze="posted")
    event = await office.slack.mention(OPS, ANA, PASTE)
    await first.ice.reached.wait()

    await first.kill()
    second = await office.start()
    await office.reply(event, FINAL)
    await second.settle()

    assert len(office.slack.replies(event)) == 2
    assert "channels:history" in caplog.text
