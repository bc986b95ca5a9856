"""A handbook's text made drafts: sections chosen, sorted, named, and matched against each other."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import yaml

from knowledge.errors import HandbookError
from knowledge.importer import naming
from knowledge.importer.choosing import why_left
from knowledge.importer.compose import commands_of, compose
from knowledge.importer.draft import Draft, Hit
from knowledge.importer.errors import RefusedLine, errors_in
from knowledge.importer.holes import NoSignatureError, signature
from knowledge.importer.markdown import links, spoken
from knowledge.importer.prove import settle
from knowledge.importer.report import Import, SectionReport
from knowledge.importer.sections import Section, sections
from knowledge.lang import detect
from knowledge.load import Library
from knowledge.match import read
from knowledge.model import Lang
from knowledge.redact import redact

LIMIT = 2_000_000
"""Bytes of a handbook that are read; arbitrary, the longest chapters have a tenth of it."""
_MOST = 20  # signatures of a section; arbitrary, more of a log prove no more
_TITLE = 200  # characters
_EDGE = "---\n"


def read_handbook(path: Path) -> str:
    """Return a handbook's text. Raises `HandbookError` for what is not UTF-8 text."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise HandbookError(f"{path}: {why}: name a Markdown file") from error
    if len(data) > LIMIT:
        raise HandbookError(
            f"{path}: larger than the {LIMIT:,} bytes that are read: import its chapters one by one"
        )
    if b"\x00" in data:
        raise HandbookError(f"{path}: not text: name a Markdown file, saved as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise HandbookError(f"{path}:{line}: not UTF-8: save the file as UTF-8") from error
    if not text.strip():
        raise HandbookError(f"{path}: empty: name a Markdown file with a heading for each trouble")
    return text


def import_handbook(
    text: str, name: str, reviewed: str, lang: Lang | None = None, known: Library | None = None
) -> Import:
    """Make drafts of a handbook's sections. Pure: nothing is written.

    `name` is what the drafts call the handbook, `reviewed` the day as 2026-11-23; `lang` is told
    from the text unless given. No draft gets the slug of a `known` entry, and the report names
    those that answer a draft's errors. Raises `HandbookError` when no section can be told.
    """
    title, body = _front(_prepared(text))
    found = sections(body, title)
    if not found:
        raise HandbookError(f"{name}: no heading in it: begin each trouble with a line `## TITLE`")
    chosen = lang or _language(found)
    works = [_look(section) for section in found]
    used = set(known.entries) if known else set()
    for number, work in enumerate(works, 1):
        if not work.left:
            slug = naming.slug(work.section.title, number, used)
            used.add(slug)
            work.draft = _draft(work.section, work.hits, slug, chosen, (name, reviewed))
    drafts = tuple(work.draft for work in works if work.draft)
    dropped = settle(drafts)
    reports = tuple(_report(work, dropped, known) for work in works)
    return Import(name, chosen, reports, drafts)


class _Work(msgspec.Struct):
    """A section while it is worked on: its errors, and its draft or why it is left."""

    section: Section
    hits: list[Hit]
    refused: list[RefusedLine]
    left: str
    draft: Draft | None = None


def _look(section: Section) -> _Work:
    hits, refused = _hits(section)
    return _Work(section, hits, refused, why_left(section, has_errors=bool(hits)) or "")


def _prepared(text: str) -> str:
    """Return the text without byte order mark, lone surrogates and secrets, line by line."""
    text = text.encode("utf-8", errors="replace").decode("utf-8").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return redact(text if text.endswith("\n") else f"{text}\n")


def _front(text: str) -> tuple[str, str]:
    """Return the title that front matter gives, and the text with its lines left empty."""
    end = text.find(f"\n{_EDGE}", len(_EDGE) - 1) if text.startswith(_EDGE) else -1
    if end < 0:
        return "", text
    front, body = text[len(_EDGE) : end + 1], text[end + 1 + len(_EDGE) :]
    try:
        fields = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError):  # ValueError: a date that is none
        return "", text
    if not isinstance(fields, dict):
        return "", text
    return _line(str(fields.get("title") or "")), "\n" * (front.count("\n") + 2) + body


def _line(text: str) -> str:
    return " ".join(text.split())[:_TITLE]


def _language(found: Sequence[Section]) -> Lang:
    """Return the language of most sections; program output and names do not count."""
    said = [f"{one.title} {' '.join(map(spoken, one.blocks))}" for one in found]
    chinese = sum(detect(text) == "zh-TW" for text in said)
    return "zh-TW" if 2 * chinese > len(said) else "en"


def _hits(section: Section) -> tuple[list[Hit], list[RefusedLine]]:
    """Return the errors that give a signature, and those that do not, each once."""
    hits: dict[str, Hit] = {}
    refused: dict[str, RefusedLine] = {}
    for error in errors_in([*section.headings, *section.blocks]):
        try:
            text = signature(error.text)
        except NoSignatureError as why:
            refused.setdefault(error.text, RefusedLine(error.line, error.text, str(why)))
            continue
        if len(hits) < _MOST:
            hits.setdefault(text.lower(), Hit(error, text))
        elif text.lower() not in hits:
            why_not = f"the section has {_MOST} already"
            refused.setdefault(error.text, RefusedLine(error.line, error.text, why_not))
    return list(hits.values()), list(refused.values())


def _draft(
    section: Section, hits: list[Hit], slug: str, lang: Lang, source: tuple[str, str]
) -> Draft:
    name, reviewed = source
    where = f"{name}:{section.line}"
    title = _line(section.title) or where
    words = " ".join(map(spoken, section.blocks))
    return Draft(
        slug=slug,
        lang=lang,
        title=title,
        area=naming.area(title, words),
        origin=_line(" / ".join(section.path)) or where,
        reviewed=reviewed,
        source=where,
        parts=compose(section),
        hits=hits,
        references=tuple(dict.fromkeys(_links(section))),
    )


def _links(section: Section) -> Iterator[str]:
    for block in (*section.headings, *section.blocks):
        yield from links(block)


def _known(draft: Draft, known: Library | None) -> tuple[str, ...]:
    """Return the known entries that answer a draft's errors."""
    if known is None:
        return ()
    answers = (known.match(read(hit.error.paste)) for hit in draft.hits)
    sure = (one.matches[0].entry for one in answers if one.answer == "match")
    return tuple(dict.fromkeys(sure))


def _report(
    work: _Work, dropped: Mapping[str, list[RefusedLine]], known: Library | None
) -> SectionReport:
    section, draft = work.section, work.draft
    report = SectionReport(
        line=section.line,
        end=section.end,
        title=_line(section.title),
        left=work.left,
        refused=tuple(work.refused),
    )
    if draft is None:
        return report
    refused = sorted([*work.refused, *dropped[draft.slug]], key=lambda one: one.line)
    return msgspec.structs.replace(
        report,
        slug=draft.slug,
        signatures=len(draft.signatures),
        commands=len(commands_of(section)),
        dangers=draft.dangers,
        references=len(draft.references),
        refused=tuple(refused),
        known=_known(draft, known),
    )
