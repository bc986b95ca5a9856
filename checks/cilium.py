"""CiliumNetworkPolicies, evaluated for one connection between two pods.

A pod that such a policy selects is closed in each direction the policy has rules for, but for what
a rule of any policy allows (docs.cilium.io, security/policy). Only a denial is ever claimed: a rule
with a part that is not known here counts as one that may allow. Selectors without a namespace mean
the policy's own; a rule for ports alone is for everybody; an empty rule allows nothing; ranges of
addresses and entities outside mean no pods.
"""

from collections.abc import Iterable, Iterator, Mapping

from checks.kinds.policy import (
    CiliumNetworkPolicy,
    CiliumPort,
    CiliumRule,
    CiliumRules,
    LabelSelector,
    Requirement,
)
from checks.policies import Direction, End, Port, matches
from checks.quotes import labels as quote_labels

NAMESPACE = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
EVERYBODY = frozenset({"all", "cluster"})
LEFT_OUT = (":", "io.cilium.", "kubernetes.io", "k8s.io", "pod-template-", "controller-revision-")
SOURCES = ("k8s:", "any:")  # what may stand before a label's name


def closed(
    policies: Iterable[CiliumNetworkPolicy], mine: End, other: End, port: Port, way: Direction
) -> tuple[CiliumNetworkPolicy, ...]:
    """Return the policies that close a pod to the other end, none where one may let it through."""
    closing: list[CiliumNetworkPolicy] = []
    for policy in policies:
        for part in policy.all:
            chosen = _selected(part, policy, mine)
            if chosen is False:
                continue
            home, rules = policy.metadata.namespace, part.rules(way)
            if any(_may_allow(rule, home, other, port, way) for rule in rules):
                return ()
            if chosen and part.closes(way) and policy not in closing:
                closing.append(policy)
    return tuple(closing)


def quotes(policy: CiliumNetworkPolicy, way: Direction) -> Iterator[str]:
    """Quote whom a policy selects, and what each of its rules for a direction allows."""
    for part in policy.all:
        chosen = _quote(part.endpoint_selector or LabelSelector())
        yield f"CiliumNetworkPolicy {policy.path} selects {chosen} for {way}"
        for number, rule in enumerate(part.rules(way), 1):
            peers = " or ".join(map(_quote, rule.endpoints(way) or ()))
            peers = peers or ", ".join(rule.entities(way) or ()) or "nobody by label"
            ports = ", ".join(f"{one.protocol} {one.port}" for one in rule.ports) or "any port"
            word = "from" if way == "Ingress" else "to"
            where = f"CiliumNetworkPolicy {policy.path} {way.lower()} rule {number}"
            yield f"{where} allows {word} {peers} on {ports}"


def _selected(part: CiliumRules, policy: CiliumNetworkPolicy, end: End) -> bool | None:
    """Return whether a part is for this pod, None where its labels do not tell."""
    inside = end.is_pod and end.namespace == policy.metadata.namespace
    return _fits(part.endpoint_selector or LabelSelector(), end) if inside else False


def _may_allow(rule: CiliumRule, home: str, other: End, port: Port, way: Direction) -> bool:
    if rule.has_unknown:
        return True
    ports = rule.ports
    if ports and not any(_has_port(one, port) for one in ports):
        return False
    endpoints, entities = rule.endpoints(way), rule.entities(way)
    if endpoints is None and entities is None:
        return bool(ports) and not rule.has_ranges  # for ports alone: everybody
    if EVERYBODY & set(entities or ()):
        return True
    return any(_may_be(one, home, other) for one in endpoints or ())


def _may_be(selector: LabelSelector, home: str, other: End) -> bool:
    """Tell whether a selector may mean the other end; one without a namespace means its own."""
    if not other.is_pod:
        return False
    told = [*(selector.match_labels or {}), *(one.key for one in selector.match_expressions or ())]
    names = {_bare(key) for key in told}
    elsewhere = NAMESPACE in names or any(one.startswith(NAMESPACE_LABELS) for one in names)
    if not elsewhere and other.namespace != home:
        return False
    return _fits(selector, other) is not False


def _fits(selector: LabelSelector, end: End) -> bool | None:
    """Return whether labels fit, None where a label comes from a source that is not known."""
    asked = [*(selector.match_labels or {}), *(one.key for one in selector.match_expressions or ())]
    if not all(_is_known(_bare(key)) for key in asked):
        return None
    known = {
        **end.labels,
        NAMESPACE: end.namespace,
        **{f"{NAMESPACE_LABELS}{key}": value for key, value in end.namespace_labels.items()},
    }
    return matches(_plain(selector), known)


def _is_known(key: str) -> bool:
    """Return whether a label counts for Cilium as the pod has it.

    Some are Cilium's own, and most of Kubernetes' are left out of identities by default
    (docs.cilium.io, operations/performance/scalability/identity-relevant-labels).
    """
    if key == NAMESPACE or key.startswith((NAMESPACE_LABELS, "app.kubernetes.io/")):
        return True
    return not any(one in key for one in LEFT_OUT)


def _plain(selector: LabelSelector) -> LabelSelector:
    return LabelSelector(
        match_labels={_bare(key): value for key, value in (selector.match_labels or {}).items()},
        match_expressions=tuple(
            Requirement(_bare(one.key), one.operator, one.values)
            for one in selector.match_expressions or ()
        ),
    )


def _bare(key: str) -> str:
    return next((key.removeprefix(one) for one in SOURCES if key.startswith(one)), key)


def _has_port(allowed: CiliumPort, port: Port) -> bool:
    if allowed.protocol not in {"", "ANY", port.protocol}:
        return False
    if port.number is None or not allowed.port.isdecimal() or allowed.port == "0":
        return True  # a name, or a port nobody told
    return int(allowed.port) <= port.number <= max(int(allowed.port), allowed.end_port)


def _quote(selector: LabelSelector) -> str:
    pairs: Mapping[str, str] = selector.match_labels or {}
    more = [f"{one.key} {one.operator}" for one in selector.match_expressions or ()]
    parts = [quote_labels(pairs)] if pairs else []
    return f"pods {', '.join([*parts, *more])}" if parts or more else "all pods of its namespace"
