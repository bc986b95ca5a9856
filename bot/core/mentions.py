"""What a paste names without a form that says so, found by what the cluster has.

`orders-k6rgh5wbb-h8ms9 cannot export` names a pod to whoever knows the cluster. Checks that judge
for one pod (`client`) are asked about it. And an Event that is pasted is that of some pod: checks
that nothing else tells whom to look at are asked about that one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from bot.core.plan import Task
from bot.core.ties import runs
from checks.kinds import Event, Pod
from checks.model import See
from checks.snapshot import Gap, Snapshot

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PLAIN = re.compile(r"[a-z]+$")  # a word that text may hold without meaning a pod


def heeded(tasks: Iterable[Task], snapshot: Snapshot, told: str) -> tuple[Task, ...]:
    """Return the tasks, each asked about the pod that the paste means where none was named."""
    tasks = tuple(tasks)
    if not told:
        return tasks
    mentioned = _mentioned(snapshot, told)
    quoted = _quoted(snapshot, told) if any(map(_may_be_any, tasks)) else None
    return tuple(_heeded(task, mentioned, quoted) for task in tasks)


def _heeded(task: Task, mentioned: Pod | None, quoted: Pod | None) -> Task:
    pod = quoted if _may_be_any(task) else None
    if mentioned and _is_elsewhere(task, mentioned):
        question = msgspec.structs.replace(task.question, node=None)
        return _about(Task(task.check, question), mentioned)
    if task.check.client and not task.question.pod:
        pod = mentioned or quoted
    return _about(task, pod) if pod else task


def _may_be_any(task: Task) -> bool:
    return task.lead and "pod" in task.check.about


def _is_elsewhere(task: Task, pod: Pod) -> bool:
    """Return whether a node is named, and a pod that fails on another one is mentioned."""
    node, here = task.question.node, pod.spec.node_name
    asks_both = {"node", "pod"} <= set(task.check.about)
    return asks_both and bool(node and here) and node != here and not pod.ready


def _about(task: Task, pod: Pod) -> Task:
    """Return the task about this pod in its namespace; a Service keeps its own."""
    question = task.question
    fields = {"pod": pod.metadata.name, "namespace": pod.metadata.namespace}
    if question.service and question.namespace and "/" not in question.service:
        fields["service"] = f"{question.namespace}/{question.service}"
    return Task(task.check, msgspec.structs.replace(question, **fields))


def _mentioned(snapshot: Snapshot, told: str) -> Pod | None:
    """Return the first pod whose name stands in the text; a name that two have says nothing."""
    known: defaultdict[str, list[Pod]] = defaultdict(list)
    for pod in _pods(snapshot):
        known[pod.metadata.name].append(pod)
    names = (one.group() for one in _NAME.finditer(told))
    meant = (known[one] for one in names if one in known and not _PLAIN.match(one))
    return next((pods[0] for pods in meant if len(pods) == 1), None)


def _quoted(snapshot: Snapshot, told: str) -> Pod | None:
    """Return the pod whose Event the text repeats most of."""
    events = snapshot.read(See(Event))
    pasted = {run for line in told.splitlines() for run in runs(line)}
    if isinstance(events, Gap) or not pasted:
        return None
    pods = {pod.path: pod for pod in _pods(snapshot)}
    shared: defaultdict[str, int] = defaultdict(int)
    for event in events:
        about = event.involved_object
        pod = pods.get(f"{about.namespace}/{about.name}") if about.kind == "Pod" else None
        if pod:
            shared[pod.path] = max(shared[pod.path], len(pasted & set(runs(event.message))))
    most = max(shared, key=shared.__getitem__, default="")
    return pods[most] if most and shared[most] else None


def _pods(snapshot: Snapshot) -> tuple[Pod, ...]:
    seen = snapshot.read(See(Pod))
    return () if isinstance(seen, Gap) else tuple(pod for pod in seen if not pod.terminal)
