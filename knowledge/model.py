"""What the knowledge base is made of, and what matching a paste gives."""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

Lang = Literal["en", "zh-TW"]
Answer = Literal["match", "perhaps", "nothing"]
_TAUGHT = re.compile(r"taught by ([A-Z0-9]+)")


class Line(msgspec.Struct, frozen=True):
    """One cleaned line; `number` counts from 1 in the paste as the user sent it."""

    number: int
    text: str


class Paste(msgspec.Struct, frozen=True):
    """A paste after cleaning and redaction, ready to match, store and quote.

    `joined` are the messages that were broken over several lines, put together, each under the
    number of its first line; they are searched beside the lines, never shown as the paste.
    `fatal` are the numbers of the lines with which a program says why it ends.
    """

    lines: tuple[Line, ...]
    lang: Lang
    joined: tuple[Line, ...] = ()
    fatal: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The cleaned text, one string."""
        return "\n".join(line.text for line in self.lines)


class Signature(msgspec.Struct, frozen=True):
    """Program output to look for: literal text with named, bounded holes.

    `source` says where the program prints it (file of its repository, or an issue thread).
    `anywhere` is for what the same program prints far from any cluster, as git does on a laptop:
    it is sure only where the paste names something of Kubernetes.
    """

    text: str
    source: str = ""
    anywhere: bool = False


class Step(msgspec.Struct, frozen=True):
    """One step of a fix. `danger` says what it breaks, None when it is harmless."""

    text: str
    commands: tuple[str, ...] = ()
    danger: str | None = None


class Page(msgspec.Struct, frozen=True):
    """An entry's prose in one language, Markdown but for the parsed fix."""

    title: str
    meaning: str
    confirm: str
    fix: tuple[Step, ...]
    otherwise: str
    symptoms: tuple[str, ...] = ()


class CheckLink(msgspec.Struct, frozen=True):
    """A check an entry calls on; `holes` maps a question's field to the hole that fills it."""

    check: str
    holes: Mapping[str, str] = {}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One known problem; `pages` has one language at least.

    `relations` are the slugs of those that prove it: `knowledge/relate.py`.
    """

    slug: str
    area: str
    maturity: Literal["draft", "trial", "stable"]
    reviewed: str
    origin: str
    pages: Mapping[Lang, Page]
    signatures: tuple[Signature, ...]
    relations: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    checks: tuple[CheckLink, ...] = ()
    applies: Mapping[str, str] = {}
    references: tuple[str, ...] = ()

    @property
    def teacher(self) -> str:
        """The id of the user who taught it in Slack, "" where it was not taught."""
        found = _TAUGHT.fullmatch(self.origin)
        return found[1] if found else ""

    def page(self, lang: Lang) -> Page:
        """Return the page in this language, or the one there is."""
        return self.pages[lang] if lang in self.pages else next(iter(self.pages.values()))


class Because(msgspec.Struct, frozen=True):
    """Why an entry matched: the line, its text, and the signature or symptom it met.

    Where two facts together say it, each has its line, and `signature` is what they say.
    """

    line: int
    text: str
    signature: str
    score: float


class Match(msgspec.Struct, frozen=True):
    """An entry offered for a paste, with calibrated confidence from 0 to 1."""

    entry: str
    confidence: float
    because: tuple[Because, ...]
    entities: Mapping[str, str]


class Matching(msgspec.Struct, frozen=True):
    """The answer to a paste: what is offered, best first, and the entities of the whole paste.

    `nearest` are the slugs whose wording comes closest when nothing is offered; no suggestion.
    `elsewhere` names, by language, the trouble outside the network that a paste shows instead.
    """

    answer: Answer
    lang: Lang
    matches: tuple[Match, ...]
    entities: Mapping[str, str]
    nearest: tuple[str, ...] = ()
    elsewhere: Mapping[Lang, str] = {}
