"""One suite for the inbox in SQL, on both databases, and for the fake that stands in for it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import pytest
from sqlalchemy import select

from bot.core.ports import Event, Inbox
from bot.jobs.retention import Prunable
from bot.store.database import Database
from bot.store.inbox import LEASE, SqlInbox
from bot.store.models import InboxEvent
from tests.bot.store.conftest import Clock
from tests.fakes.inbox import FakeInbox, Kept

EVENT = Event("Ev1", "mention", {"channel": "C1", "text": "no endpoints \ud800\x00 用盡"})
OTHER = Event("Ev2", "ask", {})


class PrunableInbox(Inbox, Prunable, Protocol):
    """What the bot uses of an inbox."""


Start = Callable[[], PrunableInbox]


@pytest.fixture
def start(storage: Database | None, clock: Clock) -> Start:
    """Give what starts another process on the same inbox."""
    rows: dict[str, Kept] = {}
    if storage is None:
        return lambda: FakeInbox(rows, now=clock)
    return lambda: SqlInbox(storage, now=clock)


@pytest.fixture
def inbox(start: Start) -> PrunableInbox:
    return start()


async def test_a_new_event_is_taken(inbox: Inbox) -> None:
    assert await inbox.take(EVENT)


async def test_an_event_that_is_being_answered_is_not_taken_again(inbox: Inbox) -> None:
    await inbox.take(EVENT)

    assert not await inbox.take(EVENT)


async def test_nor_after_however_long(inbox: Inbox, clock: Clock) -> None:
    await inbox.take(EVENT)
    clock.pass_by(LEASE * 2)

    assert not await inbox.take(EVENT)
    assert not await inbox.unfinished(100)


async def test_an_event_that_was_answered_is_not_taken_again(start: Start) -> None:
    inbox = start()
    await inbox.take(EVENT)
    await inbox.done(EVENT.id)

    assert not await inbox.take(EVENT)
    assert not await start().take(EVENT)


async def test_of_twenty_redeliveries_at_once_one_is_taken(inbox: Inbox) -> None:
    taken = await asyncio.gather(*(inbox.take(EVENT) for _ in range(20)))

    assert sum(taken) == 1


async def test_what_a_dead_process_left_is_taken_over_oldest_first(
    start: Start, clock: Clock
) -> None:
    dead = start()
    for event in (EVENT, OTHER):
        await dead.take(event)
    clock.pass_by(LEASE * 2)

    heir = start()

    assert await heir.unfinished(100) == (EVENT, OTHER)
    assert not await heir.unfinished(100)
    assert not await heir.take(EVENT)


async def test_a_redelivery_of_what_a_dead_process_left_is_taken(
    start: Start, clock: Clock
) -> None:
    await start().take(EVENT)
    clock.pass_by(LEASE * 2)

    assert await start().take(EVENT)


async def test_nothing_is_left_once_all_is_done(start: Start, clock: Clock) -> None:
    inbox = start()
    await inbox.take(EVENT)
    await inbox.done(EVENT.id)
    clock.pass_by(LEASE * 2)

    assert not await start().unfinished(100)


async def test_done_with_an_event_nobody_knows_is_no_error(inbox: Inbox) -> None:
    await inbox.done("Ev9")

    assert not await inbox.unfinished(100)


async def test_only_old_finished_events_are_forgotten(inbox: PrunableInbox, clock: Clock) -> None:
    await inbox.take(EVENT)
    await inbox.take(OTHER)
    await inbox.done(EVENT.id)
    clock.pass_by(timedelta(days=2))
    third = Event("Ev3", "mention", {})
    await inbox.take(third)
    await inbox.done(third.id)

    assert await inbox.prune(clock() - timedelta(days=1)) == 1
    assert await inbox.take(EVENT)
    assert not await inbox.take(OTHER)
    assert not await inbox.take(third)


@pytest.mark.postgres
async def test_a_claim_of_another_replica_stands_until_its_lease_is_over(
    postgres_database: Database, clock: Clock
) -> None:
    one, other = (SqlInbox(postgres_database, now=clock) for _ in range(2))
    await one.take(EVENT)

    assert not await other.take(EVENT)
    assert not await other.unfinished(100)

    clock.pass_by(LEASE + timedelta(seconds=1))

    assert await other.unfinished(100) == (EVENT,)


@pytest.mark.postgres
async def test_replicas_share_what_is_left(postgres_database: Database, clock: Clock) -> None:
    events = [Event(f"Ev{number}", "mention", {}) for number in range(10)]
    dead = SqlInbox(postgres_database, now=clock)
    for event in events:
        await dead.take(event)
    clock.pass_by(LEASE * 2)
    heirs = [SqlInbox(postgres_database, now=clock) for _ in range(5)]

    shares = await asyncio.gather(*(heir.unfinished(100) for heir in heirs))

    assert sorted(event.id for share in shares for event in share) == [one.id for one in events]


async def test_on_sqlite_a_restart_takes_over_at_once(
    sqlite_database: Database, clock: Clock
) -> None:
    await SqlInbox(sqlite_database, now=clock).take(EVENT)

    assert await SqlInbox(sqlite_database, now=clock).unfinished(100) == (EVENT,)


async def test_an_answered_event_keeps_nothing_of_what_it_said(
    database: Database, clock: Clock
) -> None:
    inbox = SqlInbox(database, now=clock)
    await inbox.take(EVENT)
    await inbox.done(EVENT.id)

    async with database.read() as session:
        row = await session.get_one(InboxEvent, 1)

    assert not row.body


@pytest.mark.postgres
async def test_what_another_replica_is_just_claiming_is_passed_over(
    postgres_database: Database, clock: Clock
) -> None:
    dead = SqlInbox(postgres_database, now=clock)
    for event in (EVENT, OTHER):
        await dead.take(event)
    clock.pass_by(LEASE * 2)

    async with postgres_database.write() as session:
        await session.execute(
            select(InboxEvent).where(InboxEvent.event == EVENT.id).with_for_update()
        )
        claimed = await SqlInbox(postgres_database, now=clock).unfinished(100)

    assert claimed == (OTHER,)


@pytest.mark.postgres
async def test_a_claim_that_is_renewed_stands(postgres_database: Database, clock: Clock) -> None:
    one, other = (SqlInbox(postgres_database, now=clock) for _ in range(2))
    await one.take(EVENT)
    await one.take(OTHER)
    await one.done(OTHER.id)

    clock.pass_by(LEASE - timedelta(seconds=1))
    await one.renew()
    clock.pass_by(LEASE - timedelta(seconds=1))

    assert not await other.take(EVENT)
    assert not await other.unfinished(100)


async def test_what_is_left_is_taken_over_some_at_a_time(start: Start, clock: Clock) -> None:
    dead = start()
    for number in range(5):
        await dead.take(Event(f"Ev{number}", "mention", {}))
    clock.pass_by(LEASE * 2)
    heir = start()

    shares = [await heir.unfinished(2) for _ in range(4)]

    assert [[event.id for event in share] for share in shares] == [
        ["Ev0", "Ev1"],
        ["Ev2", "Ev3"],
        ["Ev4"],
        [],
    ]
