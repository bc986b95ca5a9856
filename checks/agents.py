"""Pods that run on every node: which of them are down, on which nodes, and what they say of it.

A pod that starts, or is replaced in a rollout, is not ready for a while: it counts as down only
when a container cannot be started or keeps ending, or when it has not been ready for long.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from checks import events, last_words, nodes
from checks.kinds import DaemonSet, Event, Node, Pod
from checks.kinds.pods import ContainerStatus, Waiting
from checks.quotes import some, why_unready
from checks.snapshot import View
from checks.text import EMPTY, Text

MOST = 5  # pods quoted
SETTLE = timedelta(minutes=5)  # Cilium's startup probe allows 3.5 minutes and more
# Waiting reasons that a start in progress does not show (pkg/kubelet/images, kuberuntime).
_STUCK = ("BackOff", "ConfigError", "CreateContainerError", "RunContainerError", "InvalidImageName")

ROLLOUT = Text(
    en=" A rollout of {daemon} is under way.",
    zh_tw="{daemon} 正在更新中。",
)
STARTING = Text(
    en=" Starting, or not ready since less than five minutes, on: {nodes}.",
    zh_tw="啟動中，或未就緒不到五分鐘的節點：{nodes}。",
)
UNHEARD = Text(
    en=" Left out, for the kubelet does not report there: {nodes}.",
    zh_tw="未列入（kubelet 沒有回報）的節點：{nodes}。",
)


class Agents:
    """Pods of one kind on some nodes: those that are ready, down, starting, or out of hearing."""

    def __init__(self, view: View, pods: Iterable[Pod], meant: Sequence[Node]) -> None:
        names = {node.metadata.name for node in meant}
        if len(meant) == len(view.all(Node)):
            names.add("")  # a pod that waits for its node is none of a single other node's
        unheard = {node.metadata.name for node in meant if nodes.silent(node)}
        here = [pod for pod in pods if not pod.terminal and place(pod) in names]
        self.unheard = [pod for pod in here if place(pod) in unheard]
        heard = [pod for pod in here if place(pod) not in unheard and not pod.terminating]
        unready = [(pod, _is_down(pod, view.time)) for pod in heard if not pod.ready]
        self.ready = [pod for pod in heard if pod.ready]
        self.down = [pod for pod, down in unready if down]
        self.starting = [pod for pod, down in unready if not down]
        self.view = view

    @property
    def count(self) -> int:
        """How many there are, those out of hearing left out."""
        return len(self.ready) + len(self.down) + len(self.starting)

    def quotes(self, down: Sequence[Pod]) -> list[str]:
        """Quote why pods are down, what their containers said last, and what their probes say."""
        states = [f"{why_unready(pod)} ({_since(pod)})" for pod in down[:MOST]]
        words = last_words.quotes(self.view, down)
        return [*last_words.mixed(states, words), *self._probes(down)]

    def notes(self) -> Text:
        """Say which pods were left out of the judgement, and why."""
        said = EMPTY
        if self.starting:
            said += STARTING.fill(nodes=some(map(on, self.starting)))
        if self.unheard:
            said += UNHEARD.fill(nodes=some(map(on, self.unheard)))
        return said

    def _probes(self, down: Sequence[Pod]) -> list[str]:
        """Quote the newest word of a failing probe, one a pod."""
        paths = {pod.path for pod in down}
        newest: dict[str, Event] = {}
        for one in events.recent(self.view):
            about = one.involved_object
            path = f"{about.namespace}/{about.name}"
            if one.reason == "Unhealthy" and about.kind == "Pod" and path in paths:
                newest[path] = one
        return events.quotes(newest.values())


def place(pod: Pod) -> str:
    """Return the node a pod is on, "" when on none."""
    return pod.spec.node_name


def on(pod: Pod) -> str:
    """Return where a pod is, to be told."""
    return place(pod) or f"no node ({pod.metadata.name})"


def rollout(daemons: Iterable[DaemonSet]) -> Text:
    """Say which DaemonSets are being rolled out."""
    said = EMPTY
    for one in daemons:
        if 0 < one.status.updated_number_scheduled < one.status.desired_number_scheduled:
            said += ROLLOUT.fill(daemon=f"DaemonSet {one.path}")
    return said


def _is_down(pod: Pod, now: datetime) -> bool:
    return any(_is_stuck(status) for status in pod.statuses) or _lasts(pod, now)


def _is_stuck(status: ContainerStatus) -> bool:
    waiting = status.state.waiting or Waiting()
    return not status.ready and waiting.reason.endswith(_STUCK)


def _lasts(pod: Pod, now: datetime) -> bool:
    since = _unready_since(pod)
    return since is None or now - since >= SETTLE


def _unready_since(pod: Pod) -> datetime | None:
    ready = pod.condition("Ready")
    return (ready.last_transition_time if ready else None) or pod.metadata.creation_timestamp


def _since(pod: Pod) -> str:
    since = _unready_since(pod)
    when = f" since {since.isoformat()}" if since else ""
    return f"on {on(pod)}, not ready{when}"
