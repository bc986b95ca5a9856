"""A small client for tests: makes, changes and removes anything, as admin or as anybody."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from functools import partial
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from tests.cluster.discovery import Discovery, Resource
from tests.cluster.http_client import ApiError, Connections, Manifest, NotFoundError
from tests.cluster.kubeconfig import write_kubeconfig
from tests.cluster.rbac import account_user, binding, cluster_role, reviews
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.cluster.control_plane import ControlPlane

__all__ = ["ApiError", "Client", "Manifest", "NotFoundError"]

MERGE = {"Content-Type": "application/merge-patch+json"}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}
APPLY = {"Content-Type": "application/apply-patch+yaml"}
OWNER = {"fieldManager": "netcheck-tests", "force": "true"}
# Without a kubelet nobody would confirm that a pod has ended.
AT_ONCE = {"gracePeriodSeconds": 0, "propagationPolicy": "Background"}


class Client:
    """Talks to the API server as the control plane's admin, or with a token."""

    def __init__(self, plane: ControlPlane, *, token: str | None = None) -> None:
        self.plane = plane
        pair = None if token else plane.admin
        self.connections = Connections(plane.url, plane.ca, pair=pair, token=token)
        self.discovery = Discovery(self.connections)

    def with_token(self, token: str) -> Client:
        """Make a client that is only what this token is; close it, or use it as a context."""
        return Client(self.plane, token=token)

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()

    def apply(self, manifests: Iterable[Manifest], *, namespace: str | None = None) -> None:
        """Make objects be as written, new or not; a ``status`` is set as well.

        ``namespace`` is for those that name none. Fields that an earlier apply wrote and this one
        leaves out are removed.
        """
        for manifest in manifests:
            resource = self._resource_of(manifest)
            path = self._path_of(manifest, namespace)
            self.connections.send("PATCH", path, query=OWNER, body=manifest, headers=APPLY)
            if "status" in manifest and "status" in resource.subresources:
                status = {"status": manifest["status"]}
                self.connections.send("PATCH", f"{path}/status", body=status, headers=MERGE)

    def create(self, manifest: Manifest, *, namespace: str | None = None) -> Manifest:
        """Create by POST and return what was made; a ``status`` is ignored."""
        resource = self._resource_of(manifest)
        where = resource.path(self._namespace_of(manifest, namespace))
        return parsed(self.connections.send("POST", where, body=manifest))

    def get(
        self,
        kind: str,
        name: str,
        *,
        namespace: str | None = None,
        api_version: str | None = None,
    ) -> Manifest:
        """Read one object."""
        return parsed(self.connections.send("GET", self.path(kind, name, namespace, api_version)))

    def exists(self, kind: str, name: str, *, namespace: str | None = None) -> bool:
        """Tell whether an object is there."""
        with contextlib.suppress(NotFoundError):
            return bool(self.get(kind, name, namespace=namespace))
        return False

    def list_of(
        self,
        kind: str,
        *,
        namespace: str | None = None,
        labels: str | None = None,
        api_version: str | None = None,
    ) -> list[Manifest]:
        """Read all objects of a kind, of one namespace or of all."""
        path = self.discovery.find(kind, api_version).path(namespace)
        query = {"labelSelector": labels} if labels else None
        items: list[Manifest] = parsed(self.connections.send("GET", path, query=query))["items"]
        return items

    def patch(
        self,
        kind: str,
        name: str,
        change: Manifest | Sequence[Manifest],
        *,
        namespace: str | None = None,
        subresource: str | None = None,
        api_version: str | None = None,
    ) -> Manifest:
        """Change one object: a dict merges (None removes a key), a list is a JSON patch."""
        path = self.path(kind, name, namespace, api_version)
        path = f"{path}/{subresource}" if subresource else path
        headers = MERGE if isinstance(change, dict) else JSON_PATCH
        return parsed(self.connections.send("PATCH", path, body=change, headers=headers))

    def set_status(
        self, kind: str, name: str, status: Manifest, *, namespace: str | None = None
    ) -> Manifest:
        """Merge into an object's status, as a controller or kubelet would."""
        change = {"status": status}
        return self.patch(kind, name, change, namespace=namespace, subresource="status")

    def delete(
        self,
        kind: str,
        name: str,
        *,
        namespace: str | None = None,
        api_version: str | None = None,
    ) -> None:
        """Delete one object at once; one that is not there is no error."""
        if kind == "Namespace":
            self.delete_namespace(name)
            return
        with contextlib.suppress(NotFoundError):
            path = self.path(kind, name, namespace, api_version)
            self.connections.send("DELETE", path, body=AT_ONCE)

    def logs(self, pod: str, *, namespace: str, **query: str) -> str:
        """Read ``pods/log``; ``container``, ``previous``, ``tailLines`` go into the query."""
        path = f"{self.path('Pod', pod, namespace)}/log"
        return self.connections.send("GET", path, query=query).decode()

    def event(
        self,
        about: Manifest,
        *,
        reason: str,
        message: str,
        kind: str = "Warning",
        count: int = 1,
        component: str = "kubelet",
    ) -> Manifest:
        """Create an Event about an object, seen now."""
        metadata, now = about["metadata"], timestamp()
        namespace = metadata.get("namespace") or "default"
        target = {"apiVersion": about["apiVersion"], "kind": about["kind"]}
        target |= {key: metadata[key] for key in ("name", "namespace", "uid") if key in metadata}
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": f"{metadata['name']}.", "namespace": namespace},
            "involvedObject": target,
            "reason": reason,
            "message": message,
            "type": kind,
            "count": count,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": component},
        }
        return self.create(event)

    def make_namespace(self, name: str | None = None) -> str:
        """Create a namespace, with a name of its own if none is given."""
        name = name or f"test-{uuid4().hex[:10]}"
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        return name

    def delete_namespace(self, name: str) -> None:
        """Remove a namespace and all in it, as the namespace controller would."""
        path = self.path("Namespace", name)
        with contextlib.suppress(NotFoundError):
            self.connections.send("DELETE", path)
            for resource in self.discovery.collections():
                self.connections.send("DELETE", resource.path(name), body=AT_ONCE)
            left = self.get("Namespace", name)
            left["spec"]["finalizers"] = []
            self.connections.send("PUT", f"{path}/finalize", body=left)

    def make_service_account(self, name: str, *, namespace: str = "default") -> str:
        """Create a ServiceAccount without any rights and return a token for it."""
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
        self.create(account, namespace=namespace)
        path = f"{self.path('ServiceAccount', name, namespace)}/token"
        request = {"spec": {"expirationSeconds": 3600}}
        token: str = parsed(self.connections.send("POST", path, body=request))["status"]["token"]
        return token

    def kubeconfig_for(
        self, account: str, rules: Sequence[Manifest], *, namespace: str = "default"
    ) -> Path:
        """Make a ServiceAccount that holds exactly these rules, and a kubeconfig file for it.

        Returns when the API server has taken the rules in. The account must be new: rules from
        an earlier call would add up. ``forget_account`` removes it again.
        """
        token = self.make_service_account(account, namespace=namespace)
        self.create(cluster_role(account, namespace, rules))
        self.create(binding(account, namespace))
        for review in reviews(account, namespace, rules):
            until(partial(self._allowed, review), what=f"a rule of {account}")
        path = self.plane.folder / f"{namespace}-{account}.kubeconfig"
        user = {"token": token}
        return write_kubeconfig(path, self.plane.url, self.plane.ca, user, namespace=namespace)

    def forget_account(self, account: str, *, namespace: str = "default") -> None:
        """Remove what ``kubeconfig_for`` made in the cluster."""
        for kind in ("ClusterRoleBinding", "ClusterRole"):
            self.delete(kind, account_user(account, namespace))
        self.delete("ServiceAccount", account, namespace=namespace)

    @contextlib.contextmanager
    def applied(
        self, manifests: Iterable[Manifest], *, namespace: str | None = None
    ) -> Iterator[None]:
        """Apply, and afterwards delete what was made and put back what was changed."""
        wanted = list(manifests)
        before = [self._now(manifest, namespace) for manifest in wanted]
        try:
            self.apply(wanted, namespace=namespace)
            yield
        finally:
            for manifest, earlier in reversed(list(zip(wanted, before, strict=True))):
                self._restore(manifest, earlier, namespace)

    def path(
        self,
        kind: str,
        name: str,
        namespace: str | None = None,
        api_version: str | None = None,
    ) -> str:
        """Build an object's path; a namespaced kind needs its namespace."""
        resource = self.discovery.find(kind, api_version)
        if resource.namespaced and not namespace:
            raise ValueError(f"{kind} {name} needs a namespace")
        return resource.path(namespace, name)

    def _resource_of(self, manifest: Mapping[str, str]) -> Resource:
        return self.discovery.find(manifest["kind"], manifest["apiVersion"])

    def _namespace_of(self, manifest: Manifest, default: str | None) -> str | None:
        namespace: str | None = manifest["metadata"].get("namespace", default)
        if self._resource_of(manifest).namespaced and not namespace:
            raise ValueError(f"{manifest['kind']} {manifest['metadata']} needs a namespace")
        return namespace

    def _path_of(self, manifest: Manifest, namespace: str | None) -> str:
        where = self._namespace_of(manifest, namespace)
        return self._resource_of(manifest).path(where, manifest["metadata"]["name"])

    def _now(self, manifest: Manifest, namespace: str | None) -> Manifest | None:
        with contextlib.suppress(NotFoundError):
            return parsed(self.connections.send("GET", self._path_of(manifest, namespace)))
        return None

    def _restore(self, manifest: Manifest, earlier: Manifest | None, namespace: str | None) -> None:
        path = self._path_of(manifest, namespace)
        if earlier:
            earlier["metadata"].pop("resourceVersion", None)
            earlier["metadata"].pop("managedFields", None)
            self.connections.send("PUT", path, body=earlier)
            if "status" in manifest:
                self.connections.send("PUT", f"{path}/status", body=earlier)
        elif manifest["kind"] == "Namespace":
            self.delete_namespace(manifest["metadata"]["name"])
        else:
            with contextlib.suppress(NotFoundError):
                self.connections.send("DELETE", path, body=AT_ONCE)

    def _allowed(self, review: Manifest) -> bool:
        path = self.discovery.find("SubjectAccessReview").path()
        answer = parsed(self.connections.send("POST", path, body=review))
        return bool(answer["status"]["allowed"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def timestamp() -> str:
    """Write the present moment as Kubernetes does."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(body: bytes) -> Manifest:
    """Read a JSON object."""
    found: Manifest = json.loads(body)
    return found
