"""Do pods wait because the runtime or the network plugin's daemon does not answer in time.

Judged are Events of the last hour about pods that still wait for their sandbox, or that cannot be
deleted. Found is a time-out with no other reason in any Event of the pod, a sandbox name that the
first try still holds, or a daemon of the plugin that refuses its local socket. Whatever names a
sharper cause (a program that is missing, an address, a token, the API server, an image, Calico's
or Cilium's own troubles) is quoted and left to the checks of those.

Source: kubernetes pkg/kubelet/kuberuntime and staging/src/k8s.io/cri-client; containerd
internal/cri/server/sandbox_run.go; cri-o server/sandbox_run_linux.go; the sockets of antrea,
kube-ovn, ovn-kubernetes, multus, terway, weave (6784), aws-node (50051) and azure-cns (10090).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from checks.events import quote, recent
from checks.kinds import Event, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "sandbox-timeout"
MOST = 5  # findings of one look
SETTLE = timedelta(minutes=1)  # arbitrary; the kubelet kills after the grace period, then cleans up
CREATING = "FailedCreatePodSandBox"
KILLING = "FailedKillPod"

_DAEMON = re.compile(
    r"/antrea/cni\.sock|/kube-ovn-daemon\.sock|/ovn-cni-server\.sock|/multus\.sock"
    r"|/eni/eni\.socket|(?:127\.0\.0\.1|localhost|\[::1\]):(?:6784|50051|10090)\b",
    re.IGNORECASE,
)
_NO_ANSWER = re.compile(r"connection refused|no such file|deadline exceeded|i/o timeout")
_SHARPER = re.compile(
    r"https://|unauthorized|x509|forbidden|permission denied|no such file|failed to find plugin"
    r"|not initialized|uninitialized|already has an ip|not a bridge|subnet\.env|calico|cilium"
    r"|ip address|no addresses|\bips? available|cidr|registry|pull|proxyconnect|in use"
    r"|no space left|runc|cgroup|denied",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"code = DeadlineExceeded|(?:context deadline exceeded|operation timeout"
    r"|timed out waiting for (?:the condition|annotations)|signal: killed)\W*$"
    r"|failed to reserve sandbox name|error reserving pod name|waiting for OVS port binding",
    re.IGNORECASE,
)
_NAMES = re.compile(r'(?:pod|sandbox|name) "[^"]*"')

LATE = Text(
    en="On {node} the runtime does not make or remove the sandboxes of pods in time (waiting: "
    "{count}), and no Event names another reason.",
    zh_tw="{node} 的容器執行環境沒有及時建立或移除 Pod 的 sandbox（{count} 個在等），"
    "Event 也沒有提到其他原因。",
)
DAEMON = Text(
    en="On {node} the daemon of the network plugin does not answer at {socket} (waiting: {count}).",
    zh_tw="{node} 上網路外掛的 daemon 在 {socket} 沒有回應（{count} 個 Pod 在等）。",
)
SHARPER = Text(
    en="Pods wait for their sandbox, and the Events name another reason than time.",
    zh_tw="有 Pod 在等 sandbox，但 Event 提到的原因不是逾時。",
)
WELL = Text(
    en="No pod waits for its sandbox with an Event of the last hour that says so.",
    zh_tw="最近一小時沒有 Event 顯示有 Pod 在等 sandbox。",
)
NO_POD = Text(en="There is no pod {pod}.", zh_tw="沒有名為 {pod} 的 Pod。")
LEFT_OUT = Text(en=" Not shown: {count} more nodes.", zh_tw="另有 {count} 個節點未列出。")


class Stuck(msgspec.Struct, frozen=True):
    """A pod that waits, with the Events that say so, the newest last."""

    pod: Pod
    events: tuple[Event, ...]

    @property
    def daemon(self) -> str:
        """The socket on which the plugin's daemon does not answer, "" when none is named."""
        message = self.events[-1].message
        met = _DAEMON.search(message)
        return met[0] if met and _NO_ANSWER.search(message) else ""

    @property
    def late(self) -> bool:
        """Whether time is all that the Events tell of."""
        told = [one.message for one in self.events]
        return any(map(_LATE.search, told)) and not any(map(_SHARPER.search, map(_bare, told)))

    @property
    def proved(self) -> bool:
        """Whether the Events prove the cause."""
        return bool(self.daemon) or self.late


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the pod asked about, for the node asked about, or look at all nodes."""
    pods = [one for one in view.all(Pod) if _is_meant(one, question)]
    if question.pod and not pods:
        path = "/".join(filter(None, (question.namespace, question.pod)))
        yield not_applicable(f"Pod {path}", NO_POD.fill(pod=path))
        return
    stuck = _stuck(view, pods)
    groups: defaultdict[tuple[str, str], list[Stuck]] = defaultdict(list)
    for one in stuck:
        if one.proved:
            groups[one.pod.spec.node_name, one.daemon].append(one)
    findings = [_found(group) for group in groups.values()]
    if len(findings) > MOST:
        findings[MOST - 1] = findings[MOST - 1].adding(LEFT_OUT.fill(count=len(findings) - MOST))
    yield from findings[:MOST] or [_quiet(stuck, pods, question)]


def _found(group: Sequence[Stuck]) -> Finding:
    first = group[0]
    name = first.pod.spec.node_name
    where = f"Node {name}" if name else CLUSTER
    summary = (DAEMON if first.daemon else LATE).fill(
        node=f"node {name}" if name else "a node", socket=first.daemon, count=len(group)
    )
    waiting = f"waiting: {some(one.pod.path for one in group)}"
    evidence = [*(quote(one.events[-1], _word(one)) for one in group[:3]), waiting]
    return found(where, summary, cause=CAUSE, evidence=evidence, command=_events(first.pod))


def _quiet(stuck: list[Stuck], pods: list[Pod], question: Question) -> Finding:
    where = subject(pods[0]) if question.pod else CLUSTER
    named = kubectl("get", "events", "-A", "--field-selector", f"reason={CREATING}")
    command = _events(pods[0]) if question.pod else named
    if stuck:
        told = [quote(one.events[-1], _end(one.events[-1].message)) for one in stuck[:MOST]]
        return clear(where, SHARPER, evidence=told, command=command)
    return clear(where, WELL, evidence=["such Events of the last hour: 0"], command=command)


def _stuck(view: View, pods: list[Pod]) -> list[Stuck]:
    told: defaultdict[str, list[Event]] = defaultdict(list)
    for one in recent(view):
        if one.reason in {CREATING, KILLING} and one.involved_object.kind == "Pod":
            told[f"{one.involved_object.namespace}/{one.involved_object.name}"].append(one)
    now = view.time
    paired = [(pod, [one for one in told[pod.path] if _still(one, pod, now)]) for pod in pods]
    return [Stuck(pod, tuple(events)) for pod, events in paired if events]


def _still(one: Event, pod: Pod, now: datetime) -> bool:
    """Return whether what an Event tells of still holds: neither made nor removed since.

    A pod that is within its grace period, or only just past it, may yet be removed in time.
    """
    if one.reason == KILLING:
        ends = pod.metadata.deletion_timestamp
        return ends is not None and ends + SETTLE < now
    begun = any(status.state.running or status.state.terminated for status in pod.statuses)
    return pod.status.phase in {"", "Pending"} and not begun


def _is_meant(pod: Pod, question: Question) -> bool:
    if not question.pod:
        return question.node in {None, pod.spec.node_name}
    named = pod.metadata.name == question.pod
    return named and question.namespace in {None, pod.metadata.namespace}


def _word(one: Stuck) -> str:
    """Return what in the newest Event says it."""
    if one.daemon:
        return one.daemon
    met = _LATE.search(one.events[-1].message)
    return met[0] if met else ""


def _bare(message: str) -> str:
    """Return a message without the names of pods and sandboxes, which may hold any word."""
    return _NAMES.sub("", message)


def _end(message: str, most: int = 60) -> str:
    return " ".join(message.split())[-most:]


def _events(pod: Pod) -> str:
    return kubectl("describe", "pod", pod.metadata.name, namespace=pod.metadata.namespace)


CHECK = Check(
    slug="sandbox-events",
    title=Text(en="Pod sandboxes", zh_tw="Pod sandbox"),
    groups=("pod", "node"),
    proves=(CAUSE,),
    sees=(See(Pod), See(Event)),
    judge=judge,
    about=("pod", "node"),
)
