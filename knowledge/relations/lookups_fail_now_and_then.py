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
_SAY_FAILED = (
    *("eai_again", "unknownhost", "name resolution", "could not resolve", "not known"),
    *("no such host", "i/o timeout"),
)
_SAY_RARE = (
    *("sometimes", "intermit", "occasion", "sporadic", "random", "now and then", "%", "flaky"),
    *(
        "under load",
        "peak",
        "in 1",
        "out of",
        "while",
        "time to time",
        "every few",
        "偶",
        "有时",
        "有時",
    ),
    *(
        "时不时",
        "时好",
        "時好",
        "高峰",
        "压测",
        "часть",
        "иногда",
        "a veces",
        "parfois",
        "manchmal",
    ),
)
"""One of these stands in most texts that say so; the concept decides."""
_HEAD, _TAIL = 60, 30  # lines; somebody says it before a log or behind it
_SHARE = re.compile(
    r"(?<![\d.])(?:0?\.\d+|[1-5](?:\.\d+)?) ?%|\b1 (?:in|out of) \d{2,}", re.IGNORECASE
)
_RARE = "@sometimes"
_ALWAYS = re.compile(r"\balways\b|every time|\bnever\b|一直|每次")


def find(facts: Facts) -> Proof | None:
    """Return the failure and the words that say how often it happens."""
    likely = facts.holding(*_SAY_FAILED)
    failed = next((line for line in likely if _FAILED.search(line.text)), None)
    if failed is None or not any(word in facts.text for word in _SAY_RARE):
        return None
    lines = facts.streams[0]
    for line in (*lines[:_HEAD], *lines[_HEAD:][-_TAIL:]):
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
