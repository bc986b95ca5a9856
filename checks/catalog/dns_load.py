"""Can the DNS pods bear the load, and do they answer alike.

Memory: (pods + services) / 1000 + 54 MB, with the plugin autopath / 250 + 56 (coredns/deployment,
kubernetes/Scaling_CoreDNS.md). kube-dns and CoreDNS behind one Service answer differently. The
races of parallel lookups were mended in Linux 4.19 and 5.0, but for packets that are sent to two
different pods; distributions took the changes into older kernels, so a version is only a hint.
"""

from collections.abc import Iterator
from datetime import timedelta

from checks.corefile import CONFIG, CUSTOM, sources
from checks.dns import SEES as DNS_SEES
from checks.dns import (
    coredns_image,
    dns_pods,
    dns_service,
    dns_subject,
    elsewhere,
    get_pods,
)
from checks.kernels import old_kernels
from checks.kernels import quotes as quote_kernels
from checks.kinds import Node, Pod, Service
from checks.kinds.pods import Container
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.platform import SEES as PLATFORM_SEES
from checks.quantity import amount
from checks.quotes import some
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

CAUSE = "dns-slow"
MB = 1_000_000
RECENT = timedelta(hours=1)  # an end stays in the status for good

SHORT = Text(
    en="DNS pods were killed for lack of memory: their limit of {limit} is below the {needed:.0f} "
    "MB that a cluster of {objects} pods and Services takes.",
    zh_tw="DNS Pod 因記憶體不足被終止：上限 {limit} 低於 {objects} 個 Pod 與 Service 所需的 "
    "{needed:.0f} MB。",
)
TWO_KINDS = Text(
    en="{service} leads to two different DNS servers, which answer differently: {owners}.",
    zh_tw="{service} 後面有兩種不同的 DNS 伺服器，回答可能不一致：{owners}。",
)
WELL = Text(
    en="DNS pods ready: {count}. Nothing shows that they lack memory or that two different servers "
    "answer.",
    zh_tw="就緒的 DNS Pod 有 {count} 個，沒有跡象顯示記憶體不足或有兩種不同的伺服器回答。",
)
TIGHT = Text(
    en=" Their memory limit of {limit} is below the rule of thumb of {needed:.0f} MB; none was "
    "killed for it.",
    zh_tw="記憶體上限 {limit} 低於經驗法則的 {needed:.0f} MB，但沒有 Pod 因此被終止。",
)
KILLED = Text(
    en=" Some were killed for lack of memory (OOMKilled) although the limit meets the rule of "
    "thumb.",
    zh_tw="有 Pod 因記憶體不足被終止（OOMKilled），但上限符合經驗法則。",
)
SEVERAL = Text(
    en=" Several workloads make them: {owners}.",
    zh_tw="它們來自多個工作負載：{owners}。",
)
ONE = Text(
    en=" It is the only one, and answers every question of the cluster.",
    zh_tw="只有這一個，整個叢集的查詢都由它回答。",
)
OLD_KERNEL = Text(
    en=" A hint, no proof: {count} of {all} nodes have a kernel before 5.0, whose connection "
    "tracking may lose one of two parallel lookups; distributions mended some of them.",
    zh_tw="僅供參考：{all} 個節點中有 {count} 個的核心早於 5.0，其 conntrack 可能丟失兩個並行"
    "查詢之一；部分發行版已修補。",
)
NONE = Text(en="The cluster has no ready DNS pod.", zh_tw="叢集沒有就緒的 DNS Pod。")


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Call a cause only what has happened (OOMKilled) or answers now (two programs)."""
    name = dns_subject(view)
    ready = tuple(pod for pod in dns_pods(view) if pod.ready)
    faults = [one for one in (_short(view, name), _two_kinds(view, ready)) if one]
    yield from faults
    if not faults and not ready:
        yield not_applicable(name, elsewhere(view) or NONE)
    elif not faults:
        yield _notes(view, name, ready)


def _short(view: View, name: str) -> Finding | None:
    needed = _needed(view)
    for pod in dns_pods(view):
        for container in _killed(view, pod):
            limit = _limit(container)
            if limit and (amount(limit) or 0) < needed:
                about = "pods and Services"
                objects = _objects(view)
                killed = f"pod {pod.metadata.name} container {container.name}: OOMKilled"
                return found(
                    name,
                    SHORT.fill(limit=limit, needed=needed / MB, objects=objects),
                    cause=CAUSE,
                    evidence=[f"{killed}, memory limit {limit}", f"{about}: {objects}"],
                    command=get_pods((pod,)),
                )
    return None


def _two_kinds(view: View, ready: tuple[Pod, ...]) -> Finding | None:
    """Return the fault when one Service leads to ready pods of two programs."""
    service = dns_service(view)
    if service is None or not service.selector:
        return None
    behind = [pod for pod in ready if pod.labels.items() >= service.selector.items()]
    owners = {_owner(pod): pod for pod in behind}
    if {"CoreDNS", "kube-dns"} - {_program(pod) for pod in behind}:
        return None
    quotes = [f"{owner}: {some(_images(pod))}" for owner, pod in owners.items()]
    name = subject(service)
    summary = TWO_KINDS.fill(service=name, owners=", ".join(owners))
    command = get_pods(tuple(behind))
    return found(name, summary, cause=CAUSE, evidence=quotes, command=command)


def _notes(view: View, name: str, ready: tuple[Pod, ...]) -> Finding:
    summary, needed = WELL.fill(count=len(ready)), _needed(view)
    limits = list(dict.fromkeys(filter(None, (_limit(_server(pod)) for pod in ready))))
    low = next((one for one in limits if (amount(one) or needed) < needed), "")
    owners = list(dict.fromkeys(_owner(pod) for pod in ready if pod.owner))
    if low:
        summary += TIGHT.fill(limit=low, needed=needed / MB)
    elif any(True for pod in dns_pods(view) for _ in _killed(view, pod)):
        summary += KILLED
    if len(owners) > 1:
        summary += SEVERAL.fill(owners=", ".join(owners))
    if len(ready) == 1:
        summary += ONE
    old, nodes = old_kernels(view), view.all(Node)
    if old:
        summary += OLD_KERNEL.fill(count=len(old), all=len(nodes))
    quotes = [
        f"ready DNS pods: {len(ready)}, memory limits: {', '.join(limits) or 'none'}",
        f"pods and Services: {_objects(view)}, memory by the rule of thumb: {needed / MB:.0f} MB",
        *quote_kernels(nodes),
    ]
    return clear(name, summary, evidence=quotes, command=get_pods(ready))


def _needed(view: View) -> float:
    """Return the bytes CoreDNS takes, by its project's rule of thumb."""
    autopath = any(
        server.plugin("autopath") for source in sources(view) for server in source.servers
    )
    objects = _objects(view)
    return (objects / 250 + 56 if autopath else objects / 1000 + 54) * MB


def _objects(view: View) -> int:
    living = [pod for pod in view.all(Pod) if not pod.terminal]
    return len(living) + len(view.all(Service))


def _killed(view: View, pod: Pod) -> Iterator[Container]:
    """Yield the containers of a CoreDNS pod whose last end, within the hour, was lack of memory."""
    ends = {one.name: one.ended for one in pod.statuses if one.ended} if coredns_image(pod) else {}
    for one in pod.containers:
        end = ends.get(one.name)
        at = end.finished_at if end and end.reason == "OOMKilled" else None
        if at and at >= view.time - RECENT:
            yield one


def _server(pod: Pod) -> Container:
    return next((one for one in pod.containers if "dns" in one.name), Container())


def _limit(container: Container) -> str:
    return str((container.resources.limits or {}).get("memory", ""))


def _program(pod: Pod) -> str:
    """Return which server a pod runs, "" when unknown; one label, k8s-app=kube-dns, serves both."""
    if coredns_image(pod):
        return "CoreDNS"
    return "kube-dns" if any("kube-dns" in one for one in _images(pod)) else ""


def _images(pod: Pod) -> list[str]:
    return [one.image or one.name for one in pod.containers]


def _owner(pod: Pod) -> str:
    """Return the workload, by the name its ReplicaSet begins with."""
    owner = pod.owner
    if owner is None:
        return f"Pod {pod.path}"
    name = owner.name.rpartition("-")[0] if owner.kind == "ReplicaSet" else owner.name
    kind = "Deployment" if owner.kind == "ReplicaSet" else owner.kind
    return f"{kind} {pod.metadata.namespace}/{name}"


CHECK = Check(
    slug="dns-load",
    title=Text(en="DNS load", zh_tw="DNS 負載"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=(*DNS_SEES, See(Pod), CONFIG, CUSTOM, *PLATFORM_SEES),
    judge=judge,
    rules_out=False,
)
