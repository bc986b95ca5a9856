"""One look at a cluster for all who ask for the same at the same time.

When fifty people paste the same error, each gets an answer in their own thread, but the API server
is asked once: a look under way is waited for. One that has ended may show what was mended since.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import Generic, TypeVar

from bot.core.ports import Cluster, Clusters, OnSeen
from checks.model import Ask, See
from checks.snapshot import Snapshot

KEPT = 5.0
"""Seconds for which the logs and dials of a look are kept for others who have the same look."""

T = TypeVar("T")


class SharedLooks:
    """The clusters, looked at together. Fulfils `Clusters`."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._looks: Shared[Snapshot] = Shared()
        self._asked: Shared[Snapshot] = Shared(KEPT)

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return self._clusters.names()

    async def open(self, name: str) -> Cluster:
        """Return the cluster or raise `ClusterUnknownError` naming the nearest one."""
        return _SharedCluster(await self._clusters.open(name), self._looks, self._asked)


class Shared(Generic[T]):
    """Results by what was asked: those under way, and for some seconds those that are done."""

    def __init__(self, kept: float = 0) -> None:
        self._kept = kept
        self._tasks: dict[Hashable, asyncio.Task[T]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return a result; what fails, fails for all who wait for it, and is not kept.

        Who is cancelled meanwhile takes it from nobody else.
        """
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(_made(make))
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        if task.cancelled() or task.exception() is not None:
            del self._tasks[key]
        else:
            asyncio.get_running_loop().call_later(self._kept, self._tasks.pop, key, None)


class _SharedCluster:
    """A cluster whose looks are shared. Fulfils `Cluster`."""

    def __init__(self, cluster: Cluster, looks: Shared[Snapshot], asked: Shared[Snapshot]) -> None:
        self._cluster = cluster
        self._looks = looks
        self._asked = asked

    @property
    def name(self) -> str:
        """The name people link channels to."""
        return self._cluster.name

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Fetch what is declared, or wait for who is fetching it; only the first hears of kinds."""
        return await self._looks.get(
            (self.name, frozenset(sees)), lambda: self._cluster.look(sees, on_seen)
        )

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot with these logs and dials, asked once for each snapshot."""
        keys = frozenset(request.key for request in requests)
        return await self._asked.get(
            (self.name, _Same(snapshot), keys), lambda: self._cluster.ask(snapshot, requests)
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._cluster.close()


class _Same:
    """Stands for one object, equal objects being others; it keeps that object alive."""

    def __init__(self, one: object) -> None:
        self._one = one

    def __hash__(self) -> int:
        return id(self._one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._one is other._one


async def _made(make: Callable[[], Awaitable[T]]) -> T:
    return await make()
