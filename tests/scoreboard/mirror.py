"""Endpoints, which the controller keeps beside EndpointSlices: other tools still read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.cluster.http_client import Manifest

SERVICE_NAME = "kubernetes.io/service-name"


def mirrored(services: Iterable[Manifest], slices: Iterable[Manifest]) -> Iterator[Manifest]:
    """Yield the Endpoints of every Service with a selector, as its slices have them."""
    of: dict[tuple[str, str], list[Manifest]] = {}
    for one in slices:
        meta = one["metadata"]
        name = (meta.get("labels") or {}).get(SERVICE_NAME, "")
        if one["addressType"] == "IPv4":
            of.setdefault((meta["namespace"], name), []).append(one)
    for service in services:
        meta = service["metadata"]
        if service["spec"].get("selector"):
            parts = of.get((meta["namespace"], meta["name"]), [])
            yield {
                "apiVersion": "v1",
                "kind": "Endpoints",
                "metadata": {"name": meta["name"], "namespace": meta["namespace"]},
                "subsets": [found for part in parts if (found := subset(part))],
            }


def subset(part: Manifest) -> Manifest | None:
    """Write a slice as a subset: its ready addresses, and those that are not."""
    ready, waiting = [], []
    for endpoint in part["endpoints"] or ():
        conditions = endpoint.get("conditions") or {}
        entries = [address(endpoint, ip) for ip in endpoint["addresses"]]
        if conditions.get("ready") is not False:
            ready += entries
        elif not conditions.get("terminating"):
            waiting += entries
    ports = [
        {key: one[key] for key in ("name", "port", "protocol") if one.get(key)}
        for one in part.get("ports") or ()
    ]
    found = {"addresses": ready, "notReadyAddresses": waiting, "ports": ports}
    return {key: value for key, value in found.items() if value} if ready or waiting else None


def address(endpoint: Manifest, ip: str) -> Manifest:
    """Write one address, and the pod that has it."""
    told = {"nodeName": endpoint.get("nodeName"), "targetRef": endpoint.get("targetRef")}
    return {"ip": ip, **{key: value for key, value in told.items() if value}}
