"""What every typed view of a Kubernetes object has."""

from datetime import datetime
from typing import ClassVar

import msgspec


class Resource(msgspec.Struct, frozen=True):
    """Where the API serves a kind, for example `Resource("apps", "v1", "deployments")`.

    `kind` is what the API calls it, where its class here must be called otherwise.
    """

    group: str
    version: str
    plural: str
    namespaced: bool = True
    kind: str = ""

    @property
    def qualified(self) -> str:
        """The name RBAC messages and kubectl use: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


# gc=False: decoded objects hold no cycles, and the collector need not walk 10,000 pods.
class Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """Base of every struct decoded from Kubernetes JSON.

    A list or map may be null there, so each is `None` when absent; properties give the tuple.
    """


class Meta(Record, frozen=True):
    """`metadata`, in short."""

    name: str = ""
    namespace: str = ""
    labels: dict[str, str] | None = None


class Kind(Record, frozen=True):
    """Base of every top-level object; `resource` says where the API serves it."""

    resource: ClassVar[Resource]
    metadata: Meta = Meta()

    @property
    def labels(self) -> dict[str, str]:
        """Its labels, none being an empty dict."""
        return self.metadata.labels or {}

    @property
    def path(self) -> str:
        """`shop/cart`, or the bare name of a cluster-wide object."""
        meta = self.metadata
        return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name


class Condition(Record, frozen=True):
    """One condition of a pod or a node; `status` is "True", "False" or "Unknown".

    A node's kubelet renews `last_heartbeat_time`; pods have none.
    """

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_heartbeat_time: datetime | None = None
    last_transition_time: datetime | None = None


def condition_of(conditions: tuple[Condition, ...] | None, name: str) -> Condition | None:
    """Return the condition of that type."""
    return next((one for one in conditions or () if one.type == name), None)
