"""Does CoreDNS forward to itself.

The plugin `loop` (coredns plugin/loop, since 1.2.1) tells of it and ends the program. A Corefile
shows it by itself where a server forwards to its own port on a loopback address. The nodes'
`resolv.conf`, the most frequent reason, is in no object.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from checks.corefile import SEES as CONFIGS
from checks.corefile import Line, Server, Source, show, sources
from checks.dns import NAMESPACE as DNS_NAMESPACE
from checks.dns import (
    SEES,
    dns_pods,
    dns_subject,
    elsewhere,
    get_pods,
    node_caches,
)
from checks.kinds import Pod
from checks.kinds.pods import ContainerStatus
from checks.kubectl import kubectl
from checks.last_words import crashed, last_log
from checks.model import Check, Finding, LogRequest, Question, blind, clear, found, not_applicable
from checks.quotes import short, state
from checks.snapshot import NotSeenError, View
from checks.text import Text

CAUSE = "coredns-loop"
MOST = 3  # logs read: the pods of one Deployment share their Corefile and fail alike
DEFAULT_PORT = 53

# 1.3.1 and later; 1.2.5 to 1.3.0; 1.2.1 to 1.2.4.
_LOOP = re.compile(
    r"Loop \(.+\) detected for zone|Forwarding loop detected in|more than twice, loop detected"
)
_PORT = re.compile(r":(\d+)$")

LOOPS = Text(
    en="CoreDNS ended because its questions come back to it: the log of {pod} tells of a loop.",
    zh_tw="CoreDNS 因為自己的查詢又繞回自己而結束：{pod} 的 log 提到 loop。",
)
FORWARDS = Text(
    en="The Corefile forwards to {address}, which inside the pod is CoreDNS itself.",
    zh_tw="Corefile 轉送到 {address}，而這個位址在 Pod 內就是 CoreDNS 自己。",
)
OTHER = Text(
    en="DNS pods end, but not because of a loop: {said}.",
    zh_tw="DNS Pod 會結束，但不是因為 loop：{said}。",
)
UNREAD = Text(
    en="DNS pods end, and their log cannot be read: {reason}.",
    zh_tw="DNS Pod 會結束，但無法讀取它們的 log：{reason}。",
)
WELL = Text(
    en="No DNS pod ({count}) crashes, and the Corefile forwards to no address of its own. Where it "
    "forwards to /etc/resolv.conf, that file is the node's and is not seen here.",
    zh_tw="{count} 個 DNS Pod 都沒有反覆結束，Corefile 也沒有轉送到自己的位址。"
    "若轉送到 /etc/resolv.conf，該檔案來自節點，這裡看不到。",
)
NO_COREFILE = Text(
    en="No DNS pod ({count}) crashes. There is no Corefile in ConfigMap kube-system/coredns to "
    "look at.",
    zh_tw="{count} 個 DNS Pod 都沒有反覆結束。"
    "ConfigMap kube-system/coredns 沒有 Corefile 可供查看。",
)
NONE = Text(
    en="There is no DNS pod that could tell, and no Corefile in ConfigMap kube-system/coredns.",
    zh_tw="沒有可供查看的 DNS Pod，ConfigMap kube-system/coredns 也沒有 Corefile。",
)


def asks(view: View, _question: Question) -> Iterator[LogRequest]:
    """Ask for the last words of DNS pods that crash, and of no other."""
    for pod, status in _crashes(view):
        yield last_log(pod, status)


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Believe the log first, the Corefile second."""
    name = dns_subject(view)
    texts = sources(view)
    pods = (*dns_pods(view), *node_caches(view))
    crashes = _crashes(view)
    own = next(_own_addresses(texts), None) if _inside_pods(view) else None
    if not pods and not texts:
        yield not_applicable(name, elsewhere(view) or NONE)
        return
    logged = _by_log(view, name, crashes)
    if logged:
        yield logged
    elif own:
        yield _by_corefile(name, *own)
    elif crashes:
        yield _otherwise(view, name, crashes)
    else:
        quotes = [f"DNS pods: {len(pods)}, crashing: 0", *_quotes(texts)]
        command = get_pods(pods)
        summary = (WELL if texts else NO_COREFILE).fill(count=len(pods))
        yield clear(name, summary, evidence=quotes, command=command)


def _crashes(view: View) -> list[tuple[Pod, ContainerStatus]]:
    pods = (*dns_pods(view), *node_caches(view))
    return [(pod, status) for pod in pods for status in crashed(pod)][:MOST]


def _by_log(view: View, name: str, crashes: list[tuple[Pod, ContainerStatus]]) -> Finding | None:
    for pod, status in crashes:
        line = next((one for one in _said(view, pod, status) if _LOOP.search(one)), None)
        if line:
            return found(
                name,
                LOOPS.fill(pod=pod.metadata.name),
                cause=CAUSE,
                evidence=[f"log of {pod.metadata.name}: {short(line)}", _quote(pod, status)],
                command=_logs(pod, status),
            )
    return None


def _otherwise(view: View, name: str, crashes: list[tuple[Pod, ContainerStatus]]) -> Finding:
    pod, status = crashes[0]
    quotes = [_quote(*one) for one in crashes]
    try:
        lines = [line for line in view.log(last_log(pod, status)).splitlines() if line.strip()]
    except NotSeenError as unseen:
        summary = UNREAD.fill(reason=short(unseen.gap.reason))
        needs = [unseen.gap.need] if unseen.gap.need else []
        command = _logs(pod, status)
        return blind(name, summary, needs=needs, evidence=quotes, command=command)
    last = short(lines[-1]) if lines else state(status)
    evidence = [f"last log line of {pod.metadata.name}: {last}", *quotes]
    summary = OTHER.fill(said=last.rstrip("."))
    return clear(name, summary, evidence=evidence, command=_logs(pod, status))


def _by_corefile(name: str, source: Source, line: Line, address: str) -> Finding:
    return found(
        name,
        FORWARDS.fill(address=address),
        cause=CAUSE,
        evidence=[f"{source.name} {line}"],
        command=show(source),
    )


def _said(view: View, pod: Pod, status: ContainerStatus) -> list[str]:
    """Return a log, and nothing where it may not be read: another pod's may tell."""
    try:
        return view.log(last_log(pod, status)).splitlines()
    except NotSeenError:
        return []


def _inside_pods(view: View) -> bool:
    """Return whether CoreDNS has a loopback of its own: on the host network it is the node's."""
    return not any(pod.spec.host_network for pod in dns_pods(view))


def _own_addresses(texts: tuple[Source, ...]) -> Iterator[tuple[Source, Line, str]]:
    for source in texts:
        for server in source.servers:
            for line in server.plugin("forward"):
                for address in line.words[2:]:
                    if _is_own(server, address):
                        yield source, line, address


def _is_own(server: Server, address: str) -> bool:
    """Return whether a loopback address has the port this very server listens on.

    A server that is bound to other addresses leaves loopback to somebody else.
    """
    bare = address.removeprefix("dns://")
    port = _PORT.search(bare)
    host = bare[: port.start()] if port and bare.count(":") == 1 else bare
    try:
        loopback = ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
    wanted = int(port[1]) if port and host != bare else DEFAULT_PORT
    return loopback and not server.plugin("bind") and wanted in _ports(server)


def _ports(server: Server) -> set[int]:
    return {int(one[1]) if (one := _PORT.search(zone)) else DEFAULT_PORT for zone in server.zones}


def _quotes(texts: tuple[Source, ...]) -> list[str]:
    return [
        f"{source.name} {line}"
        for source in texts
        for server in source.servers
        for line in server.plugin("forward")
    ][:MOST]


def _quote(pod: Pod, status: ContainerStatus) -> str:
    return f"pod {pod.metadata.name} container {status.name} {state(status)}"


def _logs(pod: Pod, status: ContainerStatus) -> str:
    previous = ("--previous",) if last_log(pod, status).previous else ()
    words = ("logs", pod.metadata.name, "-c", status.name, *previous)
    return kubectl(*words, namespace=DNS_NAMESPACE)


CHECK = Check(
    slug="coredns-loop",
    title=Text(en="CoreDNS forwarding loop", zh_tw="CoreDNS 轉送迴圈"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=(*SEES, *CONFIGS),
    asks=asks,
    reads_logs=True,
    judge=judge,
)
