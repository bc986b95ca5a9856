"""NetworkPolicies, and the policies of add-ons that stand beside them."""

import re
from typing import ClassVar

import msgspec

from checks.kinds.base import Kind, Record, Resource


class Requirement(Record, frozen=True):
    """One of a selector's `matchExpressions`: operator In, NotIn, Exists or DoesNotExist."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] | None = None


class LabelSelector(Record, frozen=True):
    """Chooses by labels; an empty one chooses everything, an absent one is `None`."""

    match_labels: dict[str, str] | None = None
    match_expressions: tuple[Requirement, ...] | None = None


class IPBlock(Record, frozen=True):
    """A range of addresses, and the ranges within it that are left out."""

    cidr: str = ""
    excepted: tuple[str, ...] | None = msgspec.field(default=None, name="except")


class PolicyPeer(Record, frozen=True):
    """Who may be at the other end; both selectors together mean pods of these namespaces."""

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None


class PolicyPort(Record, frozen=True):
    """A port of the pod that is called: a number, a range up to `end_port`, or a port's name."""

    port: int | str | None = None
    end_port: int | None = None
    protocol: str = "TCP"


class IngressRule(Record, frozen=True):
    """What may come in; no peers means from everywhere, no ports means every port."""

    peers: tuple[PolicyPeer, ...] | None = msgspec.field(default=None, name="from")
    ports: tuple[PolicyPort, ...] | None = None


class EgressRule(Record, frozen=True):
    """What may go out; no peers means to everywhere, no ports means every port."""

    peers: tuple[PolicyPeer, ...] | None = msgspec.field(default=None, name="to")
    ports: tuple[PolicyPort, ...] | None = None


class NetworkPolicySpec(Record, frozen=True):
    """A NetworkPolicy's `spec`."""

    pod_selector: LabelSelector = LabelSelector()
    policy_types: tuple[str, ...] | None = None
    ingress: tuple[IngressRule, ...] | None = None
    egress: tuple[EgressRule, ...] | None = None


class NetworkPolicy(Kind, frozen=True):
    """A NetworkPolicy."""

    resource: ClassVar[Resource] = Resource("networking.k8s.io", "v1", "networkpolicies")
    spec: NetworkPolicySpec = NetworkPolicySpec()

    @property
    def types(self) -> tuple[str, ...]:
        """The directions it is for; untold, Ingress, and Egress where it has such rules."""
        return self.spec.policy_types or (
            ("Ingress", "Egress") if self.spec.egress else ("Ingress",)
        )


_CILIUM = "cilium.io"
_CALICO = "crd.projectcalico.org"
_SIG = "policy.networking.k8s.io"


class CiliumPort(Record, frozen=True):
    """A port of a rule: a number, as text, or a name; protocol ANY is every one."""

    port: str = ""
    protocol: str = "ANY"
    end_port: int = 0


class CiliumPorts(Record, frozen=True):
    """Ports of a rule that share what is asked of them."""

    ports: tuple[CiliumPort, ...] | None = None


class CiliumRule(Record, frozen=True):
    """A rule of one of Cilium's policies; of what is not evaluated only that it is there."""

    from_endpoints: tuple[LabelSelector, ...] | None = None
    to_endpoints: tuple[LabelSelector, ...] | None = None
    from_entities: tuple[str, ...] | None = None
    to_entities: tuple[str, ...] | None = None
    to_ports: tuple[CiliumPorts, ...] | None = None
    from_cidr: tuple[str, ...] | None = msgspec.field(default=None, name="fromCIDR")
    from_cidr_set: tuple[Record, ...] | None = msgspec.field(default=None, name="fromCIDRSet")
    to_cidr: tuple[str, ...] | None = msgspec.field(default=None, name="toCIDR")
    to_cidr_set: tuple[Record, ...] | None = msgspec.field(default=None, name="toCIDRSet")
    to_fqdns: tuple[Record, ...] | None = msgspec.field(default=None, name="toFQDNs")
    to_services: tuple[Record, ...] | None = None
    to_groups: tuple[Record, ...] | None = None
    from_groups: tuple[Record, ...] | None = None
    to_nodes: tuple[Record, ...] | None = None
    from_nodes: tuple[Record, ...] | None = None
    icmps: tuple[Record, ...] | None = None

    @property
    def ports(self) -> tuple[CiliumPort, ...]:
        """The ports it is for; none are all."""
        return tuple(port for one in self.to_ports or () for port in one.ports or ())

    @property
    def has_ranges(self) -> bool:
        """Whether it is for ranges of addresses, which never mean pods."""
        return any((self.from_cidr, self.from_cidr_set, self.to_cidr, self.to_cidr_set))

    @property
    def has_unknown(self) -> bool:
        """Whether a part of it is not evaluated."""
        groups = (self.to_groups, self.from_groups, self.to_nodes, self.from_nodes)
        return any((self.to_fqdns, self.to_services, self.icmps, *groups))

    def endpoints(self, direction: str) -> tuple[LabelSelector, ...] | None:
        """Return the pods at the other end, None where it names none."""
        return self.from_endpoints if direction == "Ingress" else self.to_endpoints

    def entities(self, direction: str) -> tuple[str, ...] | None:
        """Return who else may be at the other end."""
        return self.from_entities if direction == "Ingress" else self.to_entities


class CiliumDefault(Record, frozen=True):
    """Whether a policy closes its pods to what no rule allows, where that is told."""

    ingress: bool | None = None
    egress: bool | None = None


class CiliumRules(Record, frozen=True):
    """What one of Cilium's policies allows to the pods it selects."""

    endpoint_selector: LabelSelector | None = None
    enable_default_deny: CiliumDefault = CiliumDefault()
    ingress: tuple[CiliumRule, ...] | None = None
    egress: tuple[CiliumRule, ...] | None = None

    def rules(self, direction: str) -> tuple[CiliumRule, ...]:
        """Return the rules for a direction."""
        return (self.ingress if direction == "Ingress" else self.egress) or ()

    def closes(self, direction: str) -> bool:
        """Return whether its pods are closed to all that no rule allows: with a rule, untold."""
        told = self.enable_default_deny
        chosen = told.ingress if direction == "Ingress" else told.egress
        return bool(self.rules(direction)) if chosen is None else chosen


class CiliumNetworkPolicy(Kind, frozen=True):
    """One of Cilium's policies, by what it could allow; `ingressDeny` and `egressDeny` cannot."""

    resource: ClassVar[Resource] = Resource(_CILIUM, "v2", "ciliumnetworkpolicies")
    spec: CiliumRules | None = None
    specs: tuple[CiliumRules, ...] | None = None

    @property
    def all(self) -> tuple[CiliumRules, ...]:
        """Its parts, written in either of the two ways."""
        return (self.spec, *(self.specs or ())) if self.spec else self.specs or ()

    def may_allow(self, direction: str) -> bool:
        """Return whether a rule for a direction could let something through."""
        return _cilium_allows(self.spec, self.specs or (), direction)


class CiliumClusterwideNetworkPolicy(Kind, frozen=True):
    """One of Cilium's policies for every namespace, by what it could allow."""

    resource: ClassVar[Resource] = Resource(
        _CILIUM, "v2", "ciliumclusterwidenetworkpolicies", namespaced=False
    )
    spec: CiliumRules | None = None
    specs: tuple[CiliumRules, ...] | None = None

    def may_allow(self, direction: str) -> bool:
        """Return whether a rule for a direction could let something through."""
        return _cilium_allows(self.spec, self.specs or (), direction)


def _cilium_allows(
    spec: CiliumRules | None, specs: tuple[CiliumRules, ...], direction: str
) -> bool:
    every = (spec, *specs) if spec else specs
    return any(one.ingress if direction == "Ingress" else one.egress for one in every)


class CalicoRule(Record, frozen=True):
    """A rule of Calico: Allow, Deny, Log or Pass, which leaves the rest to profiles."""

    action: str = ""


_NAMED = re.compile(
    r"(?:projectcalico\.org/name|kubernetes\.io/metadata\.name) == [\"']([^\"']+)[\"']"
)


class CalicoSpec(Record, frozen=True):
    """The rules of one of Calico's policies."""

    ingress: tuple[CalicoRule, ...] | None = None
    egress: tuple[CalicoRule, ...] | None = None
    namespace_selector: str = ""

    def selects(self, namespace: str) -> bool:
        """Return whether it could be for a namespace: one that it names, where it names one."""
        named = [] if "||" in self.namespace_selector else _NAMED.findall(self.namespace_selector)
        return all(one == namespace for one in named)

    def may_allow(self, direction: str) -> bool:
        """Return whether a rule for a direction could let through what NetworkPolicies leave out.

        A NetworkPolicy only allows: what none of its rules fits goes on to the tier's next policy,
        and is dropped at the tier's end (docs.tigera.io, reference/resources/tier).
        """
        every = self.ingress if direction == "Ingress" else self.egress
        return any(one.action in {"Allow", "Pass"} for one in every or ())


class CalicoNetworkPolicy(Kind, frozen=True):
    """One of Calico's own policies, by what its rules do; the kind is called NetworkPolicy too."""

    resource: ClassVar[Resource] = Resource(_CALICO, "v1", "networkpolicies", kind="NetworkPolicy")
    spec: CalicoSpec = CalicoSpec()


class GlobalNetworkPolicy(Kind, frozen=True):
    """One of Calico's policies for every namespace, by what its rules do."""

    resource: ClassVar[Resource] = Resource(
        _CALICO, "v1", "globalnetworkpolicies", namespaced=False
    )
    spec: CalicoSpec = CalicoSpec()


class AdminNetworkPolicy(Kind, frozen=True):
    """A policy that goes before every NetworkPolicy, by name alone."""

    resource: ClassVar[Resource] = Resource(
        _SIG, "v1alpha1", "adminnetworkpolicies", namespaced=False
    )


class BaselineAdminNetworkPolicy(Kind, frozen=True):
    """The policy for pods that no NetworkPolicy selects, by name alone."""

    resource: ClassVar[Resource] = Resource(
        _SIG, "v1alpha1", "baselineadminnetworkpolicies", namespaced=False
    )


class ClusterNetworkPolicy(Kind, frozen=True):
    """What took the place of both, by name alone."""

    resource: ClassVar[Resource] = Resource(
        _SIG, "v1alpha2", "clusternetworkpolicies", namespaced=False
    )


OTHERS: tuple[type[Kind], ...] = (
    CiliumNetworkPolicy,
    CiliumClusterwideNetworkPolicy,
    CalicoNetworkPolicy,
    GlobalNetworkPolicy,
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    ClusterNetworkPolicy,
)
"""The add-ons' kinds: they may allow or deny besides NetworkPolicies."""
