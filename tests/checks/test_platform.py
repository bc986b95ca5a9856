"""The network plugin, kube-proxy's mode and the runtimes are told by objects, or unknown."""

from typing import Any

import pytest

from checks.manifests import snapshot_of
from checks.platform import SEES, Platform, counts, detect
from checks.snapshot import View


def platform(*manifests: dict[str, Any]) -> Platform:
    """Detect what these objects tell."""
    return detect(View(snapshot_of(manifests, taken_at="2026-11-23T10:00:00Z"), SEES))


def daemon(name: str, namespace: str = "kube-system", wanted: int = 3) -> dict[str, Any]:
    """Write a DaemonSet."""
    return {
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": namespace},
        "status": {"desiredNumberScheduled": wanted},
    }


def node(name: str, runtime: str = "", annotations: dict[str, str] | None = None) -> dict[str, Any]:
    """Write a node."""
    return {
        "kind": "Node",
        "metadata": {"name": name, "annotations": annotations},
        "status": {"nodeInfo": {"containerRuntimeVersion": runtime}},
    }


def config(name: str, **data: str) -> dict[str, Any]:
    """Write a ConfigMap of kube-system."""
    return {
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "kube-system"},
        "data": {key.replace("__", "-").replace("_", "."): value for key, value in data.items()},
    }


@pytest.mark.parametrize(
    ("daemons", "plugin", "others"),
    [
        (["kube-flannel-ds"], "flannel", ()),
        (["kube-flannel-ds-amd64"], "flannel", ()),
        (["calico-node"], "calico", ()),
        (["calico-node", "kube-flannel-ds"], "canal", ()),
        (["rke2-canal"], "canal", ()),
        (["cilium"], "cilium", ()),
        (["cilium", "aws-node"], "aws", ("cilium",)),
        (["calico-node", "azure-cns"], "azure", ("calico",)),
        (["weave-net"], "weave", ()),
        (["kindnet"], "kindnet", ()),
        (["ovnkube-node"], "ovn", ()),
        (["antrea-agent"], "antrea", ()),
        (["anetd", "netd"], "gke-dataplane-v2", ("gke",)),
        (["kube-proxy", "node-exporter"], "", ()),
    ],
)
def test_a_plugin_is_known_by_its_daemon_sets(
    daemons: list[str], plugin: str, others: tuple[str, ...]
) -> None:
    found = platform(*(daemon(name) for name in daemons))

    assert (found.plugin, found.others) == (plugin, others)
    assert bool(found.quotes) == bool(plugin)


def test_a_daemon_set_is_found_in_any_namespace() -> None:
    assert platform(daemon("kube-flannel-ds", "kube-flannel")).quotes == (
        "DaemonSet kube-flannel/kube-flannel-ds",
    )


def test_a_daemon_set_that_runs_nowhere_does_not_count() -> None:
    assert platform(daemon("aws-node", wanted=0), daemon("cilium")).plugin == "cilium"


def test_a_plugin_without_a_daemon_set_is_known_by_its_nodes() -> None:
    """K3s has flannel built in."""
    found = platform(node("n", annotations={"flannel.alpha.coreos.com/backend-type": "vxlan"}))

    assert found.plugin == "flannel"
    assert found.quotes == ("Node n annotation flannel.alpha.coreos.com/backend-type",)


@pytest.mark.parametrize(
    ("name", "counted"),
    [("kube-flannel-ds", True), ("aws-node", False), ("cilium", False), ("romana-agent", None)],
)
def test_addresses_can_be_counted_where_host_local_hands_them_out(
    name: str, *, counted: bool | None
) -> None:
    assert platform(daemon(name)).counts_by_node_range is counted


@pytest.mark.parametrize(
    ("settings", "mode"),
    [
        ([config("kube-proxy", config_conf="mode: ipvs\n")], "ipvs"),
        ([config("kube-proxy", config_conf='mode: ""\n')], "iptables"),
        ([config("kube-proxy", config_conf="kind: KubeProxyConfiguration\n")], "iptables"),
        ([config("kube-proxy", config_conf="a: [b")], ""),
        ([config("kube-proxy", config_conf="just text")], ""),
        ([config("kube-proxy")], ""),
        ([config("cilium-config", kube__proxy__replacement="true")], "none"),
        ([config("cilium-config", kube__proxy__replacement="false")], ""),
        ([], ""),
    ],
)
def test_the_mode_of_kube_proxy_is_read_from_its_settings_or_unknown(
    settings: list[dict[str, Any]], mode: str
) -> None:
    assert platform(*settings).proxy_mode == mode


def test_nodes_are_counted_by_runtime() -> None:
    found = platform(node("a", "docker://20.10.7"), node("b", "containerd://2.1.4"), node("c"))

    assert counts(found.runtimes) == "containerd://2.1.4 (1), docker://20.10.7 (1)"
