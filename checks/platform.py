"""What a cluster's network is made of: plugin, kube-proxy mode, runtimes. Unknown stays unknown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

import msgspec

from checks.configs import settings
from checks.kinds import ConfigMap, DaemonSet, Node
from checks.model import See
from checks.snapshot import View

PROXY_CONFIG = See(ConfigMap, "kube-system", "kube-proxy")
CILIUM_CONFIG = See(ConfigMap, "kube-system", "cilium-config")
SEES = (See(Node), See(DaemonSet), PROXY_CONFIG, CILIUM_CONFIG)

# Names the projects' own manifests and charts give their DaemonSets; a prefix ends in "*".
_DAEMONS = MappingProxyType(
    {
        "anetd": "gke-dataplane-v2",
        "antrea-agent": "antrea",
        "aws-node": "aws",
        "azure-cns": "azure",
        "calico-node": "calico",
        "canal": "canal",
        "cilium": "cilium",
        "kindnet": "kindnet",
        "kube-flannel*": "flannel",
        "kube-ovn-cni": "kube-ovn",
        "kube-router": "kube-router",
        "netd": "gke",
        "ovnkube-node*": "ovn",
        "rke2-calico*": "calico",
        "rke2-canal": "canal",
        "weave-net": "weave",
    }
)
# Annotations that a plugin's agent writes on its node, for plugins that run without a DaemonSet
# (k3s has flannel built in) or under another name.
_ANNOTATIONS = MappingProxyType(
    {
        "flannel.alpha.coreos.com/backend-type": "flannel",
        "projectcalico.org/IPv4Address": "calico",
        "projectcalico.org/IPv4IPIPTunnelAddr": "calico",
        "projectcalico.org/IPv4VXLANTunnelAddr": "calico",
        "network.cilium.io/ipv4-cilium-host": "cilium",
        "k8s.ovn.org/node-subnets": "ovn",
    }
)
# Where several run, the one that hands out addresses comes first: Calico or Cilium may only
# enforce policy beside a cloud's plugin, and Calico beside flannel is what canal is.
_PRECEDENCE = ("aws", "azure", "gke-dataplane-v2", "gke", "canal", "flannel")

# Plugins that let host-local hand out the node's podCIDR, and those with pools of their own.
# Cilium's agent keeps the pool itself, even where that is the node's range.
NODE_RANGE = frozenset({"antrea", "canal", "flannel", "gke", "kindnet", "kube-router"})
OWN_POOLS = frozenset(
    {"aws", "azure", "calico", "cilium", "gke-dataplane-v2", "kube-ovn", "ovn", "weave"}
)


class Platform(msgspec.Struct, frozen=True):
    """What was detected, with the quotes it rests on; "" and empty mean unknown.

    `plugin` is the network plugin, `others` those seen beside it. `ipam` is how Cilium gets its
    addresses (`cluster-pool`, `kubernetes`, `eni`), from its settings. `runtimes`, `kubelets` and
    `systems` count nodes by container runtime, kubelet version and operating system.
    """

    plugin: str = ""
    others: tuple[str, ...] = ()
    proxy_mode: str = ""
    ipam: str = ""
    runtimes: Mapping[str, int] = {}
    kubelets: Mapping[str, int] = {}
    systems: Mapping[str, int] = {}
    quotes: tuple[str, ...] = ()

    @property
    def counts_by_node_range(self) -> bool | None:
        """Whether host-local hands out the node's podCIDR, None when that is unknown."""
        if self.plugin in NODE_RANGE:
            return True
        return False if self.plugin in OWN_POOLS else None


def detect(view: View) -> Platform:
    """Return what the view tells; it must have declared `SEES`."""
    nodes = view.all(Node)
    # A plugin taken out of service is often left behind, bound to a label no node has.
    daemons = [one for one in view.all(DaemonSet) if one.status.desired_number_scheduled]
    named = _by_daemon(daemons) or _by_annotation(nodes)
    plugins = _settle(set(named))
    cilium = _config(view, CILIUM_CONFIG)
    about_cilium = (cilium.data if cilium else None) or {}
    return Platform(
        plugin=plugins[0] if plugins else "",
        others=plugins[1:],
        proxy_mode=proxy_mode(view),
        ipam=about_cilium.get("ipam", ""),
        runtimes=_count(one.status.node_info.container_runtime_version for one in nodes),
        kubelets=_count(one.status.node_info.kubelet_version for one in nodes),
        systems=_count(one.status.node_info.operating_system for one in nodes),
        quotes=tuple(named.values()),
    )


def proxy_mode(view: View) -> str:
    """Return `iptables`, `ipvs`, `nftables`, `none` (Cilium does its work), or "" when unknown.

    The view must have declared both ConfigMaps. An empty mode is iptables on Linux
    (`platformApplyDefaults` in cmd/kube-proxy, 1.37).
    """
    config = _config(view, PROXY_CONFIG)
    if config is not None:
        parsed = settings(config, "config.conf")
        return "" if parsed is None else str(parsed.get("mode") or "iptables")
    cilium = _config(view, CILIUM_CONFIG)
    told = (cilium.data if cilium else None) or {}
    # "strict" until Cilium 1.16, "true" since.
    return "none" if told.get("kube-proxy-replacement") in {"true", "strict"} else ""


def counts(counted: Mapping[str, int]) -> str:
    """Return how many nodes have what: `containerd://2.1.4 (3), docker://20.10.7 (1)`."""
    return ", ".join(f"{what} ({number})" for what, number in counted.items())


def _by_daemon(daemons: Iterable[DaemonSet]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in daemons:
        for pattern, plugin in _DAEMONS.items():
            if fnmatchcase(one.metadata.name, pattern):
                found.setdefault(plugin, f"DaemonSet {one.path}")
    return found


def _by_annotation(nodes: Iterable[Node]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        for key, plugin in _ANNOTATIONS.items():
            if key in node.annotations:
                found.setdefault(plugin, f"Node {node.metadata.name} annotation {key}")
    return found


def _settle(plugins: set[str]) -> tuple[str, ...]:
    """Return the plugins, the one that hands out addresses first."""
    if {"flannel", "calico"} <= plugins:
        plugins = plugins - {"flannel", "calico"} | {"canal"}
    first = [one for one in _PRECEDENCE if one in plugins]
    return (*first, *sorted(plugins - set(first)))


def _config(view: View, see: See) -> ConfigMap | None:
    return view.one(ConfigMap, see.namespace or "", see.name or "")


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(filter(None, values)).items()))
