"""A cluster is asked no faster than it may be, by all looks together."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from bot.cluster.pacing import Pacer
from bot.cluster.reader import LiveCluster
from bot.core.ports import Budget, Pace
from checks.kinds import KINDS, Pod
from checks.model import LogRequest, See
from tests.bot.cluster.fake_api import FakeApi, connected, opened, serving, shop

EVERY = tuple(See(kind) for kind in KINDS.values())


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        """Return the time, in seconds."""
        return self.now

    async def pause(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(0)
        self.now += seconds


async def seconds(pace: Pace, turns: int) -> float:
    """Return how long it takes to get so many turns, all asked for at once."""
    time = Time()
    pacer = Pacer(pace, time.pause, time.clock)
    await asyncio.gather(*(pacer.turn() for _ in range(turns)))
    return time.now - 1000.0


@pytest.mark.parametrize(
    ("per_second", "turns", "expected"),
    [(10, 10, 0.0), (10, 11, 0.1), (10, 40, 3.0), (0.5, 1, 0.0), (0.5, 3, 4.0)],
)
async def test_a_second_at_once_then_one_after_the_other(
    per_second: float, turns: int, expected: float
) -> None:
    assert await seconds(Pace(per_second=per_second), turns) == pytest.approx(expected)


async def test_who_gives_up_takes_no_turn() -> None:
    """Or a look that ran out of time would hold up the next one."""
    time = Time()

    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    pacer = Pacer(Pace(per_second=1), for_ever, time.clock)
    await pacer.turn()
    waiting = [asyncio.create_task(pacer.turn()) for _ in range(50)]
    await asyncio.sleep(0)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    pacer.pause = time.pause
    await pacer.turn()

    assert time.now == pytest.approx(1001.0)


async def test_looks_share_the_places(tmp_path: Path) -> None:
    under_way = most = 0

    class Slow(FakeApi):
        async def _list(self, request: web.Request) -> web.Response:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.01)
            under_way -= 1
            return await super()._list(request)

    api = Slow(shop())
    async with serving(api), connected(api, tmp_path) as wire:
        cluster = LiveCluster("fake", wire, Budget(), pace=Pace(at_once=2, per_second=1e6))
        looks = await asyncio.gather(*(cluster.look(EVERY) for _ in range(3)))

    assert [look.gaps for look in looks] == [{}] * 3
    assert most == 2


async def test_logs_keep_the_pace(tmp_path: Path) -> None:
    time = Time()
    api = FakeApi(shop())
    async with serving(api), connected(api, tmp_path) as wire:
        pace = Pace(per_second=1)
        cluster = LiveCluster("fake", wire, Budget(seconds=99), pace=pace, pause=time.pause)
        snapshot = await cluster.look([See(Pod)])
        await cluster.ask(snapshot, [LogRequest("shop", f"cart-{n}", "cart") for n in range(3)])

    assert len(api.asked) == 5
    assert time.now - 1000.0 > 4 - 1  # the seconds that the machine took are waited for no more


async def test_a_look_that_may_not_ask_in_time_says_so(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), connected(api, tmp_path) as wire:
        pace = Pace(per_second=0.1)
        cluster = LiveCluster("fake", wire, Budget(seconds=1), pace=pace)
        snapshot = await cluster.look([See(Pod)])

        assert snapshot.gaps["pods"].reason == "budget spent: 1 s"
        assert len(api.asked) == 1


async def test_a_kind_that_hangs_leaves_places_to_others(tmp_path: Path) -> None:
    api = FakeApi(shop())

    async def hold(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    api.faults = {"pods": hold}
    sees = [See(Pod), See(Pod, "shop"), See(Pod, "other"), *EVERY]
    async with serving(api), opened(api, tmp_path, Budget(seconds=2)) as cluster:
        snapshot = await cluster.look(sees)

        assert {see.key for see in sees if see.kind is Pod} == set(snapshot.gaps)
