"""The knowledge base from its folders: entries by slug, ready to match."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from knowledge.errors import EntryError, FolderError
from knowledge.match import Matcher
from knowledge.model import Entry, Matching, Paste
from knowledge.page import read_entry

SHIPPED = Path(__file__).parent / "entries"
_ASIDE = "README.md"
_ENDINGS = ("md", "zh-TW.md")


class Library:
    """A set of entries and the matcher over them. Immutable; reload by loading a new one."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        files: Mapping[str, Path],
        overridden: Mapping[str, tuple[Path, ...]] | None = None,
    ) -> None:
        self.entries: Mapping[str, Entry] = MappingProxyType(dict(sorted(entries.items())))
        self.files: Mapping[str, Path] = MappingProxyType(dict(files))
        """The page that holds each entry's signatures, by slug."""
        self.overridden: Mapping[str, tuple[Path, ...]] = MappingProxyType(dict(overridden or {}))
        """The pages an entry is used instead of, last one first, by slug."""

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

    def find(self, words: Iterable[str]) -> list[Entry]:
        """Return the entries that hold all these words in slug, title, symptoms or signatures.

        Those that have them all in slug and title come first.
        """
        asked = [word.lower() for word in words]
        found = [entry for entry in self if all(word in _said(entry) for word in asked)]
        return sorted(found, key=lambda one: not all(word in _called(one) for word in asked))

    def prepare(self) -> None:
        """Do now what the first matches would otherwise wait for, some tenths of a second."""
        self._matcher.prepare()

    def is_shipped(self, slug: str) -> bool:
        """Whether an entry comes with netcheck, not from a folder of one's own."""
        return folder_of(self.files[slug]) is None


def _said(entry: Entry) -> str:
    """Return what a search for words looks at, in lower case."""
    symptoms = [text for page in entry.pages.values() for text in page.symptoms]
    return "\n".join([_called(entry), *symptoms, *(one.text for one in entry.signatures)]).lower()


def _called(entry: Entry) -> str:
    """Return slug and titles, in lower case."""
    return "\n".join([entry.slug, *(page.title for page in entry.pages.values())]).lower()


def folder_of(page: Path) -> Path | None:
    """Return the folder of one's own that a page is from, None for a shipped one."""
    return None if page.parent == SHIPPED else page.parent


def load_library(*folders: Path) -> Library:
    """Load the entries of these folders, by default the ones that come with netcheck.

    An entry of a later folder is used instead of one of the same slug before it. Raises
    `FolderError`, and `EntryError` for the first file that cannot be used; nothing is skipped.
    """
    library, refused = load_readable(*folders)
    if refused:
        raise refused[0]
    return library


def load_readable(*folders: Path) -> tuple[Library, tuple[EntryError, ...]]:
    """Load what can be used of these folders, and return what is wrong with the other files.

    Raises `FolderError` for a folder that is missing, empty or cannot be read.
    """
    entries: dict[str, Entry] = {}
    files: dict[str, Path] = {}
    overridden: dict[str, tuple[Path, ...]] = {}
    refused: list[EntryError] = []
    for folder in _distinct(folders or (SHIPPED,)):
        for slug, path in _pages(folder, refused).items():
            try:
                entries[slug] = read_entry(path)
            except EntryError as error:
                refused.append(error)
                continue
            if slug in files:
                overridden[slug] = (files[slug], *overridden.get(slug, ()))
            files[slug] = path
    return Library(entries, files, overridden), tuple(refused)


def page_names(folder: Path) -> list[str]:
    """Return the names of a folder's pages, sorted. Raises `FolderError`.

    Hidden files and a README.md are no pages, and folders within it are not looked into.
    """
    try:
        names = [one.name for one in folder.iterdir()]
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise FolderError(f"{folder}: {why}: name a folder that holds <slug>.md files") from error
    pages = [one for one in names if one.endswith(".md") and one[0] != "." and one != _ASIDE]
    return sorted(pages)


def _distinct(folders: tuple[Path, ...]) -> list[Path]:
    """Leave out a folder named twice: its entries would be used instead of themselves."""
    return list({os.path.realpath(folder): folder for folder in reversed(folders)}.values())[::-1]


def _pages(folder: Path, refused: list[EntryError]) -> dict[str, Path]:
    """Return the page that holds each entry's signatures: the English one where there is one."""
    names = page_names(folder)
    if not names:
        raise FolderError(f"{folder}: no entry in it: an entry is a file <slug>.md")
    found: dict[str, Path] = {}
    for name in names:
        slug, _, ending = name.partition(".")
        if ending not in _ENDINGS:
            hint = f"name it {slug}.md, or {slug}.zh-TW.md for the Chinese page"
            refused.append(EntryError(folder / name, 1, f"no page ends in .{ending}: {hint}"))
        elif ending == "md" or slug not in found:
            found[slug] = folder / name
    return found
