"""Networks that must be apart overlap: Pods, Services, the nodes' own, Docker's, and a VPN.

Source: kubernetes.io/docs/concepts/cluster-administration/networking: Pods, Services and nodes
take addresses from ranges that do not overlap. Where Pods have addresses of the nodes' own
network by design (the clouds' CNIs), the two are not compared.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

import msgspec
import re2

from knowledge.facts import IPV4, Facts, Network, as_network
from knowledge.fold import fold
from knowledge.model import Line
from knowledge.prose import is_prose
from knowledge.relate import Proof, Relation, proof

_SHORTEST = 8  # bits of a prefix; what is shorter is a cut number or a route to everything
_HEAD, _TAIL = 60, 30  # lines; somebody says it before a log or behind it
_MANY = 48  # networks; a longer list is a dump of routes
_NEAR_BEFORE, _NEAR_AFTER = 48, 24  # characters between a network and the word that says whose
_CIDR = re.compile(
    rf"(?<![\d.]){IPV4}(?:/\d{{1,2}}(?![\d/])|-\d{{1,3}}(?![\d.])|\.x\b)?|(?<![\d.])(?:\d{{1,3}}\.){{2,3}}[x*](?:\.[x*])?"
)
_POD = (
    r"pod-?network-?cidr|pod-?cidrs?|podsubnet|cluster-?cidr|pool-?cidr|ippool|ipv4pool\w{0,9}"
    r"|cluster-pool-ipv4-cidr|pod network|pod range|pod subnet|pod ips?|for (?:the )?pods?"
    r"|kubeadm init (?:with)?|pods?(?= (?:use|get|are|in|on|have|from|网段|ip))"
    r"|pod ?的?(?:网段|子网|网络|地址段|cidr)"
    r"|容器网段|\"?network\"?(?=: ?\"1)|flannel|calico(?= (?:pool|default|uses|cidr|网段))"
)
_SERVICE = (
    r"service-?cidr|service-cluster-ip-range|servicesubnet|service range|service network"
    r"|service subnet|services? cidr|cluster-?ip range|svc ?(?:cidr|range|网段)"
    r"|service ?的?(?:网段|子网|网络|地址段)|服务网段"
)
_HOST = (
    r"nodes?(?!-?port)(?= (?:ips?|network|subnet|are|is|have|live|in|on|lan|net|at|的|网段)|[:=(]"
    r"|的|网段)|hosts?(?: network| lan| subnet|(?= (?:is|are|in|on|has)))|host-only|machines?"
    r"|servers?|vms?|lan|internal-?ip|my network|our network|home network|vpn|wi-?fi"
    r"|office(?: network| lan)?|corporate network|on-?prem|physical network|underlay"
    r"|\brds\b|databases?|site-to-site|data ?cent(?:er|re)|printers?|file server"
    r"|^- address(?=: ?\d)"
    r"|节点|主机|机器|服务器|内网|局域网|办公网|公司|机房|物理网络|宿主机|虚拟机|家里"
)
_DOCKER = r"docker0|docker bridge|docker(?:'s)? default|\bbip"
_ROLE = re.compile(
    f"(?P<pod>{_POD})|(?P<service>{_SERVICE})|(?P<host>{_HOST})|(?P<docker>{_DOCKER})"
)
_DEVICE = re.compile(
    r"^(?:\d+: )?([a-z][\w.-]{1,20})(@\w+)?: <?(?:flags|[A-Z]|mtu|link)"
    r"|^([a-z][\w.-]{1,20}) Link encap",
    re.IGNORECASE,
)
_INET = re.compile(
    rf"\binet (?:addr:)?({IPV4}(?:/\d{{1,2}})?)(?:.{{0,80}}?\b(?:netmask|Mask:) ?({IPV4}))?"
    r"(?:.{0,80} ([a-z][\w.-]{1,20})$)?"
)
_A_NETWORK = re2.compile(rb"\d\.\d{1,3}/\d|\d\.[x*]|netmask|mask:")
"""Stands in every text that states a network of Pods or Services, or Docker's."""
_NETWORK_FORM = re.compile(r"\d\.\d{1,3}/\d|\d\.[x*]|\d\.\d{1,3}-\d{1,3}(?![\d.])")
_SINGLE = re.compile(r"InternalIP|^- address|[Nn]odes? (?:is|are|ip)")
_DOTTED = re.compile(r"\d\.(?:\d|[x*])")
_ROUTE = re.compile(rf"^({IPV4}/\d{{1,2}}) dev ([a-z][\w.-]{{1,20}})\b")
_POD_STATED = re.compile(r"pod-?network-?cidr|cluster-?cidr|podsubnet|service-?cidr")
_SHIPPED = (
    ("k3s", "pod", "10.42.0.0/16"),
    ("k3s", "service", "10.43.0.0/16"),
    ("rke2", "pod", "10.42.0.0/16"),
    ("rke2", "service", "10.43.0.0/16"),
    ("minikube", "service", "10.96.0.0/12"),
)
"""What distributions use unless told: docs.k3s.io/cli/server, docs.rke2.io, minikube's flags."""
_POOL = re.compile(rf"^cidr: ?({IPV4}/\d{{1,2}})$")
_NODE_ROW = re.compile(
    rf"^[\w.-]{{1,80}} (?:Not)?Ready(?:,\w+)? .{{1,60}} v1\.\d+\S{{0,30}} ({IPV4})\b"
)
_OF_PODS = re.compile(r"^(?:cni0|cbr0|flannel|cali|tunl0|vxlan\.calico|cilium|weave|kube-bridge)")
_OF_HOST = re.compile(r"^(?:eth|ens|enp|eno|em|bond|wlan|wlp|br-ex|tun|tap|wg|ppp|tailscale|zt)")
_SHARED = frozenset({"aws", "eni", "terway", "ipamd", "azure", "vswitch", "hostnetwork"})
_APART = (
    {"pod", "service"},
    {"pod", "host"},
    {"service", "host"},
    {"docker", "host"},
    {"docker", "service"},
)


class _Used(msgspec.Struct, frozen=True):
    network: Network
    role: str
    line: Line


def find(facts: Facts) -> Proof | None:
    """Return the lines that state two networks which overlap and must not."""
    if not _A_NETWORK.search(facts.text.encode()):
        return None
    used = list(itertools.islice(_used(facts), _MANY))
    for one, other in itertools.combinations(used, 2):
        apart = {one.role, other.role} in _APART and one.network.overlaps(other.network)
        if apart and not ({one.role, other.role} == {"pod", "host"} and _are_shared(facts)):
            return proof(one.line, other.line)
    return _same_twice(facts)


def _are_shared(facts: Facts) -> bool:
    """Whether Pods have addresses of the nodes' own network by design."""
    return not _SHARED.isdisjoint(re.findall(r"[a-z]+", facts.text))


def _used(facts: Facts) -> Iterator[_Used]:
    """Yield each network and role once."""
    seen: set[tuple[Network, str]] = set()
    shipped = any(name in facts.text for name, _, _ in _SHIPPED)
    devices = any(word in facts.text for word in ("inet", "scope link", "ready"))
    for stream in facts.streams:
        for one in itertools.chain(
            _devices(stream) if devices else (),
            _stated(stream),
            _defaults(stream) if shipped else (),
        ):
            if (one.network, one.role) not in seen and one.network.prefixlen >= _SHORTEST:
                seen.add((one.network, one.role))
                yield one


def _devices(lines: Sequence[Line]) -> Iterator[_Used]:
    """Yield the networks of a host's interfaces: of `ip address`, `ip route` and ifconfig.

    A Pod's interface is called eth0 as well: a host's is told by a bridge of Pods beside it.
    """
    names = [found for line in lines if (found := _DEVICE.match(line.text))]
    on_host = any(_OF_PODS.match(_name(one)) or _name(one) == "docker0" for one in names)
    name, of_pod = "", False
    for line in lines:
        device = _DEVICE.match(line.text)
        if device:
            name, of_pod = _name(device), bool(device[2])
        inet = _INET.search(line.text)
        route = _ROUTE.match(line.text)
        if inet and on_host and not of_pod:
            text = inet[1] + (f"/{inet[2]}" if inet[2] and "/" not in inet[1] else "")
            yield from _of_device(text, inet[3] if inet[3] and inet[3] != name else name, line)
        elif route and "scope link" in line.text:
            yield from _of_device(route[1], route[2], line)
        row = _NODE_ROW.match(line.text)
        if row:
            yield from _network(row[1], "host", line)


def _name(device: re.Match[str]) -> str:
    return device[1] or device[3]


def _of_device(text: str, name: str, line: Line) -> Iterator[_Used]:
    role = "pod" if _OF_PODS.match(name) else "docker" if name == "docker0" else ""
    role = role or ("host" if _OF_HOST.match(name) else "")
    if role:
        yield from _network(text, role, line)


def _defaults(lines: Sequence[Line]) -> Iterator[_Used]:
    """Yield the networks of a distribution that is named and of which no network is stated."""
    if any(_POD_STATED.search(line.text.lower()) for line in lines):
        return
    for line in lines:
        for name, role, network in _SHIPPED:
            if name in line.text.lower():
                yield from _network(network, role, line)


def _stated(lines: Sequence[Line]) -> Iterator[_Used]:
    """Yield the networks of which a word beside them says whose they are."""
    pools = any("ippool" in line.text.lower() for line in lines)
    for at, line in enumerate(lines):
        near = at < _HEAD or at >= len(lines) - _TAIL
        if not _NETWORK_FORM.search(line.text) and not (near and _names_an_address(line.text)):
            continue
        low = fold(line.text)
        if "dev " in low or "inet" in low:
            continue
        pool = _POOL.match(low) if pools else None
        if pool:
            yield from _network(pool[1], "pod", line)
            continue
        roles = list(_ROLE.finditer(low))
        for found in _CIDR.finditer(low) if roles else ():
            role = _nearest(roles, found)
            if role:
                yield from _network(found[0], role, line)


def _names_an_address(text: str) -> bool:
    """Whether somebody or `kubectl describe node` says whose a single address is."""
    return _DOTTED.search(text) is not None and (_SINGLE.search(text) is not None or is_prose(text))


def _nearest(roles: list[re.Match[str]], found: re.Match[str]) -> str | None:
    """Return the role named last before the network, or first behind it."""
    before = [one for one in roles if 0 <= found.start() - one.end() <= _NEAR_BEFORE]
    if before:
        return before[-1].lastgroup
    after = [one for one in roles if 0 <= one.start() - found.end() <= _NEAR_AFTER]
    return after[0].lastgroup if after else None


def _network(text: str, role: str, line: Line) -> Iterator[_Used]:
    if re.search(r"[x*]", text):
        parts = re.findall(r"\d+", text)
        text = ".".join([*parts, "0", "0", "0"][:4]) + f"/{8 * len(parts)}"
    network = as_network(re.sub(r"-\d+$", "", text))
    single = network is not None and network.prefixlen == network.max_prefixlen
    if network is not None and network.is_private and not (single and role in {"pod", "service"}):
        yield _Used(network, role, line)


def _same_twice(facts: Facts) -> Proof | None:
    """Return two nodes that were given one Pod CIDR."""
    if "podcidr" not in facts.text:
        return None
    name: str | None = None
    first: dict[str, tuple[str | None, Line]] = {}
    for field in facts.fields:
        if field.key == "name":
            name = field.value
        if field.key == "podcidr" and as_network(field.value):
            known = first.setdefault(field.value, (name, field.line))
            if known[0] is not None and name is not None and known[0] != name:
                return proof(known[1], field.line)
    return None


RELATION = Relation(
    slug="networks-overlap",
    says="two networks that must be apart overlap",
    words=(
        frozenset({"10", "172", "192", "100"}),
        frozenset(
            {"pod", "pods", "podcidr", "podsubnet", "cidr", "inet", "cni0", "docker0", "flannel"}
            | {"service", "services", "servicesubnet", "svc", "network", "ippool", "calico", "bip"}
        ),
    ),
    find=find,
)
