"""Do the kubelets report to the API server.

The node controller sets Ready to Unknown with the reason NodeStatusUnknown and "Kubelet stopped
posting node status." when a kubelet has not been heard for `--node-monitor-grace-period`, and
writes the Event NodeNotReady (pkg/controller/nodelifecycle; kubernetes.io, "Node Status"). A
kubelet that cannot be heard cannot be reached. The reverse does not hold: whether the API server
gets through to port 10250 of a node that reports shows only in a connection.
"""

from collections.abc import Iterator, Sequence

from checks import events, nodes
from checks.kinds import Deployment, Event, Node
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "kubelet-unreachable"
# Agents that carry the API server's calls to the nodes: without one it reaches no kubelet.
TUNNELS = ("konnectivity-agent", "tunnelfront", "aks-link")
NAMESPACE = "kube-system"
NOT_READY = "NodeNotReady"

SILENT = Text(
    en="The kubelet of node {node} does not report any more: it or its node is down, or cut off "
    "from the API server.",
    zh_tw="節點 {node} 的 kubelet 已不再回報：它或節點本身停止運作，或與 API server 斷了連線。",
)
NO_TUNNEL = Text(
    en="No pod of {agent} is ready: it carries the API server's calls to the nodes, so logs, exec "
    "and webhooks fail.",
    zh_tw="{agent} 沒有任何 Pod 就緒：API server 對節點的連線都經過它，"
    "logs、exec 與 webhook 因此失敗。",
)
ALL_SILENT = Text(
    en=" No node reports: look at the way to the API server first.",
    zh_tw="所有節點都沒有回報，請先檢查通往 API server 的路徑。",
)
WELL = Text(
    en="Every kubelet reports ({count} nodes). Whether the API server gets through to port 10250 "
    "of them takes a connection to tell.",
    zh_tw="所有 kubelet 都有回報（{count} 個節點）。"
    "API server 能否連到節點的 10250 埠，要實際連線才知道。",
)
WELL_ONE = Text(
    en="The kubelet of node {node} reports. Whether the API server gets through to its port 10250 "
    "takes a connection to tell.",
    zh_tw="節點 {node} 的 kubelet 有回報。API server 能否連到它的 10250 埠，要實際連線才知道。",
)
FAILING = Text(
    en=" Not ready for another reason: {nodes}.",
    zh_tw="因其他原因未就緒：{nodes}。",
)
NO_ADDRESS = Text(
    en="{address} is the address of no node.",
    zh_tw="{address} 不是任何節點的位址。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the node asked about, by name or address, or at all."""
    cut = _tunnel(view)
    if cut:
        yield cut
        return
    every = view.all(Node)
    meant = _dialled(every, question) or nodes.asked(every, question)
    if isinstance(meant, Finding):
        yield meant
        return
    silent = [one for one in meant if nodes.silent(one)]
    told = [one for one in events.recent(view) if one.reason == NOT_READY]
    alone = len(every) > 1 and all(map(nodes.silent, every))
    findings = [_silent(one, told) for one in silent]
    if alone:
        findings = [one.adding(ALL_SILENT) for one in findings]
    yield from nodes.limited(findings) or [_well(meant)]


def _tunnel(view: View) -> Finding | None:
    """Return the fault where the control plane reaches nodes by agents, and none is ready."""
    for one in view.all(Deployment, NAMESPACE):
        if one.metadata.name in TUNNELS and one.replicas and not one.status.ready_replicas:
            quote = f"{subject(one)}: {one.replicas} wanted, 0 ready"
            command = kubectl("get", "deployment", one.metadata.name, namespace=NAMESPACE)
            told = NO_TUNNEL.fill(agent=subject(one))
            return found(subject(one), told, cause=CAUSE, evidence=[quote], command=command)
    return None


def _dialled(every: Sequence[Node], question: Question) -> Sequence[Node] | Finding | None:
    """Return the node whose address was dialled, the answer when it is no node's, None for none."""
    places = [one for one in (question.ip, question.host) if one]
    if question.node or not places:
        return None
    unknown = not_applicable(CLUSTER, NO_ADDRESS.fill(address=places[0]))
    return nodes.at(every, places) or unknown


def _silent(node: Node, told: list[Event]) -> Finding:
    name = node.metadata.name
    ready = node.condition("Ready")
    heard = ready.last_heartbeat_time if ready else None
    quoted = [nodes.quote(node, ready)] if ready else []
    if heard:
        quoted.append(f"Node {name} last heard: {heard.isoformat()}")
    about = [
        one
        for one in told
        if one.involved_object.kind == "Node" and one.involved_object.name == name
    ]
    return found(
        f"Node {name}",
        SILENT.fill(node=name),
        cause=CAUSE,
        evidence=[*quoted, *events.quotes(about)],
        command=kubectl("describe", "node", name),
    )


def _well(meant: Sequence[Node]) -> Finding:
    conditions = [(one, ready) for one in meant if (ready := one.condition("Ready"))]
    failing = [pair for pair in conditions if pair[1].status != "True"]
    one_of_all = WELL_ONE.fill(node=meant[0].metadata.name)
    summary = one_of_all if len(meant) == 1 else WELL.fill(count=len(meant))
    if failing:
        summary += FAILING.fill(nodes=some(one.metadata.name for one, _ in failing))
    quoted = [nodes.quote(*pair) for pair in (failing or conditions)[: nodes.MOST]]
    return clear(
        nodes.subject(meant),
        summary,
        evidence=quoted or [f"nodes with the condition Ready: 0 of {len(meant)}"],
        command=kubectl("get", "nodes", "-o", "wide"),
    )


CHECK = Check(
    slug="kubelet-reach",
    title=Text(en="Kubelets report", zh_tw="kubelet 回報"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(See(Node), See(Event), See(Deployment, NAMESPACE)),
    judge=judge,
    about=("node", "ip", "host"),
)
