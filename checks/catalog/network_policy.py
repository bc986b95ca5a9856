"""Does a NetworkPolicy stand in the way, on either side.

Evaluated by `checks/policies.py`; between two pods under Cilium its CiliumNetworkPolicies too, by
`checks/cilium.py`. Not evaluated, and named where they are: Cilium's cluster-wide policies, those
of Calico, and those of the network policy API's cluster-wide kinds, which may allow or deny
besides. Those of Cilium and Calico without a rule that allows in a direction leave a denial in it
as it is.
"""

from collections.abc import Iterable, Iterator

import msgspec

from checks import cilium
from checks.connections import SEES as CONNECTION_SEES
from checks.connections import Connections, Target, asked_port, is_name
from checks.dns import DEPLOYMENTS, dns_pods, dns_service, node_caches
from checks.dns import PODS as DNS_PODS
from checks.enforcement import SEES as ENFORCEMENT_SEES
from checks.enforcement import Enforcement, enforcement
from checks.kinds import Kind, NetworkPolicy, Pod
from checks.kinds.policy import (
    OTHERS,
    CalicoNetworkPolicy,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    GlobalNetworkPolicy,
)
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, blind, clear, found, not_applicable
from checks.pods import named_pods, no_pod
from checks.policies import Direction, End, Port, Side, side
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE = "network-policy-blocked"
MOST = 3
QUOTES = 8  # lines of policies in one finding
DNS_PORT = 53

NOTHING_NAMED = Text(
    en="No pod, Service or address is named whose policies could be looked at.",
    zh_tw="沒有指明 Pod、Service 或位址，無從查看適用的政策。",
)
NO_TARGET = Text(
    en="What is named is no pod, Service or address of this cluster.",
    zh_tw="指明的名稱不是這個叢集裡的 Pod、Service 或位址。",
)
NOT_ENFORCED = Text(
    en="{plugin} does not enforce NetworkPolicies, so they block nothing (there are {count}).",
    zh_tw="{plugin} 不會執行 NetworkPolicy，因此政策（{count} 個）不會阻擋任何流量。",
)
OUT = Text(
    en="{source} may not send to {target} on {port}: no rule of the policies that select it allows "
    "that ({policies}).",
    zh_tw="{source} 不能送往 {target} 的 {port}：選取它的政策中沒有規則允許（{policies}）。",
)
IN = Text(
    en="{target} takes nothing from {source} on {port}: no rule of the policies that select it "
    "allows that ({policies}).",
    zh_tw="{target} 不接受來自 {source} 的 {port}：選取它的政策中沒有規則允許（{policies}）。",
)
ANYBODY = Text(en="anybody", zh_tw="任何來源")
DNS = Text(en="the cluster's DNS", zh_tw="叢集 DNS")
ALLOWED = Text(
    en="NetworkPolicies let {source} reach {target} on {port}.",
    zh_tw="NetworkPolicy 允許 {source} 連到 {target} 的 {port}。",
)
LEFT = Text(
    en="{end}: incoming traffic is limited by {ingress}, outgoing by {egress}; the quotes say what "
    "they allow.",
    zh_tw="{end}：連入受 {ingress} 限制，連出受 {egress} 限制；允許的內容見引文。",
)
NO_POLICY = Text(en="no policy", zh_tw="無政策")
NO_DNS = Text(
    en=" They do not let it ask the cluster's DNS.",
    zh_tw="這些政策不允許它查詢叢集 DNS。",
)
UNSURE = Text(
    en=" Whether the network plugin ({plugin}) enforces policies is not known.",
    zh_tw="不清楚網路外掛（{plugin}）是否會執行政策。",
)
NOT_EVALUATED = Text(
    en=" Policies of other kinds, which are not evaluated, may say otherwise: {names}.",
    zh_tw="其他種類的政策未列入評估，結果可能不同：{names}。",
)


class Denial(msgspec.Struct, frozen=True):
    """What is denied, and what the policies that deny it say; `cilium` are those of Cilium."""

    summary: Text
    side: Side
    holder: End
    cilium: tuple[CiliumNetworkPolicy, ...] = ()

    def quotes(self) -> list[str]:
        """Quote the policies that deny."""
        own = [line for one in self.cilium for line in cilium.quotes(one, self.side.direction)]
        return own or self.side.quotes()


class Judge:
    """The policies of a view and what they say to a question's connection."""

    def __init__(self, view: View, enforced: Enforcement) -> None:
        self.view = view
        self.enforced = enforced
        self.connections = Connections(view)
        self.policies = view.all(NetworkPolicy)

    def side(self, direction: Direction, mine: End, other: End | None, port: Port) -> Side:
        """Return what one end's policies say."""
        inside = [one for one in self.policies if one.metadata.namespace == mine.namespace]
        fits = self.enforced.blocks_fit_pods
        return side(direction, inside, mine, other, port, blocks_fit_pods=fits)

    def denied(self, source: Pod | None, target: Target) -> Denial | None:
        """Return what denies a connection, its sender's policies first."""
        end = self.connections.end(source) if source else None
        if end:
            out = self.side("Egress", end, target.end, target.port)
            if not out.allowed:
                told = _told(OUT, end.name, target.end.name, target.port, out)
                return Denial(told, out, end)
        # What comes from the host network has an address that nothing here tells, and traffic of
        # a node to its own pods is never stopped.
        hosted = source is not None and source.spec.host_network
        if hosted and source is not None and source.spec.node_name == target.node:
            return None
        into = self.side("Ingress", target.end, None if hosted else end, target.port)
        if into.allowed:
            return None if hosted or end is None else self._closed(end, target)
        sender = end.name if end else ANYBODY
        told = _told(IN, sender, target.end.name, target.port, into)
        return Denial(told, into, target.end)

    def _closed(self, source: End, target: Target) -> Denial | None:
        """Return what of Cilium's own policies denies what NetworkPolicies leave open.

        A NetworkPolicy that selects an end and allows opens it for Cilium's policies too.
        """
        if self.enforced.plugin != "cilium" or not target.end.is_pod:
            return None
        every = self.view.all(CiliumNetworkPolicy)
        ways: tuple[tuple[Direction, End, End, Text], ...] = (
            ("Egress", source, target.end, OUT),
            ("Ingress", target.end, source, IN),
        )
        for way, mine, other, text in ways:
            side = self.side(way, mine, other, target.port)
            closing = cilium.closed(every, mine, other, target.port, way)
            if closing and not side.selecting:
                names = some(f"CiliumNetworkPolicy {one.path}" for one in closing)
                told = text.fill(
                    source=source.name, target=target.end.name, port=target.port, policies=names
                )
                return Denial(told, Side(way, allowed=False), mine, closing)
        return None

    def dns_denied(self, source: Pod) -> Denial | None:
        """Return what keeps a pod from every DNS pod; None where that is not certain."""
        own = source.spec.host_network or source.spec.dns_policy in {"Default", "None"}
        service = dns_service(self.view)
        if own or service is None or node_caches(self.view) or not dns_pods(self.view):
            return None
        end = self.connections.end(source)
        targets = list(self.connections.behind(service, f"{DNS_PORT}"))
        sides = [self.side("Egress", end, one.end, _udp(one)) for one in targets]
        if not sides or any(one.allowed for one in sides):
            return None
        return Denial(_told(OUT, end.name, DNS, _udp(targets[0]), sides[0]), sides[0], end)

    def others(self, ends: Iterable[End], against: Direction | None = None) -> list[str]:
        """Return the policies of other kinds that may count for these ends.

        `against` a denial in a direction count only those with a rule that may allow.
        """
        homes = {one.namespace for one in ends}
        kinds = ((kind, one) for kind in OTHERS for one in self.view.all(kind))
        return [
            f"{kind.__name__} {one.path}"
            for kind, one in kinds
            if not kind.resource.namespaced or one.metadata.namespace in homes
            if against is None or _may_allow(one, against, homes)
        ]


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the connection a question tells of, or what selects the one end it names."""
    enforced = enforcement(view)
    policies = view.all(NetworkPolicy)
    if not (question.pod or question.service or question.ip or question.host):
        yield not_applicable(CLUSTER, NOTHING_NAMED)
        return
    if enforced.enforced is False:
        told = NOT_ENFORCED.fill(plugin=enforced.plugin, count=len(policies))
        yield not_applicable(CLUSTER, told)
        return
    one = Judge(view, enforced)
    sources = named_pods(view, question)
    targets = one.connections.targets(_pod_or_service(question, sources), besides=sources)
    if sources:
        for source in _unlike(sources)[:MOST]:
            yield _from(one, source, targets, question)
    elif any(target.end.is_pod for target in targets):
        yield _into(one, targets)
    elif question.pod:
        yield no_pod(view, question)
    else:
        yield not_applicable(CLUSTER, NO_TARGET)


def _pod_or_service(question: Question, sources: tuple[Pod, ...]) -> Question:
    """Read a name that no pod has as a Service's, where nothing else is named."""
    other = question.service or question.ip or question.host
    if sources or other or not question.pod:
        return question
    return msgspec.structs.replace(question, service=question.pod, pod=None)


def _from(one: Judge, source: Pod, targets: list[Target], question: Question) -> Finding:
    """Judge what a pod sends; a name it could not resolve makes DNS part of it."""
    end = one.connections.end(source)
    ends = [end, *(target.end for target in targets)]
    no_dns = one.dns_denied(source)
    if no_dns and (is_name(question.host) or asked_port(question).number == DNS_PORT):
        return _deny(one, no_dns)
    denials = [denial for denial in (one.denied(source, target) for target in targets) if denial]
    if denials:
        return _deny(one, denials[0])
    if targets:
        port = targets[0].port
        told = ALLOWED.fill(source=end.name, target=targets[0].end.name, port=port)
        return _allow(one, told, ends, list(_quotes(one, end, targets[0])))
    told, quotes = _left(one, end)
    return _allow(one, told + NO_DNS if no_dns else told, ends, quotes)


def _into(one: Judge, targets: list[Target]) -> Finding:
    """Judge what is called by somebody unknown: only what nobody may do is certain."""
    ends = [target.end for target in targets]
    denials = [one.denied(None, target) for target in targets]
    if denials[0] and all(denials):
        return _deny(one, denials[0])
    told, quotes = _left(one, targets[0].end)
    return _allow(one, told, ends, quotes)


def _left(one: Judge, end: End) -> tuple[Text, list[str]]:
    """Say what selects an end and what that leaves allowed."""
    sides = {way: one.side(way, end, None, Port()) for way in ("Ingress", "Egress")}
    names = {way: _names(said) if said.selecting else NO_POLICY for way, said in sides.items()}
    told = LEFT.fill(end=end.name, ingress=names["Ingress"], egress=names["Egress"])
    quotes = [
        line
        for said in sides.values()
        for line in Side(said.direction, allowed=False, selecting=said.selecting).quotes()
    ]
    return told, quotes


def _deny(one: Judge, denial: Denial) -> Finding:
    quotes = [*denial.quotes()[:QUOTES], one.enforced.quote]
    name, summary = denial.holder.name, denial.summary
    doubts = _doubt(one, [denial.holder], denial.side.direction, judged=bool(denial.cilium))
    command = _describe(denial.holder, denial.side.selecting)
    if denial.cilium:
        names = [policy.metadata.name for policy in denial.cilium]
        home = denial.holder.namespace
        command = kubectl("describe", "ciliumnetworkpolicy", *names[:MOST], namespace=home)
    if one.enforced.enforced is None:
        doubts = UNSURE.fill(plugin=one.enforced.plugin or "?") + doubts
    if doubts.en:
        return blind(name, summary + doubts, needs=(), evidence=quotes, command=command)
    return found(name, summary, cause=CAUSE, evidence=quotes, command=command)


def _allow(one: Judge, told: Text, ends: list[End], quotes: list[str]) -> Finding:
    doubts = _doubt(one, ends)
    evidence = [*quotes[:QUOTES], f"NetworkPolicies of the cluster: {len(one.policies)}"]
    command = _describe(ends[0], ())
    if doubts.en:
        return blind(ends[0].name, told + doubts, needs=(), evidence=evidence, command=command)
    return clear(ends[0].name, told, evidence=evidence, command=command)


def _may_allow(one: Kind, direction: Direction, homes: Iterable[str]) -> bool:
    """Return whether a policy of another kind may allow what NetworkPolicies deny.

    Of Cilium's and Calico's the rules are known; of the others nothing is.
    """
    if isinstance(one, CiliumNetworkPolicy | CiliumClusterwideNetworkPolicy):
        return one.may_allow(direction)
    if isinstance(one, CalicoNetworkPolicy | GlobalNetworkPolicy):
        return one.spec.may_allow(direction) and any(map(one.spec.selects, homes))
    return True


def _doubt(
    one: Judge, ends: list[End], against: Direction | None = None, *, judged: bool = False
) -> Text:
    """Say which other policies may count; `judged` leaves out Cilium's, which were evaluated."""
    names = one.others(ends, against)
    if judged:
        names = [name for name in names if not name.startswith("CiliumNetworkPolicy ")]
    return NOT_EVALUATED.fill(names=some(names)) if names else Text("", "")


def _quotes(one: Judge, source: End, target: Target) -> Iterator[str]:
    out = one.side("Egress", source, target.end, target.port)
    into = one.side("Ingress", target.end, source, target.port)
    yield from out.quotes() or [f"{source.name}: no NetworkPolicy selects it for Egress"]
    yield from into.quotes() or [f"{target.end.name}: no NetworkPolicy selects it for Ingress"]


def _udp(target: Target) -> Port:
    return Port(target.port.number, "UDP")


def _told(text: Text, source: object, target: object, port: Port, said: Side) -> Text:
    return text.fill(source=source, target=target, port=port, policies=_names(said))


def _names(said: Side) -> str:
    return some(f"NetworkPolicy {one.path}" for one in said.selecting)


def _unlike(pods: tuple[Pod, ...]) -> list[Pod]:
    """Return one pod of each set of labels: policies know no other difference."""
    key = {(pod.metadata.namespace, *sorted(pod.labels.items())): pod for pod in reversed(pods)}
    return list(key.values())


def _describe(end: End, policies: tuple[NetworkPolicy, ...]) -> str:
    names = [one.metadata.name for one in policies[:MOST]]
    return kubectl("describe", "networkpolicy", *names, namespace=end.namespace)


CHECK = Check(
    slug="network-policy",
    title=Text(en="NetworkPolicies", zh_tw="NetworkPolicy"),
    groups=("policy",),
    proves=(CAUSE,),
    sees=(
        *CONNECTION_SEES,
        *ENFORCEMENT_SEES,
        DNS_PODS,
        DEPLOYMENTS,
        See(NetworkPolicy),
        *(See(kind, optional=True) for kind in OTHERS),
    ),
    judge=judge,
    about=("pod", "service", "ip", "host"),
    rules_out=False,
    client=True,
)
