"""A sample cluster: manifests in a file, answered as a live cluster would, at a visible pace."""

import asyncio
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Any

import msgspec
import yaml

from bot.core.errors import ClusterUnknownError
from bot.core.ports import OnSeen
from checks.kinds import KINDS, Kind
from checks.model import Ask, LogRequest, See
from checks.snapshot import Gap, Ledger, Snapshot


class SampleCluster:
    """Fulfils `Cluster` from a YAML file of `taken_at`, `version`, `objects` and `logs`.

    `pace` is how long a look takes, in seconds, so that a reader sees the answer grow.
    """

    def __init__(self, name: str, document: Mapping[str, Any], pace: float = 0.0) -> None:
        self.name = name
        self.document = document
        self._pace = pace
        self._objects = [_decode(manifest) for manifest in document["objects"]]

    async def look(self, sees: Collection[See], on_seen: OnSeen | None = None) -> Snapshot:
        """Return the sample's objects of each declared kind."""
        seen: dict[str, tuple[Any, ...]] = {}
        for see in sees:
            await asyncio.sleep(self._pace / len(sees))
            seen[see.key] = tuple(
                one for one in self._objects if type(one) is see.kind and see.admits(one)
            )
            if on_seen:
                on_seen(see.key, len(seen[see.key]))
        return Snapshot(
            cluster=self.name,
            taken_at=self.document["taken_at"],
            version=self.document["version"],
            objects=seen,
            ledger=Ledger(requests=len(sees), seconds=self._pace),
        )

    async def ask(self, snapshot: Snapshot, requests: Collection[Ask]) -> Snapshot:
        """Return the snapshot with the sample's logs added; there is nobody to dial."""
        held: Mapping[str, str] = self.document.get("logs") or {}
        asked = [one for one in requests if isinstance(one, LogRequest)]
        logs = {one.key: held[one.key] for one in asked if one.key in held}
        gaps = {one.key: Gap("no such container") for one in asked if one.key not in held}
        dials = {
            one.key: Gap("a sample cluster answers no dials", one.need)
            for one in requests
            if not isinstance(one, LogRequest)
        }
        return snapshot.with_logs(logs, gaps).with_dials(dials)

    async def close(self) -> None:
        """Hold nothing, so let go of nothing."""


class SampleClusters:
    """The demo's clusters, by name."""

    def __init__(self, *clusters: SampleCluster) -> None:
        self._clusters = {cluster.name: cluster for cluster in clusters}

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return tuple(sorted(self._clusters))

    async def open(self, name: str) -> SampleCluster:
        """Return a cluster. Raises `ClusterUnknownError`."""
        if name not in self._clusters:
            raise ClusterUnknownError(
                f"no sample cluster is called {name!r}: there is {', '.join(self.names())}"
            )
        return self._clusters[name]


def load_sample(name: str, pace: float = 0.0) -> SampleCluster:
    """Return a shipped sample by the name of its file."""
    text = files("bot.demo").joinpath("samples", f"{name}.yaml").read_text(encoding="utf-8")
    return SampleCluster(name, yaml.safe_load(text), pace)


def _decode(manifest: Mapping[str, Any]) -> Kind:
    kinds = {kind.__name__: kind for kind in KINDS.values()}
    return msgspec.convert(manifest, type=kinds[manifest["kind"]])
