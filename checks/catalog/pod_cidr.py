"""Has every node a range for its pods. That no two have the same, `cidr-overlap` tells.

kube-controller-manager gives each Node its `spec.podCIDRs` (`--allocate-node-cidrs`,
`--cluster-cidr`), and tells by the Event CIDRNotAvailable of the node when none is left
(pkg/controller/nodeipam/ipam). Plugins with pools of their own leave the field unread: Calico's
and the clouds' IPAM, Cilium's in every mode but `kubernetes` (docs.cilium.io, concepts/ipam).
In Cilium's mode `cluster-pool` its operator gives each CiliumNode the ranges, and writes there why
it could not: then the agent waits for them in vain.
"""

from collections.abc import Iterator, Sequence

from checks import events, nodes
from checks.kinds import CiliumNode, Event, Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import Platform, detect
from checks.quotes import short, some
from checks.snapshot import View
from checks.text import Text

CAUSE = "pod-cidr-not-assigned"
REASONS = {"CIDRNotAvailable", "CIDRAssignmentFailed"}
BY_POOL = "cluster-pool"  # Cilium's mode in which its operator hands out ranges
BY_NODE_IPAM = "kubernetes"  # Cilium's mode that takes the Node's range
COLUMNS = "custom-columns=NODE:.metadata.name,PODCIDRS:.spec.podCIDRs"

EMPTY = Text(
    en="Node {node} has no range for its pods (spec.podCIDR is empty), and {plugin} takes their "
    "addresses from there.",
    zh_tw="節點 {node} 沒有 Pod 網段（spec.podCIDR 是空的），而 {plugin} 要從那裡分配位址。",
)
REFUSED = Text(
    en="The operator of Cilium has no range for the pods of node {node}.",
    zh_tw="Cilium 的 operator 沒有 Pod 網段可以分配給節點 {node}。",
)
WELL = Text(
    en="Every node has a range for its pods ({count} nodes).",
    zh_tw="每個節點都有 Pod 網段（{count} 個節點）。",
)
WELL_ONE = Text(
    en="Node {node} has a range for its pods.",
    zh_tw="節點 {node} 有自己的 Pod 網段。",
)
JOINING = Text(
    en=" Nodes that just joined and wait for theirs: {nodes}.",
    zh_tw="剛加入、還在等待網段的節點：{nodes}。",
)
OWN_POOLS = Text(
    en="{plugin} does not take pod addresses from the nodes' ranges, so they mean nothing here.",
    zh_tw="{plugin} 不使用節點的 Pod 網段分配位址，這裡不必檢查。",
)
UNKNOWN = Text(
    en="The network plugin is not known, so whether it needs the nodes' ranges is not either; "
    "nodes without a range of their own: {nodes}.",
    zh_tw="無法得知是哪個網路外掛，也就不知道它是否需要節點的 Pod 網段；"
    "沒有自己網段的節點：{nodes}。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the node asked about, at that of the pod asked about, or at all."""
    meant = nodes.asked(view.all(Node), question, view.all(Pod))
    platform = detect(view)
    if isinstance(meant, Finding):
        yield meant
    elif _uses_ranges(platform) is False:
        plugin = f"{platform.plugin} ({platform.ipam})" if platform.ipam else platform.plugin
        refused = list(_refused(view, platform, meant))
        own = not_applicable(nodes.subject(meant), OWN_POOLS.fill(plugin=plugin))
        yield from nodes.limited(refused) or [own]
    elif _uses_ranges(platform) is None:
        yield _unknown(meant)
    else:
        empty = [one for one in meant if _lacks(one) and not _joining(one, view)]
        told = [one for one in events.recent(view) if one.reason in REASONS]
        findings = [_empty(one, platform, told) for one in empty]
        yield from nodes.limited(findings) or [_well(meant)]


def _uses_ranges(platform: Platform) -> bool | None:
    """Return whether the plugin takes addresses from the nodes' ranges, None when unknown."""
    if platform.plugin == "cilium":
        return platform.ipam == BY_NODE_IPAM
    return platform.counts_by_node_range


def _lacks(node: Node) -> bool:
    # A virtual kubelet's pods run elsewhere, with addresses from there.
    return not node.pod_cidrs and node.labels.get("type") != "virtual-kubelet"


def _joining(node: Node, view: View) -> bool:
    born = node.metadata.creation_timestamp
    return born is not None and view.time - born < nodes.SETTLE


def _empty(node: Node, platform: Platform, told: list[Event]) -> Finding:
    name = node.metadata.name
    about = [one for one in told if one.involved_object.name == name]
    return found(
        f"Node {name}",
        EMPTY.fill(node=name, plugin=platform.plugin),
        cause=CAUSE,
        evidence=[f"Node {name} spec.podCIDR: none", *events.quotes(about), *platform.quotes],
        command=kubectl("get", "nodes", "-o", COLUMNS),
    )


def _refused(view: View, platform: Platform, meant: Sequence[Node]) -> Iterator[Finding]:
    """Yield the nodes to which Cilium's operator says that it could give no range."""
    names = {one.metadata.name for one in meant} if platform.ipam == BY_POOL else set()
    for one in view.all(CiliumNode):
        error = one.status.ipam.operator_status.error
        name = one.metadata.name
        if name in names and error and not one.pod_cidrs:
            quote = f"CiliumNode {name} spec.ipam.podCIDRs: none; its operator says: {short(error)}"
            yield found(
                f"Node {name}",
                REFUSED.fill(node=name),
                cause=CAUSE,
                evidence=[quote, *platform.quotes],
                command=kubectl("get", "ciliumnode", name, "-o", "yaml"),
            )


def _unknown(meant: Sequence[Node]) -> Finding:
    names = [one.metadata.name for one in meant if _lacks(one)]
    if names:
        return not_applicable(nodes.subject(meant), UNKNOWN.fill(nodes=some(names)))
    return _well(meant)


def _well(meant: Sequence[Node]) -> Finding:
    waiting = [one.metadata.name for one in meant if _lacks(one)]
    one_of_all = WELL_ONE.fill(node=meant[0].metadata.name)
    summary = one_of_all if len(meant) == 1 else WELL.fill(count=len(meant))
    if waiting:
        summary += JOINING.fill(nodes=some(waiting))
    return clear(
        nodes.subject(meant),
        summary,
        evidence=[_quote(one) for one in meant[: nodes.MOST]],
        command=kubectl("get", "nodes", "-o", COLUMNS),
    )


def _quote(node: Node) -> str:
    return f"Node {node.metadata.name} podCIDRs: {', '.join(node.pod_cidrs) or 'none'}"


CHECK = Check(
    slug="pod-cidr",
    title=Text(en="Nodes' pod ranges", zh_tw="節點的 Pod 網段"),
    groups=("node", "cni"),
    proves=(CAUSE,),
    sees=(*PLATFORM_SEES, See(Pod), See(Event), See(CiliumNode, optional=True)),
    judge=judge,
    about=("node", "pod"),
)
