"""Snapshots written by hand: from manifests, as sample clusters and test cases hold them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from checks.kinds import KINDS, Kind
from checks.snapshot import Gap, Snapshot

_BY_NAME = {kind.__name__: kind for kind in KINDS.values()}


class ManifestError(ValueError):
    """A manifest is of no kind any check reads, or does not fit its kind."""


def snapshot_of(
    manifests: Iterable[Mapping[str, Any]],
    *,
    taken_at: str,
    cluster: str = "sample",
    version: str = "v1.37.2",
    gaps: Mapping[str, Gap] | None = None,
    logs: Mapping[str, str] | None = None,
) -> Snapshot:
    """Return a snapshot that has seen exactly these objects, and every other kind to be absent.

    `gaps` are keyed as in `Snapshot` and take the place of what was seen. A namespaced object
    without a namespace lies in `default`. Raises `ManifestError`.
    """
    seen: defaultdict[str, list[Kind]] = defaultdict(list)
    for one in map(_object, manifests):
        seen[one.resource.qualified].append(one)
    missing = gaps or {}
    return Snapshot(
        cluster=cluster,
        taken_at=taken_at,
        version=version,
        objects={key: tuple(seen[key]) for key in KINDS if key not in missing},
        gaps=missing,
        logs=logs or {},
    )


def _object(manifest: Mapping[str, Any]) -> Kind:
    name = manifest.get("kind")
    kind = _BY_NAME.get(str(name))
    if kind is None:
        raise ManifestError(f"no check reads objects of kind {name}")
    try:
        one = msgspec.convert(manifest, kind)
    except msgspec.ValidationError as error:
        raise ManifestError(f"this {name} cannot be read: {error}") from error
    if kind.resource.namespaced and not one.metadata.namespace:
        meta = msgspec.structs.replace(one.metadata, namespace="default")
        return msgspec.structs.replace(one, metadata=meta)
    return one
