"""What works and what does not, clause by clause: the contrast says where a fault lies.

"The Pod's address answers, its ClusterIP times out" and "the ClusterIP answers, the Pod's address
times out" name the same things and mean different troubles. So what a clause names is bound to how
it fares there: `@podip+`, `@clusterip-`.
"""

import re

from knowledge.concepts import shipped_concepts
from knowledge.fold import fold

_BOUND = frozenset(
    f"@{concept}"
    for concept in (
        *("crossnode", "samenode", "itself", "clusterip", "podip", "nodeport", "outside"),
        *("internet", "pod", "node", "service", "apiserver", "dns", "exec", "kubectl"),
        *("large", "small", "localhost"),
    )
)
_FAILS = frozenset({"@cannot", "@timeout", "@refused", "@negation"})
_WORKS = "@works"
_BREAK = re.compile(
    r"[,;!?\n，。；！？、()（）]|\.(?= |$)| - |\b(?:but|while|whereas|however|though|yet)\b"
    r"|但是|但|可是|不过|而|却|虽然"
)
_CAN = re.compile(r"(?:\b(?:can|do|does|is|are)|可以|能|行|通|ok)$")
_LONGEST = 4000  # characters; nobody tells more of it before the log


def contrasts(text: str) -> frozenset[str]:
    """Return what the clauses of a text name, each with `+` where it works and `-` where not."""
    found: set[str] = set()
    for clause in _BREAK.split(fold(text)[:_LONGEST]):
        named = shipped_concepts().of(clause)
        sign = _sign(clause.strip(), named)
        if sign:
            found.update(concept + sign for concept in named & _BOUND)
    return frozenset(found)


def _sign(clause: str, named: frozenset[str]) -> str:
    if not _FAILS.isdisjoint(named):
        return "-"
    return "+" if _WORKS in named or _CAN.search(clause) else ""
