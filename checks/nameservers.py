"""The cluster's DNS servers as something to dial: the Service's address and each backend."""

from collections.abc import Iterator
from ipaddress import ip_address

import msgspec

from checks.configs import settings
from checks.corefile import SEES as CONFIGS
from checks.corefile import sources
from checks.dials import DNS_PORT, Vantage
from checks.dns import NAMESPACE, dns_service, node_caches
from checks.dns import SEES as DNS_SEES
from checks.kinds import ConfigMap, EndpointSlice, Pod, Service
from checks.kinds.network import EndpointPort
from checks.model import See
from checks.quotes import some
from checks.snapshot import View
from checks.subject import subject

KUBELET = See(ConfigMap, NAMESPACE, "kubelet-config")
SEES = (*DNS_SEES, See(EndpointSlice, NAMESPACE), *CONFIGS, KUBELET)
MOST = 8  # backends dialed; what is wrong with all shows in a few
DEFAULT_DOMAIN = "cluster.local"


class Nameserver(msgspec.Struct, frozen=True):
    """Somewhere that answers DNS; `udp` and `tcp` are ports, 0 where it offers none."""

    subject: str
    address: str
    udp: int = 0
    tcp: int = 0
    node: str = ""
    is_cache: bool = False

    def __str__(self) -> str:
        """Say it as a quote: `Pod kube-system/coredns-1 (10.244.1.5) on node-1`."""
        where = f" on {self.node}" if self.node else ""
        return f"{self.subject} ({self.address}){where}"


def fronts(view: View) -> tuple[Nameserver, ...]:
    """Return the addresses of the DNS Service."""
    service = dns_service(view)
    if service is None:
        return ()
    open_to = {one.protocol for one in service.ports if one.port == DNS_PORT}
    udp, tcp = (DNS_PORT if one in open_to else 0 for one in ("UDP", "TCP"))
    name = subject(service)
    return tuple(Nameserver(name, one, udp, tcp) for one in service.addresses)


def caches(view: View) -> tuple[Nameserver, ...]:
    """Return the addresses of NodeLocal DNSCache that kubelets hand out: the node's own one."""
    told = settings(view.one(ConfigMap, NAMESPACE, "kubelet-config"), "kubelet") or {}
    listed = told.get("clusterDNS")
    local = [str(one) for one in listed if _is_local(str(one))] if isinstance(listed, list) else []
    node = view.vantage.node
    pod = next((one for one in node_caches(view) if one.spec.node_name == node), None)
    name = subject(pod) if pod else "NodeLocal DNSCache"
    return tuple(Nameserver(name, one, DNS_PORT, DNS_PORT, node, is_cache=True) for one in local)


def backends(view: View) -> tuple[Nameserver, ...]:
    """Return what the DNS Service leads to, in the order of addresses, `MOST` at most."""
    service = dns_service(view)
    if service is None:
        return ()
    every = {one.address: one for one in _endpoints(view, service)}
    return tuple(every[address] for address in sorted(every))[:MOST]


def left_out(view: View) -> int:
    """Return how many backends are not dialed, being more than `MOST`."""
    service = dns_service(view)
    every = {one.address for one in _endpoints(view, service)} if service else set()
    return max(0, len(every) - MOST)


def domain(view: View) -> tuple[str, bool]:
    """Return the cluster's domain and whether anything told it: kubelets, else the Corefile."""
    told = settings(view.one(ConfigMap, NAMESPACE, "kubelet-config"), "kubelet") or {}
    named = str(told.get("clusterDomain") or "").strip(".")
    zones = [named] if named else list(_zones(view))
    return (zones[0], True) if zones else (DEFAULT_DOMAIN, False)


def inside_name(view: View) -> str:
    """Return the name that every cluster has: that of the API server's Service."""
    return f"kubernetes.default.svc.{domain(view)[0]}"


def at_pod(view: View, address: str) -> Pod | None:
    """Return the DNS pod with an address."""
    return next((one for one in view.all(Pod, NAMESPACE) if address in one.addresses), None)


def from_where(vantage: Vantage) -> str:
    """Return a quote that says where was asked from."""
    node = f"node {vantage.node}" if vantage.node else "a node that is not known"
    return f"asked from {some(vantage.addresses, 2) or 'the bot'} on {node}"


def _endpoints(view: View, service: Service) -> Iterator[Nameserver]:
    for one in view.all(EndpointSlice, NAMESPACE):
        if one.service != service.metadata.name or one.address_type == "FQDN":
            continue
        ports = {port.protocol or "TCP": port.port or 0 for port in _dns_ports(one, service)}
        for endpoint in one.endpoints or ():
            for address in (endpoint.addresses or ()) if endpoint.serves else ():
                pod = at_pod(view, address)
                yield Nameserver(
                    subject(pod) if pod else f"endpoint {address}",
                    address,
                    ports.get("UDP", 0),
                    ports.get("TCP", 0),
                    endpoint.node_name or (pod.spec.node_name if pod else ""),
                )


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_link_local
    except ValueError:
        return False


def _dns_ports(one: EndpointSlice, service: Service) -> list[EndpointPort]:
    """Return the slice's ports that port 53 of the Service leads to, by their name."""
    names = {port.name for port in service.ports if port.port == DNS_PORT}
    return [port for port in one.ports or () if (port.name or "") in names]


def _zones(view: View) -> Iterator[str]:
    """Yield the zones of the plugin kubernetes that are no reverse ones."""
    for source in sources(view):
        for server in source.servers:
            for line in server.plugin("kubernetes"):
                for word in line.words[1:]:
                    if not word.strip(".").endswith("arpa"):
                        yield word.strip(".")
