"""Did the cloud's route controller make a route to every node's pods.

The controller sets the node's condition NetworkUnavailable with the reasons NoRouteCreated and
RouteCreated, and writes Events FailedToCreateRoute (k8s.io/cloud-provider,
controllers/route/route_controller.go). Network plugins use the same condition for themselves:
Calico with the reason CalicoIsDown (node/pkg/lifecycle/shutdown), which is no matter of routes.
"""

from collections.abc import Iterator, Sequence

from checks import events, nodes
from checks.kinds import Event, Node
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found
from checks.quotes import some
from checks.snapshot import View
from checks.text import Text

CAUSE = "pod-route-missing"
CONDITION = "NetworkUnavailable"
REASONS = {"NoRouteCreated"}
FAILED = "FailedToCreateRoute"

MISSING = Text(
    en="The route controller has not made a route to the pods of node {node}, so other nodes do "
    "not reach them.",
    zh_tw="路由控制器沒有為節點 {node} 的 Pod 建立路由，其他節點連不到這些 Pod。",
)
WELL = Text(
    en="No route controller reports a missing route ({count} nodes). Routes that nodes keep among "
    "themselves (flannel host-gw, BGP) show only on the nodes.",
    zh_tw="沒有路由控制器回報缺少路由（{count} 個節點）。"
    "節點之間自行維護的路由（flannel host-gw、BGP）只有在節點上才看得到。",
)
OTHERS = Text(
    en=" The network of these nodes is unavailable for another reason: {nodes}.",
    zh_tw="這些節點的網路因其他原因無法使用：{nodes}。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Go by the condition; an Event alone may tell of a try that has worked since."""
    meant = nodes.asked(view.all(Node), question)
    if isinstance(meant, Finding):
        yield meant
        return
    told = [one for one in events.recent(view) if one.reason == FAILED]
    findings = [_missing(node, _about(node, told)) for node in meant if _lacks(node, told, view)]
    yield from nodes.limited(findings) or [_well(meant)]


def _lacks(node: Node, told: list[Event], view: View) -> bool:
    condition = node.condition(CONDITION)
    if condition is None or condition.status != "True" or condition.reason not in REASONS:
        return False
    return bool(_about(node, told)) or nodes.lasting(condition, view.time)


def _missing(node: Node, told: list[Event]) -> Finding:
    name = node.metadata.name
    condition = node.condition(CONDITION)
    quoted = [nodes.quote(node, condition)] if condition else []
    return found(
        f"Node {name}",
        MISSING.fill(node=name),
        cause=CAUSE,
        evidence=[*quoted, *events.quotes(told)],
        command=kubectl("describe", "node", name),
    )


def _well(meant: Sequence[Node]) -> Finding:
    conditions = [(one, condition) for one in meant if (condition := one.condition(CONDITION))]
    others = [(one, condition) for one, condition in conditions if condition.status == "True"]
    summary = WELL.fill(count=len(meant))
    if others:
        summary += OTHERS.fill(nodes=some(one.metadata.name for one, _ in others))
    quoted = [nodes.quote(*pair) for pair in (others or conditions)[: nodes.MOST]]
    subject = nodes.subject(meant)
    return clear(
        subject,
        summary,
        evidence=quoted or [f"nodes with the condition {CONDITION}: 0 of {len(meant)}"],
        command=kubectl("describe", "nodes"),
    )


def _about(node: Node, told: list[Event]) -> list[Event]:
    return [one for one in told if one.involved_object.name == node.metadata.name]


CHECK = Check(
    slug="node-routes",
    title=Text(en="Routes to the nodes' pods", zh_tw="通往各節點 Pod 的路由"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(See(Node), See(Event)),
    judge=judge,
    about=("node",),
)
