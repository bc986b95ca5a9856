"""A Pod reaches for the internet by address or by a name that resolves, and hears nothing."""

import ipaddress
import re

from knowledge.facts import Facts, Try
from knowledge.fold import fold
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_IN_POD = re.compile(
    r"kubectl (?:-n \S+ )?(?:exec|run|debug)\b|^/[\w/]{0,40} [#$] |root@[a-z0-9-]{3,80}:/"
    r"|(?:from|in|inside|within) (?:a |the |any |my |every )?(?:pods?|containers?)\b"
    r"|(?:pod|容器) ?(?:里|内|中|裡|內)",
    re.IGNORECASE,
)
_PIP = re.compile(r"Connection to ([a-z0-9.-]{4,80}) timed out\. \(connect timeout")
_PUBLIC_NAME = re.compile(r"(?:[a-z0-9-]{1,60}\.){1,4}(?:com|org|io|net|dev|cn|tw|ai)$")


def find(facts: Facts) -> Proof | None:
    """Return what says that it is a Pod, and the try that got no answer."""
    inside = next((line for line in facts.lines if _IN_POD.search(fold(line.text))), None)
    if inside is None or any(_is_inner(one) for one in facts.tries):
        return None
    silent = next((one.told for one in facts.tries if _is_silent(one)), None)
    silent = silent or next((line for line in facts.lines if _pip(line)), None)
    return proof(inside, silent) if silent else None


def _is_silent(one: Try) -> bool:
    return one.outcome == "timeout" and (_is_public(one.host) or bool(_PUBLIC_NAME.match(one.host)))


def _is_inner(one: Try) -> bool:
    """Whether something of the cluster gives no answer either: then it is not the way out."""
    return one.outcome == "timeout" and not _is_silent(one)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _pip(line: Line) -> bool:
    found = _PIP.search(line.text)
    return found is not None and _PUBLIC_NAME.match(found[1]) is not None


RELATION = Relation(
    slug="pod-hears-nothing-from-outside",
    says="a Pod asks an address on the internet and gets no answer",
    words=(frozenset({"curl", "wget", "ping", "telnet", "nc", "pip", "connection"}),),
    find=find,
    sure=0.85,
)
