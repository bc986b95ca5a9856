"""Pods: what they declare, and what became of their containers."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from checks.kinds.base import Condition, Kind, Meta, Record, Resource, condition_of


class Owner(Record, frozen=True):
    """An entry of `metadata.ownerReferences`."""

    kind: str = ""
    name: str = ""


class PodMeta(Meta, frozen=True):
    """A pod's `metadata`; `deletion_timestamp` is set from the moment its deletion begins.

    It is the time by which the pod is to be gone: the grace period lies before it.
    """

    annotations: dict[str, str] | None = None
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    owner_references: tuple[Owner, ...] | None = None


class ContainerPort(Record, frozen=True):
    """A port a container declares: informational, but its name is what a Service may aim at."""

    container_port: int = 0
    name: str = ""
    protocol: str = "TCP"
    host_port: int = 0  # on the host network the API server sets it to the container's port
    host_ip: str = msgspec.field(default="", name="hostIP")


class HttpGet(Record, frozen=True):
    """What an HTTP probe asks for."""

    path: str = "/"
    port: int | str = 0


class TcpSocket(Record, frozen=True):
    """What a TCP probe dials."""

    port: int | str = 0


class Probe(Record, frozen=True):
    """A readiness probe, as far as it is worth quoting."""

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None


class Resources(Record, frozen=True):
    """What a container may use, as quantities like `170Mi`."""

    limits: dict[str, str | int] | None = None


PROXY_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})
_USERINFO = re.compile(r"^(\w+://)?.*@")  # greedy: a password may hold any character


class EnvVar(Record, frozen=True):
    """A variable of a container. Values are kept of proxy variables alone, without a password."""

    name: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        """Forget what no check reads: it may be a secret."""
        kept = self.value if self.name.lower() in PROXY_VARIABLES else ""
        msgspec.structs.force_setattr(self, "value", _USERINFO.sub(r"\1", kept))


class Container(Record, frozen=True):
    """A container; an init container with `restart_policy` Always is a sidecar (KEP-753)."""

    name: str = ""
    image: str = ""
    resources: Resources = Resources()
    env: tuple[EnvVar, ...] | None = None
    ports: tuple[ContainerPort, ...] | None = None
    readiness_probe: Probe | None = None
    restart_policy: str | None = None


class DnsOption(Record, frozen=True):
    """An option of the resolver, as resolv.conf(5) has them."""

    name: str = ""
    value: str | None = None


class DnsConfig(Record, frozen=True):
    """What a pod adds to its `resolv.conf`, or all of it with dnsPolicy None."""

    nameservers: tuple[str, ...] | None = None
    options: tuple[DnsOption, ...] | None = None


class PodSpec(Record, frozen=True):
    """A pod's `spec`."""

    node_name: str = ""
    host_network: bool = False
    service_account_name: str = ""
    automount_service_account_token: bool | None = None
    dns_policy: str = "ClusterFirst"
    dns_config: DnsConfig | None = None
    containers: tuple[Container, ...] | None = None
    init_containers: tuple[Container, ...] | None = None


class Waiting(Record, frozen=True):
    """A container that has not started, or waits before it starts again."""

    reason: str = ""
    message: str = ""


class Terminated(Record, frozen=True):
    """A container's run that has ended."""

    exit_code: int = 0
    reason: str = ""
    message: str = ""
    finished_at: datetime | None = None


class Running(Record, frozen=True):
    """A container that runs; that it is there says enough."""


class State(Record, frozen=True):
    """Exactly one of the three is set; none of them means waiting."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Record, frozen=True):
    """What became of one container."""

    name: str = ""
    ready: bool = False
    restart_count: int = 0
    state: State = State()
    last_state: State = State()

    @property
    def ended(self) -> Terminated | None:
        """The run that ended last, whether the container waits or runs again."""
        return self.state.terminated or self.last_state.terminated


class PodIP(Record, frozen=True):
    """One of a pod's addresses."""

    ip: str = ""


class PodStatus(Record, frozen=True):
    """A pod's `status`."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    start_time: datetime | None = None
    pod_ip: str = msgspec.field(default="", name="podIP")
    pod_ips: tuple[PodIP, ...] | None = msgspec.field(default=None, name="podIPs")
    conditions: tuple[Condition, ...] | None = None
    container_statuses: tuple[ContainerStatus, ...] | None = None
    init_container_statuses: tuple[ContainerStatus, ...] | None = None


class Pod(Kind, frozen=True):
    """A pod."""

    resource: ClassVar[Resource] = Resource("", "v1", "pods")
    metadata: PodMeta = PodMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()

    @property
    def terminal(self) -> bool:
        """Whether every container has ended for good; such a pod holds no address."""
        return self.status.phase in {"Succeeded", "Failed"}

    @property
    def terminating(self) -> bool:
        """Whether its deletion has begun."""
        return self.metadata.deletion_timestamp is not None

    @property
    def ready(self) -> bool:
        """Whether it takes traffic: condition Ready is True and it is not being deleted."""
        condition = self.condition("Ready")
        is_true = condition is not None and condition.status == "True"
        return is_true and not self.terminal and not self.terminating

    @property
    def containers(self) -> tuple[Container, ...]:
        """The main containers."""
        return self.spec.containers or ()

    @property
    def init_containers(self) -> tuple[Container, ...]:
        """The init containers, sidecars among them."""
        return self.spec.init_containers or ()

    @property
    def statuses(self) -> tuple[ContainerStatus, ...]:
        """What became of the containers, init containers first."""
        status = self.status
        return (status.init_container_statuses or ()) + (status.container_statuses or ())

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its addresses, of both families."""
        listed = tuple(one.ip for one in self.status.pod_ips or () if one.ip)
        return listed or ((self.status.pod_ip,) if self.status.pod_ip else ())

    @property
    def owner(self) -> Owner | None:
        """What made it, if anything did."""
        owners = self.metadata.owner_references or ()
        return owners[0] if owners else None

    def condition(self, name: str) -> Condition | None:
        """Return the condition of that type."""
        return condition_of(self.status.conditions, name)

    def serving_containers(self) -> Iterator[Container]:
        """Yield the containers whose port names a Service may use, as the controller does.

        Main containers, then restartable init containers (`FindPort` in k8s.io/endpointslice).
        """
        yield from self.containers
        yield from (one for one in self.init_containers if one.restart_policy == "Always")
