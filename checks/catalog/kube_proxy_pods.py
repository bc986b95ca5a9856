"""Do the pods of kube-proxy run, where it runs in pods.

kubeadm, EKS and kOps label them `k8s-app=kube-proxy`; AKS, GKE, RKE2 and static pods of the
kube-up kind `component=kube-proxy`. k3s runs kube-proxy inside its agent, and Cilium, kube-router,
OVN-Kubernetes and Antrea can do its work: then there are no such pods.
"""

from collections.abc import Iterator, Sequence

from checks import events, last_words, nodes
from checks.agents import Agents, on, rollout
from checks.kinds import DaemonSet, Event, Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, LogRequest, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import Platform, detect
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "kube-proxy-broken"
NAMESPACE = "kube-system"
NAME = "kube-proxy"
LABELS = ("k8s-app", "component")
SUBJECT = f"DaemonSet {NAMESPACE}/{NAME}"  # where it is no DaemonSet's, its pods' common name

DOWN = Text(
    en="kube-proxy is down on {nodes} ({down} of {count} pods): Services stay there as they were "
    "when it ended, or have no rules at all.",
    zh_tw="kube-proxy 在 {nodes} 沒有運作（{count} 個 Pod 中的 {down} 個）："
    "那裡的 Service 規則停留在它結束時的樣子，或完全沒有。",
)
REFUSED = Text(
    en="kube-proxy has no pod: none can be created.",
    zh_tw="kube-proxy 沒有任何 Pod，無法建立。",
)
WELL = Text(
    en="kube-proxy's pods are ready: {ready} of {count}. Whether their rules are written shows in "
    "their logs and on the nodes.",
    zh_tw="kube-proxy 的 Pod 已就緒：{count} 個中的 {ready} 個。規則是否寫入要看它的 log 或節點。",
)
NOT_HERE = Text(
    en="No pod of kube-proxy runs there that is heard of.",
    zh_tw="那裡沒有可得知狀態的 kube-proxy Pod。",
)
BY_NUMBERS = Text(
    en="kube-proxy wants {wanted} pods, and {ready} are ready.",
    zh_tw="kube-proxy 需要 {wanted} 個 Pod，其中 {ready} 個就緒。",
)
REPLACED = Text(
    en="Cilium does kube-proxy's work here (kube-proxy-replacement).",
    zh_tw="這裡由 Cilium 取代 kube-proxy（kube-proxy-replacement）。",
)
NONE = Text(
    en="There is no pod of kube-proxy: the platform runs it otherwise (as k3s does), or the "
    "network plugin does its work.",
    zh_tw="沒有 kube-proxy 的 Pod：平台以其他方式執行它（例如 k3s），或由網路外掛取代。",
)


def asks(view: View, question: Question) -> Iterator[LogRequest]:
    """Ask for the last words of pods that are down."""
    meant = _meant(view, question)
    if not isinstance(meant, Finding):
        yield from last_words.requests(Agents(view, _pods(view), meant).down)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the node asked about, at that of the pod asked about, or at all."""
    meant = _meant(view, question)
    if isinstance(meant, Finding):
        yield meant
        return
    pods = _pods(view)
    daemon = _daemon(view)
    if pods:
        yield _weigh(Agents(view, pods, meant), daemon)
    elif daemon:
        yield _without_pods(view, daemon)
    else:
        yield _nowhere(detect(view))


def _meant(view: View, question: Question) -> Sequence[Node] | Finding:
    return nodes.asked(view.all(Node), question, view.all(Pod))


def _pods(view: View) -> list[Pod]:
    inside = view.all(Pod, NAMESPACE)
    return [pod for pod in inside if any(pod.labels.get(key) == NAME for key in LABELS)]


def _daemon(view: View) -> DaemonSet | None:
    """Return kube-proxy's DaemonSet, unless it is switched off by a label no node has."""
    named = (one for one in view.all(DaemonSet) if one.path == f"{NAMESPACE}/{NAME}")
    return next((one for one in named if one.status.desired_number_scheduled), None)


def _weigh(agents: Agents, daemon: DaemonSet | None) -> Finding:
    notes = rollout([daemon] if daemon else []) + agents.notes()
    command = _get_pods(agents.down or agents.ready)
    if agents.down:
        said = DOWN.fill(
            nodes=some(map(on, agents.down)), down=len(agents.down), count=agents.count
        )
        quotes = agents.quotes(agents.down)
        return found(
            _about(agents.down), said + notes, cause=CAUSE, evidence=quotes, command=command
        )
    if not agents.count:
        return not_applicable(SUBJECT, NOT_HERE + agents.notes())
    quoted = [_quote(pod) for pod in (*agents.ready, *agents.starting)][: nodes.MOST]
    said = WELL.fill(ready=len(agents.ready), count=agents.count)
    return clear(SUBJECT, said + notes, evidence=quoted, command=command)


def _about(down: Sequence[Pod]) -> str:
    """Return what a finding is about: the DaemonSet, or one pod that the node itself keeps."""
    static = all(pod.owner is None or pod.owner.kind == "Node" for pod in down)
    return subject(down[0]) if static and len(down) == 1 else SUBJECT


def _without_pods(view: View, daemon: DaemonSet) -> Finding:
    wanted, ready = daemon.status.desired_number_scheduled, daemon.status.number_ready
    told = [one for one in events.recent(view) if _is_refusal(one)]
    quotes = [f"{SUBJECT}: {wanted} wanted, {ready} ready", *events.quotes(told)]
    command = kubectl("describe", "daemonset", NAME, namespace=NAMESPACE)
    if told and not ready:
        return found(SUBJECT, REFUSED, cause=CAUSE, evidence=quotes, command=command)
    said = BY_NUMBERS.fill(wanted=wanted, ready=ready)
    return clear(SUBJECT, said, evidence=quotes, command=command)


def _nowhere(platform: Platform) -> Finding:
    return not_applicable(CLUSTER, REPLACED if platform.proxy_mode == "none" else NONE)


def _is_refusal(one: Event) -> bool:
    about = one.involved_object
    named = (about.kind, about.namespace, about.name) == ("DaemonSet", NAMESPACE, NAME)
    return named and one.reason == "FailedCreate"


def _quote(pod: Pod) -> str:
    restarts = sum(status.restart_count for status in pod.statuses)
    state = "ready" if pod.ready else "not ready"
    return f"pod {pod.metadata.name}: {state} on {on(pod)}, restarts: {restarts}"


def _get_pods(pods: Sequence[Pod]) -> str:
    labelled = (key for key in LABELS if pods and pods[0].labels.get(key) == NAME)
    chosen = f"{next(labelled, LABELS[0])}={NAME}"
    return kubectl("get", "pods", "-l", chosen, "-o", "wide", namespace=NAMESPACE)


CHECK = Check(
    slug="kube-proxy-pods",
    title=Text(en="Pods of kube-proxy", zh_tw="kube-proxy 的 Pod"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(*PLATFORM_SEES, See(Pod), See(Event)),
    asks=asks,
    reads_logs=True,
    logs_decide=False,
    judge=judge,
    about=("node", "pod"),
)
