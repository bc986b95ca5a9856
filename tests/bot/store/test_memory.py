"""One suite for the memory in SQL, on both databases, and for the fake that stands in for it."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.core.answer import Answer, Cause
from bot.core.ports import Link, Memory
from bot.store.database import Database
from bot.store.memory import SqlMemory
from bot.store.schema import open_database, upgrade
from tests.bot.store.conftest import Clock
from tests.bot.store.samples import PASTE, PLACE, answer, cause
from tests.fakes.memory import FakeMemory


@pytest.fixture
def memory(storage: Database | None, clock: Clock) -> Memory:
    return FakeMemory(now=clock) if storage is None else SqlMemory(storage, clock)


async def test_the_first_sighting_opens_an_incident(memory: Memory) -> None:
    seen = await memory.remember(PASTE, answer(), PLACE)

    assert seen is not None
    assert seen.count == 1
    assert seen.status == "open"
    assert seen.first_seen == seen.last_seen == "2026-11-23T09:30:00Z"


async def test_the_same_trouble_again_is_counted(memory: Memory, clock: Clock) -> None:
    first = await memory.remember(PASTE, answer(), PLACE)
    clock.pass_by(timedelta(hours=2))

    again = await memory.remember(PASTE, answer(), PLACE)

    assert first is not None
    assert replace(first, count=2, last_seen="2026-11-23T11:30:00Z") == again


async def test_another_pod_of_the_same_deployment_is_the_same_trouble(memory: Memory) -> None:
    one = cause(subject="Pod shop/cart-7d9fbc5d8-x2x9z")
    other = cause(subject="Pod shop/cart-66bc5c9577-k8kwj")

    await memory.remember(PASTE, answer(one), PLACE)
    seen = await memory.remember(PASTE, answer(other), PLACE)

    assert seen is not None
    assert seen.count == 2


@pytest.mark.parametrize(
    "other",
    [
        answer(cause(entry="service-port-mismatch")),
        answer(cause(subject="Service shop/basket")),
        answer(cluster="production"),
    ],
    ids=["cause", "subject", "cluster"],
)
async def test_another_cause_subject_or_cluster_is_another_incident(
    memory: Memory, other: Answer
) -> None:
    first = await memory.remember(PASTE, answer(), PLACE)
    second = await memory.remember(PASTE, other, PLACE)

    assert first is not None
    assert second is not None
    assert first.incident != second.incident


async def test_the_same_event_again_is_the_same_sighting(memory: Memory) -> None:
    place = replace(PLACE, event="Ev1")

    first = await memory.remember(PASTE, answer(), place)
    again = await memory.remember(PASTE, answer(), place)

    assert first == again


@pytest.mark.parametrize(
    "causes",
    [
        (cause("not-confirmed"),),
        (cause("not-confirmed"), cause("not-confirmed", entry="service-port-mismatch")),
    ],
)
async def test_a_cause_that_was_refuted_makes_no_incident(
    memory: Memory, causes: tuple[Cause, ...]
) -> None:
    assert await memory.remember(PASTE, answer(*causes), PLACE) is None


async def test_what_only_perhaps_fits_makes_none_unless_confirmed(memory: Memory) -> None:
    assert await memory.remember(PASTE, answer(cause("likely"), kind="perhaps"), PLACE) is None
    assert await memory.remember(PASTE, answer(cause("confirmed"), kind="perhaps"), PLACE)


async def test_a_check_without_a_paste_makes_one_of_what_is_confirmed(memory: Memory) -> None:
    assert await memory.remember("", answer(cause("confirmed"), kind=None), PLACE)
    assert await memory.remember("", answer(cause("likely"), kind=None), PLACE) is None


async def test_where_nothing_matched_there_is_none(memory: Memory) -> None:
    assert await memory.remember(PASTE, answer(kind="nothing"), PLACE) is None


async def test_a_match_that_could_not_be_checked_makes_one(memory: Memory) -> None:
    assert await memory.remember(PASTE, answer(cause("could-not-check")), PLACE)


async def test_a_confirmed_cause_goes_before_an_earlier_likely_one(memory: Memory) -> None:
    proved = cause(entry="service-port-mismatch")

    both = await memory.remember(PASTE, answer(cause("likely"), proved), PLACE)
    alone = await memory.remember(PASTE, answer(proved), PLACE)

    assert both is not None
    assert alone is not None
    assert both.incident == alone.incident


async def test_text_no_database_takes_is_remembered_all_the_same(memory: Memory) -> None:
    assert await memory.remember("a\x00b \ud800", answer(cause(subject="Pod \ud800")), PLACE)


async def test_twenty_at_once_are_one_incident(memory: Memory) -> None:
    seen = await asyncio.gather(*(memory.remember(PASTE, answer(), PLACE) for _ in range(20)))

    assert {one.incident for one in seen if one} == {1}
    assert sorted(one.count for one in seen if one) == list(range(1, 21))


async def test_one_event_twenty_times_at_once_is_counted_once(memory: Memory) -> None:
    place = replace(PLACE, event="Ev1")

    seen = await asyncio.gather(*(memory.remember(PASTE, answer(), place) for _ in range(20)))

    assert [one.count for one in seen if one] == [1] * 20


async def test_a_channel_without_a_link_has_none(memory: Memory) -> None:
    assert await memory.link_of("C1") is None


async def test_a_link_replaces_the_earlier_one(memory: Memory) -> None:
    newer = Link("C1", "production", by="U-ben")

    await memory.link(Link("C1", "staging", "shop", "U-ana"))
    await memory.link(Link("C2", "staging"))
    await memory.link(newer)

    assert newer == await memory.link_of("C1")


async def test_two_programs_may_write_at_once(url: str, clock: Clock) -> None:
    await upgrade(url)
    async with await open_database(url) as one, await open_database(url) as other:
        memories = [SqlMemory(one, clock), SqlMemory(other, clock)] * 10
        seen = await asyncio.gather(
            *(memory.remember(PASTE, answer(), PLACE) for memory in memories)
        )

    assert sorted(one.count for one in seen if one) == list(range(1, 21))


async def test_a_watch_stays_when_the_channel_is_linked_anew(memory: Memory) -> None:
    await memory.watch("C1", "people")  # no link yet: nothing to set
    await memory.link(Link("C1", "staging"))
    before = await memory.link_of("C1")
    await memory.watch("C1", "all")
    await memory.link(Link("C1", "production"))

    assert before == Link("C1", "staging")
    assert await memory.link_of("C1") == Link("C1", "production", watch="all")


async def test_a_watch_ends(memory: Memory) -> None:
    await memory.link(Link("C1", "staging"))
    await memory.watch("C1", "people")
    await memory.watch("C1", "")

    assert await memory.link_of("C1") == Link("C1", "staging")
