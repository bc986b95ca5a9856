"""A draft entry: its page and its cases as the text of files."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import yaml

from knowledge.importer.compose import FixStep, Parts, numbered
from knowledge.importer.errors import PrintedError
from knowledge.importer.wording import WORDINGS
from knowledge.model import Answer, Entry, Lang, Page, Signature
from knowledge.page import SECTIONS


class Hit(msgspec.Struct, frozen=True):
    """An error the section prints, its signature, and what the library of drafts answers to it."""

    error: PrintedError
    signature: str
    answer: Answer = "match"


class Draft(msgspec.Struct, kw_only=True):
    """An entry as the importer proposes it. `source` says where the section stands."""

    slug: str
    lang: Lang
    title: str
    area: str
    origin: str
    reviewed: str
    source: str
    parts: Parts
    hits: list[Hit]
    references: tuple[str, ...] = ()
    yields_to: list[str] = []

    @property
    def signatures(self) -> tuple[str, ...]:
        """What the draft is found by, each once."""
        return tuple(dict.fromkeys(hit.signature for hit in self.hits))

    @property
    def dangers(self) -> int:
        """How many steps are marked as dangerous."""
        return sum(bool(step.dangers) for step in self.parts.fix)

    def entry(self) -> Entry:
        """Return as much of the entry as matching reads."""
        page = Page(self.title, self._texts()["meaning"], "", (), "", (self.title,))
        return Entry(
            slug=self.slug,
            area=self.area,
            maturity="draft",
            reviewed=self.reviewed,
            origin=self.origin,
            pages={self.lang: page},
            signatures=tuple(Signature(text) for text in self.signatures),
            yields_to=tuple(self.yields_to),
        )

    def files(self) -> Mapping[str, str]:
        """Return the text of the draft's files by name."""
        page = f"{self.slug}.md" if self.lang == "en" else f"{self.slug}.{self.lang}.md"
        return {page: self._page(), f"{self.slug}.cases.yaml": self._cases()}

    def _page(self) -> str:
        front = {
            "title": self.title,
            "area": self.area,
            "maturity": "draft",
            "reviewed": self.reviewed,
            "from": self.origin,
            "signatures": [{"text": one, "source": self.source} for one in self.signatures],
            "symptoms": [self.title],
            "yields_to": self.yields_to,
            "checks": [],
            "applies": {},
            "references": list(self.references),
        }
        return f"---\n{_yaml(front)}---\n{self._body()}"

    def _texts(self) -> dict[str, str]:
        """Return the parts in their order, each with what is said where the handbook says nothing.

        A step that says so stands for a fix.
        """
        wording = WORDINGS[self.lang]
        texts = {
            "meaning": "\n\n".join(self.parts.meaning),
            "confirm": "\n\n".join(self.parts.confirm),
            "fix": numbered(self.parts.fix or [FixStep(wording.unsaid["fix"])], wording),
            "otherwise": "\n\n".join(self.parts.otherwise),
        }
        return {part: text or wording.unsaid[part] for part, text in texts.items()}

    def _body(self) -> str:
        heads = zip(SECTIONS[self.lang], self._texts().values(), strict=True)
        return "\n".join(f"## {head}\n\n{text}\n" for head, text in heads)

    def _cases(self) -> str:
        cases = [
            {"paste": hit.error.paste, "expect": self.slug, "form": "line", "answer": hit.answer}
            for hit in self.hits
        ]
        return _yaml(cases) if cases else "[]\n"


def _yaml(value: Mapping[str, Any] | Sequence[Any]) -> str:
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000)
    return text
