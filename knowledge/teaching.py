"""An entry taught from a paste: lines to know it by, its two files, what is wrong with it.

What comes of it is a draft like those the importer makes, so that `netcheck kb test` holds it to
the same contract.
"""

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from knowledge.cases import cases_path, read_cases
from knowledge.contract import problems
from knowledge.danger import danger_of
from knowledge.errors import EntryError
from knowledge.importer import naming
from knowledge.importer.compose import FixStep, Parts
from knowledge.importer.draft import Draft, Hit
from knowledge.importer.errors import PrintedError
from knowledge.importer.holes import LEAST, NoSignatureError, signature
from knowledge.importer.markdown import fence, guarded
from knowledge.importer.programs import has_prompt, is_command, unprompted
from knowledge.importer.trouble import is_error
from knowledge.load import Library
from knowledge.match import read
from knowledge.model import Answer, Entry, Lang
from knowledge.page import read_entry
from knowledge.signature import BadHoleError, Pattern

Field = Literal["title", "signature", "fix", "danger"]
What = Literal[
    "title-empty",
    "signature-empty",
    "signature-hole",
    "signature-broad",
    "signature-misses",
    "signature-takes",
    "signature-answered",
    "fix-empty",
    "danger-unmarked",
    "page",
]
PREFIX = "taught-"
"""Before every slug, so that no shipped entry has one of them."""

TITLE = 100  # characters; arbitrary, the longest shipped title has 60
_LINES = 20  # proposals; arbitrary, they are read in a menu
_LINE = 500  # characters of a line; a signature has as many at most
_ITEM = re.compile(r"(?:\d{1,3}[.)]|[-*•])[ \t]+")
_SAID: Mapping[Lang, tuple[str, str, str]] = {
    "en": (
        "Taught in Slack by {by} on {day}.",
        "The output has this line:",
        "Ask who taught it, or say so in Slack with *Not this cause*.",
    ),
    "zh-TW": (
        "由 {by} 於 {day} 在 Slack 教入。",
        "輸出中有這一行：",
        "請詢問教入的人，或在 Slack 按「不是這個原因」。",
    ),
}


class Proposal(msgspec.Struct, frozen=True):
    """A line of a paste, masked, and the signature made of it; `number` counts from 1.

    `holes` are what the named holes hold in it, as `service`, `cart`.
    """

    number: int
    text: str
    signature: str
    holes: tuple[tuple[str, str], ...] = ()


class Taught(msgspec.Struct, frozen=True):
    """What a person taught: by which line and signature it is known, and the fix.

    `danger` says what the fix can break, "" where it is harmless. `by` is a user's id, `day` as
    2026-11-25.
    """

    title: str
    line: str
    signature: str
    fix: str
    danger: str = ""
    by: str = ""
    day: str = ""
    lang: Lang = "en"


class Mistake(msgspec.Struct, frozen=True):
    """What is wrong with a field; `detail` is the entry, the hole or the command in question."""

    field: Field
    what: What
    detail: str = ""


class Files(msgspec.Struct, frozen=True):
    """An entry's two files, and the name its page has."""

    slug: str
    page: str
    cases: str
    lang: Lang = "en"

    def named(self) -> Mapping[str, str]:
        """Return the text of both by the name of the file."""
        ending = "md" if self.lang == "en" else f"{self.lang}.md"
        return {f"{self.slug}.{ending}": self.page, f"{self.slug}.cases.yaml": self.cases}


def propose(text: str) -> tuple[Proposal, ...]:
    """Return the lines of a paste that can be signatures, those that tell an error first."""
    found: dict[str, Proposal] = {}
    for line in read(text).lines:
        shown = line.text.strip()[:_LINE]
        try:
            made = signature(shown)
        except NoSignatureError:
            continue
        holes = filled(made, shown)
        found.setdefault(made.lower(), Proposal(line.number, shown, made, holes))
    ranked = sorted(found.values(), key=lambda one: not is_error(one.text))
    return tuple(ranked[:_LINES])


def filled(text: str, line: str) -> tuple[tuple[str, str], ...]:
    """Return what a signature's named holes hold in a line, nothing where it does not meet it."""
    try:
        hit = Pattern(text).search(line.encode())
    except BadHoleError:
        return ()
    return hit.holes if hit else ()


def slug_for(title: str, taken: Collection[str]) -> str:
    """Return a slug for a title that no other entry has."""
    bare = {one.removeprefix(PREFIX) for one in taken if one.startswith(PREFIX)}
    return PREFIX + naming.slug(title, len(bare) + 1, bare)


def files(taught: Taught, slug: str, answer: Answer = "match") -> Files:
    """Return the files of a taught entry; `answer` is what the library says to its line."""
    said = (one.format(by=taught.by, day=taught.day) for one in _SAID[taught.lang])
    meaning, confirm, otherwise = said
    line = taught.line.strip()
    parts = Parts(
        meaning=[meaning],
        confirm=[f"{confirm}\n\n{fence(line, 'text')}"],
        otherwise=[otherwise],
        fix=list(_steps(taught.fix, taught.danger)),
    )
    title = " ".join(taught.title.split())
    draft = Draft(
        slug=slug,
        lang=taught.lang,
        title=title,
        area=naming.area(title, taught.line),
        origin=f"taught by {taught.by}",
        reviewed=taught.day,
        source=f"taught in Slack on {taught.day}",
        parts=parts,
        hits=[Hit(PrintedError(1, line, line), " ".join(taught.signature.split()), answer)],
    )
    page, cases = draft.files().values()
    return Files(slug, page, cases, taught.lang)


def entries(lessons: Iterable[Files]) -> tuple[Mapping[str, Entry], tuple[EntryError, ...]]:
    """Return the entries that can be used, by slug, and what is wrong with the others."""
    found: dict[str, Entry] = {}
    refused: list[EntryError] = []
    with tempfile.TemporaryDirectory(prefix="netcheck-taught-") as folder:
        for lesson in lessons:
            try:
                found[lesson.slug] = read_entry(_written(lesson, Path(folder)))
            except EntryError as error:
                refused.append(error)
    return found, tuple(refused)


def pastes(library: Library, lessons: Iterable[Files] = ()) -> tuple[tuple[str, str], ...]:
    """Return every case of a library as the entry whose it is and the text that is searched."""
    found: list[tuple[str, str]] = []
    for slug, page in library.files.items():
        try:
            found += [(slug, case.paste) for case in read_cases(cases_path(page))]
        except EntryError:  # a taught one, whose cases come with it
            continue
    for lesson in lessons:
        found += [(lesson.slug, case["paste"]) for case in yaml.safe_load(lesson.cases)]
    return tuple((slug, _searched(paste)) for slug, paste in found)


def examine(
    taught: Taught, library: Library, checks: frozenset[str], cases: Iterable[tuple[str, str]]
) -> tuple[Mistake, ...]:
    """Return what is wrong with a taught entry, by field; nothing where it may be used.

    `cases` are those of the library (see `pastes`).
    """
    found = [*_unwritten(taught), *_unsigned(taught, cases)]
    return tuple(found or _broken(taught, library, checks))


def _unwritten(taught: Taught) -> Iterator[Mistake]:
    if not taught.title.strip():
        yield Mistake("title", "title-empty")
    if not taught.fix.strip():
        yield Mistake("fix", "fix-empty")


def _unsigned(taught: Taught, cases: Iterable[tuple[str, str]]) -> Iterator[Mistake]:
    """Yield what is wrong with the signature alone: misspelt, too broad, or another's."""
    text = " ".join(taught.signature.split())
    if not text:
        yield Mistake("signature", "signature-empty")
        return
    try:
        pattern = Pattern(text)
    except BadHoleError as error:
        yield Mistake("signature", "signature-hole", str(error))
        return
    if len(pattern.literal) < LEAST or len(pattern.literal.split()) == 1:
        yield Mistake("signature", "signature-broad", str(len(pattern.literal)))
    elif pattern.search(taught.line.encode()) is None:
        yield Mistake("signature", "signature-misses")
    elif taken := next((slug for slug, paste in cases if pattern.search(paste.encode())), ""):
        yield Mistake("signature", "signature-takes", taken)


def _broken(taught: Taught, library: Library, checks: frozenset[str]) -> Iterator[Mistake]:
    """Yield what the contract says of the entry's files beside the whole library."""
    slug = slug_for(taught.title, library.entries)
    with tempfile.TemporaryDirectory(prefix="netcheck-taught-") as folder:
        page = _written(files(taught, slug), Path(folder))
        try:
            entry = read_entry(page)
        except EntryError as error:
            yield Mistake("signature" if "signature" in error.what else "fix", "page", error.what)
            return
        joined = Library({**library.entries, slug: entry}, {**library.files, slug: page})
        matching = joined.match(read(taught.line))
        top = matching.matches[0].entry if matching.matches else ""
        if top != slug:
            yield Mistake("signature", "signature-answered", top)
            return
        _written(files(taught, slug, matching.answer), Path(folder))
        for problem in problems(joined, checks, [slug]):
            yield _mistake(problem.message)


def _mistake(message: str) -> Mistake:
    if message.startswith("a command that "):
        return Mistake("danger", "danger-unmarked", message.partition(" without a mark")[0])
    return Mistake("signature" if "signature" in message else "fix", "page", message)


def answer_to(taught: Taught, library: Library) -> Answer:
    """Return what a library will say to the line once it has the entry."""
    slug = slug_for(taught.title, library.entries)
    found, _ = entries([files(taught, slug)])
    return Library({**library.entries, **found}, library.files).match(read(taught.line)).answer


def _written(lesson: Files, folder: Path) -> Path:
    """Write the files into a folder and return the page's."""
    paths = {folder / name: text for name, text in lesson.named().items()}
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return next(iter(paths))


def _searched(paste: str) -> str:
    whole = read(paste)
    return "\n".join([whole.text, *(line.text for line in whole.joined)])


def _steps(fix: str, danger: str) -> Iterator[FixStep]:
    """Yield the steps: each item of a list is one, text without a list is one.

    The caution stands before the steps whose commands can hurt, or before all of them.
    """
    bodies = [_body(step) for step in _split(fix)]
    hurting = [any(map(danger_of, commands)) for _, commands in bodies]
    said = " ".join(danger.split())
    for (body, _), hurts in zip(bodies, hurting, strict=True):
        marked = said and (hurts or not any(hurting))
        yield FixStep(f"> [!CAUTION]\n> {said}\n\n{body}" if marked else body)


def _split(fix: str) -> Iterator[list[str]]:
    """Yield the lines of each step; a fence is not looked into."""
    step: list[str] = []
    inside = False
    for line in fix.replace("\r\n", "\n").split("\n"):
        item = None if inside else _ITEM.match(line.lstrip())
        inside ^= line.lstrip().startswith("```")
        if item and any(map(str.strip, step)):
            yield step
            step = []
        step.append(line.lstrip()[item.end() :] if item else line)
    if any(map(str.strip, step)):
        yield step


def _body(lines: list[str]) -> tuple[str, list[str]]:
    """Return a step's Markdown and its commands: what looks typed, or stands in a fence."""
    parts: list[str] = []
    commands: list[str] = []
    inside = False
    for line in lines:
        text = line.strip()
        if text.startswith("```"):
            inside = not inside
        elif text and (inside or is_command(text) or has_prompt(text)):
            commands.append(text if inside else unprompted(text))
            if parts and parts[-1].startswith("```"):
                commands[-2:] = ["\n".join(commands[-2:])]
                parts.pop()
            parts.append(fence(commands[-1], "sh"))
        elif text:
            parts.append(guarded(text))
    return "\n\n".join(parts), commands
