"""A ClusterIP does not answer while an endpoint behind it does: the Service's rules do not work."""

import re

from knowledge.facts import Facts, Try, is_private
from knowledge.relate import Proof, Relation, proof

_ENDPOINT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}(?=,| |$|<)")
_ENDPOINTS = re.compile(r"endpoint|->|real ?server", re.IGNORECASE)
_POD_ROW = re.compile(r" \d+/\d+ Running \d+.{0,40} (\d{1,3}(?:\.\d{1,3}){3}) ")
_NODE_PORTS = range(30000, 32768)
_REACHING = frozenset({"curl", "wget", "nc", "ncat", "telnet"})


def find(facts: Facts) -> Proof | None:
    """Return the try that worked at an endpoint, and the one that timed out at the ClusterIP."""
    tries = [one for one in facts.tries if one.tool in _REACHING]
    failed = [one for one in tries if one.outcome == "timeout"]
    worked = [one for one in tries if one.outcome == "ok" and is_private(one.host)]
    if not failed or not worked:
        return None
    behind = _behind(facts)
    services = {name for one in facts.services for name in (one.ip, one.name)}
    for bad in failed:
        for good in worked:
            known = bad.host.partition(".")[0] if not is_private(bad.host) else bad.host
            if good.host != bad.host and (known in services or _is_vip(bad, good, behind)):
                return proof(good.line, bad.line)
    return None


def _is_vip(bad: Try, good: Try, behind: set[str]) -> bool:
    """Whether the silent address can only be the Service's: the other is an endpoint, it is not."""
    elsewhere = bad.host not in behind and bad.port not in _NODE_PORTS
    return is_private(bad.host) and elsewhere and good.host in behind


def _behind(facts: Facts) -> set[str]:
    """Return the addresses of endpoints and Pods that some output shows."""
    found: set[str] = set()
    endpoints = False
    for line in facts.lines:
        endpoints = endpoints or _ENDPOINTS.search(line.text) is not None
        if endpoints:
            found.update(_ENDPOINT.findall(line.text))
        row = _POD_ROW.search(line.text)
        if row:
            found.add(row[1])
    return found


RELATION = Relation(
    slug="vip-fails-while-endpoint-answers",
    says="an endpoint answers, the ClusterIP of its Service does not",
    words=(
        frozenset({"curl", "wget", "nc", "ncat", "telnet"}),
        frozenset(
            {"endpoints", "endpoint", "ep", "clusterip", "running", "svc", "service", "services"}
        ),
    ),
    find=find,
    sure=0.95,
)
