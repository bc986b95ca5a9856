"""Whether clusters answer, found out with one small request each and never for long."""

import asyncio
import time
from collections.abc import Callable, Iterable

import msgspec

from bot.core.errors import ClusterError
from bot.core.ports import Clusters

SECONDS = 5.0
"""How long one cluster is waited for, signing in included; a live one greets within three."""

FRESH = 15.0
"""Seconds for which an answer is told again: somebody who opens a page twice asks nothing anew."""


class Reach(msgspec.Struct, frozen=True):
    """How a cluster answered: after how many seconds, its version, or why it did not."""

    cluster: str
    seconds: float = 0.0
    version: str = ""
    trouble: str = ""


class Health:
    """Greets clusters by name: no object is listed. Several who ask at once share one greeting.

    A greeting that takes too long is not broken off, for a program that signs in may be under
    way; it has limits of its own, and who asks again waits for that one.
    """

    def __init__(
        self,
        clusters: Clusters,
        *,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clusters = clusters
        self._seconds = seconds
        self._now = now
        self._known: dict[str, tuple[float, Reach]] = {}
        self._under_way: dict[str, asyncio.Task[Reach]] = {}

    async def look(self, names: Iterable[str]) -> tuple[Reach, ...]:
        """Return how each answers, in their order. Raises nothing of the clusters'."""
        return tuple(await asyncio.gather(*map(self._reach, dict.fromkeys(names))))

    async def _reach(self, name: str) -> Reach:
        at, reach = self._known.get(name, (-FRESH, Reach(name)))
        if self._now() - at < FRESH:
            return reach
        if name not in self._under_way:
            self._under_way[name] = asyncio.create_task(self._greet(name), name=f"greet {name}")
        task = self._under_way[name]
        done, _ = await asyncio.wait({task}, timeout=self._seconds)
        if done:
            return task.result()
        trouble = f"cluster {name}: no answer within {self._seconds:g} s"
        return Reach(name, self._seconds, trouble=trouble)

    async def _greet(self, name: str) -> Reach:
        begun = self._now()
        try:
            cluster = await self._clusters.open(name)
            version = (await cluster.look(())).version
            reach = Reach(name, self._now() - begun, version)
        except ClusterError as error:
            reach = Reach(name, self._now() - begun, trouble=error.reason)
        finally:
            self._under_way.pop(name, None)
        self._known[name] = self._now(), reach
        return reach
