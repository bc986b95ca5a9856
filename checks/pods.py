"""Which pods a question is about."""

import re
from difflib import get_close_matches

from checks.kinds import Pod
from checks.model import Finding, Question, See, not_applicable
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

PODS = See(Pod)
_HASH = re.compile(r"-[0-9a-z]{4,10}$")  # what a Deployment adds to name its ReplicaSet

NOT_NAMED = Text(
    en="No pod is named, and this looks at the pod that has the trouble only.",
    zh_tw="沒有指明 Pod，而這項檢查只看出問題的那個 Pod。",
)
NO_POD = Text(
    en="There is no pod {pod} now, nor a workload of that name that has pods.",
    zh_tw="目前沒有名為 {pod} 的 Pod，也沒有同名且有 Pod 的工作負載。",
)
NEAREST = Text(en=" The nearest names are {names}.", zh_tw="名稱最接近的是 {names}。")


def named_pods(view: View, question: Question) -> tuple[Pod, ...]:
    """Return the pods of the name asked about: a pod, else those of a workload of that name."""
    if not question.pod:
        return ()
    inside = [pod for pod in _inside(view, question) if not pod.terminal]
    exact = tuple(pod for pod in inside if pod.metadata.name == question.pod)
    return exact or tuple(pod for pod in inside if question.pod in _workload(pod))


def no_pod(view: View, question: Question) -> Finding:
    """Say that no pod was named, or that there is none of that name."""
    if not question.pod:
        return not_applicable(CLUSTER, NOT_NAMED)
    path = f"{question.namespace}/{question.pod}" if question.namespace else question.pod
    summary = NO_POD.fill(pod=path)
    names = {pod.metadata.name for pod in _inside(view, question)}
    near = get_close_matches(question.pod, names, n=2)
    summary = summary + NEAREST.fill(names=", ".join(near)) if near else summary
    return not_applicable(f"Pod {path}", summary)


def _inside(view: View, question: Question) -> tuple[Pod, ...]:
    return view.all(Pod, question.namespace) if question.namespace else view.all(Pod)


def _workload(pod: Pod) -> set[str]:
    """Return what people call the workload a pod belongs to."""
    owner = pod.owner
    if owner is None or not owner.name:
        return set()
    return {owner.name, _HASH.sub("", owner.name)} if owner.kind == "ReplicaSet" else {owner.name}
