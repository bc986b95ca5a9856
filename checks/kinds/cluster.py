"""Nodes, Events, ConfigMaps, and the workloads that make pods."""

from datetime import datetime
from typing import ClassVar

import msgspec

from checks.kinds.base import Condition, Kind, Meta, Record, Resource, condition_of


class NodeMeta(Meta, frozen=True):
    """A node's `metadata`; network plugins leave their traces in the annotations."""

    annotations: dict[str, str] | None = None
    creation_timestamp: datetime | None = None


class NodeSpec(Record, frozen=True):
    """A node's `spec`: the ranges its pods get addresses from, when the plugin uses them."""

    pod_cidr: str = msgspec.field(default="", name="podCIDR")
    pod_cidrs: tuple[str, ...] | None = msgspec.field(default=None, name="podCIDRs")
    provider_id: str = msgspec.field(default="", name="providerID")  # `gce://...`: who made it


class NodeInfo(Record, frozen=True):
    """`status.nodeInfo`; the runtime reads like `containerd://2.1.4`."""

    container_runtime_version: str = ""
    kernel_version: str = ""
    kubelet_version: str = ""
    operating_system: str = ""


class NodeAddress(Record, frozen=True):
    """One of a node's addresses; `type` is InternalIP, ExternalIP, Hostname or a DNS name."""

    type: str = ""
    address: str = ""


class KubeletEndpoint(Record, frozen=True):
    """Where the kubelet serves; 0 when it has not said."""

    port: int = msgspec.field(default=0, name="Port")


class DaemonEndpoints(Record, frozen=True):
    """`status.daemonEndpoints`."""

    kubelet_endpoint: KubeletEndpoint = KubeletEndpoint()


class NodeStatus(Record, frozen=True):
    """A node's `status`."""

    daemon_endpoints: DaemonEndpoints = DaemonEndpoints()
    node_info: NodeInfo = NodeInfo()
    addresses: tuple[NodeAddress, ...] | None = None
    conditions: tuple[Condition, ...] | None = None


class Node(Kind, frozen=True):
    """A node."""

    resource: ClassVar[Resource] = Resource("", "v1", "nodes", namespaced=False)
    metadata: NodeMeta = NodeMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations, none being an empty dict."""
        return self.metadata.annotations or {}

    @property
    def pod_cidrs(self) -> tuple[str, ...]:
        """Its pod ranges, of both families."""
        listed = self.spec.pod_cidrs or ((self.spec.pod_cidr,) if self.spec.pod_cidr else ())
        return tuple(listed)

    @property
    def ips(self) -> tuple[str, ...]:
        """Its addresses that are IPs."""
        listed = self.status.addresses or ()
        return tuple(one.address for one in listed if one.type.endswith("IP") and one.address)

    @property
    def internal_ip(self) -> str:
        """Its first InternalIP, "" when it has none."""
        listed = self.status.addresses or ()
        return next((one.address for one in listed if one.type == "InternalIP"), "")

    def condition(self, name: str) -> Condition | None:
        """Return the condition of that type."""
        return condition_of(self.status.conditions, name)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its addresses, names among them."""
        return tuple(one.address for one in self.status.addresses or () if one.address)


class Namespace(Kind, frozen=True):
    """A namespace; policies choose it by its labels."""

    resource: ClassVar[Resource] = Resource("", "v1", "namespaces", namespaced=False)


class EventMeta(Meta, frozen=True):
    """An Event's `metadata`; the only time that is always there."""

    creation_timestamp: datetime | None = None


class Involved(Record, frozen=True):
    """What an Event is about; the path tells the container: `spec.containers{app}`."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    field_path: str = ""


class Source(Record, frozen=True):
    """Who wrote an Event, by the older of the two ways; the kubelet's host is its node."""

    component: str = ""
    host: str = ""


class Series(Record, frozen=True):
    """How often an Event was seen, by the newer of the two ways."""

    count: int = 0
    last_observed_time: datetime | None = None


class Event(Kind, frozen=True):
    """An Event. Its times and counts stand in different fields, by the age of its writer."""

    resource: ClassVar[Resource] = Resource("", "v1", "events")
    metadata: EventMeta = EventMeta()
    involved_object: Involved = Involved()
    reason: str = ""
    message: str = ""
    count: int = 0
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: Series | None = None
    source: Source = Source()
    reporting_instance: str = ""

    @property
    def last_seen(self) -> datetime | None:
        """When it was last seen."""
        observed = self.series.last_observed_time if self.series else None
        created = self.metadata.creation_timestamp
        return observed or self.last_timestamp or self.event_time or created

    @property
    def times(self) -> int:
        """How often it was seen, at least once."""
        return max(1, self.count, self.series.count if self.series else 0)

    @property
    def host(self) -> str:
        """The node whose kubelet wrote it, "" when unknown."""
        return self.source.host or self.reporting_instance


class ConfigMap(Kind, frozen=True):
    """A ConfigMap; only ever read by name."""

    resource: ClassVar[Resource] = Resource("", "v1", "configmaps")
    data: dict[str, str] | None = None


class Template(Record, frozen=True):
    """The pod template of a workload, down to its labels."""

    metadata: Meta = Meta()


class DeploymentSpec(Record, frozen=True):
    """A Deployment's `spec`; absent replicas mean 1."""

    replicas: int | None = None
    template: Template = Template()


class DeploymentStatus(Record, frozen=True):
    """A Deployment's `status`."""

    ready_replicas: int = 0


class Deployment(Kind, frozen=True):
    """A Deployment."""

    resource: ClassVar[Resource] = Resource("apps", "v1", "deployments")
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()

    @property
    def replicas(self) -> int:
        """How many pods it wants."""
        return 1 if self.spec.replicas is None else self.spec.replicas

    @property
    def pod_labels(self) -> dict[str, str]:
        """The labels its pods carry."""
        return self.spec.template.metadata.labels or {}


class StatefulSet(Kind, frozen=True):
    """A StatefulSet, as far as it makes pods."""

    resource: ClassVar[Resource] = Resource("apps", "v1", "statefulsets")
    spec: DeploymentSpec = DeploymentSpec()

    @property
    def replicas(self) -> int:
        """How many pods it wants."""
        return 1 if self.spec.replicas is None else self.spec.replicas

    @property
    def pod_labels(self) -> dict[str, str]:
        """The labels its pods carry."""
        return self.spec.template.metadata.labels or {}


class DaemonSetStatus(Record, frozen=True):
    """A DaemonSet's `status`."""

    desired_number_scheduled: int = 0
    number_ready: int = 0
    updated_number_scheduled: int = 0


class DaemonSet(Kind, frozen=True):
    """A DaemonSet."""

    resource: ClassVar[Resource] = Resource("apps", "v1", "daemonsets")
    status: DaemonSetStatus = DaemonSetStatus()
