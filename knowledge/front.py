"""YAML with line numbers, for messages that say where a file is wrong."""

import difflib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from knowledge.errors import EntryError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BEGINNINGS = re.compile(r"(?:^|[\n\x85\u2028\u2029])([ ?:-]*)")
_DEEPEST = 20  # arbitrary; an entry needs four. Far deeper ones end the process in libyaml


class Node:
    """A YAML value and where it stands. Scalars stay text: no `no` becomes False."""

    def __init__(self, node: yaml.Node, path: Path, first: int) -> None:
        self._node = node
        self._first = first
        self.path = path
        self.line = first + node.start_mark.line

    def fail(self, what: str) -> EntryError:
        """Return the error to raise about this place."""
        return EntryError(self.path, self.line, what)

    def is_null(self) -> bool:
        """Whether it is `null`, `~` or nothing."""
        return isinstance(self._node, yaml.ScalarNode) and self._node.tag.endswith(":null")

    def text(self, what: str) -> str:
        """Return a scalar's text. Raises `EntryError` for a list, a mapping or nothing."""
        if not isinstance(self._node, yaml.ScalarNode) or self.is_null():
            raise self.fail(f"{what} must be text")
        return str(self._node.value)

    def flag(self, what: str) -> bool:
        """Return whether it says `true`. Raises `EntryError` for all but `true` and `false`."""
        said = self.text(what)
        if said not in {"true", "false"}:
            raise self.fail(f"{what} must be true or false")
        return said == "true"

    def items(self, what: str) -> Iterator["Node"]:
        """Yield a list's items; nothing is an empty list."""
        if self.is_null():
            return
        if not isinstance(self._node, yaml.SequenceNode):
            raise self.fail(f"{what} must be a list: put `- ` before each")
        for node in self._node.value:
            yield Node(node, self.path, self._first)

    def fields(self, what: str, known: Collection[str] | None = None) -> dict[str, "Node"]:
        """Return a mapping's values by key; nothing is an empty one. Refuses unknown keys."""
        if self.is_null():
            return {}
        if not isinstance(self._node, yaml.MappingNode):
            raise self.fail(f"{what} must be `key: value` lines")
        found: dict[str, Node] = {}
        for key_node, value_node in self._node.value:
            key = Node(key_node, self.path, self._first)
            name = key.text("a key")
            if known is not None and name not in known:
                raise key.fail(f"unknown key {name!r} in {what}: {nearest(name, known)}")
            if name in found:
                raise key.fail(f"{name!r} stands twice in {what}: keep one")
            found[name] = Node(value_node, self.path, self._first)
        return found

    def is_scalar(self) -> bool:
        """Whether it is one piece of text, or nothing."""
        return isinstance(self._node, yaml.ScalarNode)


def parse(text: str, path: Path, first: int = 1) -> Node:
    """Parse YAML that begins at line `first` of the file. Raises `EntryError`."""
    try:
        _refuse_deep(text, path, first)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first + (mark.line if mark else 0)
        raise EntryError(path, line, f"not valid YAML ({error.problem}): mend this line") from error
    except yaml.YAMLError as error:
        raise EntryError(path, first, f"not valid YAML ({error}): mend the file") from error
    if node is None:
        raise EntryError(path, first, "nothing is written here: see CONTRIBUTING.md for the shape")
    return Node(node, path, first)


def _refuse_deep(text: str, path: Path, first: int) -> None:
    """Refuse lists within lists without end: composing them would overrun the stack."""
    if _deepest(text) <= _DEEPEST:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            mark = event.start_mark
            line = first + (mark.line if mark else 0)
            raise EntryError(path, line, f"nested more than {_DEEPEST} deep: write it flatter")


def _deepest(text: str) -> int:
    """Return a depth that no nesting of the text exceeds, without reading it as YAML.

    Each bracket may open a level; so may each column in which a line begins, twice, since a list
    may stand under its key in the same column.
    """
    columns = max(map(len, _BEGINNINGS.findall(text))) + 1
    return text.count("[") + text.count("{") + 2 * columns


def nearest(word: str, known: Collection[str]) -> str:
    """Return what to write instead: the nearest known word, or all of them."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(sorted(known))}"
