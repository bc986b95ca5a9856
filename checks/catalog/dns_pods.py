"""Do the cluster's DNS pods run.

Found is that no DNS pod exists or none is ready. Fewer than all, all on one node, and pods killed
for lack of memory are notes to `clear`. Not applicable where OpenShift or Cloud DNS answers.

Source: https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/
"""

from collections.abc import Iterator

from checks import last_words
from checks.dns import (
    NAMESPACE,
    SEES,
    dns_deployments,
    dns_pods,
    dns_subject,
    elsewhere,
    get_pods,
)
from checks.kinds import Deployment, Pod
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.model import Check, Finding, LogRequest, Question, clear, found, not_applicable
from checks.quotes import why_unready
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

CAUSE = "dns-pods-down"
MOST = 5  # pods quoted

NONE = Text(
    en="The cluster has no DNS pod.",
    zh_tw="叢集裡沒有任何 DNS Pod。",
)
SCALED_DOWN = Text(
    en=" {deployment} is scaled to 0.",
    zh_tw="{deployment} 的副本數是 0。",
)
NO_DEPLOYMENT = Text(
    en=" No Deployment in kube-system makes any.",
    zh_tw="kube-system 裡也沒有會產生它們的 Deployment。",
)
NONE_READY = Text(
    en="None of the DNS pods ({count}) is ready.",
    zh_tw="{count} 個 DNS Pod 沒有一個就緒。",
)
READY = Text(
    en="DNS pods are ready: {ready} of {count}.",
    zh_tw="DNS Pod 已就緒：{count} 個中的 {ready} 個。",
)
SOME_UNREADY = Text(
    en=" The others are not: DNS works with less room to spare.",
    zh_tw="其餘尚未就緒：DNS 仍可用，但餘裕變少。",
)
ONLY_ONE = Text(
    en=" It is the only one: DNS stops when it does.",
    zh_tw="只有這一個，它一停 DNS 就停。",
)
ONE_NODE = Text(
    en=" All of them run on node {node}: DNS stops when that node does.",
    zh_tw="全部都在節點 {node} 上，該節點一停 DNS 就停。",
)
KILLED = Text(
    en=" Some were killed for lack of memory (OOMKilled).",
    zh_tw="有 Pod 曾因記憶體不足被終止（OOMKilled）。",
)


def asks(view: View, _question: Question) -> Iterator[LogRequest]:
    """Ask for the last words of containers that keep ending."""
    return last_words.requests(dns_pods(view))


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Weigh how many are ready: none is a cause, fewer than all a note."""
    pods = dns_pods(view)
    other = elsewhere(view)
    if not pods and other:
        yield not_applicable(dns_subject(view), other)
    elif not pods:
        yield _none(view)
    elif any(pod.ready for pod in pods):
        yield _some_ready(view, pods)
    else:
        yield found(
            dns_subject(view),
            NONE_READY.fill(count=len(pods)),
            cause=CAUSE,
            evidence=last_words.mixed(
                [why_unready(pod) for pod in pods[:MOST]], last_words.quotes(view, pods)
            ),
            command=get_pods(pods),
        )


def _none(view: View) -> Finding:
    deployments = dns_deployments(view)
    idle = [one for one in deployments if not one.replicas]
    summary = NONE
    if idle:
        summary += SCALED_DOWN.fill(deployment=subject(idle[0]))
    elif not deployments:
        summary += NO_DEPLOYMENT
    quotes = [_quote(one) for one in deployments] or ["Deployment kube-system/coredns: not there"]
    return found(
        dns_subject(view),
        summary,
        cause=CAUSE,
        evidence=["pods in kube-system labelled k8s-app=kube-dns: 0", *quotes],
        command=kubectl("get", "deployments,pods", namespace=NAMESPACE),
    )


def _some_ready(view: View, pods: tuple[Pod, ...]) -> Finding:
    ready = [pod for pod in pods if pod.ready]
    summary = READY.fill(ready=len(ready), count=len(pods))
    nodes = {pod.spec.node_name for pod in ready}
    if len(ready) < len(pods):
        summary += SOME_UNREADY
    if len(ready) == 1:
        summary += ONLY_ONE
    elif len(nodes) == 1:
        summary += ONE_NODE.fill(node=nodes.pop())
    if any(status.ended and status.ended.reason == "OOMKilled" for status in _statuses(pods)):
        summary += KILLED
    quotes = last_words.mixed(
        [_quote_pod(pod) for pod in pods[:MOST]], last_words.quotes(view, pods)
    )
    return clear(dns_subject(view), summary, evidence=quotes, command=get_pods(pods))


def _quote_pod(pod: Pod) -> str:
    if not pod.ready:
        return why_unready(pod)
    restarts = sum(status.restart_count for status in pod.statuses)
    where = pod.spec.node_name or "no node"
    return f"pod {pod.metadata.name}: ready on {where}, restarts: {restarts}"


def _statuses(pods: tuple[Pod, ...]) -> Iterator[ContainerStatus]:
    return (status for pod in pods for status in pod.statuses)


def _quote(one: Deployment) -> str:
    return f"{subject(one)}: {one.replicas} replicas wanted, {one.status.ready_replicas} ready"


CHECK = Check(
    slug="dns-pods",
    title=Text(en="DNS pods", zh_tw="DNS Pod"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=SEES,
    asks=asks,
    reads_logs=True,
    logs_decide=False,
    judge=judge,
)
