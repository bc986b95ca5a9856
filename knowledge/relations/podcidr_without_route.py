"""The routing table that is shown lacks the Pod network of a node.

Source: kubernetes.io/docs/concepts/cluster-administration/networking; `ip route` prints a network
first, then how it is reached.
"""

import re

from knowledge.facts import IPV4, Facts, as_network
from knowledge.relate import Proof, Relation, proof

_ROUTE = re.compile(
    rf"^(?:[\w@.~:-]{{0,40}}[#$] )?(?:blackhole )?({IPV4}/\d{{1,2}}) (?:dev|via|proto)\b"
)
_DEFAULT = re.compile(r"^(?:default|0\.0\.0\.0/0) (?:via|dev) ")
_CIDR = re.compile(rf"(?<![\d.])({IPV4}/(?:2[1-9]))(?!\d)")
_NODES = re.compile(r"pod-?cidr|node|worker|master", re.IGNORECASE)
_FEWEST = 2


def find(facts: Facts) -> Proof | None:
    """Return the node whose network is missing, and a route to another."""
    routes = [
        (network, line)
        for line in facts.lines
        if (found := _ROUTE.match(line.text)) and (network := as_network(found[1])) is not None
    ]
    default = any(_DEFAULT.match(line.text) for line in facts.lines)
    named = {
        network: line
        for line in facts.lines
        if not _ROUTE.match(line.text) and _NODES.search(line.text)
        for found in _CIDR.finditer(line.text)
        if (network := as_network(found[1])) is not None and network.is_private
    }
    if len(named) < _FEWEST or not routes or not (default or len(routes) >= _FEWEST):
        return None
    lacking = [
        line for network, line in named.items() if not any(network.subnet_of(r) for r, _ in routes)
    ]
    known = [at for r, at in routes if any(network.subnet_of(r) for network in named)]
    return proof(lacking[0], known[-1]) if lacking and known else None


RELATION = Relation(
    slug="podcidr-without-route",
    says="the routing table lacks the Pod network of a node",
    words=(frozenset({"dev", "via"}), frozenset({"podcidr", "cidr", "node", "worker", "nodes"})),
    find=find,
    sure=0.9,
)
