"""The ClusterRole is what the checks need, and nothing else."""

import copy
from typing import Any

import msgspec
import pytest

from checks.authorizer import Request, allows
from checks.kinds.rbac import PolicyRule
from checks.model import Check, See
from checks.rbac import TIERS, manifest, rules
from checks.registry import catalog
from tests.checks.test_runner import sample

CHECKS = list(catalog().values())


def reads(check: Check) -> list[Request]:
    """Return the requests a check's reader makes."""
    listed = [request_of(see) for see in check.sees]
    return [*listed, Request("get", "", "pods", "log")] if check.reads_logs else listed


def request_of(see: See) -> Request:
    """Return the request that reads what is declared."""
    where = see.kind.resource
    verb = "get" if see.name else "list"
    namespace = see.namespace or ""
    return Request(verb, where.group, where.plural, name=see.name or "", namespace=namespace)


def satisfied(some: list[dict[str, Any]]) -> bool:
    """Return whether these rules allow every request of every check."""
    parsed = [msgspec.convert(rule, PolicyRule) for rule in some]
    return all(
        any(allows(rule, request) for rule in parsed)
        for check in CHECKS
        for request in reads(check)
    )


def test_the_rules_allow_what_every_check_reads() -> None:
    assert satisfied(rules(CHECKS))


@pytest.mark.parametrize("part", ["resources", "verbs", "resourceNames"])
def test_no_part_of_a_rule_can_be_left_out(part: str) -> None:
    whole = rules(CHECKS)
    for index, rule in enumerate(whole):
        for word in rule.get(part, []):
            fewer = copy.deepcopy(whole)
            fewer[index][part].remove(word)
            if part == "resourceNames" and not fewer[index][part]:
                fewer[index][part] = ["something else"]  # an empty list would mean any name
            assert not satisfied(fewer), f"{word} of {rule} is not needed"


def test_the_rules_only_read_and_never_secrets_or_whole_nodes() -> None:
    whole = rules(CHECKS)

    assert {verb for rule in whole for verb in rule["verbs"]} <= {"get", "list", "watch"}
    resources = {resource for rule in whole for resource in rule["resources"]}
    assert resources.isdisjoint({"secrets", "nodes/proxy", "*"})
    assert all("*" not in rule["apiGroups"] for rule in whole)


def test_config_maps_are_read_by_name_only() -> None:
    (rule,) = [rule for rule in rules(CHECKS) if "configmaps" in rule["resources"]]

    assert rule["verbs"] == ["get"]
    assert rule["resourceNames"] == [
        "amazon-vpc-cni",
        "cilium-config",
        "coredns",
        "coredns-custom",
        "kube-proxy",
        "kubeadm-config",
        "kubelet-config",
    ]


def test_logs_are_granted_only_to_a_check_that_reads_them() -> None:
    assert rules([sample()]) == [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    assert rules([sample(reads_logs=True)])[0] == {
        "apiGroups": [""],
        "resources": ["pods/log"],
        "verbs": ["get"],
    }


def test_the_rules_are_sorted_by_group() -> None:
    groups = [rule["apiGroups"] for rule in rules(CHECKS)]

    assert groups == sorted(groups)


@pytest.mark.parametrize("tier", TIERS)
def test_a_manifest_is_a_cluster_role(tier: str) -> None:
    role = manifest(tier, "netcheck-reader")

    assert (role["kind"], role["metadata"]) == ("ClusterRole", {"name": "netcheck-reader"})
    assert role["rules"] == rules(CHECKS)


def test_an_unknown_tier_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'Z'.*A, D, N0, N1, N2"):
        manifest("Z")
