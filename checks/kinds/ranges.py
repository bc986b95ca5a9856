"""Address ranges: of Services, of Calico's pools and blocks, of Cilium's nodes.

Only a newer API server serves ServiceCIDRs (stable in 1.33), only a cluster with the plugin its
kinds: declare them `optional`. Calico's are those its datastore has always used
(`crd.projectcalico.org`); a cluster that stores `projectcalico.org/v3` itself has none of them.
"""

from typing import ClassVar

import msgspec

from checks.kinds.base import Kind, Record, Resource


class ServiceCIDRSpec(Record, frozen=True):
    """A ServiceCIDR's `spec`: at most one range of each address family."""

    cidrs: tuple[str, ...] | None = None


class ServiceCIDR(Kind, frozen=True):
    """A range that Services get their cluster addresses from."""

    resource: ClassVar[Resource] = Resource(
        "networking.k8s.io", "v1", "servicecidrs", namespaced=False
    )
    spec: ServiceCIDRSpec = ServiceCIDRSpec()


class IPPoolSpec(Record, frozen=True):
    """An IPPool's `spec`; a disabled pool gives out no new address."""

    cidr: str = ""
    disabled: bool = False
    allowed_uses: tuple[str, ...] | None = None
    assignment_mode: str = "Automatic"


class IPPool(Kind, frozen=True):
    """A range that Calico cuts into blocks."""

    resource: ClassVar[Resource] = Resource(
        "crd.projectcalico.org", "v1", "ippools", namespaced=False
    )
    spec: IPPoolSpec = IPPoolSpec()

    @property
    def for_pods(self) -> bool:
        """Whether it is in use, and by pods; a pool that names no use is for pods and tunnels."""
        return not self.spec.disabled and "Workload" in (self.spec.allowed_uses or ("Workload",))

    @property
    def serves_any(self) -> bool:
        """Whether a pod that asks for no pool may get an address from it."""
        return self.for_pods and self.spec.assignment_mode == "Automatic"


class IPAMBlockSpec(Record, frozen=True):
    """An IPAMBlock's `spec`; of its addresses those with a number are taken, null ones free."""

    cidr: str = ""
    allocations: tuple[int | None, ...] | None = None


class IPAMBlock(Kind, frozen=True):
    """A part of an IPPool that Calico gave to a node, with what is taken of it."""

    resource: ClassVar[Resource] = Resource(
        "crd.projectcalico.org", "v1", "ipamblocks", namespaced=False
    )
    spec: IPAMBlockSpec = IPAMBlockSpec()

    @property
    def taken(self) -> int:
        """How many of its addresses are taken."""
        return sum(one is not None for one in self.spec.allocations or ())


class Allocation(Record, frozen=True):
    """An address of a CiliumNode; that it is listed says enough."""


class CiliumIPAM(Record, frozen=True):
    """`spec.ipam`: ranges where the agent hands out addresses, else the addresses themselves."""

    pod_cidrs: tuple[str, ...] | None = msgspec.field(default=None, name="podCIDRs")
    pool: dict[str, Allocation] | None = None


class CiliumNodeSpec(Record, frozen=True):
    """A CiliumNode's `spec`."""

    ipam: CiliumIPAM = CiliumIPAM()


class CiliumOperatorStatus(Record, frozen=True):
    """What the operator says of its last try to give the node more addresses."""

    error: str = ""


class CiliumIPAMStatus(Record, frozen=True):
    """`status.ipam`: which addresses of the pool are taken."""

    used: dict[str, Allocation] | None = None
    operator_status: CiliumOperatorStatus = msgspec.field(
        default=CiliumOperatorStatus(), name="operator-status"
    )


class CiliumNodeStatus(Record, frozen=True):
    """A CiliumNode's `status`."""

    ipam: CiliumIPAMStatus = CiliumIPAMStatus()


class CiliumNode(Kind, frozen=True):
    """Cilium's view of a node."""

    resource: ClassVar[Resource] = Resource("cilium.io", "v2", "ciliumnodes", namespaced=False)
    spec: CiliumNodeSpec = CiliumNodeSpec()
    status: CiliumNodeStatus = CiliumNodeStatus()

    @property
    def pod_cidrs(self) -> tuple[str, ...]:
        """The ranges of its pods, where Cilium gives a node ranges."""
        return self.spec.ipam.pod_cidrs or ()
