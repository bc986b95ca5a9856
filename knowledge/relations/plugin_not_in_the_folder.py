"""The CNI configuration names a plugin that the listing of the programs' folder does not show.

Source: the CNI specification: `type` of each plugin is the name of a program in CNI_PATH, which
is `/opt/cni/bin` unless the runtime is told another.
"""

import re
from collections.abc import Sequence

from knowledge.facts import Facts
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_TYPE = re.compile(r'"type" ?: ?"([a-z][\w.-]{1,40})"')
_LISTING = re.compile(
    r"\bls\b.{0,20}(?:/cni/bin|/usr/lib/cni)|^(?:/\S{0,40}cni/bin/?|/usr/lib/cni):?$"
)
_LONG_ROW = re.compile(
    r"^[-l][rwxst-]{9}\S? \d+ \S+ \S+ \d+ .{6,20} ([a-z][\w.-]{1,40})(?: ->.*)?$"
)
_NAMES = re.compile(r"^(?:[a-z][\w.-]{1,40} ?){1,40}$")
_NO_PLUGIN = frozenset({"host-local", "static", "dhcp", "k8s", "etcd"})  # types of other things


def find(facts: Facts) -> Proof | None:
    """Return the plugin that is named, and the listing without it."""
    for stream in facts.streams:
        named, listing = _named(stream), _listed(stream)
        if listing is None:
            continue
        heading, present = listing
        absent = [one for one in named if one not in present | _NO_PLUGIN]
        if absent and present & named.keys():
            return proof(named[absent[0]], heading)
    return None


def _named(lines: Sequence[Line]) -> dict[str, Line]:
    """Return the plugins of a configuration, each with the line that names it."""
    return {kind: line for line in reversed(lines) for kind in _TYPE.findall(line.text)}


def _listed(lines: Sequence[Line]) -> tuple[Line, frozenset[str]] | None:
    """Return the line that asks for the listing, and the names in it."""
    at = next((at for at, line in enumerate(lines) if _LISTING.search(line.text)), None)
    if at is None:
        return None
    names: set[str] = set()
    for line in lines[at + 1 :]:
        row = _LONG_ROW.match(line.text)
        if row:
            names.add(row[1])
        elif _NAMES.match(line.text):
            names.update(line.text.split())
    return lines[at], frozenset(names)


RELATION = Relation(
    slug="plugin-not-in-the-folder",
    says="the configuration names a plugin that is not among the programs listed",
    words=(frozenset({"type"}), frozenset({"cni"}), frozenset({"ls", "bin"})),
    find=find,
    sure=0.95,
)
