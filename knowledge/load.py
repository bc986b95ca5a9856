"""The knowledge base from its folders: entries by slug, ready to match."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from knowledge.errors import EntryError
from knowledge.match import Matcher
from knowledge.model import Entry, Matching, Paste
from knowledge.page import read_entry

SHIPPED = Path(__file__).parent / "entries"


class Library:
    """A set of entries and the matcher over them. Immutable; reload by loading a new one."""

    def __init__(self, entries: Mapping[str, Entry], files: Mapping[str, Path]) -> None:
        self.entries: Mapping[str, Entry] = MappingProxyType(dict(sorted(entries.items())))
        self.files: Mapping[str, Path] = MappingProxyType(dict(files))
        """The English page of each entry, by slug."""

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.entries)

    def match(self, paste: Paste) -> Matching:
        """Return which entries a paste shows, best first. Pure, safe to call from any thread."""
        return self._matcher.match(paste)


def load_library(*folders: Path) -> Library:
    """Load the entries of these folders, by default the ones that come with netcheck.

    Raises `EntryError` for the first file that cannot be used; nothing is skipped.
    """
    entries: dict[str, Entry] = {}
    files: dict[str, Path] = {}
    for folder in folders or (SHIPPED,):
        for path in _pages(folder):
            slug = path.stem
            if slug in entries:
                raise EntryError(path, 1, f"{slug} is already in {files[slug]}: rename one of them")
            entries[slug] = read_entry(path)
            files[slug] = path
    return Library(entries, files)


def _pages(folder: Path) -> list[Path]:
    """Return the English pages: `<slug>.md`, not `<slug>.zh-TW.md`."""
    if not folder.is_dir():
        raise EntryError(folder, 1, "no such folder: give one that holds <slug>.md files")
    return sorted(path for path in folder.glob("*.md") if "." not in path.stem)
