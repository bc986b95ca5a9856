"""What an import took and what it left, section by section."""

from collections.abc import Iterator
from typing import Any

import msgspec

from knowledge.importer.draft import Draft
from knowledge.importer.errors import RefusedLine
from knowledge.model import Lang


class SectionReport(msgspec.Struct, frozen=True, kw_only=True):
    """One section; `slug` is its draft's, None when it was left and `left` says why.

    `known` are entries there already that answer its errors.
    `line` and `end` are its first and last lines in the handbook, from 1.
    """

    line: int
    end: int
    title: str
    slug: str | None = None
    left: str = ""
    signatures: int = 0
    commands: int = 0
    dangers: int = 0
    references: int = 0
    refused: tuple[RefusedLine, ...] = ()
    known: tuple[str, ...] = ()


class Import(msgspec.Struct, frozen=True):
    """The drafts of a handbook and the report on each of its sections."""

    handbook: str
    lang: Lang
    sections: tuple[SectionReport, ...]
    drafts: tuple[Draft, ...]

    def files(self) -> dict[str, str]:
        """Return the text of every file to write, by name."""
        return {name: text for draft in self.drafts for name, text in draft.files().items()}

    def document(self) -> dict[str, Any]:
        """Return what `kb import --json` prints, but for what the writing adds."""
        return {
            "handbook": self.handbook,
            "lang": self.lang,
            "sections": [msgspec.to_builtins(one) for one in self.sections],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for reading."""
        taken = len(self.drafts)
        signatures = sum(one.signatures for one in self.sections)
        yield (
            f"{self.handbook}: {_count(len(self.sections), 'section')}, {_count(taken, 'draft')}, "
            f"{len(self.sections) - taken} left, {_count(signatures, 'signature')}, in {self.lang}"
        )
        for one in self.sections:
            where = f"{one.line}-{one.end}"
            yield f"{where:>9}  {_what(one)}: {one.title or '(no title)'}"
            if one.known:
                yield f"{'':11}known already: {', '.join(one.known)}"
            for refused in one.refused:
                yield f"{'':11}line {refused.line}: no signature, {refused.why}: {refused.text}"


def _what(one: SectionReport) -> str:
    if one.slug is None:
        return f"left, {one.left}"
    parts = [_count(one.signatures, "signature"), _count(one.commands, "command")]
    if one.dangers:
        parts.append(f"{one.dangers} dangerous")
    return f"{one.slug} ({', '.join(parts)})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
