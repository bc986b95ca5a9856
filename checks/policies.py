"""NetworkPolicies, evaluated for one connection.

Follows kubernetes.io/docs/concepts/services-networking/network-policies and networking.k8s.io/v1: a
pod that no policy selects for a direction is open in it; one that is selected is open to what any
of these policies allows. Both ends must agree. What is not known of a connection (its port, its
other end) is taken as fitting, so that `denied` is always sure and `allowed` may be a maybe.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Literal

import msgspec

from checks.kinds import NetworkPolicy, Pod
from checks.kinds.pods import ContainerPort
from checks.kinds.policy import (
    EgressRule,
    IngressRule,
    IPBlock,
    LabelSelector,
    PolicyPeer,
    PolicyPort,
    Requirement,
)
from checks.quotes import labels as quote_labels

Direction = Literal["Ingress", "Egress"]
Rule = IngressRule | EgressRule


class Port(msgspec.Struct, frozen=True):
    """A port of the pod that is called; None stands for a number nobody told."""

    number: int | None = None
    protocol: str = "TCP"

    def __str__(self) -> str:
        """Say it as policies write it."""
        return f"{self.protocol} {self.number}" if self.number else f"any {self.protocol} port"


class End(msgspec.Struct, frozen=True):
    """One end of a connection.

    `is_pod` is False for what no selector fits: the host network and everything outside.
    `addresses` are all it may be seen by; none means unknown.
    """

    name: str
    namespace: str = ""
    namespace_labels: Mapping[str, str] = {}
    labels: Mapping[str, str] = {}
    addresses: tuple[str, ...] = ()
    ports: tuple[ContainerPort, ...] = ()
    is_pod: bool = True


class Side(msgspec.Struct, frozen=True):
    """What the policies of one end say: whether they allow it, which select it, which rule did."""

    direction: Direction
    allowed: bool
    selecting: tuple[NetworkPolicy, ...] = ()
    rule: str = ""

    def quotes(self) -> list[str]:
        """Quote what decides: the rule that allows, or every policy that selects and does not."""
        if self.rule:
            return [self.rule]
        return [line for policy in self.selecting for line in quote_policy(policy, self.direction)]


def end_of(pod: Pod, namespaces: Mapping[str, Mapping[str, str]]) -> End:
    """Return a pod as an end; `namespaces` are the labels of each."""
    return End(
        name=f"Pod {pod.path}",
        namespace=pod.metadata.namespace,
        namespace_labels=namespaces.get(pod.metadata.namespace, {}),
        labels=pod.labels,
        addresses=pod.addresses,
        ports=tuple(one for box in pod.serving_containers() for one in box.ports or ()),
        is_pod=not pod.spec.host_network,
    )


def side(
    direction: Direction,
    policies: Iterable[NetworkPolicy],
    mine: End,
    other: End | None,
    port: Port,
    *,
    blocks_fit_pods: bool = True,
) -> Side:
    """Return what the policies of one end say to a connection in this direction.

    `other` is None when it is not known. `blocks_fit_pods` is False for plugins (Cilium) whose
    address ranges never mean pods.
    """
    selecting = tuple(one for one in policies if selects(one, mine, direction))
    called = mine if direction == "Ingress" else other
    for policy in selecting:
        for number, rule in enumerate(rules(policy, direction), 1):
            peers = rule.peers or ()
            met = not peers or any(
                _is_peer(peer, mine, other, blocks_fit_pods=blocks_fit_pods) for peer in peers
            )
            if met and _has_port(rule, port, called):
                quote = quote_rule(policy, direction, number, rule)
                return Side(direction, allowed=True, selecting=selecting, rule=quote)
    return Side(direction, allowed=not selecting, selecting=selecting)


def selects(policy: NetworkPolicy, end: End, direction: Direction) -> bool:
    """Return whether a policy is for this end and direction."""
    return (
        end.is_pod
        and policy.metadata.namespace == end.namespace
        and direction in policy.types
        and matches(policy.spec.pod_selector, end.labels)
    )


def rules(policy: NetworkPolicy, direction: Direction) -> tuple[Rule, ...]:
    """Return a policy's rules for a direction."""
    spec = policy.spec
    return (spec.ingress or ()) if direction == "Ingress" else (spec.egress or ())


def matches(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Return whether labels fit a selector; an empty one fits all."""
    wanted = (selector.match_labels or {}).items()
    return labels.items() >= wanted and all(
        _meets(one, labels) for one in selector.match_expressions or ()
    )


def _meets(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    held, values = labels.get(requirement.key), requirement.values or ()
    match requirement.operator:
        case "In":
            return held in values
        case "NotIn":
            return held not in values
        case "Exists":
            return held is not None
        case "DoesNotExist":
            return held is None
    return False


def _is_peer(peer: PolicyPeer, mine: End, other: End | None, *, blocks_fit_pods: bool) -> bool:
    if other is None:
        return True
    if peer.ip_block:
        fits = blocks_fit_pods or not other.is_pod
        return fits and (not other.addresses or any(_holds(peer.ip_block, other.addresses)))
    if not other.is_pod or (peer.pod_selector is None and peer.namespace_selector is None):
        return False
    same = other.namespace == mine.namespace
    if peer.namespace_selector is not None:
        same = matches(peer.namespace_selector, other.namespace_labels)
    return same and (peer.pod_selector is None or matches(peer.pod_selector, other.labels))


def _holds(block: IPBlock, addresses: tuple[str, ...]) -> Iterator[bool]:
    for address in addresses:
        left_out = any(_inside(address, cidr) for cidr in block.excepted or ())
        yield _inside(address, block.cidr) and not left_out


def _inside(address: str, cidr: str) -> bool:
    try:
        return ip_address(address) in ip_network(cidr, strict=False)
    except ValueError:
        return False


def _has_port(rule: Rule, port: Port, called: End | None) -> bool:
    ports = rule.ports or ()
    return not ports or any(_fits(one, port, called) for one in ports)


def _fits(allowed: PolicyPort, port: Port, called: End | None) -> bool:
    if allowed.protocol != port.protocol:
        return False
    if allowed.port is None or (called is None and isinstance(allowed.port, str)):
        return True
    if isinstance(allowed.port, str):
        return any(_is_named(one, allowed, port) for one in called.ports) if called else True
    last = allowed.end_port or allowed.port
    return port.number is None or allowed.port <= port.number <= last


def _is_named(declared: ContainerPort, allowed: PolicyPort, port: Port) -> bool:
    """Return whether a container's port has the name a policy gives, and is the one called."""
    named = declared.name == allowed.port and declared.protocol == allowed.protocol
    return named and port.number in {None, declared.container_port}


def quote_policy(policy: NetworkPolicy, direction: Direction) -> list[str]:
    """Quote a policy: whom it selects, then each of its rules for a direction."""
    chosen = quote_selector(policy.spec.pod_selector)
    every = rules(policy, direction)
    said = f"NetworkPolicy {policy.path} selects {chosen} for {direction}"
    quoted = [quote_rule(policy, direction, at, rule) for at, rule in enumerate(every, 1)]
    return [said if every else f"{said} and allows nothing", *quoted]


def quote_rule(policy: NetworkPolicy, direction: Direction, number: int, rule: Rule) -> str:
    """Quote one rule."""
    word = "from" if direction == "Ingress" else "to"
    peers = " or ".join(map(_quote_peer, rule.peers or ())) or "anywhere"
    ports = ", ".join(map(_quote_port, rule.ports or ())) or "any port"
    where = f"NetworkPolicy {policy.path} {direction.lower()} rule {number}"
    return f"{where} allows {word} {peers} on {ports}"


def quote_selector(selector: LabelSelector) -> str:
    """Quote whom a selector means."""
    parts = [quote_labels(selector.match_labels)] if selector.match_labels else []
    for one in selector.match_expressions or ():
        values = f" ({', '.join(one.values)})" if one.values else ""
        parts.append(f"{one.key} {one.operator}{values}")
    return f"pods {', '.join(parts)}" if parts else "all pods"


def _quote_peer(peer: PolicyPeer) -> str:
    if peer.ip_block:
        left_out = ", ".join(peer.ip_block.excepted or ())
        return f"{peer.ip_block.cidr}{f' except {left_out}' if left_out else ''}"
    pods = quote_selector(peer.pod_selector or LabelSelector())
    if peer.namespace_selector is None:
        return f"{pods} of its namespace"
    chosen = quote_selector(peer.namespace_selector)
    return f"{pods} in {chosen.replace('pods', 'namespaces', 1)}"


def _quote_port(one: PolicyPort) -> str:
    if one.port is None:
        return f"any {one.protocol} port"
    last = f"-{one.end_port}" if one.end_port else ""
    return f"{one.protocol} {one.port}{last}"
