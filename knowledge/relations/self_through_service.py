"""A Pod reaches for a Service whose only endpoint it is itself, and hears nothing."""

import re

from knowledge.facts import IPV4, Facts
from knowledge.relate import Proof, Relation, proof

_EXEC = re.compile(r"kubectl (?:-n \S+ )?exec (?:-\w+ )*(?:pod/)?([a-z0-9][\w.-]{2,80})")
_PROMPT = re.compile(r"root@([a-z0-9](?:[a-z0-9-]{0,80})-[a-z0-9]{1,12}):")
_POD_ROW = re.compile(rf"^([a-z0-9][\w.-]{{2,80}}) \d+/\d+ Running .{{0,40}}?({IPV4})\b")
_OWN = re.compile(
    rf"hostname -i|(?:my|own|pod) ip:? ?({IPV4})|inet (?:addr:)?({IPV4})/?.{{0,60}}eth0"
)
_ENDPOINTS = re.compile(
    rf"^(?:endpoints: |[a-z0-9][a-z0-9-]{{0,62}} )({IPV4}):\d+(?: |$)", re.IGNORECASE
)


def find(facts: Facts) -> Proof | None:
    """Return the endpoint and the try that timed out."""
    timed_out = [one for one in facts.tries if one.outcome == "timeout" and one.tool != "ping"]
    endpoint = next(
        ((found[1], line) for line in facts.lines if (found := _ENDPOINTS.match(line.text))), None
    )
    if endpoint is None or not timed_out or endpoint[0] not in _own(facts):
        return None
    ip, line = endpoint
    asked = next((one for one in timed_out if one.host != ip), None)
    return proof(line, asked.line) if asked else None


def _own(facts: Facts) -> set[str]:
    """Return the addresses of the Pod from which is asked."""
    rows: dict[str, str] = {}
    inside: set[str] = set()
    found: set[str] = set()
    before = ""
    for line in facts.lines:
        row = _POD_ROW.match(line.text)
        rows.update({row[1]: row[2]} if row else {})
        for pattern in (_EXEC, _PROMPT):
            inside.update(one[1] for one in pattern.finditer(line.text))
        own = _OWN.search(line.text)
        if own:
            found.update(ip for ip in (own[1], own[2]) if ip)
        if "hostname -i" in before and re.fullmatch(IPV4, line.text):
            found.add(line.text)
        before = line.text
    return found | {ip for name, ip in rows.items() if name in inside}


RELATION = Relation(
    slug="self-through-service",
    says="the Pod that asks is the only endpoint of the Service it asks",
    words=(
        frozenset({"endpoints", "endpoint", "ep"}),
        frozenset({"exec", "hostname", "inet", "root", "ip"}),
        frozenset({"curl", "wget", "nc", "telnet"}),
    ),
    find=find,
    sure=0.95,
)
