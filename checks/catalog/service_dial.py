"""Which layer of a Service fails: its endpoints, its ClusterIP, or its name.

The bot connects to each ready endpoint (at most ten, over all nodes; three tries of a second), to
the ClusterIP, and asks the cluster's DNS for the name. The first layer that fails is the answer.
Found is an endpoint that refuses (nothing listens on the target port), and a ClusterIP that fails
though every endpoint answers: its rules are kube-proxy's doing, or of what replaces it. Silence and
a missing route have several reasons, as has what a NetworkPolicy may stop on the bot's own way:
those are told and leave it open. A name that does not resolve is the trouble of DNS, whose checks
look for the cause. All is seen from the bot's node; other nodes have rules of their own.

Source: https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/ and
https://kubernetes.io/docs/reference/networking/virtual-ips/
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec

from checks import dialing
from checks.barriers import SEES as BARRIER_SEES
from checks.barriers import Barriers
from checks.dials import Dial, DnsDial, DnsReply, Outcome, TcpDial, TcpDialed
from checks.kinds import Pod, Service
from checks.kinds.network import SERVICE_NAME
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, Tier, blind, clear, found, not_applicable
from checks.nameservers import domain
from checks.platform import detect
from checks.policies import End, Port
from checks.quotes import port as quote_port
from checks.quotes import some
from checks.routes import SEES as ROUTE_SEES
from checks.routes import Route, Spot, routes
from checks.services import ABOUT, Services, asked
from checks.snapshot import NotSeenError, View
from checks.subject import subject
from checks.text import EMPTY, Text

LISTENER = "service-port-mismatch"
PROXY = "kube-proxy-broken"
NEW = timedelta(minutes=1)  # arbitrary; every kube-proxy has heard of a Service by then

NOT_NAMED = Text(
    en="No Service is named: connections are tried to one that is.",
    zh_tw="沒有指明 Service，因此沒有可以連線測試的對象。",
)
NOTHING = Text(
    en="{service} has no ready endpoint on a TCP port that could be dialed.",
    zh_tw="{service} 沒有可以連線測試的 TCP 埠與就緒端點。",
)
NO_LISTENER = Text(
    en="Nothing listens on port {target} of the pods behind {service}: each of the {count} that "
    "were dialed refuses.",
    zh_tw="{service} 後端的 Pod 沒有程式在監聽埠 {target}：連線測試的 {count} 個全部拒絕。",
)
SOME_REFUSE = Text(
    en="Nothing listens on port {target} of {pods} behind {service}, while {answering} of {count} "
    "answer: part of the connections are refused.",
    zh_tw="{service} 後端的 {pods} 沒有程式在監聽埠 {target}，而 {count} 個中有 {answering} 個"
    "會回應：部分連線會被拒絕。",
)
FAIL = Text(
    en="Of {count} endpoints of {service} that were dialed on port {target}, {failed} do not "
    "answer: {pods} ({outcome}). A policy, the network plugin or a firewall drops the packets, or "
    "the program hangs; which of them a dial does not tell.",
    zh_tw="{service} 連線測試的 {count} 個端點中，有 {failed} 個在埠 {target} 沒有回應："
    "{pods}（{outcome}）。可能是政策、網路外掛或防火牆丟棄封包，或程式沒有反應；連線測試無法分辨。",
)
OTHER_NODES = Text(
    en=" Those on the bot's node {node} answer and those on other nodes do not: the way between "
    "nodes is what fails.",
    zh_tw="bot 所在節點 {node} 上的端點會回應，其他節點上的不會：問題在節點之間。",
)
ONE_NODE = Text(
    en=" All that fail are on node {node}, and none that answers is.",
    zh_tw="失敗的都在節點 {node} 上，而該節點沒有任何端點回應。",
)
RULES = Text(
    en="Every endpoint of {service} that was dialed answers ({count}), and its ClusterIP {address} "
    "{outcome}: {place} has no right rules for it, which is kube-proxy's doing.",
    zh_tw="{service} 連線測試的 {count} 個端點都會回應，但 ClusterIP {address} {outcome}："
    "{place} 上沒有正確的規則，這是 kube-proxy 的工作。",
)
REPLACED = Text(
    en="Every endpoint of {service} that was dialed answers ({count}), and its ClusterIP {address} "
    "{outcome}: the fault is in what does kube-proxy's work on {place}.",
    zh_tw="{service} 連線測試的 {count} 個端點都會回應，但 ClusterIP {address} {outcome}："
    "問題在 {place} 上取代 kube-proxy 的元件。",
)
LOCAL = Text(
    en="The ClusterIP {address} of {service} {outcome} on {place}, as its internalTrafficPolicy "
    "Local says: no ready endpoint is on that node.",
    zh_tw="{service} 的 ClusterIP {address} 在 {place} {outcome}：internalTrafficPolicy 為 Local，"
    "而該節點上沒有就緒的端點。",
)
YOUNG = Text(
    en="The ClusterIP {address} of {service} {outcome}; the Service is less than a minute old.",
    zh_tw="{service} 的 ClusterIP {address} {outcome}；這個 Service 建立還不到一分鐘。",
)
NO_NAME = Text(
    en="{service} answers by its address, and its name {name} does not resolve ({said}): the "
    "trouble is DNS.",
    zh_tw="{service} 用位址連得上，但名稱 {name} 無法解析（{said}）：問題在 DNS。",
)
WELL = Text(
    en="{service} answers on port {port}: {count} endpoints{layers}, dialed from {place}.",
    zh_tw="{service} 的埠 {port} 有回應：{count} 個端點{layers}，從 {place} 測試。",
)
AND_ADDRESS = Text(en=", its ClusterIP", zh_tw="、ClusterIP")
AND_NAME = Text(en=" and its name", zh_tw="與名稱")
ELSEWHERE = Text(
    en=" Other nodes have rules of their own, and other pods other policies.",
    zh_tw="其他節點有各自的規則，其他 Pod 也有不同的政策。",
)


class Seen(msgspec.Struct, frozen=True):
    """What came of a route's dials to endpoints and to the ClusterIP."""

    route: Route
    spots: Mapping[Spot, TcpDialed]
    addresses: Mapping[TcpDial, TcpDialed]
    reply: DnsReply | None

    @property
    def failed(self) -> list[Spot]:
        """The endpoints that do not answer."""
        return [one for one, got in self.spots.items() if got.outcome is not Outcome.ANSWERED]

    @property
    def answering(self) -> list[Spot]:
        """The endpoints that answer."""
        return [one for one, got in self.spots.items() if got.outcome is Outcome.ANSWERED]

    @property
    def quotes(self) -> list[str]:
        """What each layer said, failed endpoints first."""
        ordered = [*self.failed, *self.answering]
        lines = [dialing.quote(one.dial.where, self.spots[one], str(one)) for one in ordered]
        lines += [dialing.quote(one.where, got, "ClusterIP") for one, got in self.addresses.items()]
        if self.route.name and self.reply:
            lines.append(f"{self.route.name.where}: {_told(self.reply)}")
        return [f"{subject(self.route.service)} port: {quote_port(self.route.port)}", *lines]


def asks(view: View, question: Question) -> Iterator[Dial]:
    """Dial every layer of the Services that are named."""
    for route in routes(view, question):
        yield from (one.dial for one in route.spots)
        yield from route.addresses
        if route.name:
            yield route.name


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge each port of the Services that are named."""
    meant = asked(Services(view), question)
    if refused := meant.refusal(NOT_NAMED):
        yield refused
        return
    every = list(routes(view, question))
    barriers = Barriers(view)
    for route in every:
        yield _judge(view, _seen(view, route), barriers)
    if not every:
        name = subject(meant.services[0])
        yield not_applicable(name, NOTHING.fill(service=name))


def _judge(view: View, seen: Seen, barriers: Barriers) -> Finding:
    told = _endpoints(view, seen, barriers) if seen.failed else _beyond(view, seen)
    left = seen.route.left + len(seen.route.spots) - len(seen.spots)
    return told.adding(dialing.CAPPED.fill(count=left)) if left else told


def _endpoints(view: View, seen: Seen, barriers: Barriers) -> Finding:
    """Say which endpoints do not answer, and what that proves."""
    refusing = [one for one in seen.failed if seen.spots[one].outcome is Outcome.REFUSED]
    doubts = (barriers.doubt(_end(view, barriers, one), Port(one.dial.port)) for one in seen.failed)
    doubt = next((one for one in doubts if one.en), None)
    if doubt is None and refusing:
        return _refused(seen, refusing)
    route, first = seen.route, seen.failed[0]
    name = subject(route.service)
    told = FAIL.fill(
        service=name,
        target=route.target,
        failed=len(seen.failed),
        count=len(seen.spots),
        pods=some(map(str, seen.failed), 3),
        outcome=seen.spots[first].outcome,
    )
    told += doubt or _pattern(view, seen)
    command = _show(route.service)
    return blind(name, told, needs=(), evidence=seen.quotes, command=command)


def _refused(seen: Seen, refusing: list[Spot]) -> Finding:
    route = seen.route
    name = subject(route.service)
    summary = NO_LISTENER if len(refusing) == len(seen.spots) else SOME_REFUSE
    told = summary.fill(
        service=name,
        target=route.target,
        count=len(seen.spots),
        answering=len(seen.answering),
        pods=some(map(str, refusing), 3),
    )
    command = _show(route.service)
    return found(name, told, cause=LISTENER, evidence=seen.quotes, command=command)


def _pattern(view: View, seen: Seen) -> Text:
    """Say what the nodes of those that fail have in common."""
    own = view.vantage.node
    failing, answering = ({one.node for one in group} for group in (seen.failed, seen.answering))
    if own and answering == {own} and own not in failing:
        return OTHER_NODES.fill(node=own)
    if len(failing) == 1 and "" not in failing and answering and not failing & answering:
        return ONE_NODE.fill(node=failing.pop())
    return EMPTY


def _beyond(view: View, seen: Seen) -> Finding:
    """Judge the ClusterIP and the name, once every endpoint answers."""
    failed = [one for one, got in seen.addresses.items() if got.outcome is not Outcome.ANSWERED]
    if failed:
        return _address(view, seen, failed[0])
    route = seen.route
    name = subject(route.service)
    if route.name and seen.reply and not _resolved(route, seen.reply):
        told = NO_NAME.fill(service=name, name=route.name.name, said=_told(seen.reply))
    else:
        layers = AND_ADDRESS if seen.addresses else EMPTY
        layers += AND_NAME if seen.reply else EMPTY
        told = WELL.fill(
            service=name,
            port=route.port.port,
            count=len(seen.spots),
            layers=layers,
            place=dialing.place(view.vantage),
        )
        told += ELSEWHERE
    return clear(name, told, evidence=seen.quotes, command=_show(route.service))


def _address(view: View, seen: Seen, failed: TcpDial) -> Finding:
    """Say why the ClusterIP does not answer though its endpoints do."""
    service = seen.route.service
    name = subject(service)
    summary, sure = _why(view, seen)
    told = summary.fill(
        service=name,
        address=failed.host,
        count=len(seen.spots),
        outcome=dialing.said(seen.addresses[failed].outcome),
        place=dialing.place(view.vantage),
    )
    command = kubectl("get", "pods", "-l", "k8s-app=kube-proxy", "-o", "wide", "-A")
    if sure:
        return found(name, told, cause=PROXY, evidence=seen.quotes, command=command)
    return blind(name, told, needs=(), evidence=seen.quotes, command=_show(service))


def _why(view: View, seen: Seen) -> tuple[Text, bool]:
    """Return the sentence, and whether kube-proxy alone can be the reason."""
    service, node = seen.route.service, view.vantage.node
    made = service.metadata.creation_timestamp
    here = {one.node for one in seen.spots}
    if service.spec.internal_traffic_policy == "Local" and (not node or node not in here):
        return LOCAL, False
    if made and view.time - made < NEW:
        return YOUNG, False
    if detect(view).proxy_mode == "none":
        return REPLACED, False
    return RULES, True


def _seen(view: View, route: Route) -> Seen:
    """Return what came of a route's dials, those of a family the bot has no address of left out."""
    can = {one: one.dial for one in route.spots if dialing.reachable(one.dial.host, view.vantage)}
    results = dialing.made(can.values(), view.dial)
    addresses = [one for one in route.addresses if dialing.reachable(one.host, view.vantage)]
    return Seen(
        route,
        {one: results[dial] for one, dial in can.items() if dial in results},
        dialing.made(addresses, view.dial) if results else {},
        _reply(view, route.name),
    )


def _reply(view: View, request: DnsDial | None) -> DnsReply | None:
    """Return what DNS said, None when it was not asked or when the name was guessed wrongly."""
    try:
        reply = view.dial(request).replies[0] if request else None
    except NotSeenError:
        return None
    guessed = not domain(view)[1]
    return None if reply and guessed and reply.rcode == "NXDOMAIN" else reply


def _resolved(route: Route, reply: DnsReply) -> bool:
    told = reply.outcome is Outcome.ANSWERED and reply.rcode == "NOERROR" and bool(reply.answers)
    return told and (route.service.headless or bool(set(reply.answers) & {*_hosts(route)}))


def _hosts(route: Route) -> Iterator[str]:
    yield from (one.host for one in route.addresses)


def _told(reply: DnsReply) -> str:
    if reply.outcome is not Outcome.ANSWERED:
        return str(reply.outcome)
    return f"{reply.rcode}, {some(reply.answers) or 'no address'}"


def _end(view: View, barriers: Barriers, spot: Spot) -> End:
    """Return an endpoint as policies see it."""
    host = spot.dial.host
    pods = (one for one in view.all(Pod) if host in one.addresses and not one.terminal)
    pod = next(pods, None)
    if pod is None:
        return End(host, addresses=(host,), is_pod=False)
    return barriers.end(pod)


def _show(service: Service) -> str:
    label = f"{SERVICE_NAME}={service.metadata.name}"
    words = ("get", "endpointslices", "-l", label, "-o", "wide")
    return kubectl(*words, namespace=service.metadata.namespace)


CHECK = Check(
    slug="service-dial",
    title=Text(en="Connections to a Service", zh_tw="Service 連線測試"),
    groups=("service",),
    proves=(LISTENER, PROXY),
    sees=tuple(dict.fromkeys((*ROUTE_SEES, *BARRIER_SEES))),
    asks=asks,
    dials=True,
    judge=judge,
    about=ABOUT,
    rules_out=False,
    tier=Tier.D,
)
