"""Are the agents of the network plugin ready on every node.

The agents are pods of DaemonSets whose names the projects' own manifests give: calico-node, canal,
cilium, kube-flannel. Calico's readiness probe says what is amiss (`calico/node is not ready: BIRD
is not ready`, node/pkg/health/health.go); flannel has none, so there a container that does not run
is the sign. A pod of which an init container fails, or that has not begun, tells of its installer
or of its node, and nothing of the agent. Where flannel says that its node has no range, that is
the cause, and `pod-cidr` tells of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from checks import events, last_words, nodes
from checks.agents import SETTLE, Agents, on, place, rollout
from checks.kinds import DaemonSet, Event, Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, LogRequest, Question, See, clear, found, not_applicable
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CALICO, CILIUM, FLANNEL = "calico-not-ready", "cilium-not-ready", "flannel-subnet-env-missing"
CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "calico-node": CALICO,
        "canal": CALICO,
        "rke2-canal": CALICO,
        "cilium": CILIUM,
        "kube-flannel*": FLANNEL,
    }
)
FLANNEL_CONTAINER = "kube-flannel"  # beside calico-node in canal's pods

DOWN = Text(
    en="Pods of {daemon}, the network plugin's agent, are down: {down} of {count}, on {nodes}.",
    zh_tw="網路外掛代理程式 {daemon} 的 Pod 有 {down} 個（共 {count} 個）未運作，節點：{nodes}。",
)
REFUSED = Text(
    en="{daemon}, the network plugin's agent, has no pod: none can be created.",
    zh_tw="網路外掛代理程式 {daemon} 沒有任何 Pod，無法建立。",
)
NOT_HERE = Text(
    en="{daemon}, the network plugin's agent, has no pod on node {node}.",
    zh_tw="網路外掛代理程式 {daemon} 在節點 {node} 上沒有 Pod。",
)
NO_PODS = Text(
    en="{daemon} has no pod yet, and no Event says why.",
    zh_tw="{daemon} 還沒有任何 Pod，也沒有 Event 說明原因。",
)
WELL = Text(
    en="The network plugin's agents are ready: {ready} of {count}.",
    zh_tw="網路外掛的代理程式已就緒：{count} 個中的 {ready} 個。",
)
UNHEARD = Text(
    en="No agent of the network plugin runs there that is heard of.",
    zh_tw="那裡沒有可得知狀態的網路外掛代理程式。",
)
NONE = Text(
    en="No network plugin runs here whose agents this check knows: Calico, canal, Cilium, flannel.",
    zh_tw="這裡沒有本檢查認得的網路外掛代理程式（Calico、canal、Cilium、flannel）。",
)


def asks(view: View, question: Question) -> Iterator[LogRequest]:
    """Ask for the last words of agents that are down."""
    meant = _meant(view, question)
    if not isinstance(meant, Finding):
        for daemon in _daemons(view):
            for pods in _by_cause(daemon, _agents(view, daemon, meant)).values():
                yield from last_words.requests(pods)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the agents on the node asked about, on that of the pod asked about, or at all."""
    meant = _meant(view, question)
    if isinstance(meant, Finding):
        yield meant
        return
    daemons = _daemons(view)
    if not daemons:
        yield not_applicable(CLUSTER, NONE)
        return
    sorted_out = [(one, _agents(view, one, meant)) for one in daemons]
    findings = [finding for pair in sorted_out for finding in _down(*pair)]
    findings += [_refused(one, told) for one in daemons if (told := _refusals(view, one))]
    if len(meant) == 1 and len(daemons) == 1 and _lacks(view, daemons[0], meant[0]):
        findings.append(_not_here(view, daemons[0], meant[0]))
    yield from findings or [_well(view, sorted_out)]


def _meant(view: View, question: Question) -> Sequence[Node] | Finding:
    return nodes.asked(view.all(Node), question, view.all(Pod))


def _daemons(view: View) -> list[DaemonSet]:
    """Return the agents' DaemonSets, those that run nowhere left out."""
    every = view.all(DaemonSet)
    return [one for one in every if _cause(one) and one.status.desired_number_scheduled]


def _cause(daemon: DaemonSet) -> str:
    name = daemon.metadata.name
    matching = (cause for known, cause in CAUSES.items() if fnmatchcase(name, known))
    return next(matching, "")


def _agents(view: View, daemon: DaemonSet, meant: Sequence[Node]) -> Agents:
    return Agents(view, _pods(view, daemon), meant)


def _pods(view: View, daemon: DaemonSet) -> list[Pod]:
    meta = daemon.metadata
    return [
        pod
        for pod in view.all(Pod, meta.namespace)
        if pod.owner and (pod.owner.kind, pod.owner.name) == ("DaemonSet", meta.name)
    ]


def _down(daemon: DaemonSet, agents: Agents) -> Iterator[Finding]:
    for cause, pods in _by_cause(daemon, agents).items():
        summary = DOWN.fill(
            daemon=subject(daemon), down=len(pods), count=agents.count, nodes=some(map(on, pods))
        )
        yield found(
            subject(daemon),
            summary + rollout([daemon]) + agents.notes(),
            cause=cause,
            evidence=agents.quotes(pods),
            command=_get_pods(daemon),
        )


def _by_cause(daemon: DaemonSet, agents: Agents) -> Mapping[str, list[Pod]]:
    """Return the pods that are down by whose fault it is: canal's run two agents."""
    causes: defaultdict[str, list[Pod]] = defaultdict(list)
    for pod in agents.down:
        if _has_begun(pod) and not _lacks_range(agents.view, pod):
            causes[_cause_of(pod, daemon)].append(pod)
    return causes


def _has_begun(pod: Pod) -> bool:
    """Return whether it is the agent that fails: flannel's once started, any's but its installers.

    A pod of flannel that waits to start has not written its CNI configuration either.
    """
    main = pod.status.container_statuses or ()
    begun = any(one.state.running or one.ended or one.restart_count for one in main)
    if _alone(pod):
        return begun
    return begun or not any(
        last_words.failed(one) for one in pod.status.init_container_statuses or ()
    )


def _alone(pod: Pod) -> bool:
    """Return whether a pod runs flannel and no other agent, as canal's does."""
    return {one.name for one in pod.containers} == {FLANNEL_CONTAINER}


def _lacks_range(view: View, pod: Pod) -> bool:
    """Return whether flannel ends because its node has no range for pods."""
    every = view.all(Node)
    node = next((one for one in every if one.metadata.name == place(pod)), None)
    flannel = any(one.name == FLANNEL_CONTAINER for one in pod.containers)
    return flannel and node is not None and nodes.without_range(node, every)


def _cause_of(pod: Pod, daemon: DaemonSet) -> str:
    """Return whose fault it is: of canal's two agents, flannel when it alone does not run."""
    failing = {one.name for one in pod.status.container_statuses or () if not one.ready}
    return FLANNEL if failing == {FLANNEL_CONTAINER} else _cause(daemon)


def _refusals(view: View, daemon: DaemonSet) -> list[Event]:
    """Return why a DaemonSet without a single pod has none."""
    if _pods(view, daemon):
        return []
    return [one for one in events.recent(view) if _is_refusal(one, daemon)]


def _is_refusal(one: Event, daemon: DaemonSet) -> bool:
    about, meta = one.involved_object, daemon.metadata
    named = ("DaemonSet", meta.namespace, meta.name)
    return one.reason == "FailedCreate" and (about.kind, about.namespace, about.name) == named


def _refused(daemon: DaemonSet, told: list[Event]) -> Finding:
    wanted = daemon.status.desired_number_scheduled
    return found(
        subject(daemon),
        REFUSED.fill(daemon=subject(daemon)),
        cause=_cause(daemon),
        evidence=[f"{subject(daemon)}: {wanted} pods wanted, 0 there", *events.quotes(told)],
        command=kubectl(
            "describe", "daemonset", daemon.metadata.name, namespace=daemon.metadata.namespace
        ),
    )


def _lacks(view: View, daemon: DaemonSet, node: Node) -> bool:
    """Return whether this node, there for a while, is left out by a DaemonSet that runs on others.

    One that has fewer pods than it wants may be about to make one here, as in a rollout.
    """
    places = [place(pod) for pod in _pods(view, daemon) if not pod.terminal]
    complete = len(places) >= daemon.status.desired_number_scheduled
    born = node.metadata.creation_timestamp
    settled = born is None or view.time - born >= SETTLE
    linux = node.status.node_info.operating_system in {"", "linux"}
    left_out = complete and node.metadata.name not in places
    return left_out and settled and linux and not nodes.silent(node)


def _not_here(view: View, daemon: DaemonSet, node: Node) -> Finding:
    name, count = node.metadata.name, len(_pods(view, daemon))
    return found(
        subject(daemon),
        NOT_HERE.fill(daemon=subject(daemon), node=name),
        cause=_cause(daemon),
        evidence=[f"pods of {subject(daemon)} on {name}: 0, on other nodes: {count}"],
        command=_get_pods(daemon),
    )


def _well(view: View, sorted_out: Sequence[tuple[DaemonSet, Agents]]) -> Finding:
    daemons = [daemon for daemon, _ in sorted_out]
    ready = sum(len(agents.ready) for _, agents in sorted_out)
    count = sum(agents.count for _, agents in sorted_out)
    notes = rollout(daemons)
    for _, agents in sorted_out:
        notes += agents.notes()
    if count:
        summary = WELL.fill(ready=ready, count=count)
    elif any(_pods(view, one) for one in daemons):
        return not_applicable(subject(daemons[0]), UNHEARD + notes)
    else:
        summary = _by_numbers(daemons)
    quoted = [_quote(one) for one in daemons]
    command = _get_pods(daemons[0])
    return clear(subject(daemons[0]), summary + notes, evidence=quoted, command=command)


def _by_numbers(daemons: Sequence[DaemonSet]) -> Text:
    """Go by what the DaemonSets say of themselves, when no pod of theirs was seen."""
    ready = sum(one.status.number_ready for one in daemons)
    wanted = sum(one.status.desired_number_scheduled for one in daemons)
    if not ready:
        return NO_PODS.fill(daemon=subject(daemons[0]))
    return WELL.fill(ready=ready, count=wanted)


def _quote(one: DaemonSet) -> str:
    status = one.status
    return f"{subject(one)}: {status.desired_number_scheduled} wanted, {status.number_ready} ready"


def _get_pods(daemon: DaemonSet) -> str:
    return kubectl("get", "pods", "-o", "wide", namespace=daemon.metadata.namespace)


CHECK = Check(
    slug="cni-agents",
    title=Text(en="Network plugin's agents", zh_tw="網路外掛的代理程式"),
    groups=("cni", "node"),
    proves=(CALICO, CILIUM, FLANNEL),
    sees=(See(Node), See(DaemonSet), See(Pod), See(Event)),
    asks=asks,
    reads_logs=True,
    logs_decide=False,
    judge=judge,
    about=("node", "pod"),
)
