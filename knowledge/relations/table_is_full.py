"""The count of tracked connections has reached their limit.

Source: linux, Documentation/networking/nf_conntrack-sysctl.rst.
"""

import re
from collections.abc import Iterator

from knowledge.facts import Facts
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_NAMED = re.compile(r"nf_conntrack_(count|max)\b(.{0,40})", re.IGNORECASE)
_METRIC = re.compile(r"nf_conntrack_entries(_limit)?(?:\{.{0,200}?\})? (\d[\d.e+]{0,12})")
_NUMBER = re.compile(r"^\W{0,4}(?:is |at )?(\d{3,9})\b")
_ALONE = re.compile(r"^(\d{3,9})$")
_FULL = 0.95  # of the limit; the rest comes and goes within a second


def find(facts: Facts) -> Proof | None:
    """Return the two lines whose numbers are as good as equal."""
    counts = list(_numbers(facts, "count"))
    limits = list(_numbers(facts, "max"))
    for count, at in counts:
        for limit, where in limits:
            if limit and count >= _FULL * limit:
                return proof(at, where)
    return None


def _numbers(facts: Facts, which: str) -> Iterator[tuple[float, Line]]:
    """Yield the numbers beside a name, or those of two files printed one after the other."""
    for stream in facts.streams:
        asked: list[str] = []
        for line in stream:
            alone = _ALONE.match(line.text)
            if alone and asked:
                if asked.pop(0) == which:
                    yield float(alone[1]), line
                continue
            metric = _METRIC.search(line.text)
            if metric and bool(metric[1]) == (which == "max"):
                yield float(metric[2]), line
            found = list(_NAMED.finditer(line.text))
            for one in found:
                number = _NUMBER.match(one[2].lstrip(" =:"))
                if number and one[1].lower() == which:
                    yield float(number[1]), line
            if found and not any(_NUMBER.match(one[2].lstrip(" =:")) for one in found):
                asked = [name.lower() for name in re.findall(r"conntrack_(count|max)", line.text)]


RELATION = Relation(
    slug="table-is-full",
    says="as many connections are tracked as the table holds",
    words=(
        frozenset({"nf_conntrack_count", "node_nf_conntrack_entries"}),
        frozenset({"nf_conntrack_max", "node_nf_conntrack_entries_limit"}),
    ),
    find=find,
)
