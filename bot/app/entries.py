"""Entries and the doctor over them: loaded, searched, tested, measured, imported."""

from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.diagnose import Doctor
from bot.core.errors import NetcheckError
from checks.registry import catalog
from knowledge.load import SHIPPED, Library, load_library

if TYPE_CHECKING:
    from collections.abc import Mapping

    from knowledge.evaluate import Evaluation
    from knowledge.examine import Report
    from knowledge.export import Export, ExportedEntry
    from knowledge.importer import Import
    from knowledge.model import Entry, Lang


class UnknownEntryError(NetcheckError):
    """No entry by that slug."""


@cache
def library(own: tuple[Path, ...] = ()) -> Library:
    """Return the shipped entries with those of one's own folders. Raises `KnowledgeError`."""
    return load_library(SHIPPED, *own)


def build_doctor(own: tuple[Path, ...] = ()) -> Doctor:
    """Return the doctor over these entries and the checks. Raises `KnowledgeError`."""
    return Doctor(library(own), catalog())


def find_entry(slug: str, entries: "Mapping[str, Entry]") -> "Entry":
    """Return an entry. Raises `UnknownEntryError` with the nearest slug."""
    if slug not in entries:
        near = get_close_matches(slug, entries, n=1)
        hint = f"did you mean {near[0]}?" if near else "see `netcheck kb list`"
        raise UnknownEntryError(f"no entry is called {slug!r}: {hint}")
    return entries[slug]


def examine(folder: Path | None, own: tuple[Path, ...]) -> "Report":
    """Hold a folder's entries to the contract, beside the shipped ones and those of one's own.

    Without a folder it is one's own that are examined, or else the shipped ones.
    """
    from knowledge.examine import examine

    tested = (folder,) if folder else own
    return examine((SHIPPED, *own, *tested), tested or (SHIPPED,), frozenset(catalog()))


def evaluate(file: Path, own: tuple[Path, ...]) -> "Evaluation":
    """Measure matching on a file of labelled pastes."""
    from knowledge import evaluate as measure

    return measure.evaluate(library(own), measure.read_labelled(file))


def export(library: Library) -> "Export":
    """Return the whole knowledge base as one document. Raises `KnowledgeError`."""
    from knowledge import export as documents

    return documents.export(library)


def export_entry(library: Library, slug: str) -> "ExportedEntry":
    """Return one entry as that document has it. Raises `KnowledgeError`."""
    from knowledge import export as documents

    return documents.export_entry(library, slug)


def import_handbook(file: Path, lang: "Lang | None") -> "Import":
    """Make drafts of a handbook, beside the shipped entries. Raises `HandbookError`."""
    from knowledge import importer

    text = importer.read_handbook(file)
    today = datetime.now(UTC).date().isoformat()
    return importer.import_handbook(text, file.name, today, lang, library())
