import asyncio
from datetime import timedelta

import pytest

from bot.store.database import Database
from bot.store.inbox import LEASE
from bot.store.turns import SqlTurns
from tests.bot.store.conftest import Clock

SECOND = timedelta(seconds=1)


async def test_on_sqlite_every_turn_is_ours(sqlite_database: Database) -> None:
    turns = SqlTurns(sqlite_database)

    assert not turns.shared
    assert await turns.hold("C1")
    assert await SqlTurns(sqlite_database).hold("C1")


@pytest.mark.postgres
async def test_one_of_two_bots_has_the_turn_until_it_leaves_it(postgres_database: Database) -> None:
    one, other = (SqlTurns(postgres_database) for _ in range(2))

    assert await one.hold("C1")
    assert not await other.hold("C1")
    assert await other.hold("C2")
    await one.release("C1")
    assert await other.hold("C1")
    assert not await one.hold("C1")


@pytest.mark.postgres
async def test_of_ten_who_want_a_turn_at_once_one_gets_it(postgres_database: Database) -> None:
    bots = [SqlTurns(postgres_database) for _ in range(10)]

    held = await asyncio.gather(*(bot.hold("C1") for bot in bots))

    assert sum(held) == 1


@pytest.mark.postgres
async def test_the_turn_of_a_bot_that_died_ends_with_its_lease(
    postgres_database: Database, clock: Clock
) -> None:
    dead, heir = (SqlTurns(postgres_database, now=clock) for _ in range(2))
    await dead.hold("C1")

    clock.pass_by(LEASE - SECOND)
    assert not await heir.hold("C1")
    clock.pass_by(2 * SECOND)
    assert await heir.hold("C1")


@pytest.mark.postgres
async def test_a_turn_that_is_renewed_stands(postgres_database: Database, clock: Clock) -> None:
    one, other = (SqlTurns(postgres_database, now=clock) for _ in range(2))
    await one.hold("C1")

    clock.pass_by(LEASE - SECOND)
    await one.renew()
    clock.pass_by(LEASE - SECOND)

    assert not await other.hold("C1")


@pytest.mark.postgres
async def test_who_could_not_renew_in_time_asks_again_before_it_sends(
    postgres_database: Database, clock: Clock
) -> None:
    """By its own clock nothing is sure any more, as the lease is over the moment it begins."""
    slow = SqlTurns(postgres_database, lease=timedelta(0), now=clock)
    await slow.hold("C1")
    clock.pass_by(SECOND)

    assert await SqlTurns(postgres_database, now=clock).hold("C1")
    assert not await slow.hold("C1")


@pytest.mark.postgres
async def test_a_turn_another_bot_took_meanwhile_is_not_renewed(
    postgres_database: Database, clock: Clock
) -> None:
    slow, heir = (SqlTurns(postgres_database, now=clock) for _ in range(2))
    await slow.hold("C1")
    clock.pass_by(LEASE + SECOND)
    await heir.hold("C1")

    await slow.renew()

    assert not await slow.hold("C1")
    assert await heir.hold("C1")
