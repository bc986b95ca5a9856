"""Do the API servers run that Service `kubernetes` leads to.

They are seen where they run as pods of kube-system, as kubeadm and kOps start them. Found is one
whose container does not run while the Service still leads to its address, or while the paste
dials it. An endpoint that is no such pod's address is told, not found: a control plane that has
left, or one whose kubelet shows no pod. A managed control plane, and k3s, show nothing of it.

Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/;
the annotation with the address each one advertises is kubeadm's, cmd/kubeadm/app/constants.
"""

from collections.abc import Iterator

import msgspec

from checks.kinds import EndpointSlice, Pod
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import some, state
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "apiserver-unreachable"
PROGRAM = "kube-apiserver"
NAMESPACE = "kube-system"
SERVICE = "kubernetes"
ADVERTISED = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint"
MOST = 5  # servers quoted

LISTED = Text(
    en="{pod} does not run, and Service default/kubernetes still leads to it: part of the "
    "connections fail.",
    zh_tw="{pod} 沒有執行，Service default/kubernetes 卻仍指向它：部分連線會失敗。",
)
DIALLED = Text(
    en="{pod} does not run, and {address} is its address.",
    zh_tw="{pod} 沒有執行，而 {address} 正是它的位址。",
)
WELL = Text(
    en="The API servers run: {ready} of {count} are ready. Whether packets reach them shows only "
    "from where they do not.",
    zh_tw="API server 正在執行，{count} 個中有 {ready} 個就緒。封包能否到達，"
    "要從連不上的地方才看得出來。",
)
DOWN = Text(
    en=" Not running: {pods}; Service default/kubernetes no longer leads there, and whoever "
    "dials that node fails.",
    zh_tw="沒有執行的是 {pods}；Service default/kubernetes 已不再指向它，"
    "但直接連該節點的仍會失敗。",
)
STRANGE = Text(
    en=" {addresses} is an endpoint, and no API server pod has that address: perhaps a control "
    "plane that has left.",
    zh_tw="{addresses} 是端點，卻沒有 API server 的 Pod 使用這個位址："
    "可能是已移除的 control plane。",
)
NOT_SHOWN = Text(
    en="No pod in kube-system is an API server: the control plane is managed, or does not run as "
    "pods, and no object tells of its health.",
    zh_tw="kube-system 裡沒有 API server 的 Pod：control plane 由雲端代管，或不是以 Pod 執行，"
    "沒有物件能反映它的狀態。",
)


class Server(msgspec.Struct, frozen=True):
    """One API server's pod."""

    pod: Pod

    @property
    def addresses(self) -> frozenset[str]:
        """Where it answers: what kubeadm noted, else its node's addresses."""
        noted = (self.pod.metadata.annotations or {}).get(ADVERTISED, "")
        host = noted.rpartition(":")[0].strip("[]")
        return frozenset((host,) if host else self.pod.addresses)

    @property
    def status(self) -> ContainerStatus:
        """What became of its container."""
        named = [one for one in self.pod.statuses if one.name == PROGRAM]
        return named[0] if named else ContainerStatus()

    @property
    def down(self) -> bool:
        """Whether its container is known not to run."""
        now = self.status.state
        return not now.running and bool(now.waiting or now.terminated)

    def __str__(self) -> str:
        """Say it as a quote."""
        where = ", ".join(sorted(self.addresses)) or "unknown address"
        return f"pod {self.pod.path} ({where}): {state(self.status)}"


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at each server, and at the endpoints that are supposed to be theirs."""
    servers = [Server(one) for one in view.all(Pod, NAMESPACE) if _is_server(one)]
    if not servers:
        yield not_applicable(CLUSTER, NOT_SHOWN)
        return
    endpoints = _endpoints(view)
    faults = [_fault(one, endpoints, question) for one in servers if one.down]
    yield from [one for one in faults if one] or [_well(servers, endpoints)]


def _fault(server: Server, endpoints: list[str], question: Question) -> Finding | None:
    """Return that connections go to a server that does not run, None when none are known to."""
    listed = sorted(server.addresses & set(endpoints))
    if question.ip and question.ip in server.addresses:
        summary = DIALLED.fill(pod=subject(server.pod), address=question.ip)
    elif listed:
        summary = LISTED.fill(pod=subject(server.pod))
    else:
        return None
    quotes = [str(server), _quote(endpoints)]
    return found(subject(server.pod), summary, cause=CAUSE, evidence=quotes, command=_get())


def _well(servers: list[Server], endpoints: list[str]) -> Finding:
    ready = sum(1 for one in servers if one.status.ready)
    summary = WELL.fill(ready=ready, count=len(servers))
    down = [one.pod.metadata.name for one in servers if one.down]
    if down:
        summary += DOWN.fill(pods=some(down))
    known = {address for one in servers for address in one.addresses}
    strange = [one for one in endpoints if one not in known]
    if strange and all(one.addresses for one in servers):
        summary += STRANGE.fill(addresses=some(strange))
    quotes = [*map(str, servers[:MOST]), _quote(endpoints)]
    return clear(CLUSTER, summary, evidence=quotes, command=_get())


def _endpoints(view: View) -> list[str]:
    """Return the ready addresses behind Service `kubernetes`."""
    return [
        address
        for one in view.all(EndpointSlice, "default")
        if one.service == SERVICE
        for endpoint in one.endpoints or ()
        if endpoint.ready
        for address in endpoint.addresses or ()
    ]


def _quote(endpoints: list[str]) -> str:
    return f"endpoints of Service default/{SERVICE}: {some(endpoints) or 'none'}"


def _is_server(pod: Pod) -> bool:
    named = PROGRAM in {pod.labels.get("component"), pod.labels.get("k8s-app")}
    return named and not pod.terminal


def _get() -> str:
    return kubectl("get", "pods", "-l", f"component={PROGRAM}", "-o", "wide", namespace=NAMESPACE)


CHECK = Check(
    slug="apiserver-health",
    title=Text(en="API servers", zh_tw="API server"),
    groups=("api",),
    proves=(CAUSE,),
    sees=(See(Pod, NAMESPACE), See(EndpointSlice, "default")),
    judge=judge,
)
