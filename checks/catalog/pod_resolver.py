"""Does a pod ask the cluster's DNS at all.

By kubernetes.io/docs/concepts/services-networking/dns-pod-service: a pod on the host network with
dnsPolicy ClusterFirst falls back to Default, the node's resolver, which knows no cluster names.
One with servers of its own is found only where one of them was asked for a name of the cluster.
musl (Alpine) reads only `ndots`, `timeout` and `attempts` of the options.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from checks.dns import dns_pods, dns_service
from checks.kinds import Pod, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.pods import PODS, named_pods, no_pod
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

CAUSE = "dns-resolution-failed"
MOST = 3
MUSL_READS = {"ndots", "timeout", "attempts"}

HOST_NETWORK = Text(
    en="{pod} is on the host network with dnsPolicy ClusterFirst, so it asks the node's resolver "
    "(ClusterFirstWithHostNet would ask the cluster's DNS)",
    zh_tw="{pod} 使用主機網路且 dnsPolicy 為 ClusterFirst，因此查詢的是節點的 DNS"
    "（要用 ClusterFirstWithHostNet 才會查詢叢集 DNS）",
)
DEFAULT = Text(
    en="{pod} has dnsPolicy Default, so it asks the node's resolver",
    zh_tw="{pod} 的 dnsPolicy 為 Default，因此查詢的是節點的 DNS",
)
OWN = Text(
    en="{pod} has dnsPolicy None and asks {servers}, none of which is the cluster's DNS",
    zh_tw="{pod} 的 dnsPolicy 為 None，查詢的是 {servers}，其中沒有叢集 DNS",
)
CLUSTER_DNS = Text(
    en="{pod} asks the cluster's DNS (dnsPolicy {policy})",
    zh_tw="{pod} 查詢叢集 DNS（dnsPolicy {policy}）",
)
SO_UNKNOWN = Text(
    en=": it does not know {host}, a name of the cluster.",
    zh_tw="，它不認得叢集內的名稱 {host}。",
)
NAMES = Text(
    en=": names of Services do not resolve there, names outside do.",
    zh_tw="：Service 名稱在那裡無法解析，外部名稱可以。",
)
DNS_ITSELF = Text(
    en="{pod} is the cluster's DNS itself.",
    zh_tw="{pod} 就是叢集 DNS 本身。",
)
END = Text(en=".", zh_tw="。")
MUSL = Text(
    en=" Its image looks like Alpine, whose musl ignores the options {options}.",
    zh_tw="它的映像看來是 Alpine，musl 會忽略 {options} 這些選項。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the named pods; a cause only where the name asked for is the cluster's."""
    servers = {pod.path for pod in dns_pods(view)}
    named = named_pods(view, question)
    pods = tuple(pod for pod in named if pod.path not in servers)
    if named and not pods:
        yield not_applicable(subject(named[0]), DNS_ITSELF.fill(pod=subject(named[0])))
    elif not pods:
        yield no_pod(view, question)
    for pod in _unlike(pods)[:MOST]:
        yield _answer(view, question, pod)


def _unlike(pods: tuple[Pod, ...]) -> list[Pod]:
    """Return one pod of each way to resolve: those of a workload share theirs."""
    return list({(_policy(pod), pod.spec.dns_config): pod for pod in reversed(pods)}.values())


def _answer(view: View, question: Question, pod: Pod) -> Finding:
    name, away = subject(pod), _asks_elsewhere(view, pod)
    evidence = [_quote(pod)]
    command = _show(pod)
    if away is None:
        said = CLUSTER_DNS.fill(pod=name, policy=_policy(pod)) + END
        return clear(name, said + _musl(pod), evidence=evidence, command=command)
    host = (question.host or "").rstrip(".")
    own = _policy(pod) == "None"  # servers of its own may know cluster names: nothing here tells
    asked = own and question.ip in _servers(pod)  # the paste shows that it knew no such name
    inside = is_cluster_name(host, pod.metadata.namespace, view.all(Service))
    inside = inside or (
        asked and bool(question.service) and host.startswith(f"{question.service}.")
    )
    if inside and (asked or not own):
        evidence.append(f"asked for: {host}")
        summary = away + SO_UNKNOWN.fill(host=host)
        return found(name, summary, cause=CAUSE, evidence=evidence, command=command)
    end = END if own else NAMES
    return clear(name, away + end + _musl(pod), evidence=evidence, command=command)


def is_cluster_name(host: str, namespace: str, services: tuple[Service, ...]) -> bool:
    """Return whether a name is one that only the cluster's DNS knows."""
    words = host.split(".")
    if words[-1] == "svc" or host.endswith((".svc.cluster.local", ".pod.cluster.local")):
        return True
    path = f"{words[1] if len(words) > 1 else namespace}/{words[0]}"
    return len(words) < 3 and any(one.path == path for one in services)  # noqa: PLR2004


def _asks_elsewhere(view: View, pod: Pod) -> Text | None:
    """Say whom a pod asks instead of the cluster's DNS, None when it asks that."""
    name, policy = subject(pod), _policy(pod)
    if policy == "Default":
        return DEFAULT.fill(pod=name)
    if policy == "ClusterFirst" and pod.spec.host_network:
        return HOST_NETWORK.fill(pod=name)
    servers = _servers(pod)
    if policy == "None" and servers and not any(_is_clusters(view, one) for one in servers):
        return OWN.fill(pod=name, servers=", ".join(servers))
    return None


def _is_clusters(view: View, address: str) -> bool:
    """Return whether an address is the cluster's DNS, or NodeLocal DNSCache's on the node."""
    service = dns_service(view)
    try:
        local = ip_address(address).is_link_local
    except ValueError:
        return False
    return local or service is None or address in service.addresses


def _policy(pod: Pod) -> str:
    return pod.spec.dns_policy or "ClusterFirst"


def _servers(pod: Pod) -> tuple[str, ...]:
    config = pod.spec.dns_config
    return (config.nameservers or ()) if config else ()


def _options(pod: Pod) -> list[tuple[str, str]]:
    options = (pod.spec.dns_config.options or ()) if pod.spec.dns_config else ()
    return [(one.name, one.value or "") for one in options if one.name]


def _musl(pod: Pod) -> Text:
    ignored = [name for name, _ in _options(pod) if name not in MUSL_READS]
    alpine = any("alpine" in one.image for one in pod.containers)
    return MUSL.fill(options=", ".join(ignored)) if ignored and alpine else Text("", "")


def _quote(pod: Pod) -> str:
    options = " ".join(f"{name}:{value}" if value else name for name, value in _options(pod))
    parts = [f"dnsPolicy {_policy(pod)}", f"hostNetwork {str(pod.spec.host_network).lower()}"]
    parts += [f"nameservers {', '.join(_servers(pod))}"] if _servers(pod) else []
    parts += [f"options {options}"] if options else []
    return f"{subject(pod)}: {'; '.join(parts)}"


def _show(pod: Pod) -> str:
    words = ("get", "pod", pod.metadata.name, "-o", "jsonpath={.spec.dnsPolicy} {.spec.dnsConfig}")
    return kubectl(*words, namespace=pod.metadata.namespace)


CHECK = Check(
    slug="pod-resolver",
    title=Text(en="The pod's resolver", zh_tw="Pod 的 DNS 設定"),
    groups=("dns", "pod"),
    proves=(CAUSE,),
    sees=(PODS, See(Service)),
    judge=judge,
    about=("pod",),
    rules_out=False,
    client=True,
)
