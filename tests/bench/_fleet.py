"""A fleet of nodes, Services and pods that runs well, but for a few Services.

One object of each kind is made through the API server, so that it has every default and the
managed fields; the others are its copies, with names and addresses of their own.
"""

import copy
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import yaml

from tests.cluster.admin import Client, Manifest
from tests.cluster.control_plane import ControlPlane
from tests.cluster.etcd import Store
from tests.cluster.waiting import until
from tests.e2e import objects

NAMESPACES = 50
TOGETHER = 10  # pods that follow one another on a node, and behind a Service
BROKEN = 33  # every so manieth Service selects nothing
SAMPLES = Path(__file__).with_name("fleet.yaml")
START = datetime(2026, 11, 24, 8, tzinfo=UTC)
KEYS = {
    "Node": "/registry/minions/{name}",
    "Pod": "/registry/pods/{namespace}/{name}",
    "Service": "/registry/services/specs/{namespace}/{name}",
    "EndpointSlice": "/registry/endpointslices/{namespace}/{name}",
    "Event": "/registry/events/{namespace}/{name}",
}
NODES, PODS, SERVICES = "/api/v1/nodes", "/api/v1/pods", "/api/v1/services"


class Size(msgspec.Struct, frozen=True):
    """How many there are of each; a pod in ten has an Event."""

    nodes: int
    pods: int
    services: int

    def __str__(self) -> str:
        return f"{self.nodes:,} nodes, {self.pods:,} pods, {self.services:,} Services"


EMPTY = Size(0, 0, 0)


class Fleet:
    """The objects of one control plane; it only grows."""

    def __init__(self, plane: ControlPlane, admin: Client) -> None:
        self._admin = admin
        self._store = Store(plane.folder / "etcd.sock")
        self._size = EMPTY
        admin.apply(_namespaces())
        admin.apply(_dns())
        samples = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))
        admin.apply(samples)
        self._samples = {one["kind"]: self._stored(one) for one in samples}
        for one in samples:
            meta = one["metadata"]
            admin.delete(one["kind"], meta["name"], namespace=meta.get("namespace"))

    def grow(self, size: Size) -> None:
        """Add what is missing, and wait until the API server's caches have it."""
        old, self._size = self._size, size
        self._store.write(
            (key.encode(), json.dumps(one).encode()) for key, one in self._made(old, size)
        )
        for path, count in ((NODES, size.nodes), (PODS, size.pods), (SERVICES, size.services)):
            enough = partial(self._has, path, count)
            until(enough, seconds=600, what=f"{count} {path}")

    def _made(self, old: Size, new: Size) -> Iterator[tuple[str, Manifest]]:
        for number in range(old.nodes, new.nodes):
            yield self._copy("Node", f"node-{number}", "", _node(number))
        for number in range(new.services):
            pods = _pods_of(number, new)
            if number >= old.services:
                yield self._service(number)
            if number >= old.services or pods != _pods_of(number, old):
                yield self._slice(number, pods, new)
        for number in range(old.pods, new.pods):
            yield from self._pod(number, new)

    def _service(self, number: int) -> tuple[str, Manifest]:
        name, address = f"service-{number}", f"10.96.{1 + number // 250}.{1 + number % 250}"
        selector = {"app": name if number % BROKEN else f"{name}s"}
        spec = {"clusterIP": address, "clusterIPs": [address], "selector": selector}
        return self._copy("Service", name, _home(number), {"spec": spec})

    def _slice(self, number: int, pods: Sequence[int], size: Size) -> tuple[str, Manifest]:
        name, namespace = f"service-{number}", _home(number)
        mine = pods if number % BROKEN else ()
        changes = {"endpoints": [_endpoint(pod, namespace, size) for pod in mine]}
        key, slices = self._copy("EndpointSlice", f"{name}-a", namespace, changes)
        slices["metadata"]["labels"]["kubernetes.io/service-name"] = name
        return key, slices

    def _pod(self, number: int, size: Size) -> Iterator[tuple[str, Manifest]]:
        """Yield a pod, a replica of its Service's others, with times of its own; maybe an Event."""
        service, name = number // TOGETHER % size.services, f"pod-{number}"
        namespace, node = _home(service), number // TOGETHER % size.nodes
        key, pod = self._copy("Pod", name, namespace, {"spec": {"nodeName": f"node-{node}"}})
        pod["metadata"]["labels"]["app"] = f"service-{service}"
        pod["metadata"]["ownerReferences"][0]["name"] = f"service-{service}-7d9c8b6f5d"
        pod["spec"]["containers"][0]["image"] = f"registry.example/team/service-{service}:1.2.3"
        address = _address(number, size)
        pod["status"] |= {"podIP": address, "podIPs": [{"ip": address}], "hostIP": _host(node)}
        _start(pod, START + timedelta(seconds=number))
        yield key, pod
        if number % 10 == 0:
            about = {"involvedObject": {"kind": "Pod", "namespace": namespace, "name": name}}
            yield self._copy("Event", f"{name}.1", namespace, about)

    def _copy(
        self, kind: str, name: str, namespace: str, changes: Manifest
    ) -> tuple[str, Manifest]:
        """Return the key and a copy of the sample; `changes` go one level deep."""
        one = copy.deepcopy(self._samples[kind])
        meta = one["metadata"]
        meta["name"] = name
        meta["uid"] = f"00000000-0000-4000-8000-{abs(hash((kind, name))) % 16**12:012x}"
        if namespace:
            meta["namespace"] = namespace
        for field, change in changes.items():
            one[field] = {**one.get(field, {}), **change} if isinstance(change, dict) else change
        return KEYS[kind].format(name=name, namespace=namespace), one

    def _stored(self, sample: Manifest) -> Manifest:
        """Return a sample as the API server made it, without what etcd does not hold."""
        meta = sample["metadata"]
        found = self._admin.get(sample["kind"], meta["name"], namespace=meta.get("namespace"))
        found["metadata"].pop("resourceVersion")
        return found

    def _has(self, path: str, count: int) -> bool:
        query = {"limit": "1"}
        body = json.loads(self._admin.connections.send("GET", path, query=query))
        found = len(body["items"]) + int(body["metadata"].get("remainingItemCount", 0))
        return found >= count


def _home(service: int) -> str:
    return f"team-{service % NAMESPACES}"


def _node(number: int) -> Manifest:
    pods = f"10.{128 + number // 256}.{number % 256}.0/24"
    addresses = [{"type": "InternalIP", "address": _host(number)}]
    return {"spec": {"podCIDR": pods, "podCIDRs": [pods]}, "status": {"addresses": addresses}}


def _host(node: int) -> str:
    return f"172.16.{node // 250}.{1 + node % 250}"


def _address(pod: int, size: Size) -> str:
    group, place = divmod(pod, TOGETHER)
    again, node = divmod(group, size.nodes)
    return f"10.{128 + node // 256}.{node % 256}.{2 + again * TOGETHER + place}"


def _pods_of(service: int, size: Size) -> list[int]:
    """Return the pods behind a Service: every so manieth group of those that follow one another."""
    if service >= size.services:
        return []
    groups = range(service, size.pods // TOGETHER, size.services)
    return [group * TOGETHER + place for group in groups for place in range(TOGETHER)]


def _endpoint(pod: int, namespace: str, size: Size) -> Manifest:
    return {
        "addresses": [_address(pod, size)],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "nodeName": f"node-{pod // TOGETHER % size.nodes}",
        "targetRef": {"kind": "Pod", "name": f"pod-{pod}", "namespace": namespace},
    }


def _start(pod: Manifest, at: datetime) -> None:
    """Let a pod have started then, and each of its conditions have come a second later."""
    status = pod["status"]
    status["startTime"] = _written(at)
    for number, condition in enumerate(status["conditions"]):
        condition["lastTransitionTime"] = _written(at + timedelta(seconds=number))
    for one in status["containerStatuses"]:
        one["state"]["running"]["startedAt"] = _written(at)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _namespaces() -> Iterator[Manifest]:
    for number in range(NAMESPACES):
        name = {"name": f"team-{number}"}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": name}


def _dns() -> Iterator[Manifest]:
    labels, home = {"k8s-app": "kube-dns"}, "kube-system"
    ports = [{"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"}]
    address = "10.128.0.250"
    service = objects.service("kube-dns", labels, *ports, namespace=home, address="10.96.0.10")
    service["metadata"]["labels"] = labels
    yield service
    yield objects.endpoints("kube-dns", (address,), port=53, namespace=home)
    yield objects.deployment("coredns", labels, replicas=1, ready=1, namespace=home)
    status = objects.running(address)
    yield objects.pod("coredns-0", labels=labels, at="node-0", namespace=home, status=status)
