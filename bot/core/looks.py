"""One look at a cluster for all who ask for the same at about the same time.

When fifty people paste the same error, each gets an answer in their own thread, but the API server
is asked a few times: a look under way is waited for, and one that has ended answers those who asked
before it began. For whoever asks later it is too old: something may have been mended since.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Hashable
from typing import Generic, TypeVar

from bot.core.ports import Cluster, Clusters, OnSeen
from checks.model import Ask, See
from checks.snapshot import Snapshot

KEPT = 5.0
"""Seconds for which what was seen is kept for those who asked before; arbitrary."""

T = TypeVar("T")


class SharedLooks:
    """The clusters, looked at together."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._looks: Shared[Snapshot] = Shared(KEPT)

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return self._clusters.names()

    async def open(self, name: str, since: float | None = None) -> Cluster:
        """Return the cluster for somebody who asked at a time (`time.monotonic`), else just now.

        Raises `ClusterUnknownError` naming the nearest one.
        """
        since = time.monotonic() if since is None else since
        return _SharedCluster(await self._clusters.open(name), self._looks, since)


class Shared(Generic[T]):
    """Results by what was asked: those under way, and for some seconds those that are done."""

    def __init__(self, kept: float) -> None:
        self._kept = kept
        self._tasks: dict[Hashable, tuple[asyncio.Task[T], float]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]], since: float) -> T:
        """Return a result that is under way, or was begun since then.

        What fails, fails for all who wait for it, and is not kept. Who is cancelled meanwhile
        takes it from nobody else.
        """
        task, begun = self._tasks.get(key, (None, 0.0))
        if task is None or (task.done() and begun < since):
            task = asyncio.create_task(_made(make))
            self._tasks[key] = task, time.monotonic()
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._forget(key, task)
        else:
            asyncio.get_running_loop().call_later(self._kept, self._forget, key, task)

    def _forget(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        if self._tasks.get(key, (None, 0.0))[0] is task:  # else a newer one has its place
            del self._tasks[key]


class _SharedCluster:
    """A cluster whose looks are shared. Fulfils `Cluster`."""

    def __init__(self, cluster: Cluster, looks: Shared[Snapshot], since: float) -> None:
        self._cluster = cluster
        self._looks = looks
        self._since = since

    @property
    def name(self) -> str:
        """The name people link channels to."""
        return self._cluster.name

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Fetch what is declared, or wait for who is fetching it; only the first hears of kinds."""
        key = (self.name, frozenset(sees))
        return await self._looks.get(key, lambda: self._cluster.look(sees, on_seen), self._since)

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot with these logs and dials, asked once for each snapshot."""
        key = (self.name, _Same(snapshot), frozenset(request.key for request in requests))
        return await self._looks.get(key, lambda: self._cluster.ask(snapshot, requests), since=0.0)

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
