import asyncio

import pytest

from bot.core.health import FRESH, Health, Reach
from tests.fakes.clusters import FakeCluster, FakeClusters

DOWN = "cluster down (https://10.0.0.1): no answer within 3 s"


@pytest.fixture
def clusters() -> FakeClusters:
    return FakeClusters(
        FakeCluster("up"), FakeCluster("down", DOWN), FakeCluster("slow", seconds=30)
    )


async def test_each_cluster_is_told_with_its_version_or_why_it_did_not_answer(
    clusters: FakeClusters,
) -> None:
    health = Health(clusters, seconds=0.05)

    up, down, slow, gone = await health.look(["up", "down", "slow", "gone"])

    assert (up.cluster, up.version, up.trouble) == ("up", "v1.36.1", "")
    assert up.seconds < 0.05
    assert down.trouble == DOWN
    assert slow.trouble == "cluster slow: no answer within 0.05 s"
    assert "no cluster is called 'gone'" in gone.trouble


async def test_a_look_lists_nothing_and_is_shared_for_a_while(clusters: FakeClusters) -> None:
    time = [0.0]
    health = Health(clusters, now=lambda: time[0])

    await asyncio.gather(*(health.look(["up", "up"]) for _ in range(5)))
    assert clusters.known["up"].looks == [()]

    time[0] = FRESH
    assert await health.look(["up"]) == (Reach("up", 0.0, "v1.36.1"),)
    assert clusters.known["up"].looks == [(), ()]


async def test_many_that_are_slow_are_waited_for_together(clusters: FakeClusters) -> None:
    clusters.known |= {f"slow-{number}": clusters.known["slow"] for number in range(7)}
    health = Health(clusters, seconds=0.2)

    async with asyncio.timeout(1):
        found = await health.look(clusters.names())

    assert [one.version for one in found if one.version] == ["v1.36.1"]


async def test_who_asks_again_waits_for_the_same_greeting(clusters: FakeClusters) -> None:
    clusters.known["slow"].seconds = 0.2
    health = Health(clusters, seconds=0.05)

    (late,) = await health.look(["slow"])
    assert late.trouble == "cluster slow: no answer within 0.05 s"

    while (reach := (await health.look(["slow"]))[0]).trouble:
        pass
    assert reach.version == "v1.36.1"
    assert len(clusters.known["slow"].looks) == 1
