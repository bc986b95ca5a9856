"""A role taken apart into single rights, and CRDs for every kind that an API server may lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from checks import authorizer
from checks.kinds import ServiceCIDR
from checks.kinds.rbac import PolicyRule
from checks.registry import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from checks.kinds import Kind
    from tests.cluster.admin import Manifest
    from tests.cluster.audit import Request


def take_apart(rules: Iterable[Manifest]) -> dict[str, Manifest]:
    """Return a rule for every single thing allowed, by its name: `get configmaps coredns`."""
    return {right: rule_of(right) for rule in rules for right in _rights(rule)}


def _rights(rule: Manifest) -> Iterator[str]:
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            base, slash, sub = resource.partition("/")
            qualified = f"{base}.{group}" if group else base
            for verb in rule["verbs"]:
                for name in rule.get("resourceNames", [""]):
                    yield f"{verb} {qualified}{slash}{sub} {name}".rstrip()


def rule_of(right: str) -> Manifest:
    """Write the rule that allows one thing, from its name."""
    verb, qualified, *names = right.split()
    whole, slash, sub = qualified.partition("/")
    base, _, group = whole.partition(".")
    rule = {"apiGroups": [group], "resources": [f"{base}{slash}{sub}"], "verbs": [verb]}
    return {**rule, "resourceNames": names} if names else rule


def is_allowed(rule: Manifest, request: Request) -> bool:
    """Tell whether a rule allows a request that was audited."""
    resource, _, sub = request.resource.partition("/")
    asked = authorizer.Request(
        request.verb, request.group, resource, sub, request.name, request.namespace
    )
    return authorizer.allows(msgspec.convert(rule, PolicyRule), asked)


def crds() -> list[Manifest]:
    """Write a CRD for every optional kind that no API server has by itself."""
    optional = {see.kind for check in catalog().values() for see in check.sees if see.optional}
    return [_crd(kind) for kind in sorted(optional - {ServiceCIDR}, key=lambda one: one.__name__)]


def _crd(kind: type[Kind]) -> Manifest:
    where = kind.resource
    called = where.kind or kind.__name__
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {
        "name": where.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    # Groups of Kubernetes' own want to know who approved of it.
    approved = {"api-approved.kubernetes.io": "unapproved, a test's own"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{where.plural}.{where.group}", "annotations": approved},
        "spec": {
            "group": where.group,
            "names": {"plural": where.plural, "kind": called, "listKind": f"{called}List"},
            "scope": "Namespaced" if where.namespaced else "Cluster",
            "versions": [version],
        },
    }
