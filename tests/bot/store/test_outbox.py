"""One suite for the outbox in SQL, on both databases, and for the fake that stands in for it."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.ports import Message, Outbox, Place
from bot.store.database import Database
from bot.store.memory import SqlMemory
from bot.store.models import OutboxMessage
from bot.store.outbox import SqlOutbox
from bot.store.unsent import UNSENT
from tests.bot.slack.answers import CONFIRMED
from tests.bot.store.conftest import Clock
from tests.fakes.outbox import FakeOutbox

WANTED = Message("Ev1", "C1", "1.1", '{"text": "checking"}')


@pytest.fixture
def outbox(storage: Database | None) -> Outbox:
    return FakeOutbox() if storage is None else SqlOutbox(storage)


async def want(outbox: Outbox, key: str = "Ev1", payload: str = '{"text": "checking"}') -> None:
    await outbox.want(key, "C1", "1.1", payload)


async def test_a_message_waits_until_slack_has_it(outbox: Outbox) -> None:
    await want(outbox)

    assert await outbox.waiting() == (WANTED,)

    await outbox.sent("Ev1", "2.2", form=1)

    assert await outbox.waiting() == ()


async def test_the_newest_form_wins(outbox: Outbox) -> None:
    await want(outbox, payload="one")
    await want(outbox, payload="two")

    assert await outbox.waiting() == (Message("Ev1", "C1", "1.1", "two", wanted=2),)


async def test_a_form_wanted_while_another_is_sent_is_not_lost(outbox: Outbox) -> None:
    await want(outbox, payload="one")
    await outbox.attempt("Ev1")
    await want(outbox, payload="two")
    await outbox.sent("Ev1", "2.2", form=1)

    expected = Message("Ev1", "C1", "1.1", "two", "2.2", attempted=True, wanted=2, sent=1)
    assert await outbox.waiting() == (expected,)


async def test_news_of_an_older_form_that_comes_late_changes_nothing(outbox: Outbox) -> None:
    await want(outbox, payload="one")
    await want(outbox, payload="two")
    await outbox.sent("Ev1", "2.2", form=2)
    await outbox.sent("Ev1", "2.2", form=1)

    assert await outbox.waiting() == ()


async def test_a_message_is_edited_after_it_was_sent(outbox: Outbox) -> None:
    await want(outbox, payload="one")
    await outbox.sent("Ev1", "2.2", form=1)
    await want(outbox, payload="two")

    (message,) = await outbox.waiting()
    assert (message.payload, message.ts) == ("two", "2.2")


async def test_messages_wait_in_the_order_they_were_first_wanted(outbox: Outbox) -> None:
    for key in ("b", "a", "c", "b"):
        await want(outbox, key)

    assert [message.key for message in await outbox.waiting()] == ["b", "a", "c"]


async def test_an_attempt_is_remembered(outbox: Outbox) -> None:
    await want(outbox)
    await outbox.attempt("Ev1")

    (message,) = await outbox.waiting()
    assert message.attempted


async def test_a_message_given_up_waits_no_more_whatever_is_wanted(outbox: Outbox) -> None:
    await want(outbox)
    await want(outbox, "Ev2")
    await outbox.drop("Ev1", "channel_not_found")
    await want(outbox)

    assert [message.key for message in await outbox.waiting()] == ["Ev2"]


async def test_news_of_a_message_nobody_wanted_is_no_error(outbox: Outbox) -> None:
    await outbox.attempt("Ev9")
    await outbox.sent("Ev9", "2.2", form=1)
    await outbox.drop("Ev9", "channel_not_found")

    assert await outbox.waiting() == ()


async def test_twenty_forms_wanted_at_once_are_twenty_forms_of_one_message(
    outbox: Outbox,
) -> None:
    await asyncio.gather(*(want(outbox, payload=str(number)) for number in range(20)))

    (message,) = await outbox.waiting()
    assert message.wanted == 20


async def test_the_reason_is_kept(database: Database) -> None:
    outbox = SqlOutbox(database)
    await want(outbox)
    await outbox.drop("Ev1", "channel_not_found")

    async with database.read() as session:
        row = await session.get_one(OutboxMessage, 1)

    assert row.dropped == "channel_not_found"


async def test_only_what_is_settled_and_old_is_forgotten(database: Database, clock: Clock) -> None:
    outbox = SqlOutbox(database, clock)
    for key in ("sent", "dropped", "waiting", "young"):
        await want(outbox, key)
    await outbox.sent("sent", "2.2", form=1)
    await outbox.drop("dropped", "is_archived")
    clock.pass_by(timedelta(days=2))
    await want(outbox, "young")
    await outbox.sent("young", "3.3", form=2)

    assert await outbox.prune(clock() - timedelta(days=1)) == 2
    assert [message.key for message in await outbox.waiting()] == ["waiting"]


async def test_a_message_that_was_forgotten_is_wanted_where_it_stands(outbox: Outbox) -> None:
    await outbox.want("Ev1", "C1", "1.1", "new", "2.2")

    (message,) = await outbox.waiting()

    assert (message.ts, message.attempted, message.payload) == ("2.2", True, "new")


async def test_where_a_message_stands_is_known_better_here(outbox: Outbox) -> None:
    await want(outbox)
    await outbox.sent("Ev1", "2.2", form=1)

    await outbox.want("Ev1", "C1", "1.1", "new", "9.9")

    (message,) = await outbox.waiting()
    assert (message.ts, message.payload) == ("2.2", "new")


async def test_what_waits_for_one_channel_is_told_from_the_rest(outbox: Outbox) -> None:
    await want(outbox)
    await outbox.want("Ev2", "C2", "", "{}")
    await outbox.want("Ev3", "C3", "", "{}")
    await outbox.sent("Ev3", "3.3", form=1)

    assert [message.key for message in await outbox.waiting("C2")] == ["Ev2"]
    assert sorted(await outbox.channels()) == ["C1", "C2"]


PASTE = "no endpoints available"


async def remember(database: Database, event: str, clock: Clock) -> int:
    place = Place("mention", "C1", "1.1", "U1", event)
    seen = await SqlMemory(database, now=clock).remember(PASTE, CONFIRMED, place)
    assert seen is not None
    return seen.incident


async def turns(database: Database, incident: int) -> list[tuple[str, str]]:
    detail = await SqlMemory(database).show(incident)
    assert detail is not None
    return [(turn.what, turn.detail) for turn in detail.timeline if turn.what == UNSENT]


async def test_an_answer_given_up_stands_in_its_incident_with_the_reason(
    database: Database, clock: Clock
) -> None:
    outbox = SqlOutbox(database, now=clock)
    incident = await remember(database, "Ev1", clock)
    await want(outbox)
    await outbox.drop("Ev1", "is_archived")

    assert await turns(database, incident) == [(UNSENT, "is_archived")]


async def test_also_when_it_was_given_up_before_the_incident_was_known_and_then_once(
    database: Database, clock: Clock
) -> None:
    outbox = SqlOutbox(database, now=clock)
    await want(outbox, payload="checking")
    await outbox.drop("Ev1", "channel_not_found")
    incident = await remember(database, "Ev1", clock)
    for payload in ("found", "found again"):
        await want(outbox, payload=payload)

    assert await turns(database, incident) == [(UNSENT, "channel_not_found")]


async def test_a_message_of_no_incident_is_given_up_without_a_turn(
    database: Database, clock: Clock
) -> None:
    outbox = SqlOutbox(database, now=clock)
    incident = await remember(database, "Ev2", clock)
    await want(outbox)
    await outbox.drop("Ev1", "is_archived")

    assert await turns(database, incident) == []
