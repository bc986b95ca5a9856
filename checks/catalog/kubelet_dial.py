"""Do the kubelets answer on their port, where the API server asks them for logs and exec.

The bot shakes hands with port 10250, or the one the node tells of (at most ten nodes). Found is a
node that refuses while it was dialed by its own address: no kubelet listens there. Found, too, is a
kubelet that breaks off with "internal error", as one does that has no serving certificate, for
nobody approved its request. Silence may be a policy's, a firewall's that lets the control plane
alone in, or the node's; it is told. Who signed a kubelet's certificate is not judged: kubelets sign
their own unless told otherwise, and the API server takes that unless told otherwise. An answer to
the bot does not tell that the API server gets one.

Source: https://kubernetes.io/docs/concepts/architecture/control-plane-node-communication/ and
kubernetes, pkg/kubelet/certificate/kubelet.go
"""

from collections.abc import Iterator, Mapping, Sequence

from checks import dialing, nodes
from checks.barriers import FENCE_SEES, Fence
from checks.dials import Outcome, TlsDial, TlsDialed
from checks.kinds import Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, Tier, blind, clear, found, not_applicable
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

CAUSE, CERTIFICATE = "kubelet-unreachable", "tls-certificate"
PORT = 10250
SECONDS = 2.0
TRIES = 2  # with a handshake, and all within the time of one look
NO_CERTIFICATE = "alert internal error"  # OpenSSL's words for TLS alert 80

REFUSES = Text(
    en="Nothing listens on the kubelet's port of {nodes}: the kubelet does not run there, or was "
    "told to listen elsewhere.",
    zh_tw="{nodes} 的 kubelet 埠沒有程式在監聽：kubelet 沒有執行，或設定在別的位址。",
)
UNSIGNED = Text(
    en="The kubelet of {nodes} has no serving certificate (TLS internal error): its request waits "
    "to be approved.",
    zh_tw="{nodes} 的 kubelet 沒有服務憑證（TLS internal error）：它的憑證請求尚未核准。",
)
SILENT = Text(
    en="The kubelet's port of {nodes} does not answer the bot ({outcomes}): a firewall that lets "
    "only the control plane in, a policy, or the node.",
    zh_tw="{nodes} 的 kubelet 埠沒有回應 bot（{outcomes}）："
    "可能是只允許 control plane 的防火牆、政策，或節點本身。",
)
WELL = Text(
    en="The kubelets answer on their port ({count} nodes), dialed from {place}; the API server's "
    "way to them is another.",
    zh_tw="從 {place} 連線，{count} 個節點的 kubelet 埠都有回應；API server 走的是另一條路。",
)
NO_ADDRESS = Text(
    en="None of the nodes has an InternalIP to dial.",
    zh_tw="沒有節點具備可連線測試的 InternalIP。",
)


def asks(view: View, question: Question) -> Iterator[TlsDial]:
    """Dial each node's kubelet."""
    meant = _meant(view, question)
    if not isinstance(meant, Finding):
        yield from _dials(meant).values()


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the node asked about, by name, address or pod, or all."""
    meant = _meant(view, question)
    if isinstance(meant, Finding):
        yield meant
        return
    dials = _dials(meant)
    made = dialing.made(dials.values(), view.dial)
    results = {name: made[dial] for name, dial in dials.items() if dial in made}
    findings = list(_faults(view, dials, results)) or [_well(view, dials, results)]
    left = len(meant) - len(results)
    if left:
        findings[-1] = findings[-1].adding(dialing.CAPPED.fill(count=left))
    yield from findings


def _faults(
    view: View, dials: Mapping[str, TlsDial], results: Mapping[str, TlsDialed]
) -> Iterator[Finding]:
    fence = Fence(view)
    failed = [one for one, got in results.items() if got.outcome is not Outcome.ANSWERED]
    doubts = {one: fence.doubt_at(dials[one].host, dials[one].port) for one in failed}
    sure = [one for one in failed if not doubts[one].en]
    refusing = [one for one in sure if results[one].outcome is Outcome.REFUSED]
    unsigned = [one for one in failed if NO_CERTIFICATE in results[one].detail.lower()]
    for names, text, cause in ((refusing, REFUSES, CAUSE), (unsigned, UNSIGNED, CERTIFICATE)):
        if names:
            told = text.fill(nodes=some(names))
            quotes = _quotes(dials, results, names)
            yield found(_about(names), told, cause=cause, evidence=quotes, command=_show())
    silent = [one for one in failed if one not in {*refusing, *unsigned}]
    if silent:
        said = dict.fromkeys(str(results[one].outcome) for one in silent)
        told = SILENT.fill(nodes=some(silent), outcomes=", ".join(said)) + doubts[silent[0]]
        quotes = _quotes(dials, results, silent)
        yield blind(_about(silent), told, needs=(), evidence=quotes, command=_show())


def _well(view: View, dials: Mapping[str, TlsDial], results: Mapping[str, TlsDialed]) -> Finding:
    told = WELL.fill(count=len(results), place=dialing.place(view.vantage))
    names = list(results)
    quotes = _quotes(dials, results, names)
    return clear(_about(names), told, evidence=quotes, command=_show())


def _quotes(
    dials: Mapping[str, TlsDial], results: Mapping[str, TlsDialed], names: Sequence[str]
) -> list[str]:
    shown = names[: nodes.MOST]
    return [dialing.quote(f"tls {_where(dials[one])}", results[one], one) for one in shown]


def _where(dial: TlsDial) -> str:
    return dial.where.split()[1]


def _about(names: Sequence[str]) -> str:
    return f"Node {names[0]}" if len(names) == 1 else CLUSTER


def _meant(view: View, question: Question) -> Sequence[Node] | Finding:
    every = view.all(Node)
    places = [one for one in (question.ip, question.host) if one]
    dialed = [] if question.node else nodes.at(every, places)
    meant = dialed or nodes.asked(every, question, view.all(Pod))
    if isinstance(meant, Finding):
        return meant
    with_address = [one for one in meant if one.internal_ip]
    return with_address or not_applicable(nodes.subject(meant), NO_ADDRESS)


def _dials(meant: Sequence[Node]) -> dict[str, TlsDial]:
    return {
        one.metadata.name: TlsDial(
            host=one.internal_ip,
            port=one.status.daemon_endpoints.kubelet_endpoint.port or PORT,
            server_name=one.internal_ip,
            seconds=SECONDS,
            tries=TRIES,
        )
        for one in meant[: dialing.MOST]
    }


def _show() -> str:
    return kubectl("get", "nodes", "-o", "wide")


CHECK = Check(
    slug="kubelet-dial",
    title=Text(en="Connections to kubelets", zh_tw="kubelet 連線測試"),
    groups=("node",),
    proves=(CAUSE, CERTIFICATE),
    sees=(See(Node), *FENCE_SEES),
    asks=asks,
    dials=True,
    judge=judge,
    about=("node", "pod", "ip", "host"),
    rules_out=False,
    tier=Tier.D,
)
