"""Do two pods, or two Services, want one port of a node.

The scheduler refuses a pod whose `hostPort` another pod of the node has (its plugin nodeports), the
kubelet one that was sent there all the same (pkg/kubelet/lifecycle, reason NodePorts). A port is
the same when protocol and port agree and the addresses overlap; on the host network the API server
sets `hostPort` to the container's port. Node ports that clash are told of in Events of the Service
(kube-proxy's pkg/proxy/healthcheck, the API server's pkg/registry/core/service/portallocator); of
one that was asked for in vain the Service is found that holds it. A program that keeps ending and
says at last that its address is in use tells of a clash itself, with a program of the node or of
its own pod.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from checks import last_words
from checks.kinds import Event, Pod, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, LogRequest, Question, See, clear, found
from checks.quotes import around, short, some
from checks.services import describe
from checks.snapshot import NotSeenError, View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "port-conflict"
MOST = 5
RECENT = timedelta(hours=1)  # the API server forgets Events after an hour (--event-ttl)
NO_FREE_PORTS = "didn't have free ports"
REFUSED = {"NodePorts", "PodFitsHostPorts"}  # a pod's reason, the second in older releases
ANY = {"", "0.0.0.0", "::"}  # noqa: S104 compared with, not listened on
_CLASHES = {"FailedToStartServiceHealthcheck", "PortAlreadyAllocated"}
Held = dict[int, list[Pod]]  # the pods of the cluster that have a port of their node
RANGE = range(30000, 32768)  # node ports, unless the API server was told otherwise
LOGS, LAST = 4, 10  # logs of one look, and the lines of each that are read, from its end
_IN_USE = re.compile(
    r"address already in use|Only one usage of each socket address|EADDRINUSE"
    r"|Failed to bind .*port|BindException",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bport (\d+)|:(\d+):", re.IGNORECASE)

WAITS = Text(
    en="{pod} finds no node with its ports free ({ports}); held by: {holders}.",
    zh_tw="{pod} 找不到埠 {ports} 可用的節點；占用者：{holders}。",
)
TURNED_AWAY = Text(
    en="The kubelet of {node} turned {pod} away: its ports {ports} were taken; held by: {holders}.",
    zh_tw="節點 {node} 的 kubelet 拒絕了 {pod}：埠 {ports} 已被占用；占用者：{holders}。",
)
SHARED = Text(
    en="{pod} and {holders} want the same port of node {node}: {ports}.",
    zh_tw="{pod} 與 {holders} 要用節點 {node} 的同一個埠：{ports}。",
)
NODE_PORT = Text(
    en="A port of {service} is taken, an Event says; others with that port: {holders}.",
    zh_tw="Event 指出 {service} 的一個埠已被占用；使用同一個埠的有：{holders}。",
)
HELD = Text(
    en="Node port {port} is held by {service}.",
    zh_tw="節點埠 {port} 由 {service} 使用。",
)
BOUND = Text(
    en="Container {container} of {pod} ends, for an address it is to listen on is in use: {whose}.",
    zh_tw="{pod} 的容器 {container} 結束了，因為它要監聽的位址已被使用：{whose}。",
)
NODE_PORTS = Text(
    en="it is on the host network, so a program of node {node} has the port",
    zh_tw="它使用主機網路，節點 {node} 上有其他程式占用該埠",
)
OWN_PORTS = Text(
    en="it has a network of its own, so another program of the same pod has the port",
    zh_tw="它有自己的網路，占用該埠的是同一個 Pod 裡的其他程式",
)
NOBODY = Text(en="no pod or Service", zh_tw="沒有任何 Pod 或 Service")
WELL = Text(
    en="No two pods want one port of a node, and no Event tells of a clash. A program of the node "
    "itself, or two in one container, is not seen here.",
    zh_tw="沒有兩個 Pod 搶同一個節點埠，也沒有 Event 提到衝突。"
    "節點本身的程式或同一容器內的衝突這裡看不到。",
)


class Port(msgspec.Struct, frozen=True):
    """A port of a node that a pod asks for."""

    number: int
    protocol: str
    address: str

    def meets(self, other: "Port") -> bool:
        """Return whether both cannot be had at once."""
        same = (self.number, self.protocol) == (other.number, other.protocol)
        return same and (self.address == other.address or bool({self.address, other.address} & ANY))

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"{self.number}/{self.protocol}"


class Clash(msgspec.Struct, frozen=True):
    """A pod, the ports it cannot have and the pods that have them."""

    pod: Pod
    ports: tuple[Port, ...]
    holders: tuple[Pod, ...]

    @property
    def listed(self) -> str:
        """The ports, for a sentence."""
        return some(map(str, self.ports))

    def names(self) -> str | Text:
        """Return the holders, for a sentence."""
        return some(map(subject, self.holders)) if self.holders else NOBODY

    def quotes(self) -> list[str]:
        """Quote who wants what, and who holds it."""
        wanted = ", ".join(map(str, self.ports)) or "none declared"
        mine = f"{subject(self.pod)} wants host ports {wanted}"
        return [mine, *(f"{subject(one)} on {_where(one)}" for one in self.holders[:MOST])]


def asks(view: View, question: Question) -> Iterator[LogRequest]:
    """Ask for the last words of containers that keep ending."""
    yield from (request for _, request in _ended(view, question))


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the pod, Service or node that was named, or all of them."""
    pods = [pod for pod in view.all(Pod) if _is_meant(pod, question)]
    holders = _by_port(view)
    faults = [
        *_unscheduled(view, pods, holders),
        *_turned_away(pods, holders),
        *_shared(pods, holders),
        *_node_ports(view, question, holders),
        *_asked_for(view, question),
    ]
    told = {fault.subject for fault in faults}
    faults += [one for one in _bound(view, question) if one.subject not in told]
    yield from faults[:MOST]
    if not faults:
        ports = {(port, _where(pod)) for pod in pods for port in host_ports(pod)}
        quotes = [f"pods looked at: {len(pods)}, host ports they want: {len(ports)}"]
        for _, request in _ended(view, question):
            view.log(request)  # one that was not read may tell of a port: that is not all clear
        command = kubectl("get", "events", "-A", "--field-selector", "reason=FailedScheduling")
        yield clear(_named(question), WELL, evidence=quotes, command=command)


def host_ports(pod: Pod) -> tuple[Port, ...]:
    """Return the ports of its node that a pod asks for."""
    return tuple(
        Port(one.host_port, one.protocol, one.host_ip)
        for container in pod.serving_containers()
        for one in container.ports or ()
        if one.host_port
    )


def _by_port(view: View) -> Held:
    """Return the pods that hold ports, those bound to a node and not ended."""
    held: Held = {}
    for pod in view.all(Pod):
        if pod.spec.node_name and not pod.terminal:
            for port in host_ports(pod):
                held.setdefault(port.number, []).append(pod)
    return held


def _clash(pod: Pod, holders: Held, node: str = "") -> Clash:
    """Return what a pod cannot have on a node, on any when none is given."""
    wanted = host_ports(pod)
    against = {
        one.path: one
        for port in wanted
        for one in holders.get(port.number, ())
        if one.path != pod.path
        and node in {"", one.spec.node_name}
        and any(port.meets(held) for held in host_ports(one))
    }
    taken = [held for one in against.values() for held in host_ports(one)]
    ports = tuple(port for port in wanted if any(port.meets(held) for held in taken))
    return Clash(pod, tuple(dict.fromkeys(ports or wanted)), tuple(against.values()))


def _unscheduled(view: View, pods: list[Pod], holders: Held) -> Iterator[Finding]:
    """Yield the pods that still wait for a node with their ports free."""
    waiting = {pod.path: pod for pod in pods if not pod.spec.node_name and not pod.terminal}
    told: dict[str, Event] = {}
    for event in view.all(Event):
        about = f"{event.involved_object.namespace}/{event.involved_object.name}"
        if (
            about in waiting
            and event.involved_object.kind == "Pod"
            and _is_last(event, told, about)
        ):
            told[about] = event
    for path, event in told.items():
        if NO_FREE_PORTS not in event.message or not host_ports(waiting[path]):
            continue
        clash = _clash(waiting[path], holders)
        name = subject(clash.pod)
        said = f"Event {event.reason}: {around(event.message, NO_FREE_PORTS)}"
        yield found(
            name,
            WAITS.fill(pod=name, ports=clash.listed, holders=clash.names()),
            cause=CAUSE,
            evidence=[said, *clash.quotes()],
            command=_describe(clash.pod),
        )


def _is_last(event: Event, told: dict[str, Event], about: str) -> bool:
    """Return whether an Event of the scheduler is the latest about its pod: reasons change."""
    if event.reason != "FailedScheduling":
        return False
    before, now = (told[about].last_seen if about in told else None), event.last_seen
    return before is None or (now is not None and now >= before)


def _turned_away(pods: list[Pod], holders: Held) -> Iterator[Finding]:
    for pod in pods:
        if pod.status.phase == "Failed" and pod.status.reason in REFUSED:
            clash = _clash(pod, holders, pod.spec.node_name)
            name = subject(pod)
            summary = TURNED_AWAY.fill(
                node=_where(pod), pod=name, ports=clash.listed, holders=clash.names()
            )
            status = f"{name}: {pod.status.reason} {short(pod.status.message)}".strip()
            evidence = [status, *clash.quotes()]
            yield found(name, summary, cause=CAUSE, evidence=evidence, command=_describe(pod))


def _shared(pods: list[Pod], holders: Held) -> Iterator[Finding]:
    """Yield pods that fail beside another on their node that has the same port.

    Where both work nothing is wrong: a program need not listen on a port its pod declares.
    """
    for pod in pods:
        failing = not pod.ready and any(one.ended for one in pod.statuses)
        if not failing or pod.terminal or pod.terminating or not pod.spec.node_name:
            continue
        clash = _clash(pod, holders, pod.spec.node_name)
        if clash.holders:
            name = subject(pod)
            summary = SHARED.fill(
                pod=name, holders=clash.names(), node=_where(pod), ports=clash.listed
            )
            evidence = clash.quotes()
            yield found(name, summary, cause=CAUSE, evidence=evidence, command=_describe(pod))


def _node_ports(view: View, question: Question, holders: Held) -> Iterator[Finding]:
    """Yield the Services whose Events of the last hour tell of a taken port."""
    services = {one.path: one for one in view.all(Service)}
    told = {
        f"{event.involved_object.namespace}/{event.involved_object.name}": event
        for event in view.all(Event)
        if event.reason in _CLASHES and event.last_seen and event.last_seen >= view.time - RECENT
    }
    for path, event in told.items():
        service = services.get(path)
        if service is None or not _is_meant_service(service, question):
            continue
        name = subject(service)
        others = list(_with_port(service, event, services.values(), holders))
        yield found(
            name,
            NODE_PORT.fill(service=name, holders=some(others) if others else NOBODY),
            cause=CAUSE,
            evidence=[f"Event {event.reason}: {short(event.message)}", *others[:MOST]],
            command=describe(service),
        )


def _asked_for(view: View, question: Question) -> Iterator[Finding]:
    """Yield the Service that holds the node port asked for, where none of its own name does."""
    asked = question.port or ""
    number = int(asked) if asked.isdecimal() else 0
    for one in view.all(Service):
        held = {port.node_port for port in one.ports} | {one.spec.health_check_node_port}
        if number in RANGE and number in held and question.service != one.metadata.name:
            quotes = [f"{subject(one)} node ports: {', '.join(map(str, sorted(held - {0})))}"]
            told = HELD.fill(port=number, service=subject(one))
            command = describe(one)
            yield found(subject(one), told, cause=CAUSE, evidence=quotes, command=command)


def _ended(view: View, question: Question) -> list[tuple[Pod, LogRequest]]:
    """Return the logs of containers that keep ending, of one pod of each workload."""
    pods = [pod for pod in view.all(Pod) if not pod.terminal and _is_meant(pod, question)]
    logs: dict[tuple[str, str, str], tuple[Pod, LogRequest]] = {}
    for pod in pods:
        for status in last_words.crashed(pod):
            owner = pod.owner.name if pod.owner else pod.metadata.name
            key = (pod.metadata.namespace, owner, status.name)
            logs.setdefault(key, (pod, last_words.last_log(pod, status)))
    return list(logs.values())[:LOGS]


def _bound(view: View, question: Question) -> Iterator[Finding]:
    """Yield the pods whose program says at its end that its port is taken."""
    for pod, request in _ended(view, question):
        status = next(one for one in pod.statuses if one.name == request.container)
        line = _taken((status.ended.message if status.ended else "").splitlines())
        line = line or _taken(_log(view, request) or [])
        if line:
            name = subject(pod)
            where = OWN_PORTS if not pod.spec.host_network else NODE_PORTS
            yield found(
                name,
                BOUND.fill(
                    pod=name, container=request.container, whose=where.fill(node=_where(pod))
                ),
                cause=CAUSE,
                evidence=[f"last words of pod {pod.metadata.name}: {short(line)}"],
                command=_describe(pod),
            )


def _log(view: View, request: LogRequest) -> list[str] | None:
    """Return the end of a log, None where it could not be read."""
    try:
        return view.log(request).splitlines()[-LAST:]
    except NotSeenError:
        return None


def _taken(lines: list[str]) -> str:
    return next((line for line in reversed(lines) if _IN_USE.search(line)), "")


def _with_port(
    service: Service, event: Event, services: Iterable[Service], holders: Held
) -> Iterator[str]:
    """Yield who else has the port an Event names."""
    numbers = {int(one) for pair in _NUMBER.findall(event.message) for one in pair if one}
    for one in services:
        taken = {port.node_port for port in one.ports} | {one.spec.health_check_node_port}
        if one.path != service.path and numbers & (taken - {0}):
            yield subject(one)
    for number in sorted(numbers):
        yield from (f"{subject(pod)} on {_where(pod)}" for pod in holders.get(number, ()))


def _is_meant(pod: Pod, question: Question) -> bool:
    if question.service and not question.pod:
        return False
    inside = question.namespace in {None, pod.metadata.namespace}
    on_node = question.node is None or pod.spec.node_name in {question.node, ""}
    return inside and on_node and question.pod in {None, pod.metadata.name}


def _is_meant_service(service: Service, question: Question) -> bool:
    if question.pod and not question.service:
        return False
    meta = service.metadata
    return question.service in {None, meta.name} and question.namespace in {None, meta.namespace}


def _named(question: Question) -> str:
    inside = f"{question.namespace}/" if question.namespace else ""
    if question.pod:
        return f"Pod {inside}{question.pod}"
    return f"Service {inside}{question.service}" if question.service else CLUSTER


def _where(pod: Pod) -> str:
    return pod.spec.node_name or "no node"


def _describe(pod: Pod) -> str:
    return kubectl("describe", "pod", pod.metadata.name, namespace=pod.metadata.namespace)


CHECK = Check(
    slug="host-ports",
    title=Text(en="Ports of the nodes", zh_tw="節點的埠"),
    groups=("node", "pod"),
    proves=(CAUSE,),
    sees=(See(Pod), See(Service), See(Event)),
    asks=asks,
    reads_logs=True,
    judge=judge,
    about=("pod", "service", "node"),
    rules_out=False,
)
