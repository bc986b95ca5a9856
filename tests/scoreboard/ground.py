"""A real API server with one healthy cluster in it, on which faults are put and undone.

kwok is not needed to keep nodes and pods alive: no controller runs, so nothing takes a node for
lost, and nothing takes a pod from it. No check reads a lease; they are loaded as they are found in
a cluster that works. kwok would rewrite the very conditions and statuses that make a fault.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.cluster.admin import Client
from tests.cluster.control_plane import ControlPlane
from tests.cluster.etcd import Store, differences
from tests.cluster.http_client import ApiError, NotFoundError
from tests.cluster.kubelet import FakeKubelet, Log, Target
from tests.cluster.waiting import until
from tests.scoreboard.egress import Egress
from tests.scoreboard.manifests import (
    OLD,
    WrittenWrongError,
    born,
    in_order,
    is_young,
    settled,
    stamp,
)
from tests.scoreboard.mirror import mirrored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.cluster.build import Programs
    from tests.cluster.http_client import Manifest
    from tests.scoreboard.faults import Fault, Healthy, Logs

ACCOUNT, HOME = "netcheck", "netcheck"
# A webhook that nobody answers would refuse what is loaded, and a node made just now would be
# tainted until a controller, which does not run, has seen it ready.
LEFT_OUT = (
    "ServiceAccount",
    "MutatingAdmissionWebhook",
    "ValidatingAdmissionWebhook",
    "TaintNodesByCondition",
)
KEPT = ("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")
AT_ONCE = {"gracePeriodSeconds": 0}
UNDO_TRIES, UNDO_PAUSE = 6, 0.5
STALE = 5.0  # seconds: well below the minute or two that checks leave to what is new
DEFINITION = "CustomResourceDefinition"
POLICY = "keep-conditions"
PROBE_GROUP = "probe.example"
KEEP_CONDITIONS: tuple[Manifest, ...] = (
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": POLICY},
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": ["apiregistration.k8s.io"],
                        "apiVersions": ["*"],
                        "operations": ["UPDATE"],
                        "resources": ["apiservices/status"],
                    }
                ]
            },
            "validations": [
                {
                    "expression": "!has(object.spec.service) || ("
                    "request.userInfo.username != 'system:apiserver' && "
                    f"object.spec.group != '{PROBE_GROUP}')"
                }
            ],
        },
    },
    {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": POLICY},
        "spec": {"policyName": POLICY, "validationActions": ["Deny"]},
    },
)
PROBE: Manifest = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": f"v1.{PROBE_GROUP}"},
    "spec": {
        "group": PROBE_GROUP,
        "version": "v1",
        "groupPriorityMinimum": 1,
        "versionPriority": 1,
        "service": {"namespace": "default", "name": "probe"},
    },
}


class UndoError(Exception):
    """What a fault changed could not be put back; the message names the keys."""


class Kubelets(FakeKubelet):
    """Every node's kubelet. A container whose log nobody gave has an empty one."""

    def forget(self) -> None:
        """Forget the logs."""
        self._logs.clear()

    def answer(self, target: Target) -> Log:
        """Look a log up; without one there is no previous run, and nothing said."""
        if target in self._logs:
            return self._logs[target]
        if target.previous:
            return Log(f'previous terminated container "{target.container}" not found', 400)
        return Log("")


class Ground:
    """One healthy cluster. Use it as a context manager."""

    def __init__(self, programs: Programs, healthy: Healthy) -> None:
        self.healthy = healthy
        self._programs = programs
        self._stack = contextlib.ExitStack()
        self._namespaces: set[str] = set()  # those that have what controllers put into each

    def load(self, rules: Sequence[Manifest]) -> Path:
        """Make the healthy cluster, and return the kubeconfig of an account with these rules."""
        self._keep_conditions()
        self._admin.make_namespace(HOME)
        kubeconfig = self._admin.kubeconfig_for(ACCOUNT, rules, namespace=HOME)
        self._put(self.healthy.objects)
        self._listen(self.healthy.settings.logs)
        self._remember()
        return kubeconfig

    def refresh(self) -> None:
        """Make anew what is minutes old, once it has aged: a node that just joined stays one."""
        if time.monotonic() - self._fresh > STALE:
            self._put([one for one in self.healthy.objects if is_young(one)])
            self._remember()

    def _remember(self) -> None:
        self._before, self._homes = self._store.read(), set(self._namespaces)
        self._fresh = time.monotonic()

    @property
    def admin_kubeconfig(self) -> Path:
        """The kubeconfig of one who may do anything, for tools that say not what they need."""
        return self._plane.kubeconfig

    def mirror(self) -> None:
        """Write Endpoints beside the slices; nothing of netcheck reads them."""
        every = self._admin.list_of("Service"), self._admin.list_of("EndpointSlice")
        self._admin.apply(mirrored(*every))

    @contextlib.contextmanager
    def broken(self, fault: Fault) -> Iterator[None]:
        """Put a fault on the cluster, and afterwards make it as it was. Raises `UndoError`."""
        try:
            for gone in fault.told.remove:
                self._remove(gone.kind, gone.name, gone.namespace)
            self._put(fault.objects)
            self._listen({**self.healthy.settings.logs, **fault.told.logs})
            yield
        finally:
            self._undo()

    def _undo(self) -> None:
        """Write back every key that differs, then compare all of them.

        More than once where the API server's repair of addresses meddles meanwhile: it takes back
        that of a Service that was gone, and says so in an Event.
        """
        self._namespaces = set(self._homes)
        left: Mapping[bytes, bytes | None] = {}
        for _ in range(UNDO_TRIES):
            self._store.write(differences(self._store.read(), self._before).items())
            if not (left := differences(self._store.read(), self._before)):
                return
            time.sleep(UNDO_PAUSE)
        names = ", ".join(sorted(key.decode() for key in left))
        raise UndoError(f"{self.healthy.name}: not put back: {names}")

    def _put(self, manifests: Iterable[Manifest]) -> None:
        """Make objects through the API, then give them their age past it."""
        now = dt.datetime.now(dt.UTC)
        ages: dict[str, Manifest] = {}
        waiting: list[Manifest] = []
        for manifest in in_order([settled(one, now) for one in manifests]):
            if manifest["kind"] == DEFINITION:
                waiting.append(manifest)
            while waiting and manifest["kind"] != DEFINITION:
                until(partial(self._served, waiting.pop()), what="a kind that was defined")
            try:
                uid = self._make(manifest)
            except (ApiError, LookupError) as error:
                name = f"{manifest['kind']} {manifest['metadata']['name']}"
                raise WrittenWrongError(f"{self.healthy.name}: {name}: {error}") from error
            kept = {key: manifest["metadata"].get(key) for key in KEPT}
            ages[uid] = {**kept, "creationTimestamp": born(manifest, now)}
        self._age(ages, now)

    def _make(self, manifest: Manifest) -> str:
        """Make an object anew, its status included, and return its uid."""
        kind, meta = manifest["kind"], manifest["metadata"]
        resource = self._admin.discovery.find(kind, manifest["apiVersion"])
        namespace = meta.get("namespace", "default") if resource.namespaced else None
        if kind == "Namespace":
            return self._make_namespace(meta["name"], manifest)
        if namespace:
            self._make_namespace(namespace)
        path = resource.path(namespace, meta["name"])
        with contextlib.suppress(NotFoundError):
            self._admin.connections.send("DELETE", path, body=AT_ONCE)
        made = self._admin.create(manifest, namespace=namespace)
        if manifest.get("status") and "status" in resource.subresources:
            whole = {**made, "status": manifest["status"]}
            self._admin.connections.send("PUT", f"{path}/status", body=whole)
        return str(made["metadata"]["uid"])

    def _make_namespace(self, name: str, manifest: Manifest | None = None) -> str:
        """Make a namespace, unless it is there, with what controllers put into each."""
        if not manifest and name in self._namespaces:
            return ""
        self._namespaces.add(name)
        blank = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        self._admin.apply([manifest or blank])
        self._admin.apply(
            [
                {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}},
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": "kube-root-ca.crt"},
                    "data": {"ca.crt": self._plane.ca.read_text(encoding="utf-8")},
                },
            ],
            namespace=name,
        )
        return str(self._admin.get("Namespace", name)["metadata"]["uid"])

    def _remove(self, kind: str, name: str, namespace: str) -> None:
        path = self._admin.path(kind, name, namespace)
        try:
            self._admin.connections.send("DELETE", path, body=AT_ONCE)
        except NotFoundError as error:
            raise WrittenWrongError(f"{self.healthy.name}: remove: {error}") from error

    def _age(self, ages: Mapping[str, Manifest], now: dt.datetime) -> None:
        """Write when objects were made, and when some are to go; what came along is old."""
        changes: dict[bytes, bytes | None] = {}
        for key, value in self._store.read().items():
            stored = json.loads(value)
            meta = stored.get("metadata", {})
            old = {"creationTimestamp": stamp(now - OLD)} if made_since(meta, now) else {}
            if told := ages.get(meta.get("uid", ""), old):
                meta.update({name: one for name, one in told.items() if one is not None})
                changes[key] = json.dumps(stored).encode()
        self._store.write(changes.items())

    def _listen(self, logs: Mapping[str, Logs]) -> None:
        """Serve these logs, on every node whose kubelet is heard."""
        self._kubelets.forget()
        for place, told in logs.items():
            namespace, pod, container = place.split("/")
            self._kubelets.set_log(namespace, pod, container, told.current)
            if told.previous is not None:
                self._kubelets.set_log(namespace, pod, container, told.previous, previous=True)
        nodes = self._admin.list_of("Node")
        self._egress.reached = frozenset(
            address["address"]
            for one in nodes
            if heard(one)
            for address in one["status"].get("addresses", [])
        )

    def _keep_conditions(self) -> None:
        """Keep the API server from writing what it makes of aggregated APIs that nobody serves."""
        self._admin.apply(KEEP_CONDITIONS)
        self._admin.create(PROBE)
        until(self._kept, what="the policy that keeps conditions")
        self._admin.delete("APIService", PROBE["metadata"]["name"])

    def _kept(self) -> bool:
        try:
            self._admin.set_status("APIService", PROBE["metadata"]["name"], {"conditions": []})
        except ApiError as error:
            return POLICY in str(error)
        return False

    def _served(self, definition: Manifest) -> bool:
        """Tell whether the API server serves a kind that was defined."""
        spec = definition["spec"]
        group, kind = spec["group"], spec["names"]["kind"]
        version = f"{group}/{spec['versions'][0]['name']}"
        with contextlib.suppress(LookupError, ApiError):
            path = self._admin.discovery.find(kind, version).path()
            return bool(self._admin.connections.send("GET", path))
        return False

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="netcheck-board-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            self._egress = Egress(folder, ("127.0.0.1", 0))
            self._plane = stack.enter_context(
                ControlPlane(self._programs, apiserver_flags=self._flags())
            )
            self._kubelets = stack.enter_context(Kubelets(self._plane.authority))
            self._egress.kubelet = ("127.0.0.1", self._kubelets.port)
            stack.enter_context(self._egress)
            self._admin = stack.enter_context(Client(self._plane))
            self._store = stack.enter_context(
                contextlib.closing(Store(self._plane.folder / "etcd.sock"))
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _flags(self) -> list[str]:
        """Return what is added to the control plane's own flags: the later one wins."""
        return [
            f"--service-cluster-ip-range={self.healthy.settings.services}",
            f"--disable-admission-plugins={','.join(LEFT_OUT)}",
            f"--egress-selector-config-file={self._egress.config}",
            "--kubelet-certificate-authority=",  # it has no certificate for the nodes' addresses
            "--storage-media-type=application/json",
            "--allow-privileged=true",
        ]


def heard(node: Manifest) -> bool:
    """Tell whether a node's kubelet is heard of, and so reached."""
    conditions = node["status"].get("conditions", [])
    return not any((one["type"], one["status"]) == ("Ready", "Unknown") for one in conditions)


def made_since(meta: Manifest, moment: dt.datetime) -> bool:
    """Tell whether the API server made an object after a moment; it writes whole seconds."""
    told = str(meta.get("creationTimestamp") or "")
    return bool(told) and dt.datetime.fromisoformat(told) >= moment.replace(microsecond=0)
