"""The evaluated authorizer agrees with the real one."""

import itertools
from typing import Any

import pytest

from checks.authorizer import SEES, Authorizer, Request, User, allows, user_of
from checks.kinds.rbac import PolicyRule
from checks.manifests import snapshot_of
from checks.snapshot import View
from tests.cluster.admin import Client, Manifest
from tests.cluster.rbac import account_user
from tests.cluster.waiting import until

GROUP = "rbac.authorization.k8s.io"
KINDS = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
PODS = PolicyRule(verbs=("get", "list"), api_groups=("",), resources=("pods",))

REQUESTS = [
    *(
        Request(verb, resource="pods", subresource=sub, namespace="HERE")
        for verb in ("get", "list", "delete")
        for sub in ("", "log")
    ),
    *(
        Request("get", resource="configmaps", name=name, namespace="HERE")
        for name in ("", "settings", "other")
    ),
    Request("list", resource="pods"),
    Request("list", resource="pods", namespace="default"),
    Request("list", "apps", "deployments", namespace="HERE"),
    Request("list", "batch", "deployments", namespace="HERE"),
    Request("update", "apps", "deployments", "scale", namespace="HERE"),
    Request("update", "apps", "statefulsets", "scale"),
    Request("update", "apps", "deployments", "status", namespace="HERE"),
    Request("list", resource="nodes"),
    Request("create", "authorization.k8s.io", "selfsubjectaccessreviews"),
    *(
        Request("get", path=path)
        for path in ("/metrics", "/metrics/x", "/metricsx", "/healthz", "/version", "/logs")
    ),
]


def rules(*some: Manifest) -> dict[str, Any]:
    """Write a role's rules."""
    return {"rules": list(some)}


def rule(verbs: str, groups: str, resources: str, names: str = "") -> Manifest:
    """Write one rule; words are parted by commas."""
    parts = {"verbs": verbs, "apiGroups": groups, "resources": resources}
    made: Manifest = {key: words.split(",") for key, words in parts.items()}
    return made | ({"resourceNames": names.split(",")} if names else {})


def one(kind: str, name: str, **fields: Any) -> Manifest:  # noqa: ANN401 - JSON
    """Write an RBAC object."""
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": name}, **fields}


def bound(kind: str, name: str, role: str, *subjects: Manifest) -> Manifest:
    """Write a binding; the role reads `Role reader`."""
    role_kind, role_name = role.split()
    reference = {"apiGroup": GROUP, "kind": role_kind, "name": role_name}
    return one(kind, name, roleRef=reference, subjects=list(subjects))


def group(name: str) -> Manifest:
    """Write a group as a subject."""
    return {"kind": "Group", "name": name, "apiGroup": GROUP}


def objects(here: str) -> list[Manifest]:
    """Write roles and bindings that differ in every way a rule can match."""
    account = {"kind": "ServiceAccount", "name": "a", "namespace": here}
    person = {"kind": "User", "name": "dev", "apiGroup": GROUP}
    return [
        one("Role", "reader", **rules(rule("get,list", "", "pods"))),
        one("Role", "all-verbs", **rules(rule("*", "", "pods/log"))),
        one("Role", "named", **rules(rule("get", "", "configmaps", "settings"))),
        one("ClusterRole", f"{here}-scale", **rules(rule("update", "*", "*/scale"))),
        one("ClusterRole", f"{here}-apps", **rules(rule("*", "apps", "*"))),
        one(
            "ClusterRole",
            f"{here}-paths",
            **rules({"verbs": ["get"], "nonResourceURLs": ["/metrics/*", "/healthz"]}),
        ),
        bound("RoleBinding", "reads", "Role reader", account),
        bound("RoleBinding", "logs", "Role all-verbs", group(f"system:serviceaccounts:{here}")),
        bound("RoleBinding", "named", "Role named", account, person),
        bound("RoleBinding", "apps", f"ClusterRole {here}-apps", person),
        bound("RoleBinding", "gone", "Role never-made", person),
        bound("ClusterRoleBinding", f"{here}-scale", f"ClusterRole {here}-scale", account),
        bound("ClusterRoleBinding", f"{here}-paths", f"ClusterRole {here}-paths", person),
    ]


def review(user: User, request: Request) -> Manifest:
    """Write the question for the real authorizer."""
    spec: Manifest = {"user": user.name, "groups": list(user.groups)}
    if request.path:
        spec["nonResourceAttributes"] = {"verb": request.verb, "path": request.path}
    else:
        fields = ("verb", "group", "resource", "subresource", "name", "namespace")
        spec["resourceAttributes"] = {field: getattr(request, field) for field in fields}
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": spec,
    }


def test_every_answer_is_that_of_the_api_server(admin: Client, namespace: str) -> None:
    """Four users and each request, over the cluster's own roles and those of this test."""
    made = objects(namespace)
    with admin.applied(made, namespace=namespace):
        until(lambda: granted(admin, user_of("dev"), Request("get", path="/healthz")))
        until(lambda: granted(admin, user_of("dev"), apps_in(namespace)))
        authorizer = Authorizer(view_of(admin))
        names = [account_user("a", namespace), account_user("b", namespace), "dev"]
        users = [user_of(name) for name in (*names, "system:anonymous")]
        asked = [
            (user, moved(request, namespace))
            for user, request in itertools.product(users, REQUESTS)
        ]

        real = [(user.name, request, granted(admin, user, request)) for user, request in asked]

    ours = [(user.name, request, ask(authorizer, user, request)) for user, request in asked]
    assert ours == real
    assert {allowed for _user, _request, allowed in real} == {True, False}


def apps_in(namespace: str) -> Request:
    """Return what only the last RoleBinding allows."""
    return Request("list", "apps", "deployments", namespace=namespace)


def moved(request: Request, namespace: str) -> Request:
    """Put a request into the test's namespace."""
    if request.namespace != "HERE":
        return request
    return Request(
        request.verb,
        request.group,
        request.resource,
        request.subresource,
        request.name,
        namespace,
    )


def granted(admin: Client, user: User, request: Request) -> bool:
    """Ask the real authorizer."""
    return bool(admin.create(review(user, request))["status"]["allowed"])


def ask(authorizer: Authorizer, user: User, request: Request) -> bool:
    """Ask ours."""
    return any(authorizer.grants(authorizer.held(user, request), request))


def view_of(admin: Client) -> View:
    """Read every RBAC object there is."""
    read = [{**item, "kind": kind} for kind in KINDS for item in admin.list_of(kind)]
    return View(snapshot_of(read, taken_at="2026-11-23T10:00:00Z"), SEES)


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        (Request("get", resource="pods"), True),
        (Request("get", "apps", "pods"), False),
        (Request("delete", resource="pods"), False),
        (Request("get", resource="pods", subresource="log"), False),
        (Request("get", path="/pods"), False),
    ],
)
def test_a_rule_allows_exactly_what_it_says(request_: Request, *, allowed: bool) -> None:
    assert allows(PODS, request_) is allowed


def test_a_name_alone_tells_the_groups_of_an_account() -> None:
    user = user_of("system:serviceaccount:shop:cart")

    assert user.account == ("shop", "cart")
    assert user.all_known
    assert user.groups == (
        "system:serviceaccounts",
        "system:serviceaccounts:shop",
        "system:authenticated",
    )


def test_the_groups_of_a_person_are_not_known() -> None:
    assert not user_of("dev-01").all_known


@pytest.mark.parametrize("name", ["dev", "system:serviceaccount:shop", "system:serviceaccount::x"])
def test_what_is_no_account_has_none(name: str) -> None:
    assert user_of(name).account is None
