"""Typed views of Kubernetes objects: only the fields that some check reads.

The same structs load from a live API server, a snapshot file and fixture YAML. Unknown fields
are dropped while decoding; absent ones take Kubernetes' own defaults.
"""

from typing import ClassVar

import msgspec


class Resource(msgspec.Struct, frozen=True):
    """Where the API serves a kind, for example `Resource("apps", "v1", "deployments")`."""

    group: str
    version: str
    plural: str
    namespaced: bool = True

    @property
    def qualified(self) -> str:
        """The name RBAC messages and kubectl use: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


class Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Base of every struct decoded from Kubernetes JSON."""


class Meta(Record, frozen=True):
    """`metadata`, in short."""

    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None


class Kind(Record, frozen=True):
    """Base of every top-level object; `resource` says where the API serves it."""

    resource: ClassVar[Resource]
    metadata: Meta = Meta()
