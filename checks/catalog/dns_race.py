"""Is one of two parallel lookups lost on the way, as by the race of connection tracking.

From the bot's pod sixty pairs of A and AAAA, each pair at once from one socket as glibc sends
them, go to the DNS Service's address; as many single questions go there too, and pairs straight to
two backends, where nothing is translated: some 420 questions within little more than a second.
What is lost is sent again after a second, so that its time lies near a multiple of that, while a
slow server's times do not. Found is that pairs are lost on the translated way, and neither single
questions there nor pairs on the straight way are lost alike. A pod waits longer for each: by
`timeout` of resolv.conf(5), 5 s unless its dnsConfig says otherwise.

A kernel before 5.0 is quoted as a hint and never makes it found. The race is the node's: that the
bot's node shows none says nothing of the others.

Source: https://github.com/kubernetes/kubernetes/issues/56903.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from checks.dials import DnsDial, DnsDialed, DnsReply, Outcome
from checks.dns import dns_subject, elsewhere, node_caches
from checks.kernels import old_kernels
from checks.kernels import quotes as quote_kernels
from checks.kinds import Node, Pod
from checks.kubectl import kubectl
from checks.model import Ask, Check, Finding, Question, See, Tier, clear, found, not_applicable
from checks.nameservers import SEES, Nameserver, backends, from_where, fronts, inside_name
from checks.platform import SEES as PLATFORM_SEES
from checks.platform import detect
from checks.pods import named_pods
from checks.snapshot import View
from checks.text import Text

CAUSE = "dns-slow"
LOOKUPS = 60
AGAIN = 1.0  # seconds until a question is sent again
TRIES = 3
NEAR = 0.3  # seconds after a multiple of that within which an answer belongs to what was sent again
LEAST = 2  # lost pairs; one may be chance
TIMES = 3  # as often as single questions: the race needs a pair
DIRECT = 2  # backends asked straight
DEFAULT_TIMEOUT = 5  # seconds, resolv.conf(5)

Way = Literal["pairs", "single", "straight"]

RACE = Text(
    en="{lost} of {all} parallel lookups through {server} were lost and answered when sent again, "
    "while single ones and those straight to the backends were not: connection tracking drops one "
    "of two packets that leave at once. A pod waits {wait} s for each.",
    zh_tw="經由 {server} 的 {all} 個並行查詢中有 {lost} 個遺失，重送後才得到回答；"
    "單一查詢與直接送往後端的查詢則沒有：conntrack 丟掉同時送出的兩個封包之一。"
    "Pod 每次要等待 {wait} 秒。",
)
LOST_ALIKE = Text(
    en="Lookups are lost ({pairs} of {all} in pairs, {single} of {all_single} single, {straight} "
    "of {all_straight} straight to the backends), but not pairs on the translated way alone: this "
    "is not the race.",
    zh_tw="有查詢遺失（成對 {all} 個中的 {pairs} 個、單一 {all_single} 個中的 {single} 個、"
    "直接送往後端 {all_straight} 個中的 {straight} 個），"
    "但並非只有經過轉譯的成對查詢，因此不是這種競爭。",
)
SLOW = Text(
    en="No parallel lookup of {all} through {server} was lost, but {slow} took more than {late:g} "
    "s: the servers or their upstream are slow.",
    zh_tw="經由 {server} 的 {all} 個並行查詢沒有遺失，但有 {slow} 個超過 {late:g} 秒："
    "伺服器或其上游很慢。",
)
WELL = Text(
    en="{all} parallel lookups through {server} were answered, {lost} of them only when sent "
    "again.",
    zh_tw="經由 {server} 的 {all} 個並行查詢都有回答，其中 {lost} 個重送後才得到。",
)
ELSEWHERE = Text(
    en=" This speaks for the bot's node alone.",
    zh_tw="這只代表機器人所在的節點。",
)
OLD_KERNEL = Text(
    en=" A hint, no proof: {count} of {all} nodes have a kernel before 5.0.",
    zh_tw="僅供參考：{all} 個節點中有 {count} 個的核心早於 5.0。",
)
SILENT = Text(
    en="{server} answers too few lookups to time them: {answered} of {all}.",
    zh_tw="{server} 回答的查詢太少，無法計時：{all} 個中的 {answered} 個。",
)
CACHES = Text(
    en="NodeLocal DNSCache answers pods on their own node, without translation or tracking.",
    zh_tw="NodeLocal DNSCache 在各節點直接回答 Pod，不經位址轉譯或 conntrack。",
)
NO_PROXY = Text(
    en="Nothing of kube-proxy translates addresses here: the network plugin does it by itself.",
    zh_tw="這裡沒有 kube-proxy 轉譯位址，由網路外掛自行處理。",
)
NO_SERVICE = Text(
    en="The DNS Service has no address that could be asked over UDP.",
    zh_tw="DNS Service 沒有可用 UDP 查詢的位址。",
)
LATE = 0.5


class Row(msgspec.Struct, frozen=True):
    """Lookups on one way: how many, answered, lost and sent again, and slow without a loss."""

    all: int = 0
    answered: int = 0
    lost: int = 0
    slow: int = 0


def asks(view: View, _question: Question) -> Iterator[Ask]:
    """Ask on each way, none where the race cannot be."""
    if _impossible(view) is None:
        for dials in _ways(view).values():
            yield from dials


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Compare the ways: the race is what pairs suffer on the translated one alone."""
    impossible = _impossible(view)
    if impossible:
        yield not_applicable(dns_subject(view), impossible)
        return
    dialed = {way: [view.dial(one) for one in dials] for way, dials in _ways(view).items()}
    rows = {way: count(results) for way, results in dialed.items()}
    pairs = rows["pairs"]
    server = _front(view)
    if pairs.answered * 2 < pairs.all:
        summary = SILENT.fill(server=server, answered=pairs.answered, all=pairs.all)
        yield not_applicable(server.subject, summary)
    elif _is_race(rows):
        summary = RACE.fill(
            lost=pairs.lost, all=pairs.all, server=server, wait=_timeout(view, question)
        )
        evidence = [*_quotes(dialed), *quote_kernels(view.all(Node)), from_where(view.vantage)]
        yield found(server.subject, summary, cause=CAUSE, evidence=evidence, command=_command())
    else:
        yield _no_race(view, server, rows, _quotes(dialed))


def count(results: Sequence[DnsDialed]) -> Row:
    """Count the lookups of one way."""
    replies = [one for result in results for one in result.replies]
    answered = [one for one in replies if one.outcome is Outcome.ANSWERED]
    return Row(
        all=len(replies),
        answered=len(answered),
        lost=sum(map(_was_lost, answered)),
        slow=sum(one.seconds > LATE and not _was_lost(one) for one in answered),
    )


def _was_lost(one: DnsReply) -> bool:
    """Return whether an answer belongs to what was sent again: soon after a multiple of `AGAIN`."""
    after = one.seconds - AGAIN * (one.tries - 1)
    return one.tries > 1 and 0 <= after < NEAR


def _is_race(rows: dict[Way, Row]) -> bool:
    pairs, single, straight = rows["pairs"], rows["single"], rows["straight"]
    if pairs.lost < LEAST or not straight.answered:
        return False
    share = pairs.lost / pairs.all
    return all(share >= TIMES * one.lost / one.all for one in (single, straight) if one.all)


def _no_race(view: View, server: Nameserver, rows: dict[Way, Row], quotes: list[str]) -> Finding:
    pairs, single, straight = rows["pairs"], rows["single"], rows["straight"]
    if pairs.lost >= LEAST:
        summary = LOST_ALIKE.fill(
            pairs=pairs.lost,
            all=pairs.all,
            single=single.lost,
            all_single=single.all,
            straight=straight.lost,
            all_straight=straight.all,
        )
    elif pairs.slow >= LEAST:
        summary = SLOW.fill(all=pairs.all, server=server, slow=pairs.slow, late=LATE)
    else:
        summary = WELL.fill(all=pairs.answered, server=server, lost=pairs.lost)
    summary += ELSEWHERE
    old, nodes = old_kernels(view), view.all(Node)
    if old:
        summary += OLD_KERNEL.fill(count=len(old), all=len(nodes))
    evidence = [*quotes, *quote_kernels(nodes), from_where(view.vantage)]
    return clear(server.subject, summary, evidence=evidence, command=_command())


def _ways(view: View) -> dict[Way, list[DnsDial]]:
    name, front = inside_name(view), _front(view)
    straight = [one for one in backends(view) if one.udp][:DIRECT]
    return {
        "pairs": [_dial(front, name, pair=True)],
        "single": [_dial(front, name, pair=False)],
        "straight": [_dial(one, name, pair=True) for one in straight],
    }


def _dial(server: Nameserver, name: str, *, pair: bool) -> DnsDial:
    return DnsDial(
        server=server.address,
        port=server.udp,
        name=name,
        pair=pair,
        queries=LOOKUPS,
        seconds=AGAIN,
        tries=TRIES,
    )


def _front(view: View) -> Nameserver:
    return next((one for one in fronts(view) if one.udp), Nameserver("Service", ""))


def _impossible(view: View) -> Text | None:
    """Say why there can be no such race here, None when there can."""
    if not _front(view).address:
        return elsewhere(view) or NO_SERVICE
    if node_caches(view):
        return CACHES
    return NO_PROXY if detect(view).proxy_mode == "none" else None


def _timeout(view: View, question: Question) -> str:
    """Return the seconds after which the pod asked about sends a question again."""
    for pod in named_pods(view, question):
        options = (pod.spec.dns_config.options or ()) if pod.spec.dns_config else ()
        told = [one.value for one in options if one.name == "timeout" and one.value]
        if told:
            return told[-1]
    return str(DEFAULT_TIMEOUT)


def _quotes(dialed: dict[Way, list[DnsDialed]]) -> list[str]:
    """Quote each way: how many were answered, how many were sent again, and when those came."""
    words = {
        "pairs": "A and AAAA at once to the Service",
        "single": "single questions to the Service",
        "straight": "A and AAAA at once straight to backends",
    }
    quotes = []
    for way, results in dialed.items():
        row = count(results)
        times = sorted(
            f"{one.seconds:.2f}"
            for result in results
            for one in result.replies
            if one.tries > 1 and one.outcome is Outcome.ANSWERED
        )
        late = f" (answered after {', '.join(times[:4])} s)" if times else ""
        said = f"{row.answered} of {row.all} answered, {row.lost} sent again{late}"
        quotes.append(f"{words[way]}: {said}")
    return quotes


def _command() -> str:
    words = (
        "get",
        "nodes",
        "-o",
        "custom-columns=NODE:.metadata.name,KERNEL:.status.nodeInfo.kernelVersion",
    )
    return kubectl(*words)


CHECK = Check(
    slug="dns-race",
    title=Text(en="Race of parallel lookups", zh_tw="並行 DNS 查詢的競爭"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=(*SEES, See(Pod), *PLATFORM_SEES),
    asks=asks,
    dials=True,
    judge=judge,
    rules_out=False,
    tier=Tier.D,
)
