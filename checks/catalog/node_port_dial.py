"""Does a NodePort answer on the nodes, from inside the cluster.

The bot connects to the node port on each node's InternalIP (at most ten nodes) and to the endpoints
behind it. Found is a node where it does not answer though every endpoint does. Left alone are nodes
that externalTrafficPolicy Local lets be silent; what kube-proxy's nodePortAddresses leaves out and
what a NetworkPolicy may stop on the bot's own way stay open. An answer in here does not tell what a
firewall or a security group does to those who come from outside.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
"""

from collections.abc import Iterator, Mapping

import msgspec

from checks import dialing
from checks.barriers import SEES as BARRIER_SEES
from checks.barriers import Barriers
from checks.configs import settings
from checks.dials import Outcome, TcpDial, TcpDialed
from checks.kinds import ConfigMap, Node
from checks.model import Check, Finding, Question, Tier, blind, clear, found, not_applicable
from checks.quotes import some
from checks.routes import SEES as ROUTE_SEES
from checks.routes import Route, routes
from checks.services import ABOUT, Services, asked, describe
from checks.snapshot import View
from checks.subject import subject
from checks.text import EMPTY, Text

CAUSE = "nodeport-unreachable"

NOT_NAMED = Text(
    en="No Service is named: node ports are tried of one that is.",
    zh_tw="沒有指明 Service，因此沒有節點埠可以連線測試。",
)
NO_NODE_PORT = Text(
    en="{service} has no node port, or no ready endpoint, that could be dialed.",
    zh_tw="{service} 沒有可以連線測試的節點埠或就緒端點。",
)
SILENT = Text(
    en="Every endpoint of {service} answers ({count}), and node port {port} does not on {nodes} "
    "({outcome}); it answers on {answering} of {dialed} nodes.",
    zh_tw="{service} 的 {count} 個端點都會回應，但節點埠 {port} 在 {nodes} 沒有回應（{outcome}）；"
    "{dialed} 個節點中有 {answering} 個會回應。",
)
RESTRICTED = Text(
    en=" kube-proxy opens node ports on {ranges} only (nodePortAddresses).",
    zh_tw="kube-proxy 只在 {ranges} 開放節點埠（nodePortAddresses）。",
)
ENDPOINTS = Text(
    en="Node port {port} of {service} does not answer on {nodes} ({outcome}), nor does every "
    "endpoint of it: look at the endpoints first.",
    zh_tw="{service} 的節點埠 {port} 在 {nodes} 沒有回應（{outcome}），端點也並非全部回應："
    "請先檢查端點。",
)
WELL = Text(
    en="Node port {port} of {service} answers on {count} nodes, dialed from inside the cluster. "
    "From outside a firewall may still stop it.",
    zh_tw="{service} 的節點埠 {port} 在 {count} 個節點有回應（從叢集內測試）。"
    "從外部連線仍可能被防火牆阻擋。",
)
BY_DESIGN = Text(
    en=" Silent as externalTrafficPolicy Local says, having no ready endpoint: {nodes}.",
    zh_tw="因 externalTrafficPolicy 為 Local 且沒有就緒端點而不回應的節點：{nodes}。",
)


class Seen(msgspec.Struct, frozen=True):
    """What one node port came to on each node, and the endpoints behind it."""

    route: Route
    nodes: Mapping[str, TcpDial]
    results: Mapping[TcpDial, TcpDialed]
    local: frozenset[str]

    @property
    def dialed(self) -> list[str]:
        """The nodes that were dialed."""
        return [name for name, dial in self.nodes.items() if dial in self.results]

    @property
    def failed(self) -> list[str]:
        """The nodes where it does not answer and ought to."""
        return [one for one in self.dialed if not self._answers(self.nodes[one], one)]

    @property
    def excused(self) -> list[str]:
        """The nodes that need not answer and do not."""
        return [
            one
            for one in self.dialed
            if one in self.local and self.results[self.nodes[one]].outcome is not Outcome.ANSWERED
        ]

    @property
    def endpoints_answer(self) -> bool:
        """Whether endpoints were dialed and each answers."""
        made = [self.results[one.dial] for one in self.route.spots if one.dial in self.results]
        return bool(made) and all(one.outcome is Outcome.ANSWERED for one in made)

    @property
    def quotes(self) -> list[str]:
        """What came of each dial, failed nodes first."""
        names = sorted(self.dialed, key=lambda one: one not in self.failed)
        lines = [self._quote(self.nodes[one], one) for one in names]
        spots = [one for one in self.route.spots if one.dial in self.results]
        return [*lines, *(self._quote(one.dial, str(one)) for one in spots)]

    def _answers(self, dial: TcpDial, name: str) -> bool:
        return name in self.local or self.results[dial].outcome is Outcome.ANSWERED

    def _quote(self, dial: TcpDial, whose: str) -> str:
        return dialing.quote(dial.where, self.results[dial], whose)


def asks(view: View, question: Question) -> Iterator[TcpDial]:
    """Dial the node ports of the Services that are named, and what is behind them."""
    for route in _exposed(view, question):
        yield from _dials(view, route).values()
        yield from (one.dial for one in route.spots)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge each node port of the Services that are named."""
    meant = asked(Services(view), question)
    if refused := meant.refusal(NOT_NAMED):
        yield refused
        return
    exposed = list(_exposed(view, question))
    for route in exposed:
        yield _judge(view, _seen(view, route))
    if not exposed:
        name = subject(meant.services[0])
        yield not_applicable(name, NO_NODE_PORT.fill(service=name))


def _judge(view: View, seen: Seen) -> Finding:
    told = _fault(view, seen) if seen.failed else _well(seen)
    left = len(view.all(Node)) - len(seen.dialed)
    return told.adding(dialing.CAPPED.fill(count=left)) if left > 0 else told


def _fault(view: View, seen: Seen) -> Finding:
    route = seen.route
    name = subject(route.service)
    first = seen.nodes[seen.failed[0]]
    told = (SILENT if seen.endpoints_answer else ENDPOINTS).fill(
        service=name,
        port=route.port.node_port,
        nodes=some(seen.failed),
        count=len(route.spots),
        outcome=seen.results[first].outcome,
        answering=len(seen.dialed) - len(seen.failed) - len(seen.excused),
        dialed=len(seen.dialed),
    )
    doubt = _restricted(view) + Barriers(view).doubt_at(first.host, first.port)
    quotes, command = seen.quotes, describe(route.service)
    if doubt.en or not seen.endpoints_answer:
        return blind(name, told + doubt, needs=(), evidence=quotes, command=command)
    return found(name, told, cause=CAUSE, evidence=quotes, command=command)


def _well(seen: Seen) -> Finding:
    route = seen.route
    name = subject(route.service)
    count = len(seen.dialed) - len(seen.excused)
    told = WELL.fill(service=name, port=route.port.node_port, count=count)
    if seen.excused:
        told += BY_DESIGN.fill(nodes=some(seen.excused))
    return clear(name, told, evidence=seen.quotes, command=describe(route.service))


def _restricted(view: View) -> Text:
    """Say that kube-proxy was told where to open node ports, "" when it was not."""
    config = view.one(ConfigMap, "kube-system", "kube-proxy")
    ranges = (settings(config, "config.conf") or {}).get("nodePortAddresses")
    return RESTRICTED.fill(ranges=some(map(str, ranges))) if isinstance(ranges, list) else EMPTY


def _seen(view: View, route: Route) -> Seen:
    dials = _dials(view, route)
    wanted = [*dials.values(), *(one.dial for one in route.spots)]
    can = [one for one in wanted if dialing.reachable(one.host, view.vantage)]
    return Seen(route, dials, dialing.made(can, view.dial), frozenset(_excusable(view, route)))


def _excusable(view: View, route: Route) -> Iterator[str]:
    """Yield the nodes that may be silent: with Local, all that have no ready endpoint."""
    if route.service.spec.external_traffic_policy == "Local":
        slices = Services(view).slices(route.service)
        holding = {one.node_name for part in slices for one in part.endpoints or () if one.ready}
        names = (one.metadata.name for one in view.all(Node))
        yield from (one for one in names if one not in holding)


def _exposed(view: View, question: Question) -> Iterator[Route]:
    for route in routes(view, question):
        if route.port.node_port and any(one.internal_ip for one in view.all(Node)):
            yield route


def _dials(view: View, route: Route) -> dict[str, TcpDial]:
    every = [one for one in view.all(Node) if one.internal_ip]
    return {
        one.metadata.name: dialing.tcp(one.internal_ip, route.port.node_port)
        for one in every[: dialing.MOST]
    }


CHECK = Check(
    slug="node-port-dial",
    title=Text(en="Connections to node ports", zh_tw="節點埠連線測試"),
    groups=("service",),
    proves=(CAUSE,),
    sees=tuple(dict.fromkeys((*ROUTE_SEES, *BARRIER_SEES))),
    asks=asks,
    dials=True,
    judge=judge,
    about=ABOUT,
    rules_out=False,
    tier=Tier.D,
)
