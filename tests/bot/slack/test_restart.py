"""A bot that dies at any point of an answer, and the next one with the same database."""

import pytest

from bot.core.errors import StoreError
from bot.demo.standin import ANA, OPS, Options
from bot.demo.standin.options import BASE_SCOPES
from bot.slack import web
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
    assert await second.inbox.unfinished(100) == ()


async def test_an_answer_is_found_on_a_later_page_of_a_long_thread(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_PAGE", 2)
    desk = ScriptedDesk()
    desk.gate.clear()
    root = await office.slack.message(OPS, ANA, "the shop is down")
    for number in range(4):
        await office.slack.message(OPS, ANA, f"me too {number}", thread_ts=root.ts)
    first = await office.start(desk, freeze="posted")
    await office.slack.mention(OPS, ANA, PASTE, thread_ts=root.ts)
    await first.ice.reached.wait()

    await first.kill()
    second = await office.start()
    await second.settle()

    (reply,) = [one for one in office.slack.thread(OPS, root.ts) if one.bot]
    assert FINAL in reply.text


async def test_an_answer_that_cannot_be_kept_is_left_for_the_next_start(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(*_: str) -> None:
        raise StoreError("the disk of the database is full: make room")

    first = await office.start()
    monkeypatch.setattr(first.outbox, "want", failing)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await event.acked
    await first.settle()

    await first.kill()
    await office.start()
    await office.reply(event, FINAL)

    assert "is left for the next start: the disk of the database is full" in caplog.text
    assert len(office.slack.replies(event)) == 1


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
