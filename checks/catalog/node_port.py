"""Which nodes answer on a NodePort.

With externalTrafficPolicy Local a node forwards only to endpoints of its own and drops the rest
(kubernetes.io/docs/reference/networking/virtual-ips). A Service of type LoadBalancer with that
policy is built to have some nodes answer: its health check finds them. Where a cloud's controller
makes the load balancer of nodes, those with the label that excludes them are no part of it: when
they alone have endpoints, nobody answers.

Source: kubernetes, staging/src/k8s.io/cloud-provider/controllers/service/controller.go
(`nodeIncludedPredicate`).
"""

from collections.abc import Iterator

import msgspec

from checks.kinds import EndpointSlice, Node, Pod, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import port as quote_port
from checks.quotes import some
from checks.services import ABOUT, SEES, Services, asked, describe
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "nodeport-unreachable"
MOST = 5
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
# Clouds whose load balancers send to nodes by default; AWS may send to pods, and no field tells.
CLOUDS = ("gce://", "azure://", "openstack://")
RANGE = range(30000, 32768)  # unless the API server was told otherwise

NODE_SILENT = Text(
    en="{service} has externalTrafficPolicy Local, and node {node} that was asked has no ready "
    "endpoint of it: it drops the connection. Nodes that answer: {answering}.",
    zh_tw="{service} 的 externalTrafficPolicy 為 Local，而被連線的節點 {node} 上沒有就緒的端點，"
    "連線會被丟棄。會回應的節點：{answering}。",
)
SOME_SILENT = Text(
    en="{service} has externalTrafficPolicy Local: only nodes with a ready endpoint answer. "
    "Answering: {answering}; silent: {silent}.",
    zh_tw="{service} 的 externalTrafficPolicy 為 Local：只有具備就緒端點的節點會回應。"
    "會回應：{answering}；不回應：{silent}。",
)
BY_DESIGN = Text(
    en="{service} has externalTrafficPolicy Local: its load balancer must send to {answering} "
    "only, which its health check on port {port} tells; silent: {silent}.",
    zh_tw="{service} 的 externalTrafficPolicy 為 Local：負載平衡器只能送往 {answering}，"
    "由埠 {port} 的健康檢查得知；不回應：{silent}。",
)
LEFT_OUT = Text(
    en="{service} has externalTrafficPolicy Local, and the nodes with a ready endpoint "
    "({answering}) are excluded from load balancers by a label: of the others none answers.",
    zh_tw="{service} 的 externalTrafficPolicy 為 Local，而有就緒端點的節點（{answering}）"
    "被標籤排除在負載平衡器之外，其餘節點都不回應。",
)
NO_SUCH = Text(
    en="{service} has no node port {port}: {said}.",
    zh_tw="{service} 沒有節點埠 {port}：{said}。",
)
ITS_TYPE = Text(
    en="it is of type {type}, which opens none", zh_tw="它的類型是 {type}，不會開放節點埠"
)
ITS_PORTS = Text(en="its node ports are {ports}", zh_tw="它的節點埠是 {ports}")
NOBODYS = Text(
    en="No Service has the node port {port}, which was asked for on node {node}.",
    zh_tw="沒有任何 Service 使用節點 {node} 上被連線的節點埠 {port}。",
)
NO_NODE_PORT = Text(
    en="{service} is of type {type} and opens no node port.",
    zh_tw="{service} 的類型是 {type}，不會開放節點埠。",
)
EMPTY = Text(
    en="{service} has no ready endpoint, so no node can answer: that is the endpoints' trouble.",
    zh_tw="{service} 沒有就緒的端點，任何節點都無法回應，問題在端點。",
)
EVERY_NODE = Text(
    en="{service}: every node forwards its node ports. Whether they are reached from outside takes "
    "a connection from there.",
    zh_tw="{service} 的節點埠在每個節點都會轉送。從外部能否連上，要從外部實際連線才知道。",
)
NO_SERVICE = Text(
    en="No Service opens a node port.",
    zh_tw="沒有任何 Service 開放節點埠。",
)
ALL_WELL = Text(
    en="Services with node ports: {count}; some of them answer on some nodes only, as their "
    "externalTrafficPolicy Local says: {local}.",
    zh_tw="有 {count} 個 Service 開放節點埠；其中 externalTrafficPolicy 為 Local、"
    "只在部分節點回應的有：{local}。",
)
NONE_LOCAL = Text(
    en="Services with node ports: {count}; each answers on every node.",
    zh_tw="有 {count} 個 Service 開放節點埠，在每個節點都會回應。",
)


class Reach(msgspec.Struct, frozen=True):
    """Which nodes answer for a Service with externalTrafficPolicy Local."""

    answering: tuple[str, ...]
    silent: tuple[str, ...]


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the Services asked about: by name, by their node port, or look at all."""
    services = Services(view)
    named = list(_named(services, question))
    stray = None if named or question.service else _stray(view, services, question)
    if stray:
        yield stray
    elif question.service and not named:
        yield from filter(None, [asked(services, question).absent])
    elif named:
        yield from (_answer(view, services, one, question) for one in named[:MOST])
    else:
        excluded = [
            one
            for one in services.all
            if question.namespace in {None, one.metadata.namespace}
            and _left_out(view, one, _reach(view, services.slices(one)))
        ]
        cut_off = [_reachable(view, services, one, Question()) for one in excluded[:MOST]]
        yield from cut_off or [_look_through(view, services, question)]


def _named(services: Services, question: Question) -> Iterator[Service]:
    """Yield the Services meant by name, else those with the node port asked for."""
    if question.service:
        yield from asked(services, question).services
        return
    number = _number(question)
    yield from (one for one in services.all if number in _node_ports(one))


def _number(question: Question) -> int:
    text = (question.port or "").partition("/")[0]
    return int(text) if text.isdecimal() else 0


def _stray(view: View, services: Services, question: Question) -> Finding | None:
    """Return the fault when a node was asked for a node port that nobody has."""
    node, number = _node_asked(view, question), _number(question)
    if node is None or number not in RANGE or _is_host_port(view, number):
        return None
    ports = sorted({port for one in services.all for port in _node_ports(one)})
    evidence = [f"asked for: {question.ip or question.host}:{number}"]
    evidence.append(f"node ports of all Services: {some(map(str, ports), 20) or 'none'}")
    summary = NOBODYS.fill(port=number, node=node.metadata.name)
    command = kubectl("get", "services", "-A")
    return found(CLUSTER, summary, cause=CAUSE, evidence=evidence, command=command)


def _is_host_port(view: View, number: int) -> bool:
    """Return whether a pod opens that port on its node, without a Service."""
    return any(
        number == port.host_port
        for pod in view.all(Pod)
        for container in pod.containers
        for port in container.ports or ()
    )


def _answer(view: View, services: Services, service: Service, question: Question) -> Finding:
    name, number, ports = subject(service), _number(question), _node_ports(service)
    known = {*ports, *(one.port for one in service.ports)}
    if number in RANGE and number not in known:
        own = ", ".join(map(str, ports))
        said = ITS_PORTS.fill(ports=own) if ports else ITS_TYPE.fill(type=service.spec.type)
        summary = NO_SUCH.fill(service=name, port=number, said=said)
        evidence = [f"asked for: port {number}", _quote(service)]
        return found(name, summary, cause=CAUSE, evidence=evidence, command=describe(service))
    if not ports:
        return not_applicable(name, NO_NODE_PORT.fill(service=name, type=service.spec.type))
    if not services.backends(service).ready:
        return not_applicable(name, EMPTY.fill(service=name))
    return _reachable(view, services, service, question)


def _reachable(view: View, services: Services, service: Service, question: Question) -> Finding:
    name, command = subject(service), describe(service)
    reach = _reach(view, services.slices(service))
    evidence = [_quote(service), *_quotes(reach)]
    if service.spec.external_traffic_policy != "Local" or not reach.silent:
        summary = EVERY_NODE.fill(service=name)
        return clear(name, summary, evidence=evidence, command=command)
    node = _node_asked(view, question)
    asked_for = node.metadata.name if node else ""
    told = {"answering": some(reach.answering), "silent": some(reach.silent)}
    if asked_for in reach.silent:
        summary = NODE_SILENT.fill(service=name, node=asked_for, **told)
        return found(name, summary, cause=CAUSE, evidence=evidence, command=command)
    if asked_for in reach.answering:
        summary = SOME_SILENT.fill(service=name, **told)
        return clear(name, summary, evidence=evidence, command=command)
    left_out = _left_out(view, service, reach)
    if left_out:
        summary = LEFT_OUT.fill(service=name, **told)
        return found(name, summary, cause=CAUSE, evidence=[*evidence, *left_out], command=command)
    if service.spec.type == "LoadBalancer":
        port = service.spec.health_check_node_port
        summary = BY_DESIGN.fill(service=name, port=port, **told)
        return clear(name, summary, evidence=evidence, command=command)
    summary = SOME_SILENT.fill(service=name, **told)
    return found(name, summary, cause=CAUSE, evidence=evidence, command=command)


def _look_through(view: View, services: Services, question: Question) -> Finding:
    inside = [one for one in services.all if question.namespace in {None, one.metadata.namespace}]
    exposed = [one for one in inside if _node_ports(one)]
    if not exposed:
        return not_applicable(CLUSTER, NO_SERVICE)
    partial = [
        one
        for one in exposed
        if one.spec.external_traffic_policy == "Local"
        and services.backends(one).ready
        and _reach(view, services.slices(one)).silent
    ]
    local = some(one.path for one in partial)
    quote = f"Services with node ports: {some(one.path for one in exposed)}"
    command = kubectl("get", "services", "-A")
    summary = (ALL_WELL if partial else NONE_LOCAL).fill(count=len(exposed), local=local)
    return clear(CLUSTER, summary, evidence=[quote], command=command)


def _reach(view: View, slices: list[EndpointSlice]) -> Reach:
    endpoints = [one for part in slices for one in part.endpoints or () if one.ready]
    holding = {one.node_name for one in endpoints if one.node_name}
    nodes = [one.metadata.name for one in view.all(Node)]
    # An endpoint without a node is one that kube-proxy takes for nobody's own.
    return Reach(
        tuple(one for one in nodes if one in holding),
        tuple(one for one in nodes if one not in holding),
    )


def _left_out(view: View, service: Service, reach: Reach) -> list[str]:
    """Quote the label of every node that could answer, where a cloud's load balancer skips them."""
    local = service.spec.external_traffic_policy == "Local"
    if service.spec.type != "LoadBalancer" or not local or service.spec.load_balancer_class:
        return []
    there = [one for one in view.all(Node) if one.metadata.name in reach.answering]
    skipped = [one for one in there if EXCLUDED in one.labels]
    by_cloud = all(one.spec.provider_id.startswith(CLOUDS) for one in there)
    if not there or len(skipped) < len(there) or not by_cloud or not reach.silent:
        return []
    return [f"Node {one.metadata.name} label: {EXCLUDED}" for one in skipped[:MOST]]


def _node_asked(view: View, question: Question) -> Node | None:
    """Return the node whose address or name was dialled."""
    dialled = {question.ip, question.host, question.node} - {None, ""}
    nodes = view.all(Node)
    return next((one for one in nodes if dialled & {one.metadata.name, *one.addresses}), None)


def _node_ports(service: Service) -> list[int]:
    return [one.node_port for one in service.ports if one.node_port]


def _quote(service: Service) -> str:
    ports = "; ".join(f"{quote_port(one)}, node port {one.node_port}" for one in service.ports)
    policy = service.spec.external_traffic_policy or "Cluster"
    kind = f"type {service.spec.type}, externalTrafficPolicy {policy}"
    return f"{subject(service)}: {kind}, ports: {ports or 'none'}"


def _quotes(reach: Reach) -> list[str]:
    answering = f"nodes with a ready endpoint: {some(reach.answering) or 'none'}"
    return [answering, f"nodes without: {some(reach.silent) or 'none'}"]


CHECK = Check(
    slug="node-port",
    title=Text(en="Node ports", zh_tw="節點埠（NodePort）"),
    groups=("service",),
    proves=(CAUSE,),
    sees=(*SEES, See(Node)),
    judge=judge,
    about=(*ABOUT, "port"),
    rules_out=False,
)
