import asyncio
import time
from collections.abc import Collection

import pytest

from bot.core.errors import ClusterError
from bot.core.looks import SharedLooks
from bot.core.ports import Cluster, OnSeen
from checks.kinds import Pod, Service
from checks.model import Ask, See
from checks.snapshot import Snapshot

PODS, SERVICES = See(Pod), See(Service)


class Counted:
    """A cluster that counts looks and lets none end before the gate is open."""

    name = "shop"

    def __init__(self) -> None:
        self.looks = 0
        self.asks = 0
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    def names(self) -> tuple[str, ...]:
        return (self.name,)

    async def open(self, name: str) -> Cluster:
        del name
        return self

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        del sees, on_seen
        self.looks += 1
        await self.gate.wait()
        if self.error:
            raise self.error
        return Snapshot("shop", "2026-11-25T00:00:00Z", "v1.35.0", {})

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        del requests
        self.asks += 1
        return snapshot

    async def close(self) -> None:
        pass


async def test_fifty_who_ask_for_the_same_share_one_look_and_what_is_asked_after_it() -> None:
    counted = Counted()
    cluster = await SharedLooks(counted).open("shop")

    async with asyncio.TaskGroup() as group:
        looks = [group.create_task(cluster.look([PODS, SERVICES])) for _ in range(50)]
        await asyncio.sleep(0)
        counted.gate.set()
    snapshots = [await cluster.ask(look.result(), []) for look in looks]

    assert (counted.looks, counted.asks) == (1, 1)
    assert len({id(one) for one in snapshots}) == 1


async def test_who_asks_for_something_else_gets_a_look_of_their_own() -> None:
    counted = Counted()
    counted.gate.set()
    cluster = await SharedLooks(counted).open("shop")

    await cluster.look([PODS])
    await cluster.look([SERVICES])

    assert counted.looks == 2


async def test_a_look_that_has_ended_is_made_again_for_whoever_asks_later() -> None:
    counted = Counted()
    counted.gate.set()
    shared = SharedLooks(counted)

    await (await shared.open("shop")).look([PODS])
    await (await shared.open("shop")).look([PODS])

    assert counted.looks == 2


async def test_a_look_that_has_ended_answers_those_who_asked_before_it_began() -> None:
    counted = Counted()
    counted.gate.set()
    shared = SharedLooks(counted)
    since = time.monotonic()

    await (await shared.open("shop")).look([PODS])
    await (await shared.open("shop", since)).look([PODS])

    assert counted.looks == 1


async def test_a_look_that_fails_is_made_again_for_the_next_who_asks() -> None:
    counted = Counted()
    counted.gate.set()
    cluster = await SharedLooks(counted).open("shop")
    counted.error = ClusterError("it is down")

    for _ in range(2):
        with pytest.raises(ClusterError):
            await cluster.look([PODS])

    assert counted.looks == 2


async def test_whoever_stops_waiting_leaves_the_look_to_the_others() -> None:
    counted = Counted()
    cluster = await SharedLooks(counted).open("shop")
    first, second = (asyncio.create_task(cluster.look([PODS])) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    counted.gate.set()
    await second

    assert counted.looks == 1
