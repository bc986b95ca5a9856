"""Names fail to resolve, and somebody says that it happens only now and then.

A resolver that never answers is another trouble than one that answers nearly always: packets are
lost on the way (kubernetes.io/docs/tasks/administer-cluster/nodelocaldns).
"""

import re

from knowledge.concepts import shipped_concepts
from knowledge.facts import Facts
from knowledge.fold import fold
from knowledge.model import Line
from knowledge.prose import is_prose
from knowledge.relate import Proof, Relation, proof

_FAILED = re.compile(
    r"EAI_AGAIN|UnknownHostException|Temporary failure in name resolution|could not resolve host"
    r"|name or service not known|no such host|lookup \S{1,200} on \S{1,60}:53: .{0,60}i/o timeout",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?<![\d.])(?:0?\.\d+|[1-5](?:\.\d+)?) ?%|\b1 (?:in|out of) \d{2,}", re.IGNORECASE
)
_RARE = "@sometimes"
_ALWAYS = re.compile(r"\balways\b|every time|\bnever\b|一直|每次")


def find(facts: Facts) -> Proof | None:
    """Return the failure and the words that say how often it happens."""
    failed = next((line for line in facts.lines if _FAILED.search(line.text)), None)
    if failed is None:
        return None
    for line in facts.lines:
        if is_prose(line.text) and _is_rare(line):
            return proof(failed, line)
    return None


def _is_rare(line: Line) -> bool:
    said = fold(line.text)
    rare = _SHARE.search(said) is not None or _RARE in shipped_concepts().of(said)
    return rare and not _ALWAYS.search(said)


RELATION = Relation(
    slug="lookups-fail-now-and-then",
    says="names fail to resolve, but only now and then",
    words=(
        frozenset(
            {
                "eai_again",
                "unknownhostexception",
                "resolution",
                "resolve",
                "known",
                "such",
                "lookup",
            }
        ),
    ),
    find=find,
    sure=0.88,
)
