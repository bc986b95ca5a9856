"""What do programs that fail say of their way to the API server and to the cluster.

Read are the last lines of containers that keep ending, or that have not been ready for minutes,
and those of the pod asked about whether it is ready or not. Found is what the program itself names
last: the API server's address that does not answer, a certificate of an API server, kubelet or
Service that it does not accept, the API server's 401, or a proxy asked for an address of the
cluster. Of a log that says nothing of these nothing is claimed.

That the API server does not answer is left to sharper reasons where objects show one: a policy
that limits what the pod sends, a node that is not ready, and kube-proxy or a network plugin's
agent that is down on the node.

Source: the words are Go's net, net/http and crypto/x509, and client-go's tools/cache/reflector.go.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec

from checks.agents import SETTLE
from checks.kinds import EndpointSlice, NetworkPolicy, Node, Pod, Service
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.last_words import crashed, last_log
from checks.model import (
    Check,
    Finding,
    LogRequest,
    Question,
    See,
    blind,
    clear,
    found,
    not_applicable,
)
from checks.pods import PODS, named_pods, no_pod
from checks.policies import matches
from checks.quotes import short, some
from checks.snapshot import Gap, NotSeenError, View
from checks.subject import CLUSTER, subject
from checks.text import EMPTY, Text

UNREACHED, REFUSED = "apiserver-unreachable", "apiserver-unauthorized"
CERTIFICATE, PROXY = "tls-certificate", "proxy-env-interference"
MOST = 6  # logs of one look
LAST = 15  # lines of a log that are read, from its end
API = ("kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
# DaemonSets without which a node's pods reach no Service.
AGENTS = ("kube-proxy", "calico-node", "canal", "cilium", "kube-flannel", "aws-node", "antrea")

_PLACE = r"(?P<host>[\w.-]+|\[[\da-f:]+\])"
_DIALED = re.compile(
    rf"dial tcp {_PLACE}:(?P<port>\d+): (?:i/o timeout|connect: (?:connection (?:refused|timed out)"
    r"|no route to host|network is unreachable))"
)
_PROXIED = re.compile(rf"https?://{_PLACE}[^\s\"]*\"?: proxyconnect tcp")
_CERTIFIED = re.compile(rf"https?://{_PLACE}[^\s\"]*\"?: (?:tls: [^:]*: )?x509: ")
_UNAUTHORIZED = re.compile(
    r"(?:failed to list|failed to watch|resource lock|server version)\b.*: Unauthorized\W*$"
    r"|the server has asked for the client to provide credentials"
    r"|You must be logged in to the server",
    re.IGNORECASE,
)
SAID: Mapping[str, Text] = MappingProxyType(
    {
        UNREACHED: Text(
            en="{pod} does not reach the API server from node {node}: {place} does not answer it.",
            zh_tw="{pod} 從節點 {node} 連不上 API server：{place} 沒有回應。",
        ),
        REFUSED: Text(
            en="The API server answers {pod} with 401: it does not accept the pod's credentials.",
            zh_tw="API server 以 401 回應 {pod}：不接受它的憑證。",
        ),
        CERTIFICATE: Text(
            en="{pod} does not accept the certificate of {place}.",
            zh_tw="{pod} 不接受 {place} 的憑證。",
        ),
        PROXY: Text(
            en="{pod} asks its HTTP proxy for {place}, an address of the cluster.",
            zh_tw="{pod} 把送往叢集位址 {place} 的請求交給 HTTP proxy。",
        ),
    }
)
SILENT = Text(
    en="Nothing of the API server, of certificates or of a proxy stands at the end of the logs of "
    "containers that fail ({count} read).",
    zh_tw="失敗容器的日誌（讀了 {count} 份）結尾沒有提到 API server、憑證或 proxy 的問題。",
)
SHARPER = Text(
    en=" {pod} does not reach the API server, and there is a nearer reason: {reason}.",
    zh_tw="{pod} 連不上 API server，而且有更直接的原因：{reason}。",
)
UNREAD = Text(
    en="The logs of {pods} could not be read ({reason}), and with them what the programs said "
    "last.",
    zh_tw="無法讀取 {pods} 的日誌（{reason}），也就不知道程式最後說了什麼。",
)
NONE = Text(en="No container fails whose log could be read.", zh_tw="沒有失敗的容器可讀日誌。")


class Words(msgspec.Struct, frozen=True):
    """What a line says: the cause, and the place it names."""

    cause: str
    line: str
    place: str = ""


class Places:
    """The addresses of a cluster by what they are."""

    def __init__(self, view: View) -> None:
        services = view.all(Service)
        api = next((one for one in services if one.path == "default/kubernetes"), None)
        slices = [one for one in view.all(EndpointSlice, "default") if one.service == "kubernetes"]
        behind = (
            address
            for part in slices
            for endpoint in part.endpoints or ()
            for address in endpoint.addresses or ()
        )
        self.api = {*API, *(api.addresses if api else ()), *behind}
        self.ports = {str(port) for port in (*_ports(api), *_own_ports(slices))}
        self._known = {address for one in services for address in one.addresses}
        self._known |= {address for node in view.all(Node) for address in node.addresses}

    def inside(self, host: str) -> bool:
        """Tell whether a host is the API server, a node or a Service."""
        name = host.endswith((".svc", ".svc.cluster.local"))
        return name or host in self.api or host in self._known

    def read(self, line: str) -> Words | None:
        """Return what a line says, None when it is none of the troubles looked for."""
        for pattern, cause in ((_PROXIED, PROXY), (_CERTIFIED, CERTIFICATE), (_DIALED, UNREACHED)):
            met = pattern.search(line.replace('\\"', '"'))
            place = met["host"].strip("[]") if met else ""
            if met and cause == UNREACHED and place in self.api and met["port"] in self.ports:
                return Words(cause, short(line), place)
            if met and cause != UNREACHED and self.inside(place):
                return Words(cause, short(line), place)
        return Words(REFUSED, short(line)) if _UNAUTHORIZED.search(line) else None


def _ports(api: Service | None) -> Iterator[int]:
    return (one.port for one in (api.ports if api else ()))


def _own_ports(slices: Iterable[EndpointSlice]) -> Iterator[int]:
    return (one.port for part in slices for one in part.ports or () if one.port)


def asks(view: View, question: Question) -> Iterator[LogRequest]:
    """Ask for the logs of containers that fail, or of the pod asked about."""
    yield from (request for _, request in _meant(view, question))


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Read what the containers said last."""
    meant = list(_meant(view, question))
    if question.pod and not named_pods(view, question):
        yield no_pod(view, question)
        return
    places, notes = Places(view), EMPTY
    findings: dict[tuple[str, str], Finding] = {}
    for pod, request in meant:
        words = _last(places, view, request)
        nearer = _nearer(view, pod) if words and words.cause == UNREACHED else ""
        if nearer:
            notes += SHARPER.fill(pod=subject(pod), reason=nearer)
        elif words:
            findings.setdefault((pod.path, words.cause), _found(pod, request, words))
    if findings:
        yield from findings.values()
    elif unread := [(one, gap) for _, one in meant if (gap := _gap(view, one))]:
        (first, gap), *_ = unread
        names = some(f"{one.namespace}/{one.pod}" for one, _ in unread)
        told = UNREAD.fill(pods=names, reason=gap.reason)
        yield blind(_named(question), told, needs=[first.need], command=_show(first))
    elif meant:
        evidence = [f"log of {request.key}: read" for _, request in meant]
        said = SILENT.fill(count=len(meant)) + notes
        yield clear(_named(question), said, evidence=evidence, command=_show(meant[0][1]))
    else:
        yield not_applicable(_named(question), NONE)


def _meant(view: View, question: Question) -> Iterator[tuple[Pod, LogRequest]]:
    """Yield the logs to read with their pods: of containers that ended before those that hang."""
    pods = named_pods(view, question) if question.pod else view.all(Pod)
    alive = [pod for pod in pods if not pod.terminal and not pod.terminating]
    ended = [(pod, last_log(pod, one)) for pod in alive for one in crashed(pod)]
    seen = {pod.path for pod, _ in ended}
    hanging = [
        (pod, _current(pod, one))
        for pod in alive
        if pod.path not in seen
        for one in pod.statuses
        if one.state.running and (question.pod or (not one.ready and _lasts(pod, view)))
    ]
    unlike: dict[tuple[str, str, str], tuple[Pod, LogRequest]] = {}
    for pod, request in (*ended, *hanging):
        owner = pod.owner.name if pod.owner and not question.pod else pod.metadata.name
        unlike.setdefault((pod.metadata.namespace, owner, request.container), (pod, request))
    yield from list(unlike.values())[:MOST]


def _lasts(pod: Pod, view: View) -> bool:
    ready = pod.condition("Ready")
    since = ready.last_transition_time if ready else None
    return since is None or view.time - since >= SETTLE


def _current(pod: Pod, status: ContainerStatus) -> LogRequest:
    return LogRequest(pod.metadata.namespace, pod.metadata.name, status.name)


def _last(places: Places, view: View, request: LogRequest) -> Words | None:
    """Return what the last line says that says anything; a log that is not read says nothing."""
    try:
        lines = [line for line in view.log(request).splitlines() if line.strip()]
    except NotSeenError:
        return None
    read = (places.read(line) for line in reversed(lines[-LAST:]))
    return next((words for words in read if words), None)


def _gap(view: View, request: LogRequest) -> Gap | None:
    """Return why a log was not read, None where it was."""
    try:
        view.log(request)
    except NotSeenError as error:
        return error.gap
    return None


def _nearer(view: View, pod: Pod) -> str:
    """Return a reason that objects show why a pod gets no answer from the API server."""
    where = pod.spec.node_name
    node = next((one for one in view.all(Node) if one.metadata.name == where), None)
    ready = node.condition("Ready") if node else None
    if ready and ready.status != "True":
        return f"node {where} is not ready"
    down = (one for one in view.all(Pod) if one.spec.node_name == where and _is_agent(one))
    agent = next((one for one in down if not one.ready and not one.terminal), None)
    if agent:
        return f"pod {agent.path} is not ready"
    policies = view.all(NetworkPolicy, pod.metadata.namespace)
    limits = [one for one in policies if "Egress" in one.types and _selects(one, pod)]
    return f"NetworkPolicy {limits[0].path} limits what it sends" if limits else ""


def _selects(policy: NetworkPolicy, pod: Pod) -> bool:
    return not pod.spec.host_network and matches(policy.spec.pod_selector, pod.labels)


def _is_agent(pod: Pod) -> bool:
    owner = pod.owner
    name = owner.name if owner and owner.kind == "DaemonSet" else pod.metadata.name
    return any(name == one or name.startswith(f"{one}-") for one in AGENTS)


def _found(pod: Pod, request: LogRequest, words: Words) -> Finding:
    place, node = words.place or "the API server", pod.spec.node_name
    said = SAID[words.cause].fill(pod=subject(pod), node=node, place=place)
    quote = f"last words of pod {pod.metadata.name}: {words.line}"
    command = _show(request)
    return found(subject(pod), said, cause=words.cause, evidence=[quote], command=command)


def _named(question: Question) -> str:
    home = f"{question.namespace}/" if question.namespace else ""
    return f"Pod {home}{question.pod}" if question.pod else CLUSTER


def _show(request: LogRequest) -> str:
    run = ("--previous",) if request.previous else ()
    words = ("logs", request.pod, "-c", request.container, *run, f"--tail={LAST}")
    return kubectl(*words, namespace=request.namespace)


CHECK = Check(
    slug="pod-logs",
    title=Text(en="Last words of failing programs", zh_tw="失敗程式的最後訊息"),
    groups=("pod",),
    proves=(UNREACHED, REFUSED, CERTIFICATE, PROXY),
    sees=(
        PODS,
        See(Service),
        See(EndpointSlice, "default"),
        See(Node),
        See(NetworkPolicy),
    ),
    asks=asks,
    reads_logs=True,
    judge=judge,
    about=("pod",),
    rules_out=False,
    client=True,
)
