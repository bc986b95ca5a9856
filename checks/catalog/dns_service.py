"""Can pods reach the cluster's DNS by its Service, and do kubelets tell them its address.

Found is a Service that is missing, lacks port 53 over UDP or TCP, or has no endpoint although DNS
pods are ready; a Corefile of which no server listens on the port the Service sends to; and a
`clusterDNS` in ConfigMap `kubelet-config` that is another address. A zone without a port listens on
53, or where CoreDNS' flag -dns.port says, so only ports that are written count.

Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ and
https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
"""

from collections.abc import Iterator
from ipaddress import ip_address

import yaml

from checks.corefile import SEES as CONFIGS
from checks.corefile import show, sources
from checks.dns import NAMESPACE, PORT, SEES, SERVICE, dns_pods, dns_service, elsewhere
from checks.kinds import ConfigMap, EndpointSlice, Pod, Service
from checks.kinds.network import ServicePort
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import labels, some
from checks.quotes import port as quote_port
from checks.services import Backends, count, describe
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

CAUSE = "dns-service-broken"
KUBELET = See(ConfigMap, NAMESPACE, "kubelet-config")

MISSING = Text(
    en="The cluster has no DNS Service: kube-system has no kube-dns.",
    zh_tw="叢集沒有 DNS Service：kube-system 裡沒有 kube-dns。",
)
NO_PORT = Text(
    en="{service} does not answer on port 53 over {protocols}.",
    zh_tw="{service} 沒有開放 {protocols} 的 53 埠。",
)
EMPTY = Text(
    en="{service} has no ready endpoint although DNS pods are ready ({count}): its selector does "
    "not lead to them.",
    zh_tw="DNS Pod 已就緒（{count} 個），{service} 卻沒有就緒的端點：selector 沒有選到它們。",
)
UNLISTED = Text(
    en="{service} selects ready DNS pods ({count}), but no EndpointSlice lists them: look at the "
    "endpointslice controller in kube-controller-manager.",
    zh_tw="{service} 選到就緒的 DNS Pod（{count} 個），EndpointSlice 卻沒有列出：請檢查 "
    "kube-controller-manager 的 endpointslice controller。",
)
PODS_DOWN = Text(
    en="{service} has no ready endpoint because no DNS pod is ready: that is the pods' trouble.",
    zh_tw="{service} 沒有就緒的端點，是因為沒有任何 DNS Pod 就緒，問題在 Pod。",
)
NOT_LISTENING = Text(
    en="{service} sends to port {target} of the DNS pods, and CoreDNS listens on {ports} only.",
    zh_tw="{service} 送往 DNS Pod 的埠 {target}，但 CoreDNS 只設定監聽 {ports}。",
)
OTHER_ADDRESS = Text(
    en="Kubelets tell pods to ask {told}, but {service} is at {actual}.",
    zh_tw="kubelet 讓 Pod 向 {told} 查詢 DNS，但 {service} 的位址是 {actual}。",
)
WELL = Text(
    en="{service} answers on UDP and TCP 53 with ready endpoints: {ready}.",
    zh_tw="{service} 開放 UDP 與 TCP 53 埠，就緒的端點有 {ready} 個。",
)


def judge(view: View, _question: Question) -> Iterator[Finding]:
    """Look at ports, endpoints and the address kubelets hand out, each a cause of its own."""
    service = dns_service(view)
    if service is None:
        yield _missing(view)
        return
    pods = dns_pods(view)
    backends = count(_slices(view, service))
    faults = [
        fault
        for fault in (
            _port_fault(service),
            _endpoint_fault(service, backends, [pod for pod in pods if pod.ready]),
            _listener_fault(view, service, pods),
            _address_fault(view, service),
        )
        if fault
    ]
    if faults:
        yield from faults
    elif not backends.ready:
        name = subject(service)
        yield not_applicable(name, PODS_DOWN.fill(service=name))
    else:
        yield _well(view, service, backends)


def _missing(view: View) -> Finding:
    name = f"Service {NAMESPACE}/{SERVICE}"
    other = elsewhere(view)
    if other:
        return not_applicable(name, other)
    there = some(one.metadata.name for one in view.all(Service, NAMESPACE)) or "none"
    return found(
        name,
        MISSING,
        cause=CAUSE,
        evidence=[f"Services in {NAMESPACE}: {there}"],
        command=kubectl("get", "services", namespace=NAMESPACE),
    )


def _port_fault(service: Service) -> Finding | None:
    open_to = {one.protocol for one in service.ports if one.port == PORT}
    lacking = [protocol for protocol in ("UDP", "TCP") if protocol not in open_to]
    if not lacking:
        return None
    name = subject(service)
    return found(
        name,
        NO_PORT.fill(service=name, protocols=", ".join(lacking)),
        cause=CAUSE,
        evidence=[_quote_ports(service)],
        command=describe(service),
    )


def _endpoint_fault(service: Service, backends: Backends, ready: list[Pod]) -> Finding | None:
    if backends.ready or not ready:
        return None
    name = subject(service)
    chosen = [pod for pod in ready if pod.labels.items() >= service.selector.items()]
    summary = UNLISTED if chosen and service.selector else EMPTY
    quotes = [f"pod {pod.metadata.name} labels: {labels(pod.labels)}" for pod in ready[:3]]
    return found(
        name,
        summary.fill(service=name, count=len(ready)),
        cause=CAUSE,
        evidence=[
            f"{name} selector: {labels(service.selector) or 'none'}",
            f"{name}: {backends}",
            *quotes,
        ],
        command=describe(service),
    )


def _listener_fault(view: View, service: Service, pods: tuple[Pod, ...]) -> Finding | None:
    """Compare the Service's target with the ports that the Corefile names."""
    written = [zone for source in sources(view) for one in source.servers for zone in one.zones]
    ports = {_port_of(zone) for zone in written}
    targets = {
        number for one in service.ports if one.port == PORT for number in _numbers(one, pods)
    }
    if not ports or 0 in ports or not targets or ports & targets:
        return None
    name = subject(service)
    listening, wanted = _listed(ports), _listed(targets)
    return found(
        name,
        NOT_LISTENING.fill(service=name, target=wanted, ports=listening),
        cause=CAUSE,
        evidence=[f"zones of the Corefile: {some(written)}", _quote_ports(service)],
        command=show(sources(view)[0]),
    )


def _port_of(zone: str) -> int:
    """Return the port a zone is served on, 0 where none is written; other schemes are no DNS."""
    text = zone.strip(",").rpartition(":")[2] if ":" in zone else ""
    return int(text) if text.isdecimal() else 0


def _numbers(one: ServicePort, pods: tuple[Pod, ...]) -> set[int]:
    """Return the port numbers a Service's port leads to."""
    if isinstance(one.target, int):
        return {one.target}
    named = (port for pod in pods for box in pod.serving_containers() for port in box.ports or ())
    return {port.container_port for port in named if port.name == one.target}


def _listed(ports: set[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def _address_fault(view: View, service: Service) -> Finding | None:
    """Compare with kubeadm's `kubelet-config`; what it does not say cannot be wrong."""
    told = _told(view)
    if not told or any(one in service.addresses or _is_local(one) for one in told):
        return None
    name = subject(service)
    actual = ", ".join(service.addresses) or service.spec.cluster_ip or "no address"
    return found(
        name,
        OTHER_ADDRESS.fill(service=name, told=", ".join(told), actual=actual),
        cause=CAUSE,
        evidence=[_quote_told(view), f"{name} clusterIP: {actual}"],
        command=kubectl("get", "configmap", "kubelet-config", "-o", "yaml", namespace=NAMESPACE),
    )


def _well(view: View, service: Service, backends: Backends) -> Finding:
    name = subject(service)
    return clear(
        name,
        WELL.fill(service=name, ready=backends.ready),
        evidence=[
            _quote_ports(service),
            f"{name}: {backends}",
            f"{name} clusterIP: {', '.join(service.addresses) or service.spec.cluster_ip}",
            _quote_told(view),
        ],
        command=describe(service),
    )


def _told(view: View) -> tuple[str, ...]:
    """Return the `clusterDNS` of the kubelets, empty when it is not known."""
    config = view.one(ConfigMap, NAMESPACE, "kubelet-config")
    try:
        parsed = yaml.safe_load((config.data or {}).get("kubelet", "")) if config else None
    except yaml.YAMLError:
        return ()
    told = parsed.get("clusterDNS") if isinstance(parsed, dict) else None
    return tuple(map(str, told)) if isinstance(told, list) else ()


def _quote_told(view: View) -> str:
    told = _told(view)
    if told:
        return f"ConfigMap kube-system/kubelet-config clusterDNS: {', '.join(told)}"
    return "kubelets' clusterDNS is not known: no such line in ConfigMap kube-system/kubelet-config"


def _is_local(address: str) -> bool:
    """Return whether it is a node's own: NodeLocal DNSCache listens on 169.254.20.10."""
    try:
        return ip_address(address).is_link_local
    except ValueError:
        return False


def _slices(view: View, service: Service) -> list[EndpointSlice]:
    inside = view.all(EndpointSlice, NAMESPACE)
    return [one for one in inside if one.service == service.metadata.name]


def _quote_ports(service: Service) -> str:
    return f"{subject(service)} ports: {', '.join(map(quote_port, service.ports)) or 'none'}"


CHECK = Check(
    slug="dns-service",
    title=Text(en="DNS Service", zh_tw="DNS Service"),
    groups=("dns",),
    proves=(CAUSE,),
    sees=(*SEES, *CONFIGS, See(EndpointSlice, NAMESPACE), KUBELET),
    judge=judge,
)
