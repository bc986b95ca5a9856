"""Faults between a program and the API server."""

import pytest

from tests.cluster.admin import ApiError, Manifest
from tests.e2e import objects
from tests.e2e.scenario import Scenario, Stage

RBAC = "rbac.authorization.k8s.io"
ACCOUNT = "reporter"
USER = "system:serviceaccount:{ns}:reporter"


def forget_role(stage: Stage) -> None:
    """Bind an account to a Role that nobody made."""
    stage.inside(binding())


def make_role(stage: Stage) -> None:
    """Make that Role."""
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]
    role = {"kind": "Role", "metadata": {"name": ACCOUNT}, "rules": rules}
    stage.inside({"apiVersion": f"{RBAC}/v1", **role})


def binding() -> Manifest:
    """Write the RoleBinding of the account."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": ACCOUNT},
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": ACCOUNT},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT}],
    }


def refused(stage: Stage) -> str:
    """Return what the API server itself answers the account, as kubectl prints it."""
    token = stage.admin.make_service_account(ACCOUNT, namespace=stage.namespace)
    with stage.admin.with_token(token) as account, pytest.raises(ApiError) as denied:
        account.connections.send("GET", f"/api/v1/namespaces/{stage.namespace}/pods")
    return f"Error from server (Forbidden): {denied.value}\n"


def withdraw_api_server(stage: Stage) -> None:
    """Let the only API server that is entered be one that is not ready."""
    stage.wide(api_servers(ready=False))


def enter_api_server(stage: Stage) -> None:
    """Let it be ready. The one under test enters none: it listens on the loopback."""
    stage.wide(api_servers(ready=True))


def api_servers(*, ready: bool) -> Manifest:
    """Write the slice of Service kubernetes."""
    made = objects.endpoints("kubernetes", ("192.0.2.10",), port=6443, namespace="default")
    made["endpoints"][0]["conditions"] = {"ready": ready}
    return made


SCENARIOS = (
    Scenario(
        entry="apiserver-forbidden",
        paste=refused,
        fault=forget_role,
        heal=make_role,
        quotes=(
            "RoleBinding {ns}/reporter -> Role reporter allows nothing",
            "kubectl -n {ns} create role reporter-list-pods --verb=list --resource=pods",
        ),
        command=f"kubectl -n {{ns}} auth can-i list pods --as={USER}",
        reads={
            f"{one}.{RBAC}": f"list {one}.{RBAC}"
            for one in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
        },
    ),
    Scenario(
        entry="apiserver-unreachable",
        paste="E1123 09:20:01.118820       1 reflector.go:166] Failed to watch *v1.Service: Get "
        '"https://10.96.0.1:443/api/v1/services?limit=500&resourceVersion=0": dial tcp '
        "10.96.0.1:443: connect: connection refused\n",
        fault=withdraw_api_server,
        heal=enter_api_server,
        quotes=("Service default/kubernetes: 0 ready of 1 endpoints",),
        command="kubectl -n default get endpointslices -l kubernetes.io/service-name=kubernetes",
        reads={
            "services": "list services in default",
            "endpointslices.discovery.k8s.io": ("list endpointslices.discovery.k8s.io in default"),
        },
    ),
)
