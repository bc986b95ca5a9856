"""The buttons under an answer, pressed over the real socket, with a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text

from bot.core.casebook import Kept
from bot.core.errors import ClusterError, StoreError
from bot.core.leave import Admins
from bot.demo.standin import ANA, BEN, OPS, Delivery, Message
from bot.store import models
from bot.store.casebook import SqlCasebook
from bot.store.memory import SqlMemory
from tests.bot.slack import answers
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk
from tests.bot.slack.test_command import posted

PASTE = 'no endpoints available for service "cart"'


async def answered(office: Office, run: Run, desk: ScriptedDesk, user: str = ANA) -> Message:
    """Let somebody ask; return the finished reply."""
    desk.memory = SqlMemory(run.database)
    event = await office.slack.mention(OPS, user, PASTE)
    await office.reply(event, "Confirmed")
    await run.settle()
    return office.slack.replies(event)[0]


async def pressed(
    office: Office, run: Run, reply: Message, action: str, user: str = ANA, value: str = ""
) -> Delivery:
    """Press a button and wait until all that comes of it is done."""
    delivery = await office.slack.press(reply, f"answer_{action}", user, value)
    await delivery.acked
    await run.settle()
    return delivery


async def opened(office: Office, run: Run, reply: Message, action: str) -> dict[str, Any]:
    """Press a button that opens a window; return the window once it is filled."""
    await pressed(office, run, reply, action)
    return office.slack.views[-1]


def labels(reply: Message) -> list[str]:
    """Return the words on the row of buttons."""
    rows = [block for block in reply.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


def shown(thing: object) -> str:
    return str(thing)


async def turns(run: Run) -> list[tuple[str, str, str]]:
    """Return the incident's timeline."""
    detail = await SqlMemory(run.database).show(1)
    assert detail is not None
    return [(one.what, one.who, one.detail) for one in detail.timeline]


async def test_a_finished_answer_has_buttons_and_one_in_the_making_has_none(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    desk.gate.clear()
    event = await office.slack.mention(OPS, ANA, "no endpoints available for service")
    (reply,) = await office.slack.until(lambda: office.slack.replies(event))
    begun = shown(reply.blocks)

    desk.gate.set()
    await run.settle()

    assert labels(reply) == ["Check again", "Evidence", "I'm on it", "Resolve", "Not this cause"]
    assert [block["type"] for block in reply.blocks][-2:] == ["actions", "context_actions"]
    assert "actions" not in begun


async def test_an_answer_that_cannot_be_kept_stands_without_buttons(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(_book: SqlCasebook, _kept: Kept) -> Kept:
        raise StoreError("the disk of the database is full: make room")

    monkeypatch.setattr(SqlCasebook, "keep", failing)
    desk = ScriptedDesk()
    run = await office.start(desk)

    reply = await answered(office, run, desk)

    assert "Confirmed" in reply.text
    assert labels(reply) == []
    assert "has no buttons: the disk of the database is full" in caplog.text


async def test_a_reply_that_was_deleted_is_not_posted_again(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    press = await office.slack.press(reply, "answer_own", ANA)
    office.slack.refuse("chat.update", "message_not_found")
    await press.acked
    await run.settle()

    assert [one for one in office.slack.messages if one.bot] == [reply]


async def test_check_again_asks_the_same_of_the_same_cluster_and_edits_that_reply(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    desk.anew = answers.REFUTED

    await pressed(office, run, reply, "again", BEN)

    ((request, cluster, channel),) = desk.looked
    assert (request.text.strip(), cluster, channel) == (PASTE, "staging", OPS)
    assert "Not confirmed" in reply.text
    assert [one for one in office.slack.messages if one.bot] == [reply]
    assert (await turns(run))[-1] == ("checked", BEN, "not-confirmed")


async def test_two_presses_of_check_again_are_one_run(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    desk.gate.clear()

    first = await office.slack.press(reply, "answer_again", ANA)
    second = await office.slack.press(reply, "answer_again", BEN)
    for delivery in (first, second):
        await delivery.acked
    (told,) = await office.slack.until(lambda: office.slack.ephemerals)
    desk.gate.set()
    await run.settle()

    assert len(desk.looked) == 1
    assert told.ephemeral_to in {ANA, BEN}
    assert "being checked already" in told.text
    await pressed(office, run, reply, "again")
    assert len(desk.looked) == 2


async def test_a_cause_that_is_found_again_is_no_new_sighting(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)

    await pressed(office, run, reply, "again")

    assert "First time seen" in shown(reply.blocks)
    assert (await turns(run))[-1] == ("checked", ANA, "confirmed")


async def test_a_check_that_fails_leaves_the_answer_and_tells_who_asked(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    desk._error = ClusterError("no cluster is called 'staging': link the channel anew")

    await pressed(office, run, reply, "again")
    (told,) = office.slack.ephemerals
    desk._error = None
    await pressed(office, run, reply, "again")

    assert "link the channel anew" in told.text
    assert len(desk.looked) == 2
    assert "Check again" in labels(reply)


async def test_a_failure_of_ours_is_owned_up_to(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    desk._error = ZeroDivisionError("division by zero")

    await pressed(office, run, reply, "again")

    (told,) = office.slack.ephemerals
    assert "our fault" in told.text
    assert "division" not in told.text
    assert "Confirmed" in reply.text
    assert "again" in caplog.text


async def test_a_check_broken_off_by_a_crash_is_finished_by_the_next_run(office: Office) -> None:
    desk = ScriptedDesk()
    first = await office.start(desk)
    reply = await answered(office, first, desk)
    desk.gate.clear()
    press = await office.slack.press(reply, "answer_again", ANA)
    await press.acked
    await office.slack.until(lambda: "⏳" in reply.text)

    await first.kill()
    again = ScriptedDesk(last=answers.REFUTED)
    second = await office.start(again)
    await office.slack.until(lambda: "Not confirmed" in reply.text)
    await second.settle()

    assert len(again.looked) == 1
    assert "Check again" in labels(reply)


async def test_a_button_works_after_a_restart_that_has_forgotten_the_message(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    first = await office.start(desk)
    reply = await answered(office, first, desk)
    await first.outbox.prune(datetime.now(UTC) + timedelta(minutes=1))
    await first.kill()

    again = ScriptedDesk(last=answers.REFUTED)
    second = await office.start(again)
    await pressed(office, second, reply, "again")

    assert "Not confirmed" in reply.text
    assert [one for one in office.slack.messages if one.bot] == [reply]


async def test_a_command_s_answer_is_checked_again_as_a_command(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    await office.slack.slash("/netcheck", "service cart -n shop in staging", OPS, ANA)
    reply = await posted(office, OPS, "could not see everything")
    await run.settle()
    desk.anew = answers.BLIND_COMMAND

    await pressed(office, run, reply, "again")

    ((request, cluster, _),) = desk.looked
    assert (request.group, request.subject, request.namespace) == ("service", "cart", "shop")
    assert cluster == "staging"
    assert labels(reply) == ["Check again", "Evidence"]
    assert f"asked by <@{ANA}>" in shown(reply.blocks)


@pytest.mark.parametrize("action", ["again", "own", "helpful"])
async def test_a_button_whose_answer_is_not_kept_says_so(office: Office, action: str) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    async with run.database.write() as session:
        await session.execute(text("DELETE FROM kept"))
    said = f"1 yes {reply.now.metadata['event_payload']['key']}" if reply.now.metadata else ""

    await pressed(office, run, reply, action, value=said if action == "helpful" else "")

    (told,) = office.slack.ephemerals
    assert "I do not keep this answer any more" in told.text
    assert "不在我的紀錄中" in told.text


async def test_a_window_whose_answer_is_not_kept_says_so(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    async with run.database.write() as session:
        await session.execute(text("DELETE FROM kept"))

    window = await opened(office, run, reply, "evidence")

    assert "I do not keep this answer any more" in shown(window)


@pytest.mark.parametrize("action", ["again", "evidence"])
@pytest.mark.parametrize("value", ["2 - Ev1", "7", "shop/cart"])
async def test_a_button_of_another_version_says_so(office: Office, action: str, value: str) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    for block in reply.blocks:
        for element in block.get("elements", ()):
            if "value" in element:
                element["value"] = value

    await pressed(office, run, reply, action)

    (told,) = office.slack.ephemerals
    assert "another version of netcheck" in told.text
    assert office.slack.views == []


async def test_an_answer_another_version_kept_is_not_shown_but_can_be_checked_again(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    async with run.database.write() as session:
        await session.execute(text("UPDATE kept SET answer = '{\"lang\": 7}'"))

    window = await opened(office, run, reply, "evidence")
    await pressed(office, run, reply, "again")

    assert "press *Check again*" in shown(window)
    assert len(desk.looked) == 1
    assert "Confirmed" in reply.text


async def test_who_is_on_it_is_shown_and_a_second_press_releases(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)

    await pressed(office, run, reply, "own", ANA)
    by_ana = shown(reply.blocks)
    await pressed(office, run, reply, "own", BEN)
    by_ben = shown(reply.blocks)
    await pressed(office, run, reply, "own", BEN)

    assert f"🙋 <@{ANA}> is on it, since 20" in by_ana
    assert f"🙋 <@{BEN}> is on it" in by_ben
    assert ANA not in by_ben
    assert "🙋" not in shown(reply.blocks)
    assert await turns(run) == [
        ("opened", ANA, "confirmed"),
        ("acknowledged", ANA, ""),
        ("acknowledged", BEN, ""),
        ("released", BEN, ""),
    ]


async def test_a_press_that_was_kept_is_done_once_though_the_bot_died_after_it(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    first = await office.start(desk)
    reply = await answered(office, first, desk)
    await first.kill()
    second = await office.start(desk, freeze="wanted")
    press = await office.slack.press(reply, "answer_own", ANA)
    await press.acked
    await second.ice.reached.wait()
    await second.kill()

    third = await office.start(desk)
    await third.settle()

    assert f"<@{ANA}> is on it" in shown(reply.blocks)
    assert [what for what, _, _ in await turns(third)] == ["opened", "acknowledged"]


async def test_resolving_asks_what_mended_it_and_shows_it_until_it_comes_back(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    await pressed(office, run, reply, "own", ANA)

    window = await opened(office, run, reply, "resolve")
    submission = await office.slack.submit(window, BEN, {"how": "the selector said crat <!here>"})
    await submission.acked
    await run.settle()
    told = shown(reply.blocks)
    again = await answered(office, run, desk)

    assert f"✅ *Resolved* by <@{BEN}> on 20" in told
    assert "the selector said crat &lt;!here&gt;" in told
    assert "🙋" not in told
    assert labels(reply) == ["Check again", "Evidence", "Not this cause"]
    assert f"🩹 Last mended by <@{BEN}> on 20" in shown(again.blocks)
    assert (reply.loose_rings, again.loose_rings) == ((), ())
    assert [what for what, _, _ in await turns(run)] == [
        "opened",
        "acknowledged",
        "resolved",
        "reopened",
    ]
    detail = await SqlMemory(run.database).show(1)
    assert detail is not None
    assert detail.incident.status == "open"
    assert detail.timeline[2].source.startswith(f"slack {OPS} ")


async def test_a_check_that_still_finds_what_was_resolved_opens_it_again(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    window = await opened(office, run, reply, "resolve")
    await (await office.slack.submit(window, ANA, {"how": "restarted it"})).acked
    await run.settle()

    await pressed(office, run, reply, "again")

    assert "Last mended by" in shown(reply.blocks)
    assert "Seen 2 times" in shown(reply.blocks)
    assert "Resolve" in labels(reply)


async def test_nothing_said_of_what_mended_it_is_a_mistake_at_the_field(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    window = await opened(office, run, reply, "resolve")

    ack = await (await office.slack.submit(window, ANA, {"how": "  "})).acked

    assert ack.payload == {
        "response_action": "errors",
        "errors": {"how": "Say in a few words what mended it."},
    }


async def test_what_is_resolved_meanwhile_is_told_in_the_window(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    windows = [await opened(office, run, reply, "resolve") for _ in range(2)]
    acks = []
    for window in windows:
        acks.append(await (await office.slack.submit(window, ANA, {"how": "it"})).acked)
        await run.settle()

    assert acks[0].payload == {}
    assert "resolved already" in shown(acks[1].payload["view"])


async def test_who_may_not_resolve_is_told_who_may_and_may_do_the_rest(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk, admins=Admins(users=(BEN,)))
    reply = await answered(office, run, desk)

    window = await opened(office, run, reply, "resolve")
    await pressed(office, run, reply, "own", ANA)

    assert f"<@{BEN}>" in shown(window)
    assert "submit" not in window
    assert f"<@{ANA}> is on it" in shown(reply.blocks)


async def test_an_answer_without_an_incident_has_nothing_to_take_on(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    async with run.database.write() as session:
        await session.execute(text("DELETE FROM incident"))

    await pressed(office, run, reply, "own", ANA)

    (told,) = office.slack.ephemerals
    assert "No incident is kept" in told.text


async def said(run: Run) -> list[tuple[str, str, str, str]]:
    async with run.database.read() as session:
        rows = await session.scalars(select(models.Feedback).order_by(models.Feedback.user))
        return [(one.user, one.kind, one.entry, one.said) for one in rows]


async def test_each_person_s_last_word_on_an_answer_is_kept(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    assert reply.now.metadata is not None
    key = reply.now.metadata["event_payload"]["key"]

    await pressed(office, run, reply, "helpful", ANA, f"1 yes {key}")
    await pressed(office, run, reply, "helpful", BEN, f"1 yes {key}")
    await pressed(office, run, reply, "helpful", ANA, f"1 no {key}")

    assert await said(run) == [
        (ANA, "helpful", "service-no-endpoints", "no"),
        (BEN, "helpful", "service-no-endpoints", "yes"),
    ]
    assert "Not helpful" in office.slack.ephemerals[-1].text
    assert ("rated", BEN, "helpful") in await turns(run)


async def test_another_suspect_is_chosen_and_the_reply_says_who_said_so(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)

    window = await opened(office, run, reply, "reject")
    choices = window["blocks"][0]["element"]["options"]
    await (await office.slack.submit(window, BEN, {"rather": "dns-pods-down"})).acked
    await run.settle()

    assert [one["text"]["text"] for one in choices] == [
        "DNS Pods are down",
        "Pod addresses ran out",
        "None of those I know",
    ]
    says = f"<@{BEN}> says it is not this cause but *DNS Pods are down*"
    assert says in shown(reply.blocks)
    assert await said(run) == [(BEN, "cause", "service-no-endpoints", "dns-pods-down")]
    assert (await turns(run))[-1] == ("disputed", BEN, "dns-pods-down")
    assert "Confirmed" in reply.text  # the ranking is not changed by it


async def test_any_entry_is_found_by_its_words_and_goes_before_the_choice_above(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    window = await opened(office, run, reply, "reject")

    options = await office.slack.suggest(window, "entry", ANA, "ran out")
    filled = {"rather": "-", "other": "ipam-exhausted"}
    await (await office.slack.submit(window, ANA, filled)).acked
    await run.settle()

    assert [one["value"] for one in options] == ["ipam-exhausted"]
    assert "but *Pod addresses ran out*" in shown(reply.blocks)


async def test_none_of_the_entries_may_be_the_cause(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    window = await opened(office, run, reply, "reject")

    none = await (await office.slack.submit(window, ANA, {})).acked
    await (await office.slack.submit(window, ANA, {"rather": "-"})).acked
    await run.settle()

    assert list(none.payload["errors"]) == ["rather"]
    assert f"<@{ANA}> says it is not this cause, nor another" in shown(reply.blocks)


async def test_evidence_shows_what_the_message_left_out_page_by_page(office: Office) -> None:
    many = tuple(
        msgspec.structs.replace(
            answers.PROVED,
            finding=msgspec.structs.replace(
                answers.PROVED.finding,
                subject=f"Service shop/cart-{number}",
                evidence=tuple(f"quote {number}.{at}" for at in range(40)),
                command=f"kubectl describe service cart-{number}",
            ),
        )
        for number in range(30)
    )
    desk = ScriptedDesk(last=msgspec.structs.replace(answers.CONFIRMED, checks=many))
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    assert "quote 29.39" not in shown(reply.blocks)
    assert "stands whole under *Evidence*" in shown(reply.blocks)

    seen = [await opened(office, run, reply, "evidence")]
    while "evidence_next" in shown(seen[-1]["blocks"]):
        await (await office.slack.press_in(seen[-1], "evidence_next", BEN)).acked
        await run.settle()
        seen.append(office.slack.views[-1])
    await (await office.slack.press_in(seen[-1], "evidence_back", BEN)).acked
    await run.settle()

    assert len(seen) > 2
    whole = shown([view["blocks"] for view in seen])
    for number in range(30):
        assert f"quote {number}.39" in whole
        assert f"kubectl describe service cart-{number}" in whole
    assert f"Page {len(seen)} of {len(seen)}" in shown(seen[-1])
    assert office.slack.views[-1]["blocks"] == seen[-2]["blocks"]
    assert [call for call in office.slack.calls if call.error] == []


async def test_a_page_turned_twice_at_once_is_turned_once(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    window = await opened(office, run, reply, "evidence")
    old = {**window, "hash": "outdated"}
    button = {"type": "button", "action_id": "evidence_next", "value": "1"}
    old["blocks"] = [{"type": "actions", "block_id": "x", "elements": [button]}]

    await (await office.slack.press_in(old, "evidence_next", ANA)).acked
    await run.settle()

    assert office.slack.views == [window]


async def test_a_window_slack_does_not_open_is_told(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    reply = await answered(office, run, desk)
    office.slack.refuse("views.open", "expired_trigger_id")

    await pressed(office, run, reply, "evidence")

    (told,) = office.slack.ephemerals
    assert "press the button again" in told.text


async def test_in_chinese_the_buttons_and_windows_are_chinese(office: Office) -> None:
    desk = ScriptedDesk(last=answers.CHINESE)
    run = await office.start(desk)
    desk.memory = SqlMemory(run.database)
    event = await office.slack.mention(OPS, ANA, PASTE)
    reply = await office.reply(event, "很可能")
    await run.settle()

    window = await opened(office, run, reply, "evidence")

    assert labels(reply) == ["重新檢查", "證據", "不是這個原因"]
    assert "自行查看" in shown(window)
    assert window["title"]["text"] == "證據"
