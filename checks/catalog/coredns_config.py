"""Can CoreDNS start with the Corefile and the rights it has.

The plugin `proxy` was removed in CoreDNS 1.5.0 (its release notes; `forward` takes its place), and
an unknown directive or a brace without its partner ends the start (coredns/caddy,
caddyfile/parse.go). From 1.8.1 on CoreDNS lists and watches EndpointSlices
(notes/coredns-1.8.1.md), and is not ready before it could.

A pod that runs keeps what it started with: only where DNS pods are not ready is such a fault the
cause of what is seen today.
"""

from collections.abc import Iterator

import msgspec

from checks.authorizer import SEES as RBAC_SEES
from checks.authorizer import Authorizer, Request, user_of
from checks.corefile import SEES as CONFIGS
from checks.corefile import Server, Source, show, sources
from checks.dns import (
    NAMESPACE,
    SEES,
    coredns_image,
    coredns_version,
    dns_pods,
    dns_subject,
    elsewhere,
    get_pods,
)
from checks.kinds import Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, clear, found, not_applicable
from checks.quotes import why_unready
from checks.snapshot import View
from checks.text import Text

CAUSE = "dns-pods-down"
NO_PROXY = (1, 5, 0)
SLICES = (1, 8, 1)
GROUP, RESOURCE = "discovery.k8s.io", "endpointslices"

BRACES = Text(
    en="{source} does not parse: its braces do not come in pairs.",
    zh_tw="{source} 無法解析：大括號沒有成對。",
)
REMOVED = Text(
    en="{source} uses the plugin proxy, which CoreDNS {version} no longer has: write forward.",
    zh_tw="{source} 使用 proxy 外掛，CoreDNS {version} 已移除它：請改寫為 forward。",
)
RIGHTS = Text(
    en="CoreDNS {version} needs {verbs} on endpointslices, and {account} may not: it never becomes "
    "ready.",
    zh_tw="CoreDNS {version} 需要對 endpointslices 的 {verbs} 權限，但 {account} 沒有，"
    "因此永遠不會就緒。",
)
LATER = Text(
    en=" The DNS pods are ready with what they started with; the next start fails.",
    zh_tw="DNS Pod 仍以啟動時的內容運作，下次啟動就會失敗。",
)
WELL = Text(
    en="The Corefile's braces agree, no plugin in it is known to be removed, and CoreDNS may list "
    "what its version needs.",
    zh_tw="Corefile 的大括號成對，沒有使用已知被移除的外掛，CoreDNS 也有該版本所需的權限。",
)
UNKNOWN = Text(
    en=" The version of CoreDNS is not known, so plugins and rights were not compared with it.",
    zh_tw="無法得知 CoreDNS 的版本，因此沒有比對外掛與權限。",
)
NONE = Text(
    en="No DNS pod runs CoreDNS by the name of its image, and ConfigMap kube-system/coredns holds "
    "no Corefile.",
    zh_tw="從映像名稱看，沒有 DNS Pod 執行 CoreDNS，"
    "ConfigMap kube-system/coredns 也沒有 Corefile。",
)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, the quotes for it and the line that shows it."""

    summary: Text
    quotes: tuple[str, ...]
    command: str


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Look for faults of the Corefile and of the rights, and whether they bite already."""
    name = dns_subject(view)
    texts = sources(view)
    pods = tuple(pod for pod in dns_pods(view) if coredns_image(pod))
    if not pods and not texts:
        yield not_applicable(name, elsewhere(view) or NONE)
        return
    unready = [pod for pod in dns_pods(view) if not pod.ready and not pod.terminating]
    faults = [*_config_faults(texts, pods), *_right_faults(view, pods)]
    for fault in faults:
        yield _weigh(name, fault, unready)
    if not faults:
        yield _well(name, texts, pods)


def _weigh(name: str, fault: Fault, unready: list[Pod]) -> Finding:
    if unready:
        evidence = [*fault.quotes, why_unready(unready[0])]
        return found(name, fault.summary, cause=CAUSE, evidence=evidence, command=fault.command)
    return clear(name, fault.summary + LATER, evidence=fault.quotes, command=fault.command)


def _well(name: str, texts: tuple[Source, ...], pods: tuple[Pod, ...]) -> Finding:
    images = list(dict.fromkeys(coredns_image(pod) for pod in pods))
    quotes = [f"{one.name}: servers {len(one.servers)}" for one in texts]
    quotes += [f"image {image}" for image in images]
    summary = WELL if _newest(pods) else WELL + UNKNOWN
    return clear(name, summary, evidence=quotes, command=get_pods(pods))


def _config_faults(texts: tuple[Source, ...], pods: tuple[Pod, ...]) -> Iterator[Fault]:
    version = _newest(pods)
    for source in texts:
        if source.fault:
            summary = BRACES.fill(source=source.name)
            yield Fault(summary, (f"{source.name}: {source.fault}",), show(source))
        lines = [line for server in source.servers for line in server.plugin("proxy")]
        if lines and version and version >= NO_PROXY and not _is_snippet(source.servers):
            summary = REMOVED.fill(source=source.name, version=_dotted(version))
            quotes = (f"{source.name} {lines[0]}", f"image {coredns_image(pods[0])}")
            yield Fault(summary, quotes, show(source))


def _is_snippet(servers: tuple[Server, ...]) -> bool:
    """Return whether all that is there is snippets, which count only where they are imported."""
    return all(zone.startswith("(") for server in servers for zone in server.zones or (".",))


def _right_faults(view: View, pods: tuple[Pod, ...]) -> Iterator[Fault]:
    authorizer = Authorizer(view)
    for account in dict.fromkeys(pod.spec.service_account_name or "default" for pod in pods):
        mine = tuple(one for one in pods if (one.spec.service_account_name or "default") == account)
        version = _newest(mine)
        if version is None or version < SLICES:
            continue
        user = user_of(f"system:serviceaccount:{NAMESPACE}:{account}")
        lacking = [verb for verb in ("list", "watch") if not _may(authorizer, user.name, verb)]
        if lacking:
            yield _right_fault(authorizer, account, version, lacking)


def _may(authorizer: Authorizer, name: str, verb: str) -> bool:
    user = user_of(name)
    request = Request(verb=verb, group=GROUP, resource=RESOURCE)
    return any(True for _ in authorizer.grants(authorizer.held(user, request), request))


def _right_fault(
    authorizer: Authorizer, account: str, version: tuple[int, int, int], lacking: list[str]
) -> Fault:
    path = f"ServiceAccount {NAMESPACE}/{account}"
    user = user_of(f"system:serviceaccount:{NAMESPACE}:{account}")
    held = authorizer.held(user, Request(verb="list", group=GROUP, resource=RESOURCE))
    roles = ", ".join(dict.fromkeys(f"{one.role_ref.kind} {one.role_ref.name}" for one in held))
    verbs = " and ".join(lacking)
    summary = RIGHTS.fill(version=_dotted(version), verbs=", ".join(lacking), account=path)
    quotes = (
        f"{path}: no {verbs} on {RESOURCE}.{GROUP} in any role it holds",
        f"its roles: {roles or 'none'}",
    )
    right = ("auth", "can-i", lacking[0], f"{RESOURCE}.{GROUP}", "-A", f"--as={user.name}")
    return Fault(summary, quotes, kubectl(*right))


def _newest(pods: tuple[Pod, ...]) -> tuple[int, int, int] | None:
    return max(filter(None, map(coredns_version, pods)), default=None)


def _dotted(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))


CHECK = Check(
    slug="coredns-config",
    title=Text(en="CoreDNS configuration", zh_tw="CoreDNS 設定"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=(*SEES, *CONFIGS, *RBAC_SEES),
    judge=judge,
    rules_out=False,
)
