"""Equal parts of many objects, kept once: the replicas of a workload differ in little."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from checks.kinds import Kind

ENOUGH = 256  # different values of a part: by then it shows whether they repeat
PARTS = (inspect.VarTupleType, inspect.DictType, inspect.StructType)


class Sharing:
    """Replaces parts of the objects of one kind by equal ones that were met before.

    Parts are what holds more than a word: fields of the object, and of the structs that it
    consists of, as `metadata`'s labels and `spec`'s containers. Objects are frozen, so nobody can
    tell. Parts that every object has of its own, addresses or times, are left alone once that
    shows.
    """

    def __init__(self, kind: type[Kind]) -> None:
        self._parts = [_Part(*place) for place in _places(kind)]

    def share(self, one: Kind) -> None:
        """Replace the parts of one object."""
        for part in self._parts:
            part.share(one)

    def settle(self) -> None:
        """Give up the parts that do not repeat."""
        self._parts = [part for part in self._parts if part.repeats]


class _Part:
    """A field of a kind, or of the struct that one of its fields is, and the values it has had."""

    def __init__(self, outer: str, name: str) -> None:
        self._outer = outer
        self._name = name
        self._known: dict[bytes, Any] = {}
        self._asked = 0

    @property
    def repeats(self) -> bool:
        """Whether it is worth going on."""
        return len(self._known) < ENOUGH or 2 * len(self._known) < self._asked

    def share(self, one: Kind) -> None:
        """Replace the value by an equal one that was met before, or remember it."""
        holder = getattr(one, self._outer) if self._outer else one
        value = getattr(holder, self._name)
        if value is None:
            return
        self._asked += 1
        same = self._known.setdefault(msgspec.json.encode(value), value)
        if same is not value:
            msgspec.structs.force_setattr(holder, self._name, same)


@cache
def _places(kind: type[Kind]) -> tuple[tuple[str, str], ...]:
    return tuple(_find_places(kind))


def _find_places(kind: type[Kind]) -> Iterator[tuple[str, str]]:
    """Yield where each part is: `("spec", "containers")`, or `("", "endpoints")`."""
    for field in _fields(inspect.type_info(kind)):
        if isinstance(field.type, inspect.StructType):
            yield from ((field.name, inner.name) for inner in _fields(field.type) if _holds(inner))
        elif _holds(field):
            yield "", field.name


def _fields(info: inspect.Type) -> tuple[inspect.Field, ...]:
    return info.fields if isinstance(info, inspect.StructType) else ()


def _holds(field: inspect.Field) -> bool:
    types = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    return any(isinstance(one, PARTS) for one in types)
