"""A folder of entries held to the contract, beside the entries it will be used with."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from knowledge.cases import Case, cases_path, read_cases
from knowledge.contract import Problem, is_known, line_of, problems
from knowledge.errors import EntryError
from knowledge.load import Library, load_readable
from knowledge.match import read
from knowledge.model import Match
from knowledge.page import slug_of


class Report(msgspec.Struct, frozen=True):
    """What was examined, what must be mended, and what should be looked at.

    `entries` and `cases` count what was tested; nothing was where a page cannot be read.
    """

    entries: int
    cases: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()


def examine(folders: Sequence[Path], tested: Collection[Path], checks: frozenset[str]) -> Report:
    """Load folders, later ones first in force, and test the entries of those in `tested`.

    Each of their pastes is matched against all folders' entries, and so are the pastes of the
    other entries: one that a tested entry takes is a warning. `checks` are the slugs of the
    checks that exist. Raises `FolderError`.
    """
    library, refused = load_readable(*folders)
    if refused:
        return Report(0, 0, tuple(Problem(one.path, one.line, one.what) for one in refused))
    places = {os.path.realpath(folder) for folder in tested}
    slugs = [
        slug for slug, page in library.files.items() if os.path.realpath(page.parent) in places
    ]
    found = [*problems(library, checks, slugs), *_strays(tested)]
    cases = sum(len(_cases(library, slug)) for slug in slugs)
    return Report(
        len(slugs), cases, tuple(found), (*sorted(_taken(library, slugs)), *_known(library, slugs))
    )


def _strays(folders: Collection[Path]) -> Iterator[Problem]:
    """Yield the cases files that belong to no page: a slip in a name would hide them."""
    for folder in folders:
        names = {one.name for one in folder.iterdir()}
        slugs = {name.partition(".")[0] for name in names if name.endswith(".md")}
        for name in sorted(names):
            if name.endswith(".cases.yaml") and name[0] != "." and slug_of(Path(name)) not in slugs:
                what = "cases of no entry: name the file after its page"
                yield Problem(folder / name, 1, what)


def _cases(library: Library, slug: str) -> tuple[Case, ...]:
    """Return the cases of an entry, none where they cannot be read."""
    with suppress(EntryError):
        return read_cases(cases_path(library.files[slug]))
    return ()


def _taken(library: Library, slugs: Collection[str]) -> Iterator[Problem]:
    """Yield the pastes of other entries that one of these takes.

    Pastes of an entry that was overridden are not asked about: to answer them is the purpose.
    """
    for other in sorted(library.entries.keys() - slugs):
        for case in _cases(library, other):
            if case.expect in slugs:
                continue
            matching = library.match(read(case.paste))
            top = next(iter(matching.matches), None)
            if top is None or top.entry not in slugs:
                continue
            if case.expect is not None or matching.answer == "match":
                yield _taking(library, top, case)


def _known(library: Library, slugs: Collection[str]) -> Iterator[Problem]:
    """Yield the pastes of drafts that a shipped entry answers."""
    for slug in slugs:
        entry = library.entries[slug]
        for case in _cases(library, slug):
            top = next(iter(library.match(read(case.paste)).matches), None)
            if top and case.expect == slug and is_known(entry, top.entry, library):
                what = f"{top.entry} answers this already: drop the case, or name the draft so"
                yield Problem(case.path, case.line, what)


def _taking(library: Library, taker: Match, case: Case) -> Problem:
    page = library.files[taker.entry]
    met = taker.because[0].signature
    whose = case.expect or slug_of(case.path)
    taken = f"a paste of {whose}" if case.expect else f"a near miss of {whose}"
    way_out = f"sharpen it, or add `yields_to: [{whose}]`" if case.expect else "sharpen it"
    what = f"{taker.entry} takes {taken} ({case.path}:{case.line}) by {met!r}: {way_out}"
    return Problem(page, line_of(page, met), what)
