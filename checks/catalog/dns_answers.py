"""Does every DNS server of the cluster answer, and its Service's address too.

Each backend of the DNS Service, each of its addresses and, where kubelets hand out one, the address
of NodeLocal DNSCache on the bot's node is asked over UDP and TCP for
`kubernetes.default.svc.` with the cluster's domain, and for the name of the question where that is
a full one. Found is a backend that is silent, refuses, loses questions or answers SERVFAIL or
REFUSED while others answer; an address of the Service that fails although backends answer; and
all of them failing alike. That none answers at all is blind where a NetworkPolicy could explain it,
and so is NXDOMAIN where nothing tells the cluster's domain. An answer from another address than the
one that was asked has passed by the rules that translate it (kubernetes/kubernetes#21613).

All is asked from the bot's own pod: another pod may fare otherwise, by its node or its policies,
so that `clear` rules nothing out. RCODEs are those of RFC 1035 §4.1.1; truncated answers are asked
for again over TCP (RFC 7766 §5).
"""

from collections.abc import Iterator, Sequence

import msgspec

from checks.barriers import FENCE_SEES, Fence
from checks.dialing import reachable
from checks.dials import DnsDial, DnsReply, Outcome
from checks.dns import NAMESPACE, dns_subject, elsewhere, get_pods
from checks.dns import dns_pods as pods_of
from checks.kubectl import kubectl
from checks.model import (
    Ask,
    Check,
    Finding,
    Question,
    Tier,
    blind,
    clear,
    found,
    not_applicable,
)
from checks.nameservers import (
    SEES,
    Nameserver,
    at_pod,
    backends,
    caches,
    domain,
    from_where,
    fronts,
    inside_name,
    left_out,
)
from checks.policies import End, Port
from checks.replies import fault_of, is_bad, is_unknown, said, server_fault, unanswered
from checks.replies import quote as quote_row
from checks.snapshot import NotSeenError, View
from checks.text import Text

SOME, ALL, FRONT = "dns-slow", "dns-resolution-failed", "service-unreachable"
BRIDGED = "bridge-nf-disabled"
QUERIES, AT_FRONT = 5, 20  # an address is asked more often: each question goes to another backend
SECONDS = 1.5

DEAD = Text(
    en="{server} fails ({fault}) while other DNS servers answer: the share of questions that the "
    "Service sends there fails or waits.",
    zh_tw="{server} 失敗（{fault}），其他 DNS 伺服器則會回答：Service 分到這裡的查詢會失敗或等待。",
)
BY_NODE = Text(
    en=" Those on the bot's own node answer, those on other nodes do not: look at the way between "
    "nodes first.",
    zh_tw="與機器人同節點的會回答，其他節點上的不會：請先檢查節點之間的網路。",
)
VIP = Text(
    en="{server} fails ({fault}) although its backends answer when asked directly: what leads from "
    "the Service's address to them is at fault, on the bot's node at least.",
    zh_tw="{server} 失敗（{fault}），但直接查詢後端都會回答："
    "問題在 Service 位址到後端的轉送，至少在機器人所在的節點上如此。",
)
LOSSY = Text(
    en="{server} loses questions ({fault}) although its backends answer all when asked directly.",
    zh_tw="{server} 會遺失查詢（{fault}），但直接查詢後端全部會回答。",
)
CACHE = Text(
    en="{server}, whom pods of the bot's node ask first, fails ({fault}) although the DNS servers "
    "behind it answer.",
    zh_tw="機器人所在節點的 Pod 會先詢問 {server}，它失敗（{fault}），"
    "但它後面的 DNS 伺服器都會回答。",
)
UNTRANSLATED = Text(
    en="Questions to {server} are answered from another address ({fault}): the answer comes back "
    "over the bridge and passes by the rules that would translate it.",
    zh_tw="送往 {server} 的查詢從另一個位址得到回答（{fault}）："
    "回應經由 bridge 直接返回，沒有經過負責轉譯位址的規則。",
)
EVERY = Text(
    en="No DNS server answers {name} as it should: {fault}.",
    zh_tw="沒有任何 DNS 伺服器正確回答 {name}：{fault}。",
)
UPSTREAM = Text(
    en="The DNS servers answer for the cluster but not for {name}: {fault}. Whom they forward to "
    "is at fault, or the way there.",
    zh_tw="DNS 伺服器能回答叢集內的名稱，但無法回答 {name}：{fault}。"
    "問題在它們轉送的上游或通往上游的路。",
)
UNHEARD = Text(
    en="No DNS server answers the bot ({fault}).",
    zh_tw="沒有 DNS 伺服器回答機器人（{fault}）。",
)
NO_DOMAIN = Text(
    en="The DNS servers know no {name}, and nothing tells whether {domain} is the cluster's "
    "domain.",
    zh_tw="DNS 伺服器不認得 {name}，也無從得知叢集網域是否為 {domain}。",
)
WELL = Text(
    en="{count} DNS servers and the Service's address answer over UDP and TCP from the bot's pod.",
    zh_tw="從機器人的 Pod 查詢，{count} 個 DNS 伺服器與 Service 位址在 UDP 與 TCP 都有回答。",
)
UNKNOWN_NAME = Text(
    en=" None of them knows {name} (NXDOMAIN): the name is wrong, or what it names is missing.",
    zh_tw="它們都不認得 {name}（NXDOMAIN）：名稱有誤，或對應的物件不存在。",
)
NOT_ASKED = Text(en=" Not asked: {count} more.", zh_tw="另有 {count} 個沒有查詢。")
NOT_DIALED = Text(en=" Some could not be asked: {reason}.", zh_tw="有些無法查詢：{reason}。")
NOBODY = Text(
    en="The DNS Service has no backend that could be asked.",
    zh_tw="DNS Service 沒有可供查詢的後端。",
)


class Heard(msgspec.Struct, frozen=True):
    """What one server said; `fault` is "" when it answered the cluster's name over both.

    `mute` says that no answer of any kind came back.
    """

    server: Nameserver
    fault: str
    lost: int
    mute: bool
    outside: DnsReply | None
    quote: str

    @property
    def dead(self) -> bool:
        """Whether it fails, other than by losing a few questions."""
        return bool(self.fault) and not self.lost


def asks(view: View, question: Question) -> Iterator[Ask]:
    """Ask every server for the cluster's own name, and for the full name in the question."""
    for server in (*backends(view), *fronts(view), *caches(view)):
        yield from _dials(view, server, question)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Compare the servers with each other, and the Service's address with all of them."""
    behind, skipped = _hear(view, question, backends(view))
    ahead, unseen = _hear(view, question, (*fronts(view), *caches(view)))
    skipped += unseen
    if not (*backends(view), *fronts(view)):
        yield not_applicable(dns_subject(view), elsewhere(view) or NOBODY)
        return
    if not behind and skipped:
        raise skipped[0]
    if not behind:  # an address that leads nowhere is what dns-pods and dns-service look at
        yield not_applicable(dns_subject(view), NOBODY)
        return
    findings = list(_faults(view, question, behind, ahead))
    yield from findings or [_well(view, question, behind, ahead, skipped)]


def _faults(
    view: View, question: Question, behind: list[Heard], ahead: list[Heard]
) -> Iterator[Finding]:
    failed = [one for one in behind if one.fault]
    if len(failed) == len(behind):
        yield _all_fail(view, failed, ahead)
        return
    for one in failed:
        summary = DEAD.fill(server=one.server, fault=one.fault)
        summary += BY_NODE if _by_node(view, behind) else Text("", "")
        yield found(
            one.server.subject,
            summary,
            cause=SOME,
            evidence=[one.quote, *_good(behind)[:2], from_where(view.vantage)],
            command=_describe(one.server),
        )
    for one in ahead:
        if one.fault and not failed:
            yield _front(view, one, behind)
    yield from _outside(view, question, behind)


def _all_fail(view: View, failed: list[Heard], ahead: list[Heard]) -> Finding:
    fault = "; ".join(dict.fromkeys(one.fault for one in failed))
    quotes = [one.quote for one in (*failed[:4], *ahead)] + [from_where(view.vantage)]
    name, told = dns_subject(view), domain(view)
    command = get_pods(pods_of(view))
    doubt = _doubt(view, failed)
    if doubt.en:
        needs = ["dial from a pod that no NetworkPolicy selects"]
        summary = UNHEARD.fill(fault=fault) + doubt
        return blind(name, summary, needs=needs, evidence=quotes, command=command)
    if all("NXDOMAIN" in one.fault for one in failed) and not told[1]:
        summary = NO_DOMAIN.fill(name=inside_name(view), domain=told[0])
        needs = ["clusterDomain in ConfigMap kube-system/kubelet-config"]
        return blind(name, summary, needs=needs, evidence=quotes, command=command)
    summary = EVERY.fill(name=inside_name(view), fault=fault)
    return found(name, summary, cause=ALL, evidence=quotes, command=command)


def _front(view: View, one: Heard, behind: list[Heard]) -> Finding:
    summary = (VIP if one.dead else LOSSY).fill(server=one.server, fault=one.fault)
    cause = FRONT if one.dead else SOME
    if one.server.is_cache:
        summary, cause = CACHE.fill(server=one.server, fault=one.fault), ALL if one.dead else SOME
    elif Outcome.STRAY in one.fault:
        summary, cause = UNTRANSLATED.fill(server=one.server, fault=one.fault), BRIDGED
    if left_out(view):
        summary += NOT_ASKED.fill(count=left_out(view))
    return found(
        one.server.subject,
        summary,
        cause=cause,
        evidence=[one.quote, *_good(behind)[:3], from_where(view.vantage)],
        command=_describe(one.server),
    )


def _outside(view: View, question: Question, behind: list[Heard]) -> Iterator[Finding]:
    """Yield the fault of a name outside that no server can resolve while each knows the inside."""
    asked = _asked_for(view, question)
    replies = [one.outside for one in behind if one.outside and not one.fault]
    faults = [fault_of(one, needs_answer=False) for one in replies]
    if not asked or not faults or not all(faults) or is_unknown(replies):
        return
    yield found(
        dns_subject(view),
        UPSTREAM.fill(name=asked, fault="; ".join(dict.fromkeys(faults))),
        cause=ALL,
        evidence=[
            *(f"{one.server}: {asked} {said(one.outside)}" for one in behind if one.outside),
            *_good(behind)[:1],
        ],
        command=kubectl("get", "configmap", "coredns", "-o", "yaml", namespace=NAMESPACE),
    )


def _well(
    view: View,
    question: Question,
    behind: list[Heard],
    ahead: list[Heard],
    skipped: Sequence[NotSeenError],
) -> Finding:
    summary = WELL.fill(count=len(behind))
    asked = _asked_for(view, question)
    if asked and is_unknown([one.outside for one in behind if one.outside]):
        summary += UNKNOWN_NAME.fill(name=asked)
    if left_out(view):
        summary += NOT_ASKED.fill(count=left_out(view))
    if skipped:
        summary += NOT_DIALED.fill(reason=skipped[0].gap.reason)
    return clear(
        dns_subject(view),
        summary,
        evidence=[*(one.quote for one in (*ahead, *behind)), from_where(view.vantage)],
        command=get_pods(pods_of(view)),
    )


def _hear(
    view: View, question: Question, servers: Sequence[Nameserver]
) -> tuple[list[Heard], list[NotSeenError]]:
    """Return what each server said, and why some were not asked."""
    heard, skipped = [], []
    for server in servers:
        if not (server.udp or server.tcp) or not _has_family(view, server):
            continue  # it offers no DNS, or the bot has no address of its family
        try:
            heard.append(_listen(view, question, server))
        except NotSeenError as unseen:
            skipped.append(unseen)
    return heard, skipped


def _has_family(view: View, server: Nameserver) -> bool:
    return server.is_cache or reachable(server.address, view.vantage)


def _listen(view: View, question: Question, server: Nameserver) -> Heard:
    results = {one: view.dial(one) for one in _dials(view, server, question)}
    name = inside_name(view)
    plain = {one.transport: result for one, result in results.items() if one.name == name}
    outside = next((result for one, result in results.items() if one.name != name), None)
    udp, tcp = plain.get("udp"), plain.get("tcp")
    fault = server_fault(udp, tcp)
    lost = len(unanswered(udp)) if udp and not all(map(is_bad, udp.replies)) else 0
    quote = "; ".join(f"{how} {quote_row(result)}" for how, result in plain.items())
    return Heard(
        server,
        fault,
        lost if fault else 0,
        all(len(unanswered(one)) == len(one.replies) for one in plain.values()),
        outside.replies[0] if outside else None,
        f"{server}: {name} {quote}",
    )


def _dials(view: View, server: Nameserver, question: Question) -> Iterator[DnsDial]:
    is_front = server.is_cache or server.subject.startswith("Service ")
    name, asked = inside_name(view), _asked_for(view, question)
    if server.udp:
        often = AT_FRONT if is_front else QUERIES
        yield _dial(server, name, server.udp, queries=often)
    if server.tcp:
        yield _dial(server, name, server.tcp, transport="tcp")
    if server.udp and asked and asked != name and not is_front:
        yield _dial(server, asked, server.udp, seconds=4.0)


def _dial(server: Nameserver, name: str, port: int, **more: object) -> DnsDial:
    fields = {"server": server.address, "name": name, "port": port, "seconds": SECONDS, **more}
    return DnsDial(**fields)  # type: ignore[arg-type]


def _asked_for(view: View, question: Question) -> str:
    """Return the name in the question when it is a full one; a short one depends on its pod."""
    host = (question.host or "").rstrip(".").lower()
    words = host.split(".")
    if len(words) < 2 or words[-1].isdigit() or ":" in host:  # noqa: PLR2004
        return ""
    known = domain(view)[0]
    if words[-1] == "svc":
        return f"{host}.{known}"
    is_full = host.endswith(f".{known}") or (len(words[-1]) > 1 and len(words) > 2)  # noqa: PLR2004
    return host if is_full else ""


def _by_node(view: View, behind: list[Heard]) -> bool:
    """Return whether exactly the servers on the bot's node answer, of several nodes."""
    own = view.vantage.node
    near = [one for one in behind if one.server.node == own]
    far = [one for one in behind if one.server.node != own]
    return bool(own and near and far) and not any(map(_failed, near)) and all(map(_failed, far))


def _failed(one: Heard) -> bool:
    return bool(one.fault)


def _good(behind: list[Heard]) -> list[str]:
    return [one.quote for one in behind if not one.fault]


def _doubt(view: View, failed: list[Heard]) -> Text:
    """Return why the lack of any answer proves nothing, "" when no policy can be the reason."""
    fence = Fence(view)
    for one in failed if all(one.mute for one in failed) else ():
        pod = at_pod(view, one.server.address)
        end = fence.end(pod) if pod else End(one.server.address, addresses=(one.server.address,))
        doubt = fence.doubt(end, Port(one.server.udp, "UDP"))
        if doubt.en:
            return doubt
    return Text("", "")


def _describe(server: Nameserver) -> str:
    kind, _, path = server.subject.partition(" ")
    if kind in {"Pod", "Service"}:
        name = path.partition("/")[2]
        return kubectl("describe", kind.lower(), name, namespace=NAMESPACE)
    return kubectl("get", "endpointslices", "-o", "wide", namespace=NAMESPACE)


CHECK = Check(
    slug="dns-answers",
    title=Text(en="Answers of the DNS servers", zh_tw="DNS 伺服器的回答"),
    groups=("dns",),
    proves=(SOME, ALL, FRONT, BRIDGED),
    sees=(*SEES, *FENCE_SEES),
    asks=asks,
    dials=True,
    judge=judge,
    rules_out=False,
    tier=Tier.D,
)
