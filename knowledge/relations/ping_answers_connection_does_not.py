"""An address answers a ping, and a connection to it has "no route to host": a firewall rejects it.

Source: firewalld and RHEL's default rules end in `-j REJECT --reject-with icmp-host-prohibited`,
which Linux gives to programs as EHOSTUNREACH (linux, net/ipv4/icmp.c: ICMP_HOST_ANO).
"""

import re

from knowledge.facts import IPV4, Facts
from knowledge.fold import fold
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_NO_ROUTE = re.compile(r"no route to host|ehostunreach|没有到主机的路由", re.IGNORECASE)
_TARGET = re.compile(rf"(?<![\d.])({IPV4}):(\d{{1,5}})|({IPV4}) port (\d{{1,5}})", re.IGNORECASE)
_PING_WORKS = re.compile(
    r"(?:ping(?:ing|s)?\b|icmp).{0,40}(?:works?|fine|ok\b|answers?|succeeds|正常|通|可以|成功|没问题)"
    r"|(?:can|able to|能|可以) ?ping|bytes from|(?:, | )0% packet loss|ping(?:得|是)?通"
)
_NOT = re.compile(
    r"(?:can't|cannot|not|不能|不) ?(?:be )?(?:able to )?ping|ping (?:不|doesn't|fails)"
)


def find(facts: Facts) -> Proof | None:
    """Return the connection that was refused a way, and the ping that was answered."""
    refused = next((line for line in facts.lines if _is_refused(line)), None)
    if refused is None:
        return None
    for line in facts.lines:
        said = fold(line.text)
        if _PING_WORKS.search(said) and not _NOT.search(said):
            return proof(refused, line)
    return None


def _is_refused(line: Line) -> bool:
    """Whether a connection to a port got no route; what a Service's address does says less."""
    return _NO_ROUTE.search(line.text) is not None and _TARGET.search(line.text) is not None


RELATION = Relation(
    slug="ping-answers-connection-does-not",
    says="a ping is answered, and a connection to the same host has no route",
    words=(
        frozenset({"route", "ehostunreach"}),
        frozenset({"ping", "pings", "pinging", "icmp", "bytes", "packet"}),
    ),
    find=find,
    sure=0.96,
)
