from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import update

from bot.core.answer import Answer
from bot.core.archive import Digest, Tally, Wanted
from bot.core.casebook import Kept, Request
from bot.core.ports import Place
from bot.store import models
from bot.store.archive import SqlArchive
from bot.store.casebook import SqlCasebook
from bot.store.database import Database
from bot.store.memory import SqlMemory
from tests.bot.store.conftest import Clock
from tests.bot.store.samples import PASTE, answer, cause

DAY = timedelta(days=1)


@pytest.fixture
def memory(database: Database, clock: Clock) -> SqlMemory:
    return SqlMemory(database, clock)


@pytest.fixture
def archive(database: Database) -> SqlArchive:
    return SqlArchive(database)


async def see(
    memory: SqlMemory,
    subject: str,
    user: str = "U1",
    entry: str = "service-no-endpoints",
    cluster: str = "staging",
) -> None:
    """Remember one sighting."""
    told = answer(cause(subject=subject, entry=entry), cluster=cluster)
    await memory.remember(PASTE, told, Place("slack", "C1", "1.0", user))


async def resolve(database: Database, number: int, clock: Clock, who: str = "U9") -> None:
    """Close an incident as a button does."""
    async with database.write() as session:
        await session.execute(
            update(models.Incident).where(models.Incident.id == number).values(status="resolved")
        )
        session.add(
            models.Timeline(
                incident_id=number, at=clock.moment, what="resolved", who=who, detail="restarted"
            )
        )


async def test_incidents_are_found_the_last_seen_first_with_how_many_there_are(
    memory: SqlMemory, archive: SqlArchive, clock: Clock
) -> None:
    for name in ("a", "b", "c", "a"):
        await see(memory, f"Service shop/{name}")
        clock.pass_by(DAY)

    found = await archive.find(Wanted(), 2)

    assert [row.subject for row in found.rows] == ["Service shop/a", "Service shop/c"]
    assert found.total == 3
    rest = await archive.find(Wanted(), 2, 2)
    assert [row.subject for row in rest.rows] == ["Service shop/b"]
    assert rest.total == 3
    assert (await archive.find(Wanted(), 2, 9)).rows == ()


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(open=True), [4, 3, 2]),
        (Wanted(user="U1"), [4, 1]),
        (Wanted(user="U9"), [1]),
        (Wanted(user="U1", open=True), [4]),
        (Wanted(entry="dns-pods-down"), [3]),
        (Wanted(cluster="production"), [2]),
        (Wanted(namespace="shop"), [4, 1]),
        (Wanted(namespace="sho"), []),
        (Wanted(namespace="sh%p"), []),
        (Wanted(user="U8"), []),
    ],
)
async def test_they_are_found_by_what_is_asked(
    memory: SqlMemory,
    archive: SqlArchive,
    database: Database,
    clock: Clock,
    wanted: Wanted,
    numbers: list[int],
) -> None:
    await see(memory, "Service shop/a")
    await see(memory, "Service pay/b", user="U2", cluster="production")
    await see(memory, "DNS", user="U3", entry="dns-pods-down")
    await see(memory, "Namespace shop")
    await resolve(database, 1, clock)

    found = await archive.find(wanted, 10)

    assert [row.id for row in found.rows] == numbers
    assert found.total == len(numbers)


async def test_they_are_found_by_when_they_were_last_seen(
    memory: SqlMemory, archive: SqlArchive, clock: Clock
) -> None:
    await see(memory, "Service shop/a")
    clock.pass_by(DAY)
    await see(memory, "Service shop/b")

    found = await archive.find(Wanted(since=clock.moment), 10)

    assert [row.subject for row in found.rows] == ["Service shop/b"]


async def test_one_is_shown(memory: SqlMemory, archive: SqlArchive) -> None:
    await see(memory, "Service shop/a")

    shown = await archive.show(1)

    assert shown is not None
    assert shown.incident.subject == "Service shop/a"
    assert await archive.show(2) is None


async def test_a_digest_counts_what_happened_in_its_time(
    memory: SqlMemory, archive: SqlArchive, database: Database, clock: Clock
) -> None:
    await see(memory, "Service shop/old")
    await see(memory, "Service shop/over")
    clock.pass_by(DAY)
    since = clock.moment
    await see(memory, "Service shop/old")
    await see(memory, "Service shop/old")
    await see(memory, "Service shop/new")
    await see(memory, "DNS", entry="dns-pods-down", cluster="production")
    await resolve(database, 2, clock)
    clock.pass_by(DAY)
    until = clock.moment
    await see(memory, "Service shop/later")

    digest = await archive.digest(since, until)

    assert digest.subjects[0].incident == 1
    # PostgreSQL leaves numbers out where an insert turned into an update.
    subjects = tuple(msgspec.structs.replace(one, incident=0) for one in digest.subjects)
    assert msgspec.structs.replace(digest, subjects=subjects) == Digest(
        since="2026-11-24T09:30:00Z",
        until="2026-11-25T09:30:00Z",
        new=2,
        again=1,
        resolved=1,
        open=4,
        sightings=4,
        causes=(Tally("service-no-endpoints", 3), Tally("dns-pods-down", 1)),
        subjects=(
            Tally("service-no-endpoints", 2, "Service shop/old", "staging"),
            Tally("service-no-endpoints", 1, "Service shop/new", "staging"),
            Tally("dns-pods-down", 1, "DNS", "production"),
        ),
        unmatched=0,
    )
    assert not digest.quiet


async def test_a_digest_of_one_cluster_or_namespace_leaves_out_the_others(
    memory: SqlMemory, archive: SqlArchive, database: Database, clock: Clock
) -> None:
    await see(memory, "Service shop/a")
    await see(memory, "Service pay/b", cluster="production")
    await resolve(database, 2, clock)
    then = clock.moment, clock.moment + DAY

    production = await archive.digest(*then, Wanted(cluster="production"))
    shop = await archive.digest(*then, Wanted(namespace="shop"))

    for digest, resolved, still_open in ((production, 1, 0), (shop, 0, 1)):
        assert (digest.new, digest.sightings) == (1, 1)
        assert (digest.resolved, digest.open) == (resolved, still_open)
    assert [one.subject for one in production.subjects] == ["Service pay/b"]
    assert [one.subject for one in shop.subjects] == ["Service shop/a"]


async def test_pastes_that_nothing_fitted_are_counted_where_answers_are_kept(
    archive: SqlArchive, database: Database, clock: Clock
) -> None:
    book = SqlCasebook(database, clock)
    says = 'it says "answer":"nothing" in a log'
    for number, (lang, kind) in enumerate(
        (("en", "nothing"), ("zh-TW", "nothing"), ("en", "match"), ("en", None))
    ):
        given = Answer(lang=lang, answer=kind, trouble=says)  # type: ignore[arg-type]
        await book.keep(Kept(f"Ev{number}", "C1", "1.0", Request(text=says), given))

    then = clock.moment, clock.moment + DAY
    digest = await archive.digest(*then)

    assert digest.unmatched == 2
    assert not digest.quiet
    assert (await archive.digest(*then, Wanted(cluster="staging"))).unmatched is None
    clock.pass_by(DAY)
    assert (await archive.digest(clock.moment, clock.moment + DAY)).quiet


async def test_of_many_causes_the_most_frequent_are_named(
    memory: SqlMemory, archive: SqlArchive, clock: Clock
) -> None:
    for number in range(4):
        for _ in range(number + 1):
            await see(memory, f"Service shop/{number}", entry=f"entry-{number}")

    digest = await archive.digest(clock.moment, clock.moment + DAY, most=2)

    assert [one.entry for one in digest.causes] == ["entry-3", "entry-2"]
    assert [one.count for one in digest.subjects] == [4, 3]


async def test_where_nothing_happened_the_digest_is_quiet_and_counts_what_is_open(
    memory: SqlMemory, archive: SqlArchive, clock: Clock
) -> None:
    await see(memory, "Service shop/a")
    clock.pass_by(DAY)

    digest = await archive.digest(clock.moment, clock.moment + DAY)

    assert digest.quiet
    assert digest.open == 1
