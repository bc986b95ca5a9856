"""Whether policies are enforced is told by the network plugin, or unknown."""

from typing import Any

import pytest

from checks.enforcement import SEES, Enforcement, enforcement
from checks.manifests import snapshot_of
from checks.snapshot import View


def told(*manifests: dict[str, Any]) -> Enforcement:
    """Ask what these objects tell."""
    return enforcement(View(snapshot_of(manifests, taken_at="2026-11-23T10:00:00Z"), SEES))


def daemon(name: str) -> dict[str, Any]:
    """Write a DaemonSet that runs."""
    meta = {"name": name, "namespace": "kube-system"}
    return {"kind": "DaemonSet", "metadata": meta, "status": {"desiredNumberScheduled": 2}}


def node(kubelet: str, **annotations: str) -> dict[str, Any]:
    """Write a node."""
    meta = {"name": "n", "annotations": annotations}
    return {
        "kind": "Node",
        "metadata": meta,
        "status": {"nodeInfo": {"kubeletVersion": kubelet}},
    }


FLANNEL = {"flannel.alpha.coreos.com/backend-type": "vxlan"}
CONTROLLER = {
    "kind": "Pod",
    "metadata": {"name": "kube-flannel-x", "namespace": "kube-flannel"},
    "spec": {"containers": [{"name": "kube-flannel"}, {"name": "kube-network-policies"}]},
}
AZURE = {
    "kind": "Pod",
    "metadata": {"name": "azure-npm-x", "namespace": "kube-system"},
    "spec": {"containers": [{"name": "azure-npm"}]},
}
AWS = {
    "kind": "ConfigMap",
    "metadata": {"name": "amazon-vpc-cni", "namespace": "kube-system"},
    "data": {"enable-network-policy-controller": "true"},
}


@pytest.mark.parametrize(
    ("manifests", "enforced"),
    [
        ([daemon("calico-node")], True),
        ([daemon("cilium")], True),
        ([daemon("kube-flannel-ds"), daemon("calico-node")], True),
        ([daemon("kube-flannel-ds")], False),
        ([daemon("kube-flannel-ds"), CONTROLLER], True),
        ([daemon("kube-flannel-ds"), daemon("cilium")], True),
        ([node("v1.33.1+k3s1", **FLANNEL)], True),
        ([node("v1.33.1", **FLANNEL)], None),
        ([daemon("kindnet"), node("v1.33.1")], True),
        ([daemon("kindnet"), node("v1.28.0")], None),
        ([daemon("aws-node")], None),
        ([daemon("aws-node"), AWS], True),
        ([daemon("azure-cns")], None),
        ([daemon("azure-cns"), AZURE], True),
        ([], None),
    ],
)
def test_enforcement_is_known_by_the_plugin(
    manifests: list[dict[str, Any]], *, enforced: bool | None
) -> None:
    assert told(*manifests).enforced is enforced


def test_a_range_means_no_pods_in_cilium() -> None:
    assert not told(daemon("cilium")).blocks_fit_pods
    assert told(daemon("calico-node")).blocks_fit_pods
