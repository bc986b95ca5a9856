"""Troubles that are no network problem, so that wording does not make one of them.

"OOMKilled" explains itself. A paste that shows such a line sounds like an entry all the same: it
names Pods, nodes and time-outs. Naming what it is answers it better than a guess.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from knowledge.front import Node, parse
from knowledge.model import Lang
from knowledge.page import read_text
from knowledge.search import Searcher, SearchText
from knowledge.signature import Pattern

FILE = Path(__file__).with_name("elsewhere.yaml")


class Elsewhere(msgspec.Struct, frozen=True):
    """One kind of trouble that belongs elsewhere: its name by language, and its signatures."""

    slug: str
    titles: Mapping[Lang, str]
    signatures: tuple[str, ...]


class Neighbours:
    """The kinds, ready to be found."""

    def __init__(self, kinds: tuple[Elsewhere, ...]) -> None:
        rows = [(kind, signature) for kind in kinds for signature in kind.signatures]
        self._owners = [kind for kind, _ in rows]
        self._searcher = Searcher([Pattern(signature) for _, signature in rows])

    def find(self, text: SearchText) -> Elsewhere | None:
        """Return the kind whose signature is met first in the text, None when none is."""
        found = min(self._searcher.search(text), key=lambda one: one.line.number, default=None)
        return self._owners[found.pattern] if found else None


@cache
def neighbours() -> Neighbours:
    """Return the shipped kinds, read once."""
    return Neighbours(read_elsewhere(FILE))


def read_elsewhere(path: Path) -> tuple[Elsewhere, ...]:
    """Read a file of kinds. Raises `EntryError` naming the line."""
    items = parse(read_text(path), path).items("the file")
    return tuple(_kind(item) for item in items)


def _kind(item: Node) -> Elsewhere:
    fields = item.fields("a kind", ("slug", "title", "signatures"))
    titles = fields["title"].fields("title", ("en", "zh-TW"))
    return Elsewhere(
        slug=fields["slug"].text("slug"),
        titles={"en": titles["en"].text("en"), "zh-TW": titles["zh-TW"].text("zh-TW")},
        signatures=tuple(one.text("a signature") for one in fields["signatures"].items("list")),
    )
