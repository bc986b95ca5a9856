"""Do ranges of pods, Services and nodes overlap, as far as objects name them.

Pods, Services and nodes need ranges that do not overlap (kubernetes.io, "Cluster Networking").
Sources: `spec.podCIDRs` and addresses of nodes; ServiceCIDR objects (stable in 1.33); the
ConfigMaps kube-proxy (`clusterCIDR`) and kubeadm-config (`networking`); Calico's IPPools;
`spec.ipam.podCIDRs` of CiliumNodes. Cilium's pool itself is left out: by default it is 10.0.0.0/8,
and only the parts given out can collide. Docker's, a VPN's and a peered network's ranges stand in
no object.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from checks import nodes
from checks.configs import settings
from checks.kinds import CiliumNode, ConfigMap, IPPool, Node, ServiceCIDR
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import detect
from checks.quotes import some
from checks.ranges import Range, Ranges, overlaps
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE = "cidr-conflict"
KUBEADM = See(ConfigMap, "kube-system", "kubeadm-config")
# Plugins whose pods may get addresses of the nodes' own network: there a node lies in it by design.
FLAT_PLUGINS = frozenset({"aws", "azure", "kube-ovn"})
FLAT_IPAM = frozenset({"eni", "azure", "alibabacloud"})  # Cilium's modes of that kind

PODS_SERVICES = Text(
    en="Pods and Services share addresses: {pods} and {services} overlap.",
    zh_tw="Pod 與 Service 的網段重疊：{pods} 與 {services}。",
)
NODE_IN_PODS = Text(
    en="Node addresses lie in the pods' range {range}: {nodes}.",
    zh_tw="節點位址落在 Pod 網段 {range} 之內：{nodes}。",
)
NODE_IN_SERVICES = Text(
    en="Node addresses lie in the Services' range {range}: {nodes}.",
    zh_tw="節點位址落在 Service 網段 {range} 之內：{nodes}。",
)
TWO_NODES = Text(
    en="The pod ranges of nodes {one} and {two} overlap: {ranges}.",
    zh_tw="節點 {one} 與 {two} 的 Pod 網段重疊：{ranges}。",
)
WELL = Text(
    en="Of the ranges that objects name, no two overlap, and no node's address lies in one. "
    "Ranges of Docker, a VPN or a peered network show only outside the API.",
    zh_tw="物件中記載的網段沒有重疊，也沒有節點位址落在其中。"
    "Docker、VPN 或對等網路的網段在 API 裡看不到。",
)
NOTHING = Text(
    en="No object here names a range of pods or Services; the installer or the cloud keeps them.",
    zh_tw="這個叢集沒有任何物件記載 Pod 或 Service 的網段，只有安裝工具或雲端平台知道。",
)


class Plan(msgspec.Struct, frozen=True):
    """The cluster's ranges: of pods, of single nodes' pods, of Services; and the nodes' addresses.

    `apart` says that nodes' addresses must lie outside the pods' ranges.
    """

    pods: tuple[Range, ...]
    parts: tuple[Range, ...]
    services: tuple[Range, ...]
    nodes: tuple[Range, ...]
    apart: bool


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Compare what must lie apart; a part of the pods' range lies in it, as it should."""
    plan = _plan(view)
    if not (plan.pods or plan.parts or plan.services):
        yield not_applicable(CLUSTER, NOTHING)
        return
    findings = [*_pods_services(plan), *_node_addresses(plan), *_two_nodes(plan)]
    yield from nodes.limited(findings) or [_well(plan)]


def _plan(view: View) -> Plan:
    platform = detect(view)
    every = view.all(Node)
    kubeadm = _networking(view)
    proxy = settings(view.one(ConfigMap, "kube-system", "kube-proxy"), "config.conf") or {}
    flat = platform.plugin in FLAT_PLUGINS or platform.ipam in FLAT_IPAM
    pools = [one for one in view.all(IPPool) if one.for_pods]
    served = view.all(ServiceCIDR)
    return Plan(
        pods=(
            *_split(proxy.get("clusterCIDR"), "ConfigMap kube-proxy clusterCIDR"),
            *_split(kubeadm.get("podSubnet"), "ConfigMap kubeadm-config podSubnet"),
            *(Range(one.spec.cidr, f"IPPool {one.path}") for one in pools),
        ),
        parts=tuple(_parts(view, by_node=platform.counts_by_node_range is not False)),
        services=(
            *(Range(cidr, f"ServiceCIDR {one.path}") for one in served for cidr in _cidrs(one)),
            *_split(kubeadm.get("serviceSubnet"), "ConfigMap kubeadm-config serviceSubnet"),
        ),
        nodes=tuple(
            Range(ip, f"Node {one.path} address", one.path) for one in every for ip in one.ips
        ),
        apart=not flat,
    )


def _parts(view: View, *, by_node: bool) -> Iterator[Range]:
    """Yield the nodes' own ranges, of the object that the network plugin goes by."""
    owned = [(f"Node {one.path} podCIDR", one.path, one.pod_cidrs) for one in view.all(Node)]
    agents = view.all(CiliumNode)
    if any(one.pod_cidrs for one in agents):
        owned = [(f"CiliumNode {one.path} podCIDR", one.path, one.pod_cidrs) for one in agents]
    elif not by_node:
        return
    for source, owner, cidrs in owned:
        yield from (Range(cidr, source, owner) for cidr in cidrs)


def _pods_services(plan: Plan) -> Iterator[Finding]:
    """Tell of the cluster's ranges first; its nodes' parts only where no wider range tells."""
    pairs = list(overlaps(plan.pods, plan.services)) or list(overlaps(plan.parts, plan.services))
    shared: dict[Range, list[Range]] = {}
    for one, services in pairs:
        shared.setdefault(services, []).append(one)
    for services, inside in shared.items():
        pods = some(one.cidr for one in inside)
        said = PODS_SERVICES.fill(pods=pods, services=services.cidr)
        yield _found(CLUSTER, said, *inside[:3], services)


def _node_addresses(plan: Plan) -> Iterator[Finding]:
    pods = (*plan.pods, *plan.parts) if plan.apart else ()
    yield from _inside(plan.nodes, pods, NODE_IN_PODS)
    yield from _inside(plan.nodes, plan.services, NODE_IN_SERVICES)


def _inside(addresses: Sequence[Range], ranges: Sequence[Range], said: Text) -> Iterator[Finding]:
    """Yield one finding for each range with nodes in it, the widest range around a node."""
    wide = Ranges(ranges)
    held: dict[Range, list[Range]] = {}
    for one in addresses:
        around = next(wide.around(one), None)
        if around:
            held.setdefault(around, []).append(one)
    for around, inside in held.items():
        names = some(f"{one.owner} {one.cidr}" for one in inside)
        subject = f"Node {inside[0].owner}" if len(inside) == 1 else CLUSTER
        yield _found(subject, said.fill(range=around.cidr, nodes=names), around, *inside[:3])


def _two_nodes(plan: Plan) -> Iterator[Finding]:
    """Yield nodes whose ranges overlap, or are the same, each pair once."""
    index = Ranges(plan.parts)
    for one in plan.parts:
        for wide in index.around(one):
            same = wide.network == one.network
            if wide.owner != one.owner and not (same and wide.owner < one.owner):
                ranges = f"{one.cidr}, {wide.cidr}"
                said = TWO_NODES.fill(one=one.owner, two=wide.owner, ranges=ranges)
                yield _found(CLUSTER, said, one, wide)


def _found(subject: str, summary: Text, *ranges: Range) -> Finding:
    return found(subject, summary, cause=CAUSE, evidence=map(str, ranges), command=_command(ranges))


def _command(ranges: Sequence[Range]) -> str:
    """Return the line that shows the ranges: most stand in nodes, some only in one object."""
    words = {word for one in ranges for word in one.source.split()}
    if "kubeadm-config" in words:
        return kubectl("get", "configmap", "kubeadm-config", "-o", "yaml", namespace="kube-system")
    if "ServiceCIDR" in words:
        return kubectl("get", "servicecidrs")
    columns = "NAME:.metadata.name,IPS:.status.addresses[*].address,PODS:.spec.podCIDRs"
    return kubectl("get", "nodes", "-o", f"custom-columns={columns}")


def _well(plan: Plan) -> Finding:
    wide = [str(one) for one in (*plan.pods, *plan.services)]
    parts = some(f"{one.owner} {one.cidr}" for one in plan.parts)
    own = [f"nodes' own pod ranges: {parts}"] if plan.parts else []
    addresses = some(f"{one.owner} {one.cidr}" for one in plan.nodes)
    quotes = [*wide, *own, f"node addresses: {addresses or 'none'}"]
    return clear(CLUSTER, WELL, evidence=quotes, command=_command(()))


def _networking(view: View) -> Mapping[str, Any]:
    kubeadm = settings(view.one(ConfigMap, "kube-system", "kubeadm-config"), "ClusterConfiguration")
    networking = (kubeadm or {}).get("networking")
    return networking if isinstance(networking, dict) else {}


def _split(value: object, source: str) -> Iterator[Range]:
    """Yield the ranges of a setting: one of each address family, with a comma between."""
    parts = value.split(",") if isinstance(value, str) else ()
    yield from (Range(one.strip(), source) for one in parts if one.strip())


def _cidrs(one: ServiceCIDR) -> tuple[str, ...]:
    return one.spec.cidrs or ()


CHECK = Check(
    slug="cidr-overlap",
    title=Text(en="Overlapping ranges", zh_tw="網段重疊"),
    groups=("node", "cni"),
    proves=(CAUSE,),
    sees=(
        *PLATFORM_SEES,
        KUBEADM,
        See(ServiceCIDR, optional=True),
        See(IPPool, optional=True),
        See(CiliumNode, optional=True),
    ),
    judge=judge,
)
