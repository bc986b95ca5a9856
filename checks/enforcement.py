"""Does anything in the cluster enforce NetworkPolicies.

The API server takes them everywhere; it is the network plugin that acts on them. flannel does not,
unless it is deployed with kube-network-policies (its Documentation/netpol.md); k3s runs flannel
with a controller of its own. The AWS VPC CNI does where `enable-network-policy-controller` is true
in ConfigMap amazon-vpc-cni; kindnet does since kind 0.24, whose nodes are 1.31 and later.
"""

import re

import msgspec

from checks.kinds import ConfigMap, Pod
from checks.model import See
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import Platform, detect
from checks.snapshot import View

AWS_CONFIG = See(ConfigMap, "kube-system", "amazon-vpc-cni")
SEES = (*PLATFORM_SEES, See(Pod), AWS_CONFIG)

ENFORCERS = frozenset(
    {"antrea", "calico", "canal", "cilium", "gke-dataplane-v2", "kube-ovn", "kube-router", "ovn"}
    | {"weave"}
)
_CONTAINER = "kube-network-policies"
_AGENT = "azure-npm"  # AKS with network policy "azure"
_KINDNET_FROM = (1, 31)
_VERSION = re.compile(r"v?(\d+)\.(\d+)")


class Enforcement(msgspec.Struct, frozen=True):
    """Whether policies are enforced, None when that is unknown, and the quote it rests on."""

    enforced: bool | None
    plugin: str
    quote: str

    @property
    def blocks_fit_pods(self) -> bool:
        """Whether an `ipBlock` may mean pods: Cilium tells them apart by identity alone."""
        return self.plugin not in {"cilium", "gke-dataplane-v2"}


def enforcement(view: View) -> Enforcement:
    """Return what is known of it; the view must have declared `SEES`."""
    platform = detect(view)
    plugins = (platform.plugin, *platform.others)
    enforcer = next((one for one in plugins if one in ENFORCERS), "")
    seen = f"network plugin: {', '.join(filter(None, plugins)) or 'unknown'}"
    seen += f" ({'; '.join(platform.quotes)})" if platform.quotes else ""
    enforced = True if enforcer else _by_plugin(view, platform)
    return Enforcement(enforced, enforcer or platform.plugin, seen)


def _by_plugin(view: View, platform: Platform) -> bool | None:
    match platform.plugin:
        case _ if _has_controller(view):
            return True
        case "flannel":
            return _by_flannel(platform)
        case "kindnet":
            return True if _all_at_least(platform, _KINDNET_FROM) else None
        case "aws":
            config = view.one(ConfigMap, "kube-system", "amazon-vpc-cni")
            told = (config.data or {}) if config else {}
            return True if told.get("enable-network-policy-controller") == "true" else None
    return None


def _by_flannel(platform: Platform) -> bool | None:
    """Flannel without a DaemonSet is built into something else, which may enforce by itself."""
    if any("+k3s" in version for version in platform.kubelets):
        return True
    alone = any("kube-flannel" in quote for quote in platform.quotes)
    return False if alone else None


def _has_controller(view: View) -> bool:
    containers = {one.name for pod in view.all(Pod) for one in pod.containers}
    return not containers.isdisjoint({_CONTAINER, _AGENT})


def _all_at_least(platform: Platform, least: tuple[int, int]) -> bool:
    found = [_VERSION.match(version) for version in platform.kubelets]
    return bool(found) and all(one and (int(one[1]), int(one[2])) >= least for one in found)
