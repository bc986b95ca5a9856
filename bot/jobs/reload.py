"""Folders of entries taken anew when they change, without a restart."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from knowledge.errors import KnowledgeError
from knowledge.load import Library, load_library, page_names

Stamp = tuple[object, ...]
"""What tells one state of the folders from another."""

log = logging.getLogger(__name__)


class Reload:
    """The knowledge base of these folders, and a look at whether they have changed.

    The set is swapped whole or not at all: while a file is wrong, or the folders change as they
    are read, the last good one stays in force. Made before the first load, so that no change
    falls between.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._seen = stamp(self._folders)

    def load(self) -> Library:
        """Load the folders and make the library ready to match. Raises `KnowledgeError`."""
        library = load_library(*self._folders)
        library.prepare()
        return library

    async def look(self, take: Callable[[Library], None]) -> None:
        """Hand over a new library if the folders have changed and are sound; else say why not."""
        found = await asyncio.to_thread(self._changed)
        if isinstance(found, KnowledgeError):
            log.error("knowledge base not reloaded, the last good one stays in force: %s", found)
        elif found is not None:
            take(found)
            tell(found, "reloaded")

    def _changed(self) -> Library | KnowledgeError | None:
        """Return a new library, or what is wrong with it; None where nothing has changed."""
        now = stamp(self._folders)
        if now == self._seen:
            return None
        found: Library | KnowledgeError
        try:
            found = self.load()
        except KnowledgeError as error:
            found = error
        if stamp(self._folders) != now:
            return None  # it changed while it was read: left to the next look
        self._seen = now
        return found


def tell(library: Library, what: str) -> None:
    """Log how many entries are in force, and which are used instead of others."""
    shipped = sum(map(library.is_shipped, library.entries))
    own = len(library) - shipped
    log.info("knowledge base %s: %d shipped entries, %d of your own", what, shipped, own)
    for slug, pages in sorted(library.overridden.items()):
        others = ", ".join(map(str, pages))
        log.info("entry %s: %s is used instead of %s", slug, library.files[slug], others)


def stamp(folders: Iterable[Path]) -> Stamp:
    """Return what changes when a page is written, renamed, replaced or made readable.

    Links are followed: in a Kubernetes volume each file is a link into a folder that is swapped
    as a whole, so that only what the link ends at tells of a change.
    """
    return tuple(part for folder in folders for part in _stamps(folder))


def _stamps(folder: Path) -> Iterable[object]:
    try:
        names = page_names(folder)
    except KnowledgeError as error:
        return [str(error)]
    return [(folder, name, *_stamp(folder / name)) for name in names]


def _stamp(page: Path) -> tuple[object, ...]:
    try:
        at = page.stat()
    except OSError as error:
        return (str(error),)
    return (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
