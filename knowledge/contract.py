"""What every entry owes: cases both ways, earned signatures, live links, marked dangers.

Every case of every entry is matched against the whole library, so each entry's hits are the
others' counter-examples.
"""

from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from knowledge.cases import Case, cases_path, read_cases
from knowledge.danger import danger_of
from knowledge.errors import EntryError
from knowledge.load import Library
from knowledge.match import read
from knowledge.model import Entry, Match, Matching, Page
from knowledge.page import SECTIONS, commands_in, page_path
from knowledge.relate import relations


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing to mend; `str` gives `FILE:LINE: what, what to do`."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def problems(
    library: Library, checks: frozenset[str], slugs: Collection[str] | None = None
) -> list[Problem]:
    """Return everything that breaks the contract, by file and line.

    `checks` are the slugs of the checks that exist, `slugs` the entries that are asked about, all
    of them if none are named.
    """
    asked = library.entries if slugs is None else slugs
    entries = [library.entries[slug] for slug in asked]
    found = [one for entry in entries for one in _problems_of(entry, library, checks)]
    return sorted(set(found))


def _problems_of(entry: Entry, library: Library, checks: frozenset[str]) -> Iterator[Problem]:
    page = library.files[entry.slug]
    lenient = _is_own_draft(entry, library)
    yield from _links(entry, page, library, checks)
    if not (entry.references or lenient):
        yield Problem(page, 1, "no references: name where the facts come from")
    yield from _dangers(entry, page, lenient=lenient)
    yield from _languages(entry, page, shipped=library.is_shipped(entry.slug))
    try:
        cases = read_cases(cases_path(page))
    except EntryError as error:
        yield Problem(error.path, error.line, error.what)
        return
    yield from _cases(entry, cases, library)


def _is_own_draft(entry: Entry, library: Library) -> bool:
    """Whether it is a draft in a folder of one's own, which owes nothing that it does not claim.

    It needs no near miss, no safer step and no references, and no hit where it has no signature;
    a shipped entry may answer its pastes.
    """
    return entry.maturity == "draft" and not library.is_shipped(entry.slug)


def is_known(entry: Entry, answering: str, library: Library) -> bool:
    """Whether a shipped entry answers a paste of a draft of one's own: the trouble is known."""
    return _is_own_draft(entry, library) and library.is_shipped(answering)


def _cases(entry: Entry, cases: tuple[Case, ...], library: Library) -> Iterator[Problem]:
    page = library.files[entry.slug]
    path = cases_path(page)
    lenient = _is_own_draft(entry, library)
    claims = bool(entry.signatures) or not lenient
    if claims and not any(case.expect == entry.slug for case in cases):
        yield Problem(path, 1, f"no hit: add a case with `expect: {entry.slug}`")
    if not lenient and not any(case.expect != entry.slug for case in cases):
        yield Problem(path, 1, "no near miss: add a case with `expect: null` or another slug")
    earned: set[str] = set()
    for case in cases:
        matching = library.match(read(case.paste))
        yield from _case(entry, case, matching, library)
        if case.expect == entry.slug:
            earned |= _signatures_met(entry, matching)
    for name in entry.relations:
        if relations()[name].says not in earned:
            yield Problem(
                page, line_of(page, name), f"no case earns the relation {name}: add a hit"
            )
    for signature in entry.signatures:
        if signature.text not in earned:
            line = line_of(page, signature.text)
            yield Problem(
                page, line, f"no case earns the signature {signature.text!r}: add a hit, or drop it"
            )


def _case(entry: Entry, case: Case, matching: Matching, library: Library) -> Iterator[Problem]:
    top = matching.matches[0] if matching.matches else None
    got = f"{matching.answer} {top.entry} ({_why(top)})" if top else "nothing"
    if case.expect is None:
        if matching.answer == "match" or _signatures_met(entry, matching):
            yield _problem(case, f"a near miss got {got}: sharpen that signature")
    elif case.expect not in library.entries:
        yield _problem(case, f"expects {case.expect!r}, which is no entry: mend the slug")
    elif top and case.expect == entry.slug and is_known(entry, top.entry, library):
        return
    elif top is None or top.entry != case.expect:
        yield _problem(case, f"expects {case.expect}, got {got}: {_way_out(case.expect, top)}")
    elif case.answer == "match" != matching.answer:
        yield _problem(case, f"expects a match, got {got}: add a signature with more literal text")
    else:
        yield from _entities(case, top)


def _way_out(expected: str, top: Match | None) -> str:
    if top is None:
        return "add or sharpen a signature"
    return f"give {expected} a longer signature, or let {top.entry} yield to it"


def _entities(case: Case, top: Match) -> Iterator[Problem]:
    for field, value in case.entities.items():
        if top.entities.get(field) != value:
            got = top.entities.get(field)
            yield _problem(case, f"expects {field} {value!r}, read {got!r}: name it with a hole")


def _links(entry: Entry, page: Path, library: Library, checks: frozenset[str]) -> Iterator[Problem]:
    circle = _circle(entry, library)
    if circle:
        way = " -> ".join((*circle, entry.slug))
        line = line_of(page, "yields_to:")
        yield Problem(page, line, f"yields_to goes round: {way}: drop a link, or none is offered")
    for sharper in entry.yields_to:
        if sharper == entry.slug or sharper not in library.entries:
            line = line_of(page, sharper)
            yield Problem(page, line, f"yields_to {sharper!r} is no other entry: mend the slug")
    for link in entry.checks:
        if link.check not in checks:
            line = line_of(page, link.check)
            yield Problem(page, line, f"no check is called {link.check!r}: mend the slug")


def _circle(entry: Entry, library: Library) -> tuple[str, ...]:
    """Return the shortest way from an entry over those it yields to back to itself, or nothing.

    Entries that yield to each other all step back when they are met together.
    """
    ways: deque[tuple[str, ...]] = deque([(entry.slug,)])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        sharper = library.entries[way[-1]].yields_to
        if entry.slug in sharper and len(way) > 1:
            return way
        new = [slug for slug in sharper if slug in library.entries and slug not in seen]
        seen.update(new)
        ways.extend((*way, slug) for slug in new if slug != entry.slug)
    return ()


def _dangers(entry: Entry, page: Path, *, lenient: bool) -> Iterator[Problem]:
    for lang, text in entry.pages.items():
        path = page_path(page, lang)
        for step in text.fix:
            for command in step.commands:
                hurt = danger_of(command)
                if hurt and not step.danger:
                    yield Problem(
                        path,
                        line_of(path, command.split("\n")[0]),
                        f"a command that {hurt} without a mark: begin the step with > [!CAUTION]",
                    )
        yield from _dangers_outside(text, path)
        only_dangerous = any(step.danger for step in text.fix) and all(
            step.danger for step in text.fix
        )
        if only_dangerous and not lenient:
            yield Problem(path, 1, "only dangerous steps: add the safer one")
        if any(step.danger is not None and not step.danger for step in text.fix):
            yield Problem(path, 1, "a [!CAUTION] that says nothing: say what the step breaks")


def _dangers_outside(text: Page, path: Path) -> Iterator[Problem]:
    for section in (text.meaning, text.confirm, text.otherwise):
        for command in commands_in(section):
            hurt = danger_of(command)
            if hurt:
                yield Problem(
                    path,
                    line_of(path, command.strip().split("\n")[0]),
                    f"a command that {hurt} outside the fix: make it a step with > [!CAUTION]",
                )


def _languages(entry: Entry, page: Path, *, shipped: bool) -> Iterator[Problem]:
    for lang, text in entry.pages.items():
        if not text.symptoms:
            where = page_path(page, lang)
            yield Problem(where, 1, "no symptoms: add what people say when they meet it")
    missing = [lang for lang in SECTIONS if lang not in entry.pages]
    if missing:
        if shipped:
            name = page_path(page, missing[0]).name
            yield Problem(page, 1, f"one language only: write {name} beside it")
        return
    english, chinese = entry.pages["en"], entry.pages["zh-TW"]
    path = page_path(page, "zh-TW")
    if _shape(english) != _shape(chinese):
        yield Problem(
            path, 1, "the fix differs from the English one: same steps, commands and marks in both"
        )
    if commands_in(english.confirm) != commands_in(chinese.confirm):
        yield Problem(path, 1, "other commands to confirm than in English: use the same in both")


def _shape(page: Page) -> list[tuple[tuple[str, ...], bool]]:
    return [(step.commands, step.danger is not None) for step in page.fix]


def _signatures_met(entry: Entry, matching: Matching) -> set[str]:
    own = {signature.text for signature in entry.signatures}
    own |= {relations()[name].says for name in entry.relations}
    return {
        because.signature
        for match in matching.matches
        if match.entry == entry.slug
        for because in match.because
        if because.signature in own
    }


def _why(match: Match | None) -> str:
    first = match.because[0] if match else None
    return f"line {first.line}, {first.signature!r}" if first else ""


def _problem(case: Case, message: str) -> Problem:
    return Problem(case.path, case.line, message)


def line_of(path: Path, text: str) -> int:
    """Return the first line that holds the text, 1 when none does (it may be wrapped).

    In YAML a quote in a text may be doubled or have a backslash before it.
    """
    forms = (text, text.replace("'", "''"), text.replace('"', r"\""))
    lines = path.read_text(encoding="utf-8").split("\n")
    held = (n for n, line in enumerate(lines, 1) if any(form in line for form in forms))
    return next(held, 1)
