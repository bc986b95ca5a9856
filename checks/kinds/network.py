"""Services and EndpointSlices."""

from datetime import datetime
from typing import ClassVar

import msgspec

from checks.kinds.base import Condition, Kind, Meta, Record, Resource

SERVICE_NAME = "kubernetes.io/service-name"  # the label that ties a slice to its Service


class ServiceMeta(Meta, frozen=True):
    """A Service's `metadata`; `deletion_timestamp` is set from the moment its deletion begins."""

    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None


class ServicePort(Record, frozen=True):
    """One port of a Service; `target_port` is a number or a container port's name."""

    port: int = 0
    name: str = ""
    protocol: str = "TCP"
    target_port: int | str | None = None
    node_port: int = 0

    @property
    def target(self) -> int | str:
        """What it leads to; without a targetPort, and with 0 or "", the port itself."""
        return self.target_port or self.port


class ServiceSpec(Record, frozen=True):
    """A Service's `spec`; `cluster_ip` is "None" for a headless one."""

    type: str = "ClusterIP"
    selector: dict[str, str] | None = None
    ports: tuple[ServicePort, ...] | None = None
    cluster_ip: str = msgspec.field(default="", name="clusterIP")
    cluster_ips: tuple[str, ...] | None = msgspec.field(default=None, name="clusterIPs")
    external_name: str = ""
    load_balancer_class: str = ""
    external_traffic_policy: str = ""
    internal_traffic_policy: str = ""
    health_check_node_port: int = 0


class LoadBalancerIngress(Record, frozen=True):
    """Where a load balancer can be reached: an address or a name."""

    ip: str = ""
    hostname: str = ""


class LoadBalancerStatus(Record, frozen=True):
    """What a load balancer's controller has written; nothing while it is pending."""

    ingress: tuple[LoadBalancerIngress, ...] | None = None


class ServiceStatus(Record, frozen=True):
    """A Service's `status`."""

    load_balancer: LoadBalancerStatus = LoadBalancerStatus()
    conditions: tuple[Condition, ...] | None = None


class Service(Kind, frozen=True):
    """A Service."""

    resource: ClassVar[Resource] = Resource("", "v1", "services")
    metadata: ServiceMeta = ServiceMeta()
    spec: ServiceSpec = ServiceSpec()
    status: ServiceStatus = ServiceStatus()

    @property
    def selector(self) -> dict[str, str]:
        """The labels its pods must have; empty when somebody else keeps its endpoints."""
        return self.spec.selector or {}

    @property
    def ports(self) -> tuple[ServicePort, ...]:
        """Its ports."""
        return self.spec.ports or ()

    @property
    def external(self) -> bool:
        """Whether it is only a DNS alias (ExternalName)."""
        return self.spec.type == "ExternalName"

    @property
    def headless(self) -> bool:
        """Whether its name leads straight to the pods."""
        return self.spec.cluster_ip == "None"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its cluster addresses, of both families; none when headless."""
        listed = self.spec.cluster_ips or (self.spec.cluster_ip,)
        return tuple(one for one in listed if one and one != "None")

    @property
    def ingress(self) -> tuple[str, ...]:
        """Where its load balancer can be reached; empty while it is pending."""
        listed = self.status.load_balancer.ingress or ()
        return tuple(one.ip or one.hostname for one in listed if one.ip or one.hostname)


class EndpointConditions(Record, frozen=True):
    """Null means unknown, and consumers take unknown as ready (discovery.k8s.io/v1)."""

    ready: bool | None = None
    serving: bool | None = None


class TargetRef(Record, frozen=True):
    """The object behind an endpoint, most often a pod."""

    kind: str = ""
    name: str = ""


class Endpoint(Record, frozen=True):
    """One backend of a slice."""

    addresses: tuple[str, ...] | None = None
    conditions: EndpointConditions | None = None
    target_ref: TargetRef | None = None
    node_name: str | None = None

    @property
    def ready(self) -> bool:
        """Whether it takes traffic."""
        return self.conditions is None or self.conditions.ready is not False

    @property
    def serves(self) -> bool:
        """Whether traffic still goes there: proxies fall back to pods that end and yet serve."""
        return self.ready or (self.conditions is not None and self.conditions.serving is True)

    @property
    def identity(self) -> str:
        """What tells backends apart: one pod stands in a slice of each address family."""
        if self.target_ref and self.target_ref.name:
            return f"{self.target_ref.kind}/{self.target_ref.name}"
        return next(iter(self.addresses or ()), "")


class EndpointPort(Record, frozen=True):
    """One port of a slice, named as the Service's port; null `port` is no port at all."""

    name: str | None = None
    port: int | None = None
    protocol: str | None = None


class EndpointSlice(Kind, frozen=True):
    """Some of a Service's backends."""

    resource: ClassVar[Resource] = Resource("discovery.k8s.io", "v1", "endpointslices")
    address_type: str = "IPv4"
    endpoints: tuple[Endpoint, ...] | None = None
    ports: tuple[EndpointPort, ...] | None = None

    @property
    def service(self) -> str:
        """The name of the Service it belongs to, "" when it belongs to none."""
        return self.labels.get(SERVICE_NAME, "")
