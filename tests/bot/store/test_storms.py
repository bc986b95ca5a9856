"""One suite for storms in SQL, on both databases, and for those a single bot keeps in memory."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.core.answer import Answer, Seen
from bot.core.ports import Storm, Storms
from bot.slack.storm import LocalStorms
from bot.store.database import Database
from bot.store.storms import WINDOW, SqlStorms
from tests.bot.slack.answers import CONFIRMED
from tests.bot.store.conftest import Clock


@pytest.fixture
def storms(storage: Database | None) -> Storms:
    return LocalStorms() if storage is None else SqlStorms(storage)


def told(count: int) -> Answer:
    return replace(CONFIRMED, seen=Seen(1, count, "2026-11-25", "2026-11-25", "open"))


async def test_the_first_message_begins_a_storm_and_the_next_join_it(storms: Storms) -> None:
    first = await storms.join("cart", "Ev1", "1.1")

    assert first == Storm("Ev1", "1.1")
    assert await storms.join("cart", "Ev2", "1.2") == first
    assert await storms.join("search", "Ev3", "1.3") == Storm("Ev3", "1.3")


async def test_an_answer_is_kept_whole_for_those_who_join(storms: Storms) -> None:
    await storms.join("cart", "Ev1", "1.1")
    await storms.tell("cart", "Ev1", told(1))

    assert await storms.join("cart", "Ev2", "1.2") == Storm("Ev1", "1.1", told(1))
    assert await storms.newest("cart") == Storm("Ev1", "1.1", told(1))


async def test_the_highest_count_stays_whoever_tells_last(storms: Storms) -> None:
    await storms.join("cart", "Ev1", "1.1")
    await storms.tell("cart", "Ev1", told(3))

    assert await storms.tell("cart", "Ev1", told(2)) == Storm("Ev1", "1.1", told(3))


async def test_a_storm_that_ended_is_told_nothing(storms: Storms) -> None:
    await storms.join("cart", "Ev1", "1.1")
    await storms.end("cart", "Ev1")

    assert await storms.tell("cart", "Ev1", told(1)) is None
    assert await storms.newest("cart") is None
    assert await storms.join("cart", "Ev2", "1.2") == Storm("Ev2", "1.2")


async def test_of_twenty_that_come_at_once_one_begins_it(storms: Storms) -> None:
    joined = await asyncio.gather(
        *(storms.join("cart", f"Ev{number}", f"1.{number}") for number in range(20))
    )

    assert len({storm.event for storm in joined}) == 1


async def test_after_the_window_the_next_message_begins_another(
    database: Database, clock: Clock
) -> None:
    storms = SqlStorms(database, now=clock)
    await storms.join("cart", "Ev1", "1.1")
    await storms.tell("cart", "Ev1", told(1))
    clock.pass_by(WINDOW + timedelta(seconds=1))

    assert await storms.join("cart", "Ev2", "1.2") == Storm("Ev2", "1.2")
    assert await storms.tell("cart", "Ev1", told(2)) is None


async def test_old_storms_are_forgotten(database: Database, clock: Clock) -> None:
    storms = SqlStorms(database, now=clock)
    await storms.join("cart", "Ev1", "1.1")
    clock.pass_by(timedelta(days=2))
    await storms.join("search", "Ev2", "1.2")

    assert await storms.prune(clock() - timedelta(days=1)) == 1
    assert await storms.newest("cart") is None
