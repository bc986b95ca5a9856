"""Which path serves which kind, as the API server itself tells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.http_client import Connections, Manifest

AGGREGATED = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}


@dataclass(frozen=True)
class Resource:
    """How one kind is reached."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]
    subresources: frozenset[str]

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """Build the path of one object, or of the collection."""
        root = "/api" if "/" not in self.api_version else "/apis"
        parts = [root, self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name:
            parts.append(quote(name, safe=""))
        return "/".join(parts)


class Discovery:
    """All kinds, asked for once, and again when one is missing (a new CRD)."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._resources: list[Resource] = []

    def find(self, kind: str, api_version: str | None = None) -> Resource:
        """Find a kind; without a version the core group and then the preferred one wins."""
        for _ in range(2):
            for resource in self._resources:
                if resource.kind == kind and api_version in (None, resource.api_version):
                    return resource
            self.refresh()
        raise LookupError(f"the API server has no {api_version or ''} {kind}".replace("  ", " "))

    def collections(self) -> list[Resource]:
        """List the namespaced kinds that can be deleted all at once, each plural once."""
        if not self._resources:
            self.refresh()
        fit = (r for r in self._resources if r.namespaced and "deletecollection" in r.verbs)
        return list({resource.plural: resource for resource in fit}.values())

    def refresh(self) -> None:
        """Ask again."""
        self._resources = [
            found
            for root in ("/api", "/apis")
            for group in json.loads(self._connections.send("GET", root, headers=AGGREGATED))[
                "items"
            ]
            for found in resources_of(group)
        ]


def resources_of(group: Manifest) -> Iterator[Resource]:
    """Read one API group; its versions come in the server's order of preference."""
    name = group["metadata"].get("name", "")
    for version in group["versions"]:
        for resource in version.get("resources", []):
            yield Resource(
                api_version=f"{name}/{version['version']}" if name else version["version"],
                kind=resource["responseKind"]["kind"],
                plural=resource["resource"],
                namespaced=resource["scope"] == "Namespaced",
                verbs=frozenset(resource["verbs"]),
                subresources=frozenset(s["subresource"] for s in resource.get("subresources", [])),
            )
