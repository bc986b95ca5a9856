"""A lookup succeeds after the 5 s that a resolver waits for a lost answer, or the 2.5 s of some.

Sources: resolv.conf(5): `timeout` is 5 s, tried anew after it; musl waits half of that
(musl, src/network/res_msend.c: the timeout by the attempts).
"""

import re
from collections.abc import Iterator

import re2

from knowledge.facts import Facts
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_LOOKUP = re.compile(
    r"namelookup|\b(?:nslookup|getent|getaddrinfo|EAI_AGAIN|dig|dns)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"real 0m ?(\d{1,2}\.\d{1,3})s|\b(\d{4,5}) ?ms\b"
    r"|(?:namelookup|dns|lookup)\w{0,12}[:=] ?(\d{1,2}\.\d{1,6})(?![\d.])"
    r"|^(\d{1,2}\.\d{3,6})s?$|query time: (\d{4,5}) ",
    re.IGNORECASE,
)
_A_TIME = re2.compile(
    rb"real\s+0m|\b\d{4,5} ?ms\b|lookup\w*[:=] ?\d|(?:^|\n)\d{1,2}\.\d{3,6}s?(?:\n|$)"
    rb"|query time: \d{4}"
)
_SAY_TIME = ("real ", "ms", "lookup", "dns", "query time")
_BARE = 14  # characters; a number alone, as `curl -w` prints it
_WAITS = ((2.48, 2.62), (4.95, 5.6), (9.95, 10.6), (14.95, 15.6))
_QUICK = 1.0  # seconds; an ordinary lookup
_GAVE_UP = re.compile(
    r"no servers could be reached|NXDOMAIN|can't (?:find|resolve)|SERVFAIL", re.IGNORECASE
)


def find(facts: Facts) -> Proof | None:
    """Return the lookup and the time it took; none where every lookup failed for good."""
    if not _A_TIME.search(facts.text.encode()):
        return None
    said = facts.holding("lookup", "getent", "getaddrinfo", "eai_again", "dig", "dns")
    lookup = next((line for line in said if _LOOKUP.search(line.text)), None)
    if lookup is None or any(_GAVE_UP.search(line.text) for line in facts.lines):
        return None
    times = list(_times(facts))
    slow = [line for seconds, line in times if any(low <= seconds <= high for low, high in _WAITS)]
    if not slow:
        return None
    other = next((line for seconds, line in times if seconds < _QUICK), lookup)
    said = proof(slow[0], lookup if lookup.number != slow[0].number else other)
    return said if len(said) > 1 else None


def _times(facts: Facts) -> Iterator[tuple[float, Line]]:
    for line in facts.lines:
        low = line.text.lower()
        if len(low) > _BARE and not any(word in low for word in _SAY_TIME):
            continue
        found = _TIME.search(low)
        if found:
            seconds = found[1] or found[3] or found[4]
            millis = found[2] or found[5]
            yield (float(seconds) if seconds else int(millis) / 1000), line


RELATION = Relation(
    slug="lookup-takes-seconds",
    says="a lookup takes the seconds that a resolver waits before it asks again",
    words=(
        frozenset(
            {"time_namelookup", "namelookup", "nslookup", "getent", "getaddrinfo", "dig"}
            | {"eai_again", "dns"}
        ),
    ),
    find=find,
    sure=0.93,
)
