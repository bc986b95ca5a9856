import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.errors import StoreError
from bot.store.columns import storable
from bot.store.database import Database
from bot.store.groups import Work
from bot.store.models import ChannelLink

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def link(channel: str, set_at: datetime = NOON) -> ChannelLink:
    return ChannelLink(
        channel=channel, cluster="staging", namespace="", set_by="U-ana", set_at=set_at
    )


async def channels(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(ChannelLink.channel)))


async def test_what_is_written_is_all_there_afterwards(database: Database) -> None:
    async with database.write() as session:
        session.add_all([link("C1"), link("C2")])

    assert await channels(database) == ["C1", "C2"]


async def test_of_a_transaction_that_fails_nothing_is_kept(database: Database) -> None:
    async def write_twice() -> None:
        async with database.write() as session:
            session.add(link("C1"))
            await session.flush()
            await session.execute(insert(ChannelLink), [{"channel": "C1"}])

    with pytest.raises(StoreError):
        await write_twice()

    assert await channels(database) == []


async def test_somebody_elses_error_goes_through_and_nothing_is_kept(database: Database) -> None:
    async def stumble() -> None:
        async with database.write() as session:
            session.add(link("C1"))
            raise KeyError

    with pytest.raises(KeyError):
        await stumble()

    assert await channels(database) == []


async def test_a_write_that_is_cancelled_keeps_nothing_and_holds_nobody_up(
    database: Database,
) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as session:
            session.add(link("C1"))
            await session.flush()
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as session:
        session.add(link("C2"))

    assert await channels(database) == ["C2"]


async def test_a_reader_sees_one_moment_while_others_write(sqlite_database: Database) -> None:
    async with sqlite_database.read() as reader:
        await reader.scalar(select(ChannelLink.channel))
        async with sqlite_database.write() as writer:
            writer.add(link("C1"))
        seen = await reader.scalar(select(ChannelLink.channel))

    assert seen is None
    assert await channels(sqlite_database) == ["C1"]


async def test_times_come_back_in_utc(database: Database) -> None:
    taipei = datetime(2026, 11, 23, 20, tzinfo=timezone(timedelta(hours=8)))
    async with database.write() as session:
        session.add(link("C1", taipei))

    async with database.read() as session:
        back = (await session.get_one(ChannelLink, "C1")).set_at

    assert (back, back.tzinfo) == (NOON, UTC)


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="without a zone"):
        async with database.write() as session:
            session.add(link("C1", NOON.replace(tzinfo=None)))


async def test_sqlite_is_set_up_for_a_bot(sqlite_database: Database) -> None:
    async with sqlite_database.read() as session:
        pragmas = {
            name: await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "busy_timeout": 5000, "foreign_keys": 1}


def test_text_that_can_be_stored_stays_as_it_is() -> None:
    whole = "no endpoints 用盡 🙂\n\t"

    assert whole == storable(whole)
    assert storable("a\x00\ud800b") == "a\ufffd\ufffdb"


async def test_a_work_is_kept_whole_or_not_at_all(database: Database) -> None:
    def stumble(connection: Connection) -> None:
        connection.execute(insert(ChannelLink), [row("C1")])
        raise KeyError

    with pytest.raises(KeyError):
        await database.apply(stumble)
    await database.join(lambda connection: connection.execute(insert(ChannelLink), [row("C2")]))

    assert await channels(database) == ["C2"]


async def test_a_work_with_a_session_is_kept_whole_or_not_at_all(database: Database) -> None:
    async def add(session: AsyncSession) -> str:
        session.add(link("C1"))
        return "added"

    async def stumble(session: AsyncSession) -> None:
        session.add(link("C2"))
        await session.flush()
        raise KeyError

    assert await database.change(add) == "added"
    with pytest.raises(KeyError):
        await database.change(stumble)

    assert await channels(database) == ["C1"]


async def test_a_work_with_a_session_that_waits_for_something_else_is_refused(
    sqlite_database: Database,
) -> None:
    async def dawdle(session: AsyncSession) -> None:
        session.add(link("C1"))
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waits for something"):
        await sqlite_database.change(dawdle)

    assert await channels(sqlite_database) == []


async def test_who_is_in_a_hurry_passes_those_who_queue(sqlite_database: Database) -> None:
    order: list[str] = []

    def note(name: str) -> Work[None]:
        return lambda _: order.append(name)

    async with asyncio.TaskGroup() as group, sqlite_database.write() as session:
        await session.execute(select(ChannelLink))
        for number in range(5):
            group.create_task(sqlite_database.apply(note(str(number))))
        await asyncio.sleep(0.01)
        group.create_task(sqlite_database.hurry(note("hurry")))
        await asyncio.sleep(0.01)

    assert order.index("hurry") <= 1
    assert len(order) == 6


def row(channel: str) -> dict[str, object]:
    return {
        "channel": channel,
        "cluster": "staging",
        "namespace": "",
        "set_by": "U-ana",
        "set_at": NOON,
        "watch": "",
    }
