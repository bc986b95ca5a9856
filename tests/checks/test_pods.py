"""A pod is meant by its name, or by that of what made it."""

from typing import Any

import pytest

from checks.manifests import snapshot_of
from checks.model import Question
from checks.pods import PODS, named_pods, no_pod
from checks.snapshot import View


def pod(name: str, kind: str = "", owner: str = "", **status: str) -> dict[str, Any]:
    """Write a pod of namespace shop."""
    meta: dict[str, Any] = {"name": name, "namespace": "shop"}
    if owner:
        meta["ownerReferences"] = [{"kind": kind, "name": owner}]
    return {"kind": "Pod", "metadata": meta, "status": status}


VIEW = View(
    snapshot_of(
        [
            pod("cart-6d9f7c4b58-h2v9k", "ReplicaSet", "cart-6d9f7c4b58"),
            pod("cart-6d9f7c4b58-zq84d", "ReplicaSet", "cart-6d9f7c4b58"),
            pod("db-0", "StatefulSet", "db"),
            pod("cart-backup-1", "Job", "cart-backup", phase="Succeeded"),
            pod("lonely"),
        ],
        taken_at="2026-11-23T10:00:00Z",
    ),
    [PODS],
)


@pytest.mark.parametrize(
    ("name", "pods"),
    [
        ("db-0", ["db-0"]),
        ("lonely", ["lonely"]),
        ("cart", ["cart-6d9f7c4b58-h2v9k", "cart-6d9f7c4b58-zq84d"]),
        ("cart-6d9f7c4b58", ["cart-6d9f7c4b58-h2v9k", "cart-6d9f7c4b58-zq84d"]),
        ("db", ["db-0"]),
        ("cart-backup-1", []),
        ("car", []),
    ],
)
@pytest.mark.parametrize("namespace", ["shop", None])
def test_pods_are_meant_by_name(name: str, pods: list[str], namespace: str | None) -> None:
    meant = named_pods(VIEW, Question(pod=name, namespace=namespace))

    assert [one.metadata.name for one in meant] == pods


def test_no_pod_is_meant_in_another_namespace_or_without_a_name() -> None:
    assert named_pods(VIEW, Question(pod="db-0", namespace="web")) == ()
    assert named_pods(VIEW, Question(namespace="shop")) == ()


def test_a_pod_that_is_not_there_is_said_so_with_the_nearest() -> None:
    said = no_pod(VIEW, Question(pod="db-1", namespace="shop"))

    assert said.subject == "Pod shop/db-1"
    assert "The nearest names are db-0" in said.summary.en
    assert "No pod is named" in no_pod(VIEW, Question()).summary.en
