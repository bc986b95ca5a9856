"""A sample cluster: manifests in a file, answered as a live cluster would, at a visible pace."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
import yaml

from bot.core.errors import ClusterUnknownError
from bot.core.ports import OnSeen
from checks.kinds import KINDS, Kind
from checks.model import Ask, LogRequest, See
from checks.snapshot import Gap, Ledger, Snapshot
from checks.text import Text

Document = Mapping[str, Any]
PLAYED = ("selector", "addresses")
"""The faults of the demo that ends by itself."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What can be broken in a sample cluster, and what a person then pastes.

    `objects` stand in for those of the same kind, namespace and name, or beside them; `logs` are
    by the key of their request.
    """

    name: str
    title: Text
    paste: Text
    objects: Sequence[Document]
    logs: Mapping[str, str] = {}


class SampleCluster:
    """Fulfils `Cluster` from a document of `taken_at`, `version`, `objects` and `logs`.

    `pace` is how long a look takes, in seconds, so that a reader sees the answer grow.
    """

    def __init__(
        self, name: str, document: Document, pace: float = 0.0, faults: Collection[Fault] = ()
    ) -> None:
        self.name = name
        self.document = document
        self.faults = {fault.name: fault for fault in faults}
        self.broken: tuple[str, ...] = ()
        self._healthy = document
        self._pace = pace
        self._objects = [_decode(manifest) for manifest in document["objects"]]

    def break_with(self, *names: str) -> None:
        """Break the healthy cluster with these faults and no other; none mends it.

        Raises `KeyError` for a fault that is not in `faults`.
        """
        document = self._healthy
        for name in names:
            document = _broken(document, self.faults[name])
        self.document, self.broken = document, names
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


def load_sample(name: str, pace: float = 0.0, broken: Sequence[str] = PLAYED) -> SampleCluster:
    """Return a shipped sample by the name of its file, with these of its faults."""
    folder = files("bot.demo").joinpath("samples")
    faults = [_fault(one) for one in sorted(folder.joinpath("faults").iterdir(), key=_name)]
    cluster = SampleCluster(name, _read(folder.joinpath(f"{name}.yaml")), pace, faults)
    cluster.break_with(*broken)
    return cluster


def _fault(file: Traversable) -> Fault:
    held = _read(file)
    texts = {key: Text(held[key]["en"], held[key]["zh-TW"]) for key in ("title", "paste")}
    name = file.name.removesuffix(".yaml")
    return Fault(name=name, objects=held["objects"], logs=held.get("logs") or {}, **texts)


def _name(file: Traversable) -> str:
    return file.name


def _read(file: Traversable) -> Document:
    document: Document = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def _broken(document: Document, fault: Fault) -> Document:
    """Return the document with a fault's objects and logs in place of its own."""
    objects = {_identity(one): one for one in (*document["objects"], *fault.objects)}
    logs = {**(document.get("logs") or {}), **fault.logs}
    return {**document, "objects": list(objects.values()), "logs": logs}


def _identity(manifest: Document) -> tuple[str, ...]:
    meta = manifest["metadata"]
    return manifest["kind"], meta.get("namespace", ""), meta["name"]


def _decode(manifest: Document) -> Kind:
    kinds = {kind.__name__: kind for kind in KINDS.values()}
    return msgspec.convert(manifest, type=kinds[manifest["kind"]])
