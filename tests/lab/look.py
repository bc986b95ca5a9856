"""Looks from inside a room: dials made by `bot.dial`, and checks that judge them."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from bot.dial.dialer import PodDialer
from bot.dial.vantage import told
from checks.manifests import snapshot_of
from checks.model import LogRequest, Question
from checks.registry import catalog
from checks.runner import requests, run
from checks.snapshot import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from checks.dials import Dial, Dialed
    from checks.model import Finding
    from tests.lab.rooms import Room

Manifest = dict[str, Any]


def dial(room: Room, *wanted: Dial) -> list[Dialed]:
    """Make dials from inside a room; none may be a gap."""
    results = _dialed(room, PodDialer(room.run(lambda: told({}))), wanted)
    made = [one for one in results.values() if not isinstance(one, Gap)]
    assert len(made) == len(wanted), results
    return made


def judge(room: Room, slug: str, objects: Iterable[Manifest], **asked: str) -> list[Finding]:
    """Return what a check finds that dials from a room, in a cluster that has these objects."""
    check, question = catalog()[slug], Question(**asked)
    snapshot = snapshot_of(objects, taken_at=dt.datetime.now(dt.UTC).isoformat())
    every = requests(check, snapshot, question)
    dialer = PodDialer(room.run(lambda: told({})))
    results = _dialed(room, dialer, [one for one in every if not isinstance(one, LogRequest)])
    seen = snapshot.with_dials(results, dialer.vantage(snapshot))
    return list(run(check, seen, question))


def pod(name: str, address: str, node: str, *, namespace: str = "shop") -> Manifest:
    """Write a running pod; its label `app` is its name up to the last dash."""
    labels = {"app": name.rpartition("-")[0]}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": node, "containers": [{"name": "main"}]},
        "status": {"phase": "Running", "podIP": address},
    }


def node(name: str, address: str) -> Manifest:
    """Write a node."""
    addresses = [{"type": "InternalIP", "address": address}]
    return {"kind": "Node", "metadata": {"name": name}, "status": {"addresses": addresses}}


def service(path: str, address: str, port: int, **spec: object) -> Manifest:
    """Write a Service whose port leads to the same port of its pods."""
    namespace, _, name = path.partition("/")
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "clusterIP": address,
            "selector": {"app": name},
            "ports": [{"port": port, "targetPort": port} | spec],
        },
    }


def endpoints(path: str, port: int, nodes: Mapping[str, str]) -> Manifest:
    """Write the slice of a Service: the address of each endpoint, and its node."""
    namespace, _, name = path.partition("/")
    listed = [{"addresses": [address], "nodeName": where} for address, where in nodes.items()]
    return {
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"{name}-x",
            "namespace": namespace,
            "labels": {"kubernetes.io/service-name": name},
        },
        "ports": [{"name": "", "port": port, "protocol": "TCP"}],
        "endpoints": listed,
    }


def _dialed(room: Room, dialer: PodDialer, wanted: Iterable[Dial]) -> dict[str, Dialed | Gap]:
    listed = list(wanted)
    return room.run(lambda: asyncio.run(dialer.dial(listed)))
