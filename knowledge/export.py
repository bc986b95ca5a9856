"""The whole knowledge base as one document, for other programs to read."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from knowledge.cases import cases_path, read_cases
from knowledge.load import Library, folder_of
from knowledge.model import Answer, Entry

VERSION: Literal[1] = 1
"""Goes up when something an older reader relies on is taken away or means another thing."""


class ExportedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A paste, and what the whole set must answer: the slug `expect`, null for none of them.

    `answer` is `match` or `perhaps`, `form` is `line`, `log`, `describe`, `question`, `mixed` or
    "", `entities` are what must be read from the paste, at least.
    """

    paste: str
    expect: str | None
    answer: Answer
    form: str
    entities: Mapping[str, str]
    note: str


class ExportedEntry(Entry, frozen=True, kw_only=True):
    """An entry with its cases; `folder` is null where it comes with netcheck.

    `overrides` are the folders whose entry of the same slug it is used instead of, the nearest
    first, null for the shipped one.
    """

    folder: str | None
    overrides: tuple[str | None, ...]
    cases: tuple[ExportedCase, ...]


class Export(msgspec.Struct, frozen=True):
    """What `netcheck kb export` prints, in JSON: `version` and `entries`, sorted by slug.

    Each entry holds, besides `folder`, `overrides` and `cases`: `slug`, `area`, `maturity`
    (`draft`, `trial`, `stable`), `reviewed` (a day, ISO 8601), `origin` (the handbook's section or
    `beyond`), `signatures` (`text` with its holes, `source`, `anywhere`), `relations` and
    `yields_to` (slugs), `checks` (`check`, and `holes` from a question's field to a hole),
    `applies`, `references` (links) and `pages` by language, `en` or `zh-TW` or both. A page holds
    `title`, `symptoms`, and in Markdown `meaning`, `confirm` and `otherwise`; its `fix` is a list
    of steps with `text`, `commands` and `danger`, which says what the step breaks and is null where
    it is harmless.
    """

    version: Literal[1]
    entries: tuple[ExportedEntry, ...]


def export(library: Library) -> Export:
    """Return the document; the same files give the same one.

    Raises `EntryError` for a cases file that is wrong; an entry without one has no cases.
    """
    return Export(VERSION, tuple(export_entry(library, slug) for slug in library.entries))


def export_entry(library: Library, slug: str) -> ExportedEntry:
    """Return one entry of the document. Raises `EntryError` as `export` does."""
    return ExportedEntry(
        **msgspec.structs.asdict(library.entries[slug]),
        folder=_name(library.files[slug]),
        overrides=tuple(_name(page) for page in library.overridden.get(slug, ())),
        cases=tuple(_cases(library, slug)),
    )


def _name(page: Path) -> str | None:
    folder = folder_of(page)
    return None if folder is None else str(folder)


def _cases(library: Library, slug: str) -> Iterator[ExportedCase]:
    path = cases_path(library.files[slug])
    if os.path.lexists(path):
        for case in read_cases(path):
            yield ExportedCase(
                paste=case.paste,
                expect=case.expect,
                answer=case.answer,
                form=case.form,
                entities=case.entities,
                note=case.note,
            )
