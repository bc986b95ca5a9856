"""What the Service is asked for times out, though endpoints stand behind it.

The address that is asked is known as the Service's, by a listing or by its name; an address that
nothing names is taken for it where the port is that of the endpoints shown.
"""

import re

from knowledge.facts import IPV4, Facts, Try, is_private
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_ROW = re.compile(rf"^(?:endpoints/)?([a-z0-9][a-z0-9-]{{0,62}}) ({IPV4}):(\d{{1,5}})(?:,| |$)")
_FIELD = re.compile(rf"^Endpoints: ({IPV4}):(\d{{1,5}})")
_NODE_PORTS = range(30000, 32768)
_TOOLS = frozenset({"curl", "wget", "nc", "ncat", "telnet"})


def find(facts: Facts) -> Proof | None:
    """Return the endpoints and the try that timed out."""
    silent = [one for one in facts.tries if one.outcome == "timeout" and one.tool in _TOOLS]
    for line in facts.lines if silent else ():
        shown = _ROW.match(line.text) or _FIELD.match(line.text)
        if shown is None:
            continue
        *name, ip, port = shown.groups()
        for one in silent:
            if one.host != ip and _is_service(one, facts, name, int(port)):
                return proof(line, one.line)
    return None


def _is_service(one: Try, facts: Facts, name: list[str], port: int) -> bool:
    """Whether the try was for a Service rather than for a Pod or a node."""
    if one.port in _NODE_PORTS or _is_endpoint(one.host, facts):
        return False
    names = {*name, *(service.name for service in facts.services)}
    known = {service.ip for service in facts.services}
    if one.host in known or one.host.partition(".")[0] in names:
        return True
    return is_private(one.host) and one.port == port


def _is_endpoint(host: str, facts: Facts) -> bool:
    return any(f"{host}:" in line.text for line in _endpoint_lines(facts))


def _endpoint_lines(facts: Facts) -> list[Line]:
    return [line for line in facts.lines if _ROW.match(line.text) or _FIELD.match(line.text)]


RELATION = Relation(
    slug="vip-silent-with-endpoints",
    says="the Service has endpoints, and what is asked of it times out",
    words=(
        frozenset({"curl", "wget", "nc", "ncat", "telnet"}),
        frozenset({"endpoints", "endpoint", "ep"}),
    ),
    find=find,
    sure=0.85,
)
