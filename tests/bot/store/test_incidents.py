import json
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import func, select, update

from bot.core.incident import FindingRow, IncidentRow, TimelineRow
from bot.store import models
from bot.store.database import Database
from bot.store.incidents import SIGHTINGS
from bot.store.memory import SqlMemory
from checks.text import Text
from tests.bot.store.conftest import Clock
from tests.bot.store.samples import PASTE, PLACE, QUOTE, SUBJECT, answer, cause

SOURCE = "slack C1 1763890200.000100"


@pytest.fixture
def memory(database: Database, clock: Clock) -> SqlMemory:
    return SqlMemory(database, clock)


async def resolve(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(models.Incident).values(status="resolved"))


async def test_incidents_are_listed_the_last_seen_first(memory: SqlMemory, clock: Clock) -> None:
    for name in ("a", "b", "c", "a"):
        await memory.remember(PASTE, answer(cause(subject=f"Service shop/{name}")), PLACE)
        clock.pass_by(timedelta(minutes=1))

    listed = await memory.list_incidents(limit=2)

    assert [row.subject for row in listed] == ["Service shop/a", "Service shop/c"]


async def test_an_incident_is_listed_by_its_lasting_subject(memory: SqlMemory) -> None:
    await memory.remember(PASTE, answer(cause(subject="Pod shop/cart-7d9fbc5d8-x2x9z")), PLACE)

    expected = IncidentRow(
        id=1,
        entry="service-no-endpoints",
        cluster="staging",
        subject="Pod shop/cart",
        status="open",
        count=1,
        first_seen="2026-11-23T09:30:00Z",
        last_seen="2026-11-23T09:30:00Z",
    )
    assert await memory.list_incidents() == (expected,)


async def test_an_incident_shows_what_was_pasted_and_found(memory: SqlMemory) -> None:
    await memory.remember(PASTE, answer(), PLACE)

    detail = await memory.show(1)

    assert detail is not None
    (sighting,) = detail.sightings
    finding = FindingRow(
        check="service-endpoints",
        verdict="found",
        subject=SUBJECT,
        summary=Text("its selector matches no pod", "選擇器沒有符合的 Pod"),
        evidence=(QUOTE,),
        command="kubectl -n shop get service cart -o yaml",
        needs=(),
    )
    assert sighting.findings == (finding,)
    assert (sighting.paste, sighting.standing, sighting.channel) == (PASTE, "confirmed", "C1")


async def test_an_incident_can_be_printed_as_json(memory: SqlMemory) -> None:
    await memory.remember(PASTE, answer(), PLACE)

    document = json.loads(msgspec.json.encode(await memory.show(1)))

    assert document["incident"]["count"] == 1


async def test_only_the_newest_sightings_are_shown(memory: SqlMemory, clock: Clock) -> None:
    for number in range(SIGHTINGS + 1):
        await memory.remember(f"paste {number}", answer(), PLACE)
        clock.pass_by(timedelta(minutes=1))

    detail = await memory.show(1)

    assert detail is not None
    assert [one.paste for one in detail.sightings] == [
        f"paste {number}" for number in range(SIGHTINGS, 0, -1)
    ]


async def test_there_is_nothing_to_show_of_an_unknown_incident(memory: SqlMemory) -> None:
    assert await memory.show(9) is None


async def test_what_was_resolved_and_comes_back_is_opened_again(
    memory: SqlMemory, database: Database, clock: Clock
) -> None:
    await memory.remember(PASTE, answer(), PLACE)
    await resolve(database)
    clock.pass_by(timedelta(days=1))

    seen = await memory.remember(PASTE, answer(cause("likely")), PLACE)

    detail = await memory.show(1)
    assert seen is not None
    assert detail is not None
    assert seen.status == "open"
    assert detail.timeline == (
        TimelineRow("2026-11-23T09:30:00Z", "opened", "U-ana", "confirmed", SOURCE),
        TimelineRow("2026-11-24T09:30:00Z", "reopened", "U-ana", "likely", SOURCE),
    )


async def test_a_clock_that_goes_back_does_not_move_the_last_sighting(
    memory: SqlMemory, clock: Clock
) -> None:
    await memory.remember(PASTE, answer(), PLACE)
    clock.pass_by(timedelta(hours=-1))

    seen = await memory.remember(PASTE, answer(), PLACE)

    assert seen is not None
    assert seen.last_seen == "2026-11-23T09:30:00Z"


async def test_what_looking_cost_is_kept(memory: SqlMemory, database: Database) -> None:
    await memory.remember(PASTE, answer(), PLACE)

    async with database.read() as session:
        row = await session.get_one(models.Sighting, 1)

    assert (row.requests, row.bytes, row.seconds) == (9, 812_345, 1.4)


async def test_a_sighting_goes_with_all_that_hangs_on_it(
    memory: SqlMemory, database: Database
) -> None:
    await memory.remember(PASTE, answer(), PLACE)

    async with database.write() as session:
        await session.delete(await session.get_one(models.Incident, 1))

    async with database.read() as session:
        for table in (models.Sighting, models.CheckRun, models.Finding, models.Timeline):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
