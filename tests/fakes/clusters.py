"""Clusters that answer, fail or hang as they are told. Fulfil the Protocols of `ports`."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import ClusterUnknownError, ClusterUnreachableError
from bot.core.ports import OnSeen
from checks.model import Ask, See
from checks.snapshot import Snapshot


@dataclass
class FakeCluster:
    """Holds no objects; `trouble` is why it does not answer, `seconds` how long it takes."""

    name: str
    trouble: str = ""
    seconds: float = 0.0
    looks: list[Collection[See]] = field(default_factory=list)

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Look, and find nothing."""
        del on_seen
        self.looks.append(sees)
        await asyncio.sleep(self.seconds)
        if self.trouble:
            raise ClusterUnreachableError(self.trouble)
        none: tuple[Any, ...] = ()
        objects = {see.key: none for see in sees}
        return Snapshot(self.name, "2026-11-23T10:00:00Z", "v1.36.1", objects)

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Ask nothing."""
        del requests
        return snapshot

    async def close(self) -> None:
        """Hold nothing."""


class FakeClusters:
    """Clusters by name."""

    def __init__(self, *clusters: FakeCluster) -> None:
        self.known = {cluster.name: cluster for cluster in clusters}

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return tuple(sorted(self.known))

    async def open(self, name: str) -> FakeCluster:
        """Open one."""
        if name not in self.known:
            raise ClusterUnknownError(f"no cluster is called {name!r}")
        return self.known[name]
