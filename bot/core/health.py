"""Whether clusters answer, found out with one small request each and never for long."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

import msgspec

from bot.core.errors import ClusterError
from bot.core.ports import Clusters

SECONDS = 5.0
"""How long one cluster is waited for, signing in included; a live one greets within three."""

FRESH = 15.0
"""Seconds for which an answer is told again: somebody who opens a page twice asks nothing anew."""

AT_ONCE = 8


class Reach(msgspec.Struct, frozen=True):
    """How a cluster answered: after how many seconds, its version, or why it did not."""

    cluster: str
    seconds: float = 0.0
    version: str = ""
    trouble: str = ""


class Health:
    """Greets clusters by name: no object is listed. Several who ask at once share one answer."""

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
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._known: dict[str, tuple[float, Reach]] = {}

    async def look(self, names: Iterable[str]) -> tuple[Reach, ...]:
        """Return how each answers, in their order. Raises nothing of the clusters'."""
        return tuple(await asyncio.gather(*map(self._reach, dict.fromkeys(names))))

    async def _reach(self, name: str) -> Reach:
        async with self._turns[name]:
            at, reach = self._known.get(name, (-FRESH, Reach(name)))
            if self._now() - at < FRESH:
                return reach
            async with self._slots:
                reach = await self._greet(name)
            self._known[name] = self._now(), reach
            return reach

    async def _greet(self, name: str) -> Reach:
        begun = self._now()
        try:
            async with asyncio.timeout(self._seconds):
                cluster = await self._clusters.open(name)
                snapshot = await cluster.look(())
        except TimeoutError:
            trouble = f"cluster {name}: no answer within {self._seconds:g} s"
            return Reach(name, self._now() - begun, trouble=trouble)
        except ClusterError as error:
            return Reach(name, self._now() - begun, trouble=error.reason)
        return Reach(name, self._now() - begun, snapshot.version)
