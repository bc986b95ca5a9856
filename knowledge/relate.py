"""Relations: what two facts of a paste say together, though neither is an error.

`nameserver 10.96.0.10` is fine, and so is `kube-dns ClusterIP 10.43.0.10`; in one paste they say
that Pods ask the wrong address. A relation is a module in `knowledge/relations/` with a
`RELATION`; an entry names the relations that prove it in its front matter.
"""

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import msgspec

import knowledge.relations
from knowledge.facts import Facts
from knowledge.model import Line

Proof = tuple[Line, ...]
"""The lines that say it together, in the order of the paste."""


class Relation(msgspec.Struct, frozen=True):
    """One relation between facts.

    `says` is what it says, shown as the reason of an answer. `words` are sets of words, in lower
    case, of each of which the paste must hold one, so that most pastes are never read for facts.
    `find` returns the lines that prove it, None where they do not. `sure` is how sure it makes.
    """

    slug: str
    says: str
    words: tuple[frozenset[str], ...]
    find: Callable[[Facts], Proof | None]
    sure: float = 0.99

    def may_hold(self, words: frozenset[str]) -> bool:
        """Whether a text of these words can state the facts at all."""
        return all(not some.isdisjoint(words) for some in self.words)


class RelationError(Exception):
    """A module of the folder is no proper relation."""


@cache
def relations() -> Mapping[str, Relation]:
    """Return every relation by slug. Raises `RelationError` for a module without a proper one."""
    found: dict[str, Relation] = {}
    for module in sorted(
        pkgutil.iter_modules(knowledge.relations.__path__), key=lambda one: one[1]
    ):
        relation = getattr(import_module(f"knowledge.relations.{module.name}"), "RELATION", None)
        if not isinstance(relation, Relation) or relation.slug != module.name.replace("_", "-"):
            raise RelationError(f"knowledge/relations/{module.name}.py: no RELATION named after it")
        found[relation.slug] = relation
    return MappingProxyType(found)


def proof(*lines: Line) -> Proof:
    """Return the lines in their order, none twice."""
    return tuple(sorted({line.number: line for line in lines}.values(), key=lambda one: one.number))
