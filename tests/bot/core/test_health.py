import asyncio
from collections.abc import Collection

from bot.core.errors import ClusterUnknownError, ClusterUnreachableError
from bot.core.health import FRESH, Health, Reach
from bot.core.ports import OnSeen
from checks.model import Ask, See
from checks.snapshot import Snapshot


class ScriptedCluster:
    """Answers, fails or hangs as its name says, and counts how often it was looked at."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.looks: list[Collection[See]] = []

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Look."""
        del on_seen
        self.looks.append(sees)
        await asyncio.sleep(30 if self.name == "slow" else 0)
        if self.name == "down":
            raise ClusterUnreachableError("cluster down (https://10.0.0.1): no answer within 3 s")
        return Snapshot(self.name, "2026-11-23T10:00:00Z", "v1.36.1", {})

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Ask nothing."""
        del requests
        return snapshot

    async def close(self) -> None:
        """Hold nothing."""


class ScriptedClusters:
    """Three clusters."""

    def __init__(self) -> None:
        self.known = {name: ScriptedCluster(name) for name in ("up", "down", "slow")}

    def names(self) -> tuple[str, ...]:
        """Return the names."""
        return tuple(self.known)

    async def open(self, name: str) -> ScriptedCluster:
        """Open one."""
        if name not in self.known:
            raise ClusterUnknownError(f"no cluster is called {name!r}")
        return self.known[name]


async def test_each_cluster_is_told_with_its_version_or_why_it_did_not_answer() -> None:
    health = Health(ScriptedClusters(), seconds=0.05)

    up, down, slow, gone = await health.look(["up", "down", "slow", "gone"])

    assert (up.cluster, up.version, up.trouble) == ("up", "v1.36.1", "")
    assert up.seconds < 0.05
    assert down.trouble == "cluster down (https://10.0.0.1): no answer within 3 s"
    assert slow.trouble == "cluster slow: no answer within 0.05 s"
    assert "no cluster is called 'gone'" in gone.trouble


async def test_a_look_lists_nothing_and_is_shared_for_a_while() -> None:
    clusters = ScriptedClusters()
    time = [0.0]
    health = Health(clusters, now=lambda: time[0])

    await asyncio.gather(*(health.look(["up", "up"]) for _ in range(5)))
    assert clusters.known["up"].looks == [()]

    time[0] = FRESH
    assert await health.look(["up"]) == (Reach("up", 0.0, "v1.36.1"),)
    assert clusters.known["up"].looks == [(), ()]


async def test_many_that_are_slow_are_waited_for_together() -> None:
    clusters = ScriptedClusters()
    clusters.known |= {f"slow-{number}": clusters.known["slow"] for number in range(7)}
    health = Health(clusters, seconds=0.2)

    async with asyncio.timeout(1):
        found = await health.look(clusters.names())

    assert [one.version for one in found if one.version] == ["v1.36.1"]
