"""Where the bot dials from: its addresses and its node."""

import socket
from collections.abc import Iterator, Mapping

from checks.dials import Vantage
from checks.kinds import Node, Pod
from checks.snapshot import Snapshot

# Documentation addresses (RFC 5737, RFC 3849): a route is looked up, nothing is sent.
ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
PORT = 9


def told(environ: Mapping[str, str]) -> Vantage:
    """Return what the downward API tells: NODE_NAME, POD_IPS (comma separated) or POD_IP.

    Without addresses told, they are those that the routes of this host lead out by.
    """
    listed = environ.get("POD_IPS") or environ.get("POD_IP") or ""
    addresses = tuple(one.strip() for one in listed.split(",") if one.strip())
    return Vantage(environ.get("NODE_NAME", ""), addresses or tuple(_own_addresses()))


def placed(vantage: Vantage, snapshot: Snapshot) -> Vantage:
    """Return the vantage with its node, by the pod or node that has one of its addresses."""
    if vantage.node:
        return vantage
    node = next(_nodes(vantage, snapshot), "")
    return Vantage(node, vantage.addresses)


def _nodes(vantage: Vantage, snapshot: Snapshot) -> Iterator[str]:
    mine = set(vantage.addresses)
    for objects in snapshot.objects.values():
        for one in objects:
            if isinstance(one, Pod) and mine & {*one.addresses} and not one.terminal:
                yield one.spec.node_name
            elif isinstance(one, Node) and mine & {*one.ips}:
                yield one.metadata.name


def _own_addresses() -> Iterator[str]:
    for family, anywhere in ANYWHERE:
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            try:
                one.connect((anywhere, PORT))
            except OSError:  # no route of this family
                continue
            yield str(one.getsockname()[0])
