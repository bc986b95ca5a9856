"""A NetworkPolicy that denies stands beside traffic that gets no answer.

Source: networking.k8s.io/v1: a policy whose `podSelector` is empty is for every Pod of its
namespace, and what its `policyTypes` name is denied but for what it lists.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.facts import Facts
from knowledge.fold import fold
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_HEADING = re.compile(r"^(?:NAMESPACE )?NAME POD-SELECTOR AGE$")
_ROW = re.compile(
    r"^[a-z0-9][\w.-]{0,80}(?: [a-z0-9][\w.-]{0,80})? (?:<none>|[\w./-]{1,100}[=,].{1,80})"
    r" \d+[dhms]\S{0,8}$"
)
_KIND = re.compile(r"^kind: ?(?:\w{0,10})NetworkPolicy$")
_DENIES = re.compile(
    r"^(?:policytypes:|policytypes: \[|- (?:in|e)gress$|(?:in|e)gress: ?\[\])", re.IGNORECASE
)
_SILENCE = re.compile(
    r"timed? ?-?out|timeout|no servers could be reached|could not resolve|temporary failure"
    r"|bad address|eai_again|超时|连不上|不通|访问不|hangs?\b|can't reach|cannot reach|unreachable"
    r"|100% packet loss"
)


def find(facts: Facts) -> Proof | None:
    """Return the policy and the line that tells of the silence."""
    policy = next((line for stream in facts.streams for line in _policies(stream)), None)
    if policy is None:
        return None
    silence = next((line for line in facts.lines if _SILENCE.search(fold(line.text))), None)
    return proof(policy, silence) if silence and silence.number != policy.number else None


def _policies(lines: Sequence[Line]) -> Iterator[Line]:
    heading, kind = False, False
    for line in lines:
        if heading and _ROW.match(line.text):
            yield line
        heading = _HEADING.match(line.text) is not None or (heading and bool(_ROW.match(line.text)))
        kind = kind or _KIND.match(line.text) is not None
        if kind and _DENIES.match(line.text):
            yield line


RELATION = Relation(
    slug="policy-beside-silence",
    says="a NetworkPolicy applies, and what is tried gets no answer",
    words=(frozenset({"networkpolicy", "ciliumnetworkpolicy", "selector", "globalnetworkpolicy"}),),
    find=find,
    sure=0.9,
)
