"""Do containers wait for an image because the node gets no answer from the registry.

Judged are containers in ErrImagePull, ImagePullBackOff or RegistryUnavailable, by the message of
their status or, where that names only the back-off, by the newest Event "Failed to pull image".
Found is a reason on the way: the name does not resolve, the connection is refused, times out or
breaks off, or the proxy that the runtime must use does not answer; a certificate that is refused is
a cause of its own. What a registry answered (no right, no such image, too many requests) and a
runtime that does not answer are no proof of it.

Source: kubernetes, pkg/kubelet/images/image_manager.go (a back-off tells its reason since 1.32,
kubernetes#127918); containerd core/remotes/docker/resolver.go; cri-o server/image_pull.go.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from checks.kinds import Event, Pod
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, blind, clear, found, not_applicable
from checks.pulling import Reason, host, reason
from checks.quotes import around, some
from checks.services import place
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "registry-unreachable"
CERTIFICATE = "tls-certificate"
MOST = 5  # findings of one look, and pods quoted in one
WAITS = frozenset({"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"})
CAUSES: dict[Reason, str] = {"network": CAUSE, "proxy": CAUSE, "certificate": CERTIFICATE}

UNREACHED = Text(
    en="{pod} waits for its image: {node} gets no answer from the registry{host}.",
    zh_tw="{pod} 在等映像檔：{node} 得不到 registry{host} 的回應。",
)
REFUSED = Text(
    en="{pod} waits for its image: {node} does not accept the certificate of the registry{host}.",
    zh_tw="{pod} 在等映像檔：{node} 不接受 registry{host} 的憑證。",
)
ALIKE = Text(
    en=" It is the same with {count} more, on {nodes}.",
    zh_tw="另有 {count} 個也是如此，位於 {nodes}。",
)
OTHER = Text(
    en="{pod} waits for its image, and what was said about it names no trouble of the network.",
    zh_tw="{pod} 在等映像檔，但訊息裡沒有提到網路問題。",
)
PROXY = Text(
    en="{pod} waits for its image: {node} does not get to the registry{host}, for the proxy it is "
    "to use does not answer.",
    zh_tw="{pod} 在等映像檔：{node} 連不到 registry{host}，因為它要使用的 proxy 沒有回應。",
)
SAID: dict[Reason, Text] = {"network": UNREACHED, "proxy": PROXY, "certificate": REFUSED}
UNTOLD = Text(
    en="{pod} waits for its image, and neither its status nor an Event tells why: Events are gone "
    "after an hour.",
    zh_tw="{pod} 在等映像檔，但狀態和 Event 都沒有說明原因：Event 一小時後就會消失。",
)
WELL = Text(
    en="No container of {pod} waits for an image.",
    zh_tw="{pod} 沒有容器在等映像檔。",
)
ALL_WELL = Text(
    en="No container waits for an image because of the network.",
    zh_tw="沒有任何容器因為網路問題而在等映像檔。",
)
NOT_FROM_THERE = Text(
    en="No container waits for an image because of {host}.",
    zh_tw="沒有任何容器因為 {host} 而在等映像檔。",
)
NO_POD = Text(en="There is no pod {pod}.", zh_tw="沒有名為 {pod} 的 Pod。")
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")


class Pull(msgspec.Struct, frozen=True):
    """A container that waits for its image, and why: `words` are those that say so."""

    pod: Pod
    container: str
    waits: str
    message: str
    why: Reason
    words: str

    @property
    def node(self) -> str:
        """The node that pulls."""
        return self.pod.spec.node_name or "?"

    def __str__(self) -> str:
        """Say it as a quote, with the end of a message that is long: there the reason stands."""
        told = " ".join(self.message.split()) or "no reason told"
        told = around(told, self.words) if self.words in told and self.words else _end(told)
        return f"{told} (pod {self.pod.path} container {self.container}: {self.waits}, {self.node})"


def home(question: Question) -> str | None:
    """Return the namespace of the pods behind a Service that is named; else any pod may wait."""
    return place(question) if question.service and not (question.pod or question.host) else None


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the pod asked about, for the registry asked about, or look through all."""
    pods = [one for one in view.all(Pod) if not one.terminal and not one.terminating]
    if question.pod:
        yield from _named(view, pods, question)
        return
    pulls = [pull for pod in pods for pull in _pulls(view, pod)]
    failed = [one for one in pulls if one.why in CAUSES and _is_from(one, question.host)]
    groups: defaultdict[tuple[Reason, str], list[Pull]] = defaultdict(list)
    for one in failed:
        groups[one.why, host(one.message)].append(one)
    findings = [_failed(group) for group in groups.values()]
    if len(findings) > MOST:
        findings[MOST - 1] = findings[MOST - 1].adding(LEFT_OUT.fill(count=len(findings) - MOST))
    yield from findings[:MOST] or [_well(pulls, question)]


def _named(view: View, pods: list[Pod], question: Question) -> Iterator[Finding]:
    meant = [one for one in pods if _is_meant(one, question)]
    for pod in meant[:MOST]:
        pulls = _pulls(view, pod)
        yield from [_answer(one) for one in pulls[:MOST]] or [_quiet(pod)]
    if not meant:
        path = "/".join(filter(None, (question.namespace, question.pod)))
        yield not_applicable(f"Pod {path}", NO_POD.fill(pod=path))


def _answer(pull: Pull) -> Finding:
    name = subject(pull.pod)
    if pull.why in CAUSES:
        return _failed([pull])
    if pull.why == "untold":
        told = UNTOLD.fill(pod=name)
        return blind(name, told, needs=(), evidence=[str(pull)], command=_describe(pull.pod))
    return clear(name, OTHER.fill(pod=name), evidence=[str(pull)], command=_describe(pull.pod))


def _failed(pulls: list[Pull]) -> Finding:
    """Return one finding for the pulls that failed alike; the first stands for them."""
    first = pulls[0]
    asked = host(first.message)
    summary = SAID[first.why].fill(
        pod=subject(first.pod), node=f"node {first.node}", host=f" ({asked})" if asked else ""
    )
    if len(pulls) > 1:
        nodes = some(sorted({one.node for one in pulls}))
        summary += ALIKE.fill(count=len(pulls) - 1, nodes=nodes)
    return found(
        subject(first.pod),
        summary,
        cause=CAUSES[first.why],
        evidence=[str(one) for one in pulls[:MOST]],
        command=_describe(first.pod),
    )


def _quiet(pod: Pod) -> Finding:
    states = [f"pod {pod.path} container {one.name}: {_state(one)}" for one in pod.statuses]
    evidence = states[:MOST] or [f"pod {pod.path}: phase {pod.status.phase or 'unknown'}"]
    summary = WELL.fill(pod=subject(pod))
    return clear(subject(pod), summary, evidence=evidence, command=_describe(pod))


def _well(pulls: list[Pull], question: Question) -> Finding:
    quotes = [f"containers that wait for an image: {len(pulls)}", *map(str, pulls[:MOST])]
    summary = NOT_FROM_THERE.fill(host=question.host) if question.host else ALL_WELL
    command = kubectl("get", "events", "-A", "--field-selector", "reason=Failed")
    return clear(CLUSTER, summary, evidence=quotes, command=command)


def _pulls(view: View, pod: Pod) -> list[Pull]:
    return [_pull(view, pod, one) for one in pod.statuses if _state(one) in WAITS]


def _pull(view: View, pod: Pod, status: ContainerStatus) -> Pull:
    message = status.state.waiting.message if status.state.waiting else ""
    why, words = reason(message)
    if why == "untold":
        message = _told(view, pod, status.name) or message
        why, words = reason(message)
    return Pull(pod, status.name, _state(status), message, why, words)


def _told(view: View, pod: Pod, container: str) -> str:
    """Return what the newest Event says of a failed pull, "" when there is none."""
    about = [one for one in view.all(Event, pod.metadata.namespace) if _tells(one, pod, container)]
    newest = max(about, key=lambda one: one.last_seen or view.time, default=None)
    return newest.message if newest else ""


def _tells(one: Event, pod: Pod, container: str) -> bool:
    about = one.involved_object
    return (
        one.message.startswith("Failed to pull image")
        and (about.kind, about.name) == ("Pod", pod.metadata.name)
        and (not about.field_path or about.field_path.endswith(f"{{{container}}}"))
    )


def _state(status: ContainerStatus) -> str:
    """Return the word kubectl shows for a container."""
    state = status.state
    if state.terminated:
        return state.terminated.reason or "terminated"
    if state.running:
        return "running"
    return (state.waiting.reason if state.waiting else "") or "waiting"


def _is_from(pull: Pull, asked: str | None) -> bool:
    return not asked or asked in pull.message


def _is_meant(pod: Pod, question: Question) -> bool:
    named = pod.metadata.name == question.pod
    return named and question.namespace in {None, pod.metadata.namespace}


def _end(message: str, most: int = 200) -> str:
    return message if len(message) <= most else f"…{message[-most:]}"


def _describe(pod: Pod) -> str:
    return kubectl("describe", "pod", pod.metadata.name, namespace=pod.metadata.namespace)


CHECK = Check(
    slug="image-pulls",
    title=Text(en="Image pulls", zh_tw="映像檔拉取"),
    groups=("pod", "node"),
    proves=(CAUSE, CERTIFICATE),
    sees=(See(Pod), See(Event)),
    judge=judge,
    about=("pod", "host"),
    place=home,
    inside=(Pod, Event),
)
