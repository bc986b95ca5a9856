"""Connections to the outside are lost while connection tracking counts failed insertions.

Two connections that get one source port collide there; a full table counts as drops instead.
Source: linux, net/netfilter/nf_conntrack_core.c, and `conntrack -S` of conntrack-tools.
"""

import re

from knowledge.concepts import shipped_concepts
from knowledge.facts import Facts
from knowledge.fold import fold
from knowledge.relate import Proof, Relation, proof

_INSERTS = re.compile(
    r"insert_failed ?=? ?[1-9]\d*|insert_failed.{0,30}(?:ris|grow|increas|go|涨|上升)"
)
_OUT = frozenset({"@internet", "@snat"})
_TABLE_FULL = re.compile(r"table full|drop=[1-9]")
_NAMES = re.compile(r"nslookup|\bdns\b|coredns|getaddrinfo")


def find(facts: Facts) -> Proof | None:
    """Return the counter, and the line that speaks of the outside; none where it is about DNS."""
    if _TABLE_FULL.search(facts.text) or _NAMES.search(facts.text):
        return None
    counted = next((line for line in facts.lines if _INSERTS.search(fold(line.text))), None)
    if counted is None:
        return None
    for line in facts.lines:
        if _OUT & shipped_concepts().of(fold(line.text)):
            return proof(counted, line)
    return None


RELATION = Relation(
    slug="inserts-fail-outside",
    says="connection tracking fails to insert, and connections to the outside are lost",
    words=(frozenset({"insert_failed"}),),
    find=find,
    sure=0.88,
)
