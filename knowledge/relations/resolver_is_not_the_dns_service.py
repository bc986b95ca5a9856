"""Pods ask an address that is not the ClusterIP of the cluster's DNS Service.

Sources: kubelet writes `--cluster-dns` into a Pod's resolv.conf (kubernetes,
pkg/kubelet/network/dns/dns.go); the Service is named `kube-dns` wherever kubeadm, k3s and the
clouds install CoreDNS.
"""

import re
from collections.abc import Iterator

from knowledge.facts import IPV4, Facts, is_private
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_NAMES = frozenset(
    {"kube-dns", "coredns", "core-dns", "rke2-coredns-rke2-coredns", "dns-default", "kubedns"}
)
_SERVICE = re.compile(
    rf"(?:kube-dns|coredns|core-dns|dns-default|dns (?:service|svc))\b[^.\d\n]{{0,60}}"
    rf"(?<![\d.])({IPV4})",
    re.IGNORECASE,
)
_NO_SERVICE = re.compile(r"\d/\d|endpoint|:53\b|[Pp]od\b")
_ASKED = re.compile(
    rf"(?:nameserver|--cluster-dns|clusterdns)\W{{0,3}}(?:(?:is|has|of|是|為|为) ?)?[\"\[]{{0,2}}"
    rf"({IPV4})(?![.\d])",
    re.IGNORECASE,
)
_LIST = re.compile(r"clusterdns: ?$", re.IGNORECASE)
_ITEM = re.compile(rf"- \"?({IPV4})\"?$")
_POD_FILE = re.compile(r"\bsvc\.|\bndots\b|\bpods?\b|\bcontainers?\b|clusterfirst", re.IGNORECASE)


def find(facts: Facts) -> Proof | None:
    """Return what Pods ask and what they should ask, where those differ."""
    served = _firsts(_served(facts))
    asked = _firsts(_asked(facts))
    if not served or not asked or served.keys() & asked.keys():
        return None
    return proof(next(iter(asked.values())), next(iter(served.values())))


def _firsts(found: Iterator[tuple[str, Line]]) -> dict[str, Line]:
    """Return each address with the first line that names it."""
    firsts: dict[str, Line] = {}
    for ip, line in found:
        firsts.setdefault(ip, line)
    return firsts


def _served(facts: Facts) -> Iterator[tuple[str, Line]]:
    for service in facts.services:
        if service.name in _NAMES:
            yield service.ip, service.line
    for line in facts.lines:
        found = _SERVICE.search(line.text)
        if found and is_private(found[1]) and not _NO_SERVICE.search(line.text):
            yield found[1], line


def _asked(facts: Facts) -> Iterator[tuple[str, Line]]:
    """Yield the servers named; those of a resolv.conf only where it is a Pod's."""
    of_pods = any(_POD_FILE.search(line.text) for line in facts.lines)
    for stream in facts.streams:
        listing = False
        for line in stream:
            item = _ITEM.match(line.text) if listing else None
            listing = _LIST.search(line.text) is not None or item is not None
            found = item or _ASKED.search(line.text)
            if found and (of_pods or not found[0].lower().startswith("nameserver")):
                ip = found[1]
                if not ip.startswith(("127.", "169.254.")):
                    yield ip, line


RELATION = Relation(
    slug="resolver-is-not-the-dns-service",
    says="Pods ask another address than that of the DNS Service",
    words=(
        frozenset({"nameserver", "clusterdns", "cluster"}),
        frozenset({"kube", "coredns", "core", "dns"}),
    ),
    find=find,
)
