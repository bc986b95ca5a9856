"""Roles for the accounts under test."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.cluster.http_client import Manifest

RBAC = "rbac.authorization.k8s.io"


def account_user(account: str, namespace: str) -> str:
    """Name a ServiceAccount as the API server and its audit log do."""
    return f"system:serviceaccount:{namespace}:{account}"


def cluster_role(account: str, namespace: str, rules: Sequence[Manifest]) -> Manifest:
    """Write a ClusterRole with exactly these rules."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": account_user(account, namespace)},
        "rules": list(rules),
    }


def binding(account: str, namespace: str) -> Manifest:
    """Bind the account to its ClusterRole."""
    name = account_user(account, namespace)
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }


def reviews(account: str, namespace: str, rules: Sequence[Manifest]) -> Iterator[Manifest]:
    """Ask of each rule one thing that it allows."""
    for rule in rules:
        yield {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {"user": account_user(account, namespace), **attributes(rule)},
        }


def attributes(rule: Manifest) -> Manifest:
    """Pick the first thing that a rule allows."""
    verb = rule["verbs"][0]
    if urls := rule.get("nonResourceURLs"):
        return {"nonResourceAttributes": {"verb": verb, "path": urls[0]}}
    resource, _, subresource = rule["resources"][0].partition("/")
    wanted = {
        "verb": verb,
        "group": rule["apiGroups"][0],
        "resource": resource,
        "subresource": subresource,
        "name": next(iter(rule.get("resourceNames", [])), ""),
    }
    return {"resourceAttributes": wanted}


def forbid(rules: Sequence[Manifest], resource: str) -> list[Manifest]:
    """Copy the rules without one resource, such as ``pods`` or ``endpointslices.discovery.k8s.io``.

    A resource that no rule held is an error: the test would prove nothing.
    """
    plural, _, group = resource.partition(".")
    kept: list[Manifest] = []
    for rule in copy.deepcopy(list(rules)):
        if not group or group in rule.get("apiGroups", []):
            rule["resources"] = [name for name in rule.get("resources", []) if name != plural]
        if rule.get("resources") or rule.get("nonResourceURLs"):
            kept.append(rule)
    if kept == list(rules):
        raise ValueError(f"no rule holds {resource}")
    return kept
