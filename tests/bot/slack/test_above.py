"""A mention that holds nothing but the mention, below an error."""

import pytest

from bot.demo.standin import ANA, BEN, OPS, VAULT, Options
from bot.demo.standin.options import ALL_SCOPES, BASE_SCOPES
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'


async def test_it_reads_the_message_that_began_the_thread(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    root = await office.slack.message(OPS, BEN, PASTE)
    await office.slack.message(OPS, BEN, "anybody?", thread_ts=root.ts)

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)
    reply = await office.reply(event, "Confirmed")

    assert reply.thread_ts == root.ts
    assert [asked[0] for asked in desk.asked] == [PASTE]


async def test_it_reads_the_message_just_before_when_the_error_stands_there(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    root = await office.slack.message(OPS, BEN, "checkout is down")
    await office.slack.message(OPS, BEN, PASTE, thread_ts=root.ts)

    event = await office.slack.mention(OPS, ANA, "-n shop in staging", thread_ts=root.ts)
    await office.slack.message(OPS, BEN, "FailedCreatePodSandBox later", thread_ts=root.ts)
    await office.reply(event, "Confirmed")

    ((paste, _place, overrides),) = desk.asked
    assert paste == PASTE
    assert (overrides.namespace, overrides.cluster) == ("shop", "staging")


async def test_what_another_program_posted_is_read_from_its_attachments(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    root = await office.slack.alert(OPS, attachments=[{"title": "KubeAlert", "text": PASTE}])

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)
    await office.reply(event, "Confirmed")

    assert [asked[0] for asked in desk.asked] == [f"KubeAlert\n{PASTE}"]


async def test_its_own_answer_is_not_taken_for_the_message_above(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    first = await office.slack.mention(OPS, BEN, PASTE)
    root = first.message
    assert root is not None
    await office.reply(first, "Confirmed")
    await run.settle()

    await (await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)).acked
    await run.settle()

    assert [PASTE in asked[0] for asked in desk.asked] == [True, True]


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_without_the_scope_it_names_it_and_offers_the_shortcut(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    root = await office.slack.message(OPS, BEN, PASTE)

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)
    reply = await office.reply(event, "`channels:history`")

    assert "Check this error" in str(reply.blocks)
    assert "檢查這個錯誤" in str(reply.blocks)
    assert desk.asked == []


@pytest.mark.parametrize("options", [Options(scopes=ALL_SCOPES - {"groups:history"})])
async def test_in_a_private_channel_another_scope_is_missing(office: Office) -> None:
    await office.start()
    office.slack.workspace.channels[VAULT].members.add("U0NETCHECK")
    root = await office.slack.message(VAULT, BEN, PASTE)

    event = await office.slack.mention(VAULT, ANA, "", thread_ts=root.ts)

    await office.reply(event, "`groups:history`")


async def test_a_thread_without_text_is_said_to_have_none(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    root = await office.slack.message(OPS, BEN, "")

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)

    await office.reply(event, "I find no text above")
    assert desk.asked == []


async def test_a_passing_failure_of_slack_is_waited_out(office: Office) -> None:
    await office.start()
    root = await office.slack.message(OPS, BEN, PASTE)
    office.slack.fail("conversations.replies")
    office.slack.limit("conversations.replies", retry_after=5)

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)

    await office.reply(event, "Confirmed")


async def test_a_lasting_failure_is_told(office: Office) -> None:
    await office.start()
    root = await office.slack.message(OPS, BEN, PASTE)
    office.slack.fail("conversations.replies", times=3)

    event = await office.slack.mention(OPS, ANA, "", thread_ts=root.ts)

    await office.reply(event, "Slack did not give me the message")
