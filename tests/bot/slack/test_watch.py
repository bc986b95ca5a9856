"""Watched channels, against the stand-in."""

import asyncio

import pytest

from bot.core.errors import ClusterUnknownError
from bot.core.ports import Link, Watch
from bot.demo.standin import ALL_EVENTS, ANA, BEN, BOT_USER, OPS, SHOP, Message, Options
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'


@pytest.fixture
def options() -> Options:
    return Options(events=ALL_EVENTS)


def watching(whom: Watch = "people", error: Exception | None = None) -> ScriptedDesk:
    desk = ScriptedDesk(error=error)
    desk.links[OPS] = Link(OPS, "staging", watch=whom)
    return desk


def answers(office: Office) -> list[Message]:
    return [one for one in office.slack.messages if one.user == BOT_USER]


async def heard(office: Office, run: Run) -> None:
    """Wait until all that was sent is acknowledged and answered."""
    await asyncio.gather(*(one.acked for one in office.slack.deliveries))
    await run.settle()


async def test_a_sure_match_is_answered_in_its_thread(office: Office) -> None:
    desk = watching()
    run = await office.start(desk)

    message = await office.slack.message(OPS, ANA, PASTE)
    await heard(office, run)

    (reply,) = answers(office)
    assert (reply.thread_ts, "Confirmed" in reply.text) == (message.ts, True)
    assert desk.asked[0][1].user == ANA


@pytest.mark.parametrize(
    ("whom", "channel", "text"),
    [("people", OPS, "lunch?"), ("", OPS, PASTE), ("people", SHOP, PASTE)],
    ids=["no sure match", "switched off", "another channel"],
)
async def test_anything_else_is_met_with_silence(
    office: Office, whom: Watch, channel: str, text: str
) -> None:
    desk = watching(whom)
    run = await office.start(desk)

    await office.slack.message(channel, ANA, text)
    await heard(office, run)

    assert (answers(office), desk.asked) == ([], [])


@pytest.mark.parametrize(("whom", "count"), [("people", 0), ("all", 1)])
async def test_programs_are_answered_only_where_asked_for(
    office: Office, whom: Watch, count: int
) -> None:
    run = await office.start(watching(whom))

    await office.slack.alert(OPS, attachments=[{"text": PASTE}])
    await heard(office, run)

    assert len(answers(office)) == count


async def test_its_own_answers_previews_and_replies_begin_nothing(office: Office) -> None:
    """Each of them comes as `message` or `message_changed`; answering one would go on for ever."""
    desk = watching("all")
    run = await office.start(desk)

    message = await office.slack.message(OPS, ANA, PASTE)
    await heard(office, run)
    await office.slack.unfurl(message, "https://a.example")
    await office.slack.message(OPS, BEN, "thanks", thread_ts=message.ts)
    await heard(office, run)
    await heard(office, run)

    assert len(answers(office)) == 1
    assert (len(desk.asked), desk.counted) == (1, [])


async def test_an_edit_that_makes_it_an_error_is_answered(office: Office) -> None:
    run = await office.start(watching())

    message = await office.slack.message(OPS, ANA, "look:")
    await office.slack.edit(message, PASTE)
    await heard(office, run)

    (reply,) = answers(office)
    assert reply.thread_ts == message.ts


async def test_a_mention_there_is_answered_once(office: Office) -> None:
    run = await office.start(watching())

    await office.slack.mention(OPS, ANA, PASTE)
    await heard(office, run)

    assert len(answers(office)) == 1


async def test_two_hundred_of_one_cause_get_one_reply_with_a_count(office: Office) -> None:
    desk = watching("all")
    run = await office.start(desk)

    for _ in range(200):
        await office.slack.alert(OPS, PASTE)
    await heard(office, run)

    (reply,) = answers(office)
    assert (len(desk.asked), len(desk.counted)) == (1, 199)
    assert "Seen 202 times" in str(reply.blocks)  # the desk had seen it three times


async def test_a_check_that_fails_says_nothing_unasked(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = watching(error=ClusterUnknownError("no cluster is called 'staging'"))
    run = await office.start(desk)

    await office.slack.message(OPS, ANA, PASTE)
    await heard(office, run)

    assert "a watched message got no answer" in caplog.text
    assert not [one for one in answers(office) if "no cluster is called" in one.text]


@pytest.mark.parametrize(
    ("typed", "whom", "said"),
    [
        ("watch on", "people", "I watch this channel:"),
        ("watch on bots", "all", "what bots post too"),
        ("watch off", "", "not watched"),
        ("watch status", "people", "I watch this channel:"),
    ],
)
async def test_a_channel_is_watched_by_a_command(
    office: Office, typed: str, whom: Watch, said: str
) -> None:
    desk = watching()
    await office.start(desk)

    await office.slack.slash("/netcheck", typed, OPS, ANA)
    (told,) = await office.slack.until(lambda: office.slack.ephemerals)

    assert said in told.text
    assert desk.links[OPS].watch == whom
