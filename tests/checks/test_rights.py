"""What an identity lacks is told exactly, however its rules are written."""

from typing import Any

import msgspec
import pytest

from checks.kinds import ConfigMap, EndpointSlice, HTTPRoute, Node, Pod
from checks.kinds.rbac import PolicyRule
from checks.model import Check, See
from checks.rbac import rules
from checks.registry import catalog
from checks.rights import NOWHERE, Lack, Review, doubtful, missing, namespaces
from tests.checks.test_runner import sample

CHECKS = tuple(catalog().values())
VERSION = {"nonResourceURLs": ["/version"], "verbs": ["get"]}
PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
COREFILE = See(ConfigMap, "kube-system", "coredns")


def review(*some: dict[str, Any]) -> Review:
    return Review(tuple(msgspec.convert(rule, PolicyRule) for rule in some))


def lacks(
    check: Check, *everywhere: dict[str, Any], namespace: str = "", **inside: list[dict[str, Any]]
) -> list[str]:
    """Return what is missing for a check, by what is granted everywhere and in namespaces."""
    reviews = dict.fromkeys(namespaces([check], namespace), review(*everywhere))
    for space, some in inside.items():
        reviews[space.replace("_", "-")] = review(*everywhere, *some)
    return [one.need for one in missing([check], reviews, namespace=namespace)]


def test_with_the_printed_role_and_the_version_nothing_is_missing() -> None:
    whole = review(*rules(CHECKS), VERSION)

    assert missing(CHECKS, dict.fromkeys(namespaces(CHECKS), whole)) == ()


def test_without_any_rule_every_rule_of_the_role_is_missing() -> None:
    lacking = missing(CHECKS, dict.fromkeys(namespaces(CHECKS), Review()))

    granted = review(*(lack.rule for lack in lacking))
    assert missing(CHECKS, dict.fromkeys(namespaces(CHECKS), granted)) == ()
    atoms = {atom for lack in lacking if "resources" in lack.rule for atom in atoms_of(lack.rule)}
    assert atoms == {atom for rule in rules(CHECKS) for atom in atoms_of(rule)}
    assert {slug for lack in lacking for slug in lack.blind} == {check.slug for check in CHECKS}


def atoms_of(rule: dict[str, list[str]]) -> list[tuple[str, ...]]:
    """Take a rule apart into the single things it allows."""
    return [
        (group, resource, verb, name)
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
        for name in rule.get("resourceNames", [""])
    ]


@pytest.mark.parametrize(
    "rule",
    [
        PODS,
        {"apiGroups": ["*"], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": ["apps", ""], "resources": ["*"], "verbs": ["get", "*"]},
    ],
    ids=["as it is", "every group", "every resource and verb"],
)
def test_a_rule_that_allows_a_list_is_found_whatever_its_form(rule: dict[str, Any]) -> None:
    assert lacks(sample(sees=(See(Pod),)), rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"apiGroups": ["apps"], "resources": ["pods"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "watch"]},
        {"apiGroups": [""], "resources": ["pods/log", "*/log"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"], "resourceNames": ["cart"]},
        {"nonResourceURLs": ["*"], "verbs": ["*"]},
        {"apiGroups": None, "resources": ["*"], "verbs": ["*"]},
    ],
    ids=["another group", "another verb", "a subresource", "one name", "paths", "no group"],
)
def test_a_rule_that_allows_something_else_is_not_taken_for_it(rule: dict[str, Any]) -> None:
    assert lacks(sample(sees=(See(Pod),)), rule) == ["list pods"]


@pytest.mark.parametrize("resource", ["pods/log", "*/log", "*"])
def test_logs_are_a_subresource(resource: str) -> None:
    check = sample(sees=(See(Pod),), reads_logs=True)
    logs = {"apiGroups": [""], "resources": [resource], "verbs": ["get"]}

    assert lacks(check, PODS) == ["get pods/log"]
    assert lacks(check, PODS, {**logs, "resources": ["pods"]}) == ["get pods/log"]
    assert lacks(check, PODS, logs) == []


def test_one_object_is_read_by_its_name() -> None:
    check = sample(sees=(COREFILE,))
    rule: dict[str, Any] = {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}
    need = ["get configmaps coredns in kube-system"]

    assert lacks(check, rule) == []
    assert lacks(check, {**rule, "resourceNames": ["kube-proxy", "coredns"]}) == []
    assert lacks(check, {**rule, "resourceNames": ["kube-proxy"]}) == need
    assert lacks(check, {**rule, "verbs": ["list"]}) == need
    (lack,) = missing([check], dict.fromkeys(namespaces([check]), Review()))
    assert lack.rule == {**rule, "resourceNames": ["coredns"]}


@pytest.mark.parametrize("path", ["/version", "/version*", "/ver*", "*"])
def test_the_version_is_a_path(path: str) -> None:
    check = sample(reads_version=True)

    assert lacks(check, PODS) == ["get /version"]
    assert lacks(check, PODS, {"nonResourceURLs": ["/versions"], "verbs": ["get"]})
    assert lacks(check, PODS, {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})
    assert lacks(check, PODS, {"nonResourceURLs": ["/healthz", path], "verbs": ["get"]}) == []


def test_what_is_granted_in_one_namespace_counts_there_only() -> None:
    within = sample(slug="within", sees=(See(Pod, "kube-system"),))
    every = sample(slug="every", sees=(See(Pod), See(EndpointSlice, "kube-system")))
    slices = {"apiGroups": ["discovery.k8s.io"], "resources": ["*"], "verbs": ["list"]}
    reviews = {NOWHERE: review(), "kube-system": review(PODS, slices), "shop": review(PODS)}

    assert missing([within, every], reviews) == (
        Lack("list pods", PODS, ("every",), only_in=("kube-system", "shop")),
    )


def test_logs_may_be_read_in_the_namespace_that_is_meant() -> None:
    check = sample(sees=(See(Pod),), reads_logs=True)
    logs = {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}

    assert lacks(check, PODS, namespace="shop", shop=[logs]) == []
    assert lacks(check, PODS, namespace="shop") == ["get pods/log"]


def test_who_only_quotes_logs_is_not_blind_without_them() -> None:
    quotes = sample(slug="quotes", reads_logs=True, logs_decide=False)
    decides = sample(slug="decides", reads_logs=True)

    (lack,) = missing([quotes, decides], {NOWHERE: review(PODS)})

    assert (lack.blind, lack.duller) == (("decides",), ("quotes",))


def test_an_optional_kind_that_is_not_served_is_not_missed() -> None:
    check = sample(sees=(See(HTTPRoute, optional=True), See(Node)))
    nothing = {NOWHERE: Review()}

    assert doubtful([check], nothing) == {HTTPRoute.resource}
    unserved = doubtful([check], nothing)
    assert [one.need for one in missing([check], nothing, unserved=unserved)] == ["list nodes"]
    assert [one.need for one in missing([check], nothing)] == [
        "list nodes",
        "list httproutes.gateway.networking.k8s.io",
    ]


def test_a_kind_that_may_be_read_raises_no_doubt() -> None:
    check = sample(sees=(See(HTTPRoute, optional=True),))
    every = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["list"]}

    assert doubtful([check], {NOWHERE: review(every)}) == frozenset()


def test_rights_are_asked_for_where_a_check_looks() -> None:
    check = sample(sees=(COREFILE, See(EndpointSlice, "default"), See(Pod)))

    assert namespaces([check]) == (NOWHERE, "default", "kube-system")
    assert namespaces([check], "shop") == (NOWHERE, "default", "kube-system", "shop")
