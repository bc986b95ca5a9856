"""`/netcheck` against the stand-in."""

import pytest

from bot.demo.standin import ANA, HALL, OLD, OPS, VAULT, Message
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'


async def whispered(office: Office) -> str:
    """Wait for a message only the user sees and return its text."""
    (message,) = await office.slack.until(lambda: office.slack.ephemerals)
    assert message.ephemeral_to == ANA
    return message.text


async def posted(office: Office, channel: str, containing: str) -> Message:
    """Wait for a message of the bot's in a channel."""
    found = await office.slack.until(
        lambda: [
            one
            for one in office.slack.messages
            if one.bot and one.channel == channel and containing in one.text
        ]
    )
    return found[0]


async def test_ask_is_answered_by_one_message_in_the_channel_that_says_who_asked(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)

    await office.slack.slash("/netcheck", f"ask {PASTE}", OPS, ANA)
    message = await posted(office, OPS, "Confirmed")
    await run.settle()

    assert [one for one in office.slack.messages if one.bot] == [message]
    assert message.thread_ts == ""
    assert message.rings == (f"<@{ANA}>",)
    assert PASTE in str(message.blocks[0])
    assert desk.asked[0][0].strip() == PASTE


async def test_a_check_runs_its_group_on_its_subject(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    await office.slack.slash("/netcheck", "service cart -n shop in staging", OPS, ANA)
    await posted(office, OPS, "could not see everything")

    ((group, subject, place, overrides),) = desk.checked
    assert (group, subject) == ("service", "cart")
    assert (place.channel, place.user) == (OPS, ANA)
    assert (overrides.namespace, overrides.cluster) == ("shop", "staging")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "`/netcheck ask TEXT`"),
        ("help", "GROUP: `cni`, `dns`, `service`, `all`"),
        ("help dns", "runs the dns checks"),
        ("說明", "說明 TEXT 是什麼錯誤"),
        ("sevrice cart", "Did you mean `/netcheck service`?"),
        ("help lnik", "Did you mean `/netcheck link`?"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
async def test_help_and_mistakes_are_answered_at_once_to_the_user_alone(
    office: Office, typed: str, answer: str
) -> None:
    await office.start()

    command = await office.slack.slash("/netcheck", typed, OPS, ANA)
    await command.acked

    assert answer in await whispered(office)
    assert not [one for one in office.slack.messages if one.bot]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("link staging", "now asks about cluster `staging`."),
        ("link staging shop", "cluster `staging`, namespace `shop` unless another is named"),
        ("link in staging -n shop", "cluster `staging`, namespace `shop` unless another is named"),
        ("link staging <!channel>", "A namespace has small letters"),
        ("link a b c", "`/netcheck link CLUSTER [NAMESPACE]`"),
        ("link -n shop", "`/netcheck link CLUSTER [NAMESPACE]`"),
        ("link stagin", "no cluster is called 'stagin'"),
        ("link", "`/netcheck link CLUSTER [NAMESPACE]`"),
    ],
)
async def test_a_channel_is_linked_to_a_cluster(office: Office, typed: str, answer: str) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    await office.slack.slash("/netcheck", typed, OPS, ANA)

    assert answer in await whispered(office)
    assert list(desk.links) == ([OPS] if "now asks" in answer or "`staging`" in answer else [])


@pytest.mark.parametrize("channel", [HALL, VAULT])
async def test_in_a_channel_it_is_not_in_the_user_is_told_to_invite_it(
    office: Office, channel: str
) -> None:
    run = await office.start()

    await office.slack.slash("/netcheck", f"ask {PASTE}", channel, ANA)

    assert "/invite @netcheck" in await whispered(office)
    await run.settle()
    assert await run.outbox.waiting() == ()


async def test_in_an_archived_channel_the_user_is_told_slack_s_reason(office: Office) -> None:
    await office.start()

    await office.slack.slash("/netcheck", f"ask {PASTE}", OLD, ANA)

    assert "`is_archived`" in await whispered(office)


async def test_a_way_back_that_fails_is_only_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    run = await office.start()
    office.slack.fail("response_url", times=5, how="drop")

    command = await office.slack.slash("/netcheck", f"ask {PASTE}", HALL, ANA)
    await command.acked
    await run.settle()

    assert "could not tell who asked" in caplog.text


async def test_an_ephemeral_answer_that_was_lost_is_not_said_twice(office: Office) -> None:
    """slack_sdk repeats a call whose connection broke, though Slack may have taken it."""
    run = await office.start()
    office.slack.fail("response_url", how="after")

    await office.slack.slash("/netcheck", "link staging", OPS, ANA)
    await office.slack.until(lambda: office.slack.ephemerals)
    await run.settle()

    assert len(office.slack.ephemerals) == 1


async def test_an_answer_that_slack_does_not_take_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    run = await office.start()
    office.slack.fail("response_url", how="drop")

    await (await office.slack.slash("/netcheck", "link staging", OPS, ANA)).acked
    await run.settle()

    assert f"could not tell {ANA} what came of /netcheck link" in caplog.text
