"""What works and what does not, clause by clause: the contrast says where a fault lies.

"The Pod's address answers, its ClusterIP times out" and "the ClusterIP answers, the Pod's address
times out" name the same things and mean different troubles. So what a clause names is bound to how
it fares there: `@podip+`, `@clusterip-`. What somebody changed before is marked as well, as the
likelier cause: `@firewall!`.
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
_CHANGED = frozenset(
    f"@{concept}"
    for concept in (
        *("firewall", "policy", "proxyvariables", "upgrade", "reboot", "vpn", "ipchange"),
        *("forwarddrop", "selinux", "cidr", "certificate", "kubeproxy", "ipvs"),
    )
)
_CHANGE = re.compile(
    r"\b(?:since|after|once|as soon as|enabl\w+|appl(?:y|ied|ying)|install\w*"
    r"|turn\w* o[nf]f?|switch\w*|add(?:ed|ing)|chang\w+|upgrad\w+|stop\w*|disabl\w+|delet\w+)\b"
    r"|之后|以后|后|打开|开启|装了|装完|升级|套用|加了|改成|关掉|关闭|停掉|换成"
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
        if _CHANGE.search(clause):
            found.update(concept + "!" for concept in named & _CHANGED)
    return frozenset(found)


def _sign(clause: str, named: frozenset[str]) -> str:
    if not _FAILS.isdisjoint(named):
        return "-"
    return "+" if _WORKS in named or _CAN.search(clause) else ""
