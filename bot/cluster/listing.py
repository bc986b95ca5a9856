"""A list that is decoded while it comes, so that never a whole one lies in memory."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from bot.cluster.meter import MEGA
from bot.cluster.sharing import Sharing
from bot.cluster.text import one_line
from bot.cluster.translate import NO_JSON, BrokenAnswerError, decode
from bot.cluster.wire import HELD
from checks.kinds import Kind

BATCH = 256 * 1024  # bytes decoded in one go: a millisecond or two
TRIES = 8  # places where a list may be cut, the last first: most often the first one is right
ITEMS = re.compile(rb'"items"\s*:\s*(?=\[)')
FIRST_KEY = re.compile(rb'\[\s*\{\s*("[^"\\]*")\s*:')


class ListMeta(msgspec.Struct, frozen=True):
    """`metadata` of a list."""

    next: str = msgspec.field(default="", name="continue")


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """One page of a list; its objects stay raw until their kind is known to be right.

    Go may write an empty list as null, but it always writes the field: an answer without it is
    not a list that is empty.
    """

    api_version: str
    kind: str
    items: list[msgspec.Raw] | None
    metadata: ListMeta = ListMeta()


class _Opening(msgspec.Struct):
    """A list as far as its first item."""

    items: list[msgspec.Raw]


class Listing:
    """Takes the bytes of one page as they come, and keeps objects of one kind.

    Whole items are cut off the front of what has come, and decoded; the rest stays until more is
    there. Where an item ends is guessed from how the first one begins, and the guess is right
    exactly when all before it decodes as items: JSON is read from left to right, so what follows
    cannot change that. A list that offers no such place is held until it is whole, up to `HELD`.
    What is left at the end is a page with its last items, and decoded like any page.
    """

    def __init__(self, kind: type[Kind], sharing: Sharing) -> None:
        self._kind = kind
        self._sharing = sharing
        self._objects: list[Any] = []
        self._opening = b""
        self._gap = ITEMS  # between two items, once the first has begun
        self._body = bytearray()
        self._enough = BATCH

    def take(self, piece: bytes) -> None:
        """Add what has come. Raises `BrokenAnswerError` for an item of another shape."""
        self._body += piece
        if len(self._body) > HELD:
            raise BrokenAnswerError(f"the answer has no end of an item in {HELD / MEGA:.0f} MB")
        if len(self._body) >= self._enough:
            if self._opening or self._open():
                self._cut()
            # Having found no place, look again when there is twice as much: a look reads it all.
            self._enough = max(BATCH, 2 * len(self._body))

    def finish(self) -> tuple[list[Any], str]:
        """Return the objects and the next page's token, "" on the last page.

        Raises `BrokenAnswerError` when what came is no list of this kind.
        """
        page = decode(self._opening + self._body, Page)
        require(self._kind, page.api_version, page.kind.removesuffix("List"))
        self._keep(page.items or [])
        return self._objects, page.metadata.next

    def _open(self) -> bool:
        """Set aside what comes before the items, if that is what the word stands for."""
        found = ITEMS.search(self._body)
        if not found:
            return False
        opening = bytes(self._body[: found.end()])
        try:
            msgspec.json.decode(opening + b"[]}", type=_Opening)
        except NO_JSON:
            return False
        self._opening = opening
        del self._body[: found.end()]  # which now begins with the items' bracket, and keeps it
        first = FIRST_KEY.match(self._body)
        key = re.escape(first[1]) + rb"\s*:" if first else b""
        self._gap = re.compile(rb"\}(\s*,\s*)(?=\{\s*" + key + rb")")
        return True

    def _cut(self) -> None:
        """Decode the items that have come whole, but for the last."""
        for end, start in self._places():
            items = self._body[:end]
            items += b"]"
            try:
                raw = msgspec.json.decode(items, type=list[msgspec.Raw])
            except NO_JSON:
                continue
            self._keep(raw)
            del self._body[1:start]
            return

    def _places(self) -> Iterator[tuple[int, int]]:
        """Yield where an item may end and the next begin, the last place first."""
        spans = [found.span(1) for found in self._gap.finditer(self._body)]
        yield from reversed(spans[-TRIES:])

    def _keep(self, items: list[msgspec.Raw]) -> None:
        for item in items:
            one = decode(item, self._kind)
            self._sharing.share(one)
            self._objects.append(one)
        self._sharing.settle()


def require(kind: type[Kind], version: str, name: str) -> None:
    """Refuse objects of another kind or version: their fields need not mean the same."""
    resource = kind.resource
    wanted = f"{resource.group}/{resource.version}".lstrip("/")
    called = resource.kind or kind.__name__
    if (version, name) != (wanted, called):
        raise BrokenAnswerError(
            f"the answer is {one_line(f'{version} {name}')}, not {wanted} {called}"
        )
