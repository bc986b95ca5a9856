"""One suite for kept answers in SQL, on both databases, and for the fake that stands in."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from bot.core.answer import Answer, Mended, Seen
from bot.core.casebook import Casebook, Kept, Lesson, Opinion, Request
from bot.core.ports import Memory, Place
from bot.store.casebook import SqlCasebook
from bot.store.database import Database
from bot.store.memory import SqlMemory
from knowledge.teaching import Files
from tests.bot.store.conftest import Clock
from tests.bot.store.samples import PASTE, answer, cause
from tests.fakes.casebook import FakeCasebook
from tests.fakes.memory import FakeMemory

KEY = "Ev1"
ANA = Place("slack", "C1", "1.0", "UANA", KEY)
NOW = "2026-11-23T09:30:00Z"


class Shelf(msgspec.Struct, frozen=True):
    """The memory and the casebook of one store."""

    memory: Memory
    book: Casebook


@pytest.fixture
def shelf(storage: Database | None, clock: Clock) -> Shelf:
    if storage is None:
        memory = FakeMemory(now=clock)
        return Shelf(memory, FakeCasebook(memory))
    return Shelf(SqlMemory(storage, clock), SqlCasebook(storage, clock))


def by(user: str, event: str) -> Place:
    return Place("slack", "C1", "1.0", user, event)


async def kept(shelf: Shelf, given: Answer | None = None, request: Request | None = None) -> Kept:
    """Remember an answer and keep it."""
    given = given or answer()
    seen = await shelf.memory.remember(PASTE, given, ANA)
    given = msgspec.structs.replace(given, seen=seen)
    asked = request or Request(text=PASTE, namespace="shop", user="UANA")
    return await shelf.book.keep(Kept(KEY, "C1", "1.0", asked, given))


async def now(shelf: Shelf) -> Kept:
    found = await shelf.book.kept(KEY)
    assert found is not None
    return found


async def seen(shelf: Shelf) -> Seen:
    found = await now(shelf)
    assert found.answer is not None
    assert found.answer.seen is not None
    return found.answer.seen


async def test_an_answer_is_returned_as_it_was_kept(shelf: Shelf) -> None:
    given = await kept(shelf)

    assert given == await now(shelf)
    assert given.run == 0


async def test_what_was_never_kept_is_not_there(shelf: Shelf) -> None:
    assert await shelf.book.kept("Ev9") is None
    await shelf.book.own("Ev9", by("UANA", "e1"))
    await shelf.book.rate("Ev9", helpful=True, place=by("UANA", "e2"))


async def test_an_incident_is_told_as_it_is_now(shelf: Shelf) -> None:
    await kept(shelf)
    await shelf.memory.remember(PASTE, answer(), by("UBEN", "Ev2"))

    assert (await seen(shelf)).count == 2


async def test_who_is_on_it_is_kept_until_they_press_again(shelf: Shelf) -> None:
    await kept(shelf)

    await shelf.book.own(KEY, by("UANA", "e1"))
    ana = await seen(shelf)
    await shelf.book.own(KEY, by("UBEN", "e2"))
    ben = await seen(shelf)
    await shelf.book.own(KEY, by("UBEN", "e3"))

    assert (ana.owner, ana.owned_at) == ("UANA", NOW)
    assert ben.owner == "UBEN"
    assert ((await seen(shelf)).owner, (await seen(shelf)).owned_at) == ("", "")


async def test_the_same_event_again_changes_nothing(shelf: Shelf) -> None:
    await kept(shelf)

    for _ in range(2):
        await shelf.book.own(KEY, by("UANA", "e1"))

    assert (await seen(shelf)).owner == "UANA"


async def test_a_resolved_incident_says_who_mended_it_how_and_opens_again(
    shelf: Shelf, clock: Clock
) -> None:
    await kept(shelf)
    await shelf.book.own(KEY, by("UANA", "e1"))
    clock.pass_by(timedelta(hours=1))

    await shelf.book.resolve(KEY, "the selector", by("UBEN", "e2"))
    over = await seen(shelf)
    await shelf.book.resolve(KEY, "too late", by("UANA", "e3"))
    await shelf.book.own(KEY, by("UANA", "e4"))
    again = await shelf.memory.remember(PASTE, answer(), by("UANA", "Ev2"))

    mended = Mended("UBEN", "2026-11-23T10:30:00Z", "the selector")
    assert (over.status, over.owner, over.mended) == ("resolved", "", mended)
    assert again is not None
    assert (again.status, again.mended, again.owner) == ("open", mended, "")


async def test_the_same_found_again_is_no_new_sighting(shelf: Shelf) -> None:
    await kept(shelf)

    await shelf.book.look_again(KEY, 0, answer(), by("UANA", "again 0"))

    assert (await seen(shelf)).count == 1
    assert (await now(shelf)).run == 1


async def test_another_cause_found_again_is_a_sighting_of_its_own(shelf: Shelf) -> None:
    await kept(shelf)
    other = answer(cause(entry="service-port-mismatch"))

    await shelf.book.look_again(KEY, 0, other, by("UANA", "again 0"))

    assert ((await seen(shelf)).incident, (await seen(shelf)).count) == (2, 1)


async def test_nothing_found_again_keeps_the_incident(shelf: Shelf) -> None:
    await kept(shelf)

    await shelf.book.look_again(KEY, 0, answer(cause("not-confirmed")), by("UANA", "again 0"))

    assert (await seen(shelf)).incident == 1
    found = (await now(shelf)).answer
    assert found is not None
    assert found.causes[0].standing == "not-confirmed"


async def test_a_cause_found_again_after_it_was_resolved_opens_the_incident(shelf: Shelf) -> None:
    await kept(shelf)
    await shelf.book.resolve(KEY, "restarted", by("UANA", "e1"))

    await shelf.book.look_again(KEY, 0, answer(), by("UANA", "again 0"))

    assert ((await seen(shelf)).status, (await seen(shelf)).count) == ("open", 2)


async def test_a_check_that_began_from_an_older_answer_is_left_out(shelf: Shelf) -> None:
    await kept(shelf)
    await shelf.book.look_again(KEY, 0, answer(cause("likely")), by("UANA", "again 0"))

    await shelf.book.look_again(KEY, 0, answer(cause("not-confirmed")), by("UANA", "again 0"))

    found = (await now(shelf)).answer
    assert found is not None
    assert found.causes[0].standing == "likely"
    assert (await now(shelf)).run == 1


async def test_a_check_that_failed_can_be_made_again(shelf: Shelf) -> None:
    before = await kept(shelf)

    await shelf.book.give_up(KEY, 0)
    await shelf.book.give_up(KEY, 0)

    assert await now(shelf) == msgspec.structs.replace(before, run=1)


async def test_a_command_checked_again_makes_no_incident(shelf: Shelf) -> None:
    command = answer(kind=None)
    await shelf.book.keep(Kept(KEY, "C1", "", Request(group="service"), command))

    await shelf.book.look_again(KEY, 0, command, by("UANA", "again 0"))

    found = await now(shelf)
    assert found.answer is not None
    assert found.answer.seen is None


async def test_an_answer_kept_again_keeps_its_run_and_what_was_said(shelf: Shelf) -> None:
    await kept(shelf)
    await shelf.book.look_again(KEY, 0, answer(), by("UANA", "again 0"))
    await shelf.book.reject(KEY, "dns-pods-down", by("UBEN", "e1"))

    again = await kept(shelf)

    assert (again.run, again.opinions) == (1, (Opinion("UBEN", "dns-pods-down"),))


async def test_each_person_s_last_opinion_counts(shelf: Shelf) -> None:
    await kept(shelf)
    await shelf.book.reject(KEY, "dns-pods-down", by("UANA", "e1"))
    await shelf.book.reject(KEY, "", by("UBEN", "e2"))
    await shelf.book.reject(KEY, "ipam-exhausted", by("UANA", "e3"))

    said = {one.user: one.entry for one in (await now(shelf)).opinions}
    assert said == {"UANA": "ipam-exhausted", "UBEN": ""}


async def test_a_lesson_is_kept_once_for_its_event(shelf: Shelf) -> None:
    await kept(shelf)
    lesson = Lesson(Files("taught-a", "page", "cases", "zh-TW"), "UANA", "e1", KEY)
    other = Lesson(Files("taught-b", "page", "cases"), "UBEN", "e2", KEY)

    for one in (lesson, lesson, other):
        await shelf.book.teach(one, by(one.by, one.event))

    assert await shelf.book.lessons() == (lesson, other)
    assert (await now(shelf)).lessons == (
        Opinion("UANA", "taught-a"),
        Opinion("UBEN", "taught-b"),
    )


async def test_text_no_database_takes_is_kept_all_the_same(shelf: Shelf) -> None:
    odd = Request(text="a\x00b \ud800 \U0001f9ea", command="/netcheck \ud800")

    assert (await kept(shelf, request=odd)).request == odd
    assert (await now(shelf)).request == odd


async def test_twenty_at_once_leave_one_owner_or_none(shelf: Shelf) -> None:
    await kept(shelf)

    presses = (shelf.book.own(KEY, by("UANA", f"e{number}")) for number in range(20))
    await asyncio.gather(*presses)

    assert (await seen(shelf)).owner == ""


async def test_each_step_is_on_the_timeline_with_its_source(
    database: Database, clock: Clock
) -> None:
    shelf = Shelf(SqlMemory(database, clock), SqlCasebook(database, clock))
    await kept(shelf)
    steps = [
        shelf.book.own(KEY, by("UANA", "e1")),
        shelf.book.look_again(KEY, 0, answer(cause("likely")), by("UBEN", "again 0")),
        shelf.book.reject(KEY, "", by("UBEN", "e2")),
        shelf.book.rate(KEY, helpful=False, place=by("UBEN", "e3")),
        shelf.book.resolve(KEY, "the selector", by("UANA", "e4")),
    ]
    for step in steps:
        await step
        clock.pass_by(timedelta(minutes=1))

    detail = await SqlMemory(database).show(1)
    assert detail is not None
    assert [(one.what, one.who, one.detail) for one in detail.timeline] == [
        ("opened", "UANA", "confirmed"),
        ("acknowledged", "UANA", ""),
        ("checked", "UBEN", "likely"),
        ("disputed", "UBEN", "none of the entries"),
        ("rated", "UBEN", "no help"),
        ("resolved", "UANA", "the selector"),
    ]
    assert {one.source for one in detail.timeline} == {"slack C1 1.0"}


async def test_what_another_version_wrote_is_kept_but_not_read(
    database: Database, clock: Clock
) -> None:
    shelf = Shelf(SqlMemory(database, clock), SqlCasebook(database, clock))
    await kept(shelf)
    async with database.write() as session:
        await session.execute(text('UPDATE kept SET answer = \'{"lang": "la"}\''))

    found = await now(shelf)

    assert found.answer is None
    assert found.request is not None
    await shelf.book.rate(KEY, helpful=True, place=by("UANA", "e1"))


async def test_old_answers_are_forgotten(database: Database, clock: Clock) -> None:
    book = SqlCasebook(database, clock)
    await book.keep(Kept("Ev1", "C1", "", Request(), answer()))
    clock.pass_by(timedelta(days=91))
    await book.keep(Kept("Ev2", "C1", "", Request(), answer()))

    forgotten = await book.prune(clock() - timedelta(days=90))

    assert forgotten == 1
    assert await book.kept("Ev1") is None
    assert await book.kept("Ev2") is not None
