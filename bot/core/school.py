"""What was taught in Slack, used beside the entries that come in folders."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from knowledge import teaching
from knowledge.load import Library
from knowledge.model import Entry
from knowledge.teaching import Files, Mistake, Taught

log = logging.getLogger(__name__)
_HERE = Path("taught in Slack")  # no folder: where an entry is from is told by its page


class School:
    """The entries in force: those of the folders, and the taught ones beside them.

    A folder's entry is used instead of a taught one of the same slug: it was exported, and mended.
    """

    def __init__(self, library: Library) -> None:
        self._folders = library
        self._lessons: tuple[Files, ...] = ()
        self._taught: Mapping[str, Entry] = {}
        self._cases: tuple[Library, tuple[tuple[str, str], ...]] | None = None
        self.library = library

    def take(self, library: Library) -> None:
        """Use other folders' entries."""
        self._folders = library
        self.library = _joined(library, self._taught)

    async def learn(self, lessons: tuple[Files, ...]) -> None:
        """Use these taught entries; one that this version cannot read is logged and left out."""
        taught, refused = await asyncio.to_thread(teaching.entries, lessons)
        for error in refused:
            log.error("a taught entry is not used: %s: %s", error.path.name, error.what)
        while True:
            folders = self._folders
            library = _joined(folders, taught)
            await asyncio.to_thread(library.prepare)
            if folders is self._folders:  # else they were reloaded meanwhile
                break
        self._lessons, self._taught, self.library = lessons, taught, library

    async def examine(self, taught: Taught, checks: frozenset[str]) -> tuple[Mistake, ...]:
        """Return what is wrong with an entry to be taught, nothing where it may be used."""
        return await asyncio.to_thread(self._examine, taught, checks)

    async def compose(self, taught: Taught) -> Files:
        """Return an entry's files, under a slug no other one has."""
        return await asyncio.to_thread(_compose, taught, self.library)

    def _examine(self, taught: Taught, checks: frozenset[str]) -> tuple[Mistake, ...]:
        library = self.library
        return teaching.examine(taught, library, checks, self._pastes(library))

    def _pastes(self, library: Library) -> tuple[tuple[str, str], ...]:
        """Return the library's cases, read once for each library: it takes half a second."""
        if self._cases is None or self._cases[0] is not library:
            self._cases = (library, teaching.pastes(library, self._lessons))
        return self._cases[1]


def _joined(library: Library, taught: Mapping[str, Entry]) -> Library:
    new = {slug: entry for slug, entry in taught.items() if slug not in library.entries}
    if not new:
        return library
    pages = {slug: _HERE / f"{slug}.md" for slug in new}
    return Library({**library.entries, **new}, {**library.files, **pages}, library.overridden)


def _compose(taught: Taught, library: Library) -> Files:
    slug = teaching.slug_for(taught.title, library.entries)
    return teaching.files(taught, slug, teaching.answer_to(taught, library))
