"""Nodes: which of them a question is about, since when a condition holds, and how it is quoted."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from checks.kinds import Node, Pod
from checks.kinds.base import Condition
from checks.model import Finding, Question, not_applicable
from checks.quotes import short
from checks.subject import CLUSTER
from checks.text import Text

MOST = 5  # findings of one look over all nodes
SETTLE = timedelta(minutes=2)  # arbitrary; a node that just joined has not got everything yet

NO_NODE = Text(en="There is no node {node}.", zh_tw="沒有名為 {node} 的節點。")
NO_NODES = Text(en="The cluster has no node.", zh_tw="叢集裡沒有任何節點。")
NO_POD = Text(en="There is no pod {pod}.", zh_tw="沒有名為 {pod} 的 Pod。")
NOT_PLACED = Text(en="Pod {pod} is on no node yet.", zh_tw="Pod {pod} 還沒有排程到任何節點。")
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")


def asked(
    nodes: Sequence[Node], question: Question, pods: Iterable[Pod] | None = None
) -> Sequence[Node] | Finding:
    """Return the node a question is about, all when it names none, the answer when there is none.

    To those who give the pods, a pod stands for its node.
    """
    if question.node:
        meant = [one for one in nodes if one.metadata.name == question.node]
        absent = NO_NODE.fill(node=question.node)
        return meant or not_applicable(f"Node {question.node}", absent)
    if question.pod and pods is not None:
        return _of_pod(nodes, question, pods)
    return nodes or not_applicable(CLUSTER, NO_NODES)


def at(nodes: Sequence[Node], places: Iterable[str]) -> list[Node]:
    """Return the nodes with one of these names or addresses."""
    wanted = set(places)
    return [one for one in nodes if wanted & {one.metadata.name, *_addresses(one)}]


def without_range(node: Node, every: Iterable[Node]) -> bool:
    """Return whether a node has no range for its pods where other nodes have one."""
    return not node.pod_cidrs and any(one.pod_cidrs for one in every)


def subject(meant: Sequence[Node]) -> str:
    """Return what a finding about these nodes is about: the one, or the cluster."""
    return f"Node {meant[0].metadata.name}" if len(meant) == 1 else CLUSTER


def lasting(condition: Condition, now: datetime) -> bool:
    """Return whether a condition has held long enough to be more than a start; unknown is long."""
    since = condition.last_transition_time
    return since is None or now - since >= SETTLE


def silent(node: Node) -> bool:
    """Return whether nothing is heard from its kubelet: its pods then count as not ready too."""
    ready = node.condition("Ready")
    return ready is not None and ready.status == "Unknown"


def quote(node: Node, condition: Condition) -> str:
    """Return a condition on one line: `Node a Ready=False since ...: KubeletNotReady ...`."""
    since = condition.last_transition_time
    when = f" since {since.isoformat()}" if since else ""
    told = short(f"{condition.reason} {condition.message}".strip())
    held = f"Node {node.metadata.name} {condition.type}={condition.status}{when}"
    return f"{held}: {told}" if told else held


def limited(findings: Sequence[Finding]) -> list[Finding]:
    """Return the first findings of a look over all; the last says how many are left out."""
    shown = list(findings[:MOST])
    if len(findings) > MOST:
        shown[-1] = shown[-1].adding(LEFT_OUT.fill(count=len(findings) - MOST))
    return shown


def _addresses(node: Node) -> set[str]:
    return {one.address for one in node.status.addresses or ()}


def _of_pod(
    nodes: Sequence[Node], question: Question, pods: Iterable[Pod]
) -> Sequence[Node] | Finding:
    path = f"{question.namespace}/{question.pod}" if question.namespace else question.pod
    mine = [pod for pod in pods if _is_asked(pod, question)]
    names = {pod.spec.node_name for pod in mine}
    meant = [one for one in nodes if one.metadata.name in names]
    absent = NOT_PLACED if mine else NO_POD
    return meant or not_applicable(f"Pod {path}", absent.fill(pod=path))


def _is_asked(pod: Pod, question: Question) -> bool:
    meta = pod.metadata
    return meta.name == question.pod and question.namespace in {None, meta.namespace}
