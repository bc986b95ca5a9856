"""What do the DNS pods say of themselves.

Each is asked for `/health`, `/ready` and twice, four seconds apart, for `/metrics`, at the ports of
its Corefile or the usual ones: 8080, 8181 and 9153. Found is a pod that lists plugins that are not
ready, one whose health page fails though another page answers, and counters that rose in
those seconds: panics, questions refused over `max_concurrent`, all upstream servers unhealthy, a
share of SERVFAIL above 3 % of at least 20 answers, a mean time above a second. What they counted
since their start is quoted and judged by nobody, for it may be long ago.

Names as in coredns plugin/metrics, plugin/forward and plugin/cache; those before 1.7.0 as well
(its release notes). 3 % is the threshold of coredns-mixin's alert CoreDNSErrorsHigh.
"""

from collections.abc import Iterator, Sequence

import msgspec

from checks.corefile import SEES as CONFIGS
from checks.corefile import sources
from checks.dials import HttpDial, HttpDialed, Outcome
from checks.dns import NAMESPACE, SEES, coredns_image, dns_pods, dns_subject, elsewhere, get_pods
from checks.kinds import Pod
from checks.kubectl import kubectl
from checks.metrics import Metrics
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
from checks.nameservers import MOST, from_where
from checks.snapshot import NotSeenError, View
from checks.subject import subject
from checks.text import Text

DOWN, SLOW, FAILED = "dns-pods-down", "dns-slow", "dns-resolution-failed"
PAUSE = 4.0  # seconds between two looks at the counters
ENOUGH, SHARE, LATE = 20, 0.03, 1.0
PORTS = {"health": 8080, "ready": 8181, "prometheus": 9153}
PATHS = {"health": "/health", "ready": "/ready", "prometheus": "/metrics"}
RESPONSES = ("coredns_dns_responses_total", "coredns_dns_response_rcode_count_total")
PANICS = ("coredns_panics_total", "coredns_panic_count_total")
REJECTS = (
    "coredns_forward_max_concurrent_rejects_total",
    "coredns_forward_max_concurrent_reject_count_total",
)
BROKEN = (
    "coredns_forward_healthcheck_broken_total",
    "coredns_forward_healthcheck_broken_count_total",
)
TIME = "coredns_dns_request_duration_seconds"
HITS = ("coredns_cache_hits_total",)
MISSES = ("coredns_cache_misses_total",)
KEEP = (*RESPONSES, *PANICS, *REJECTS, *BROKEN, f"{TIME}_sum", f"{TIME}_count", *HITS, *MISSES)

UNREADY = Text(
    en="CoreDNS in {pod} waits for its plugins: {plugins}.{hint}",
    zh_tw="{pod} 的 CoreDNS 還在等待外掛：{plugins}。{hint}",
)
API = Text(
    en=" The plugin kubernetes is ready once it has read the API server.",
    zh_tw="外掛 kubernetes 要讀到 API server 之後才會就緒。",
)
STARVED = Text(
    en="The health page of {pod} fails ({fault}) though its other pages answer: the program hangs "
    "or gets too little CPU.",
    zh_tw="{pod} 的健康頁面失敗（{fault}），但其他頁面有回應：程式卡住或 CPU 不足。",
)
PANICKED = Text(
    en="CoreDNS in {pod} panicked {count} times within {pause:g} s; such questions get SERVFAIL.",
    zh_tw="{pod} 的 CoreDNS 在 {pause:g} 秒內 panic {count} 次，這些查詢會得到 SERVFAIL。",
)
REJECTED = Text(
    en="CoreDNS in {pod} refused {count} questions within {pause:g} s, for max_concurrent was "
    "reached: its upstream servers are slow or too many questions come.",
    zh_tw="{pod} 的 CoreDNS 在 {pause:g} 秒內因達到 max_concurrent 拒絕了 {count} 個查詢："
    "上游太慢或查詢太多。",
)
NO_UPSTREAM = Text(
    en="CoreDNS in {pod} finds all its upstream servers unhealthy ({count} times within {pause:g} "
    "s): names outside the cluster do not resolve.",
    zh_tw="{pod} 的 CoreDNS 認為所有上游都不健康（{pause:g} 秒內 {count} 次）："
    "叢集外的名稱無法解析。",
)
ERRORS = Text(
    en="CoreDNS in {pod} answered {share:.0%} of {count} questions with SERVFAIL within {pause:g} "
    "s, so far.",
    zh_tw="{pod} 的 CoreDNS 在 {pause:g} 秒內的 {count} 個查詢中，到目前為止有 {share:.0%} 回覆 "
    "SERVFAIL。",
)
SLOWLY = Text(
    en="CoreDNS in {pod} took {mean:.1f} s on average for {count} questions within {pause:g} s.",
    zh_tw="{pod} 的 CoreDNS 在 {pause:g} 秒內回答 {count} 個查詢，平均花費 {mean:.1f} 秒。",
)
WELL = Text(
    en="CoreDNS says that it is healthy and ready in {count} pods, and no counter of trouble rose "
    "within {pause:g} s.",
    zh_tw="{count} 個 Pod 的 CoreDNS 都表示健康且就緒，{pause:g} 秒內沒有異常計數增加。",
)
NOT_HEARD = Text(
    en=" Pages that do not answer: {pages}.",
    zh_tw="沒有回應的頁面：{pages}。",
)
UNHEARD = Text(
    en="No DNS pod answers on its health, ready or metrics port: they are not served, or a policy "
    "or the network keeps the bot from them.",
    zh_tw="沒有 DNS Pod 在 health、ready 或 metrics 埠回應：可能沒有提供，或被政策或網路擋住。",
)
NONE = Text(
    en="No DNS pod with an address runs CoreDNS.",
    zh_tw="沒有具位址的 DNS Pod 執行 CoreDNS。",
)


class Told(msgspec.Struct, frozen=True):
    """What one pod told of itself: by page, and its counters before and after the pause."""

    pod: Pod
    pages: dict[str, HttpDialed]
    before: Metrics
    after: Metrics
    counted: bool

    @property
    def name(self) -> str:
        """What findings call it, its node included."""
        node = self.pod.spec.node_name
        return subject(self.pod) + (f" on {node}" if node else "")

    def rise(self, *names: str, **labels: str) -> float:
        """Return by how much a counter rose, 0 when it is not there or began anew."""
        before, after = self.before.total(*names, **labels), self.after.total(*names, **labels)
        return max(0.0, after - (before or 0.0)) if after is not None else 0.0

    @property
    def heard(self) -> bool:
        """Whether any page answered, its counters included."""
        return self.counted or any(one.status for one in self.pages.values())

    def quote(self, page: str) -> str:
        """Quote a page: its status, or why there is none, and its first lines."""
        one = self.pages[page]
        said = f"{one.status} {' '.join(one.lines[:3])}".strip() if one.status else one.outcome
        return f"{subject(self.pod)} {PATHS[page]}: {said}"


def asks(view: View, _question: Question) -> Iterator[Ask]:
    """Ask each pod for its pages, and for its counters twice."""
    for pod in _pods(view):
        yield from _pages(view, pod).values()


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Believe what a pod says now; what it counted since its start is only quoted."""
    pods = _pods(view)
    if not pods:
        yield not_applicable(dns_subject(view), elsewhere(view) or NONE)
        return
    told, unseen = _told(view, pods)
    if not told:
        raise unseen[0]
    faults = [fault for one in told for fault in _faults(view, one)]
    if any(one.heard for one in told):
        yield from faults or [_well(view, told)]
    else:
        yield _unheard(view, told)


def _unheard(view: View, told: list[Told]) -> Finding:
    quotes = [one.quote(page) for one in told for page in one.pages]
    return blind(
        dns_subject(view),
        UNHEARD,
        needs=["dial the health and metrics ports of the DNS pods from inside the cluster"],
        evidence=[*quotes[:6], from_where(view.vantage)],
        command=get_pods(tuple(one.pod for one in told)),
    )


def _faults(view: View, one: Told) -> Iterator[Finding]:
    ready, health = one.pages.get("ready"), one.pages.get("health")
    if ready and ready.status == 503:  # noqa: PLR2004 plugin/ready: the body lists who is not
        plugins = ", ".join(ready.lines[:5]) or "not named"
        hint = API if "kubernetes" in plugins else Text("", "")
        summary = UNREADY.fill(pod=one.name, plugins=plugins, hint=hint)
        yield _found(view, one, summary, DOWN, [one.quote("ready")])
    if health and _hangs(health) and one.heard:
        summary = STARVED.fill(pod=one.name, fault=health.status or health.outcome)
        yield _found(view, one, summary, SLOW, [one.quote("health")])
    yield from _risen(view, one)


def _risen(view: View, one: Told) -> Iterator[Finding]:
    for names, text, cause in (
        (PANICS, PANICKED, SLOW),
        (REJECTS, REJECTED, SLOW),
        (BROKEN, NO_UPSTREAM, FAILED),
    ):
        count = one.rise(*names)
        if count:
            summary = text.fill(pod=one.name, count=f"{count:.0f}", pause=PAUSE)
            yield _found(view, one, summary, cause, [_counted(one, names)])
    answers, errors = one.rise(*RESPONSES), one.rise(*RESPONSES, rcode="SERVFAIL")
    if answers >= ENOUGH and errors / answers > SHARE:
        share = errors / answers
        summary = ERRORS.fill(pod=one.name, share=share, count=f"{answers:.0f}", pause=PAUSE)
        yield _found(view, one, summary, FAILED, [_counted(one, RESPONSES)])
    count, spent = one.rise(f"{TIME}_count"), one.rise(f"{TIME}_sum")
    if count >= ENOUGH and spent / count > LATE:
        summary = SLOWLY.fill(pod=one.name, mean=spent / count, count=f"{count:.0f}", pause=PAUSE)
        yield _found(view, one, summary, SLOW, [_counted(one, (f"{TIME}_sum",))])


def _found(view: View, one: Told, summary: Text, cause: str, quotes: Sequence[str]) -> Finding:
    evidence = [*quotes, *_since_start(one), from_where(view.vantage)]
    words = ("logs", one.pod.metadata.name, "--tail=50")
    command = kubectl(*words, namespace=NAMESPACE)
    return found(subject(one.pod), summary, cause=cause, evidence=evidence, command=command)


def _well(view: View, told: list[Told]) -> Finding:
    silent = [
        one.quote(page) for one in told for page, said in one.pages.items() if not said.status
    ]
    summary = WELL.fill(count=sum(one.heard for one in told), pause=PAUSE)
    if silent:
        summary += NOT_HEARD.fill(pages="; ".join(silent[:3]))
    quotes = [one.quote(page) for one in told for page in ("health", "ready") if page in one.pages]
    since = [quote for one in told for quote in _since_start(one)]
    return clear(
        dns_subject(view),
        summary,
        evidence=[*quotes, *since, from_where(view.vantage)],
        command=get_pods(tuple(one.pod for one in told)),
    )


def _since_start(one: Told) -> list[str]:
    """Quote what a pod counted since its start: answers by code, mean time, the cache's share."""
    codes = one.after.by("rcode", *RESPONSES)
    every = sum(codes.values())
    if not every:
        return []
    parts = [f"{code} {count / every:.1%}" for code, count in sorted(codes.items()) if count]
    count, spent = one.after.total(f"{TIME}_count"), one.after.total(f"{TIME}_sum")
    if count and spent is not None:
        parts.append(f"mean {spent / count * 1000:.1f} ms")
    hits, misses = one.after.total(*HITS) or 0.0, one.after.total(*MISSES) or 0.0
    if hits + misses:
        parts.append(f"cache hits {hits / (hits + misses):.0%}")
    return [f"{subject(one.pod)} since its start: {every:.0f} answers, {', '.join(parts)}"]


def _counted(one: Told, names: Sequence[str]) -> str:
    before, after = one.before.total(*names) or 0.0, one.after.total(*names) or 0.0
    named = next((name for name in names if one.after.total(name) is not None), names[0])
    return f"{subject(one.pod)} {named}: {before:g}, {PAUSE:g} s later {after:g}"


def _told(view: View, pods: Sequence[Pod]) -> tuple[list[Told], list[NotSeenError]]:
    told, unseen = [], []
    for pod in pods:
        try:
            said = {page: view.dial(one) for page, one in _pages(view, pod).items()}
        except NotSeenError as error:
            unseen.append(error)
            continue
        before, after = said.pop("prometheus", None), said.pop("later", None)
        counted = bool(before and before.status)
        told.append(Told(pod, said, _metrics(before), _metrics(after or before), counted))
    return told, unseen


def _metrics(page: HttpDialed | None) -> Metrics:
    return Metrics(page.lines if page and page.status == 200 else ())  # noqa: PLR2004


def _hangs(page: HttpDialed) -> bool:
    """Return whether a page hangs or tells of an error; a port nobody serves is no such thing."""
    return page.outcome in {Outcome.TIMED_OUT, Outcome.RESET} or page.status >= 500  # noqa: PLR2004


def _pages(view: View, pod: Pod) -> dict[str, HttpDial]:
    ports = _ports(view)
    address = pod.addresses[0]
    pages = {
        page: HttpDial(
            host=address,
            port=port,
            path=PATHS[page],
            seconds=2.0,
            keep=KEEP if page == "prometheus" else (),
        )
        for page, port in ports.items()
    }
    if "prometheus" in pages:
        pages["later"] = msgspec.structs.replace(pages["prometheus"], after=PAUSE)
    return pages


def _ports(view: View) -> dict[str, int]:
    """Return the ports of the pages, by the Corefile; without one, the usual ports of all."""
    texts = sources(view)
    if not texts:
        return PORTS
    lines = [
        line
        for text in texts
        for server in text.servers
        for line in server.lines
        if not line.nested and line.words[0] in PORTS
    ]
    return {line.words[0]: _port(line.words) for line in reversed(lines)}


def _port(words: Sequence[str]) -> int:
    """Return the port of `health`, `ready ADDRESS` or `prometheus :9153`."""
    port = words[1].rpartition(":")[2] if len(words) > 1 else ""
    return int(port) if port.isdecimal() and int(port) < 2**16 else PORTS[words[0]]


def _pods(view: View) -> tuple[Pod, ...]:
    """Return the pods to ask: those that run CoreDNS and have an address, ready or not."""
    running = [one for one in dns_pods(view) if coredns_image(one) and one.addresses]
    return tuple(sorted(running, key=lambda one: one.metadata.name)[:MOST])


CHECK = Check(
    slug="coredns-health",
    title=Text(en="CoreDNS' own word", zh_tw="CoreDNS 的自述"),
    groups=("dns",),
    proves=(DOWN, SLOW, FAILED),
    sees=(*SEES, *CONFIGS),
    asks=asks,
    dials=True,
    judge=judge,
    rules_out=False,
    tier=Tier.D,
)
