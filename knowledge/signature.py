"""Signatures: literal program output with named, bounded holes, as RE2 patterns.

`dial tcp <ip>:<port>: i/o timeout` is literal text with two holes; `<service:name>` is a hole of
type `name` that fills the entity `service`. White space matches any run of white space, so a
line wrapped with indentation still matches; letters match in either case; the three quotes
`"`, `'` and the backtick stand for each other, since programs and shells swap them. What kubectl
itself prints in angle brackets (`<none>`, `<pending>`) is literal.
"""

import difflib
import functools
import re
from collections.abc import Iterator

import msgspec
import re2

_NAME = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6 = r"\[?[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f.]*\]?"
_IP = rf"(?:{_IPV4}|{_IPV6})"
_HOST = r"[a-z0-9_](?:[-a-z0-9_.]*[a-z0-9_.])?"
_WORD = r"[^\s\x00\"'`]+"
_TEXT = r"[^\n\x00]*?"

TYPES: dict[str, tuple[str, int]] = {
    "ip": (_IP, 50),
    "port": (r"\d{1,5}", 5),
    "ipport": (rf"{_IP}:\d{{1,5}}", 56),
    "path": (r"/[^\s\x00\"'`<>|;,]*", 255),
    "name": (_NAME, 253),
    "word": (_WORD, 120),
    "num": (r"\d+", 20),
    "hash": (r"[0-9a-f]{6,}", 128),
    "host": (_HOST, 253),
    "quoted": (r"[^\"'`\n\x00]*", 200),
    "text": (_TEXT, 200),
    "namespace": (_NAME, 63),
    "pod": (_NAME, 253),
    "node": (_HOST, 253),
    "service": (r"[a-z0-9](?:[-a-z0-9.:]*[-a-z0-9:])?", 253),
    "serviceaccount": (_NAME, 253),
    "user": (r"[^\s\x00\"'`]+", 253),
    "verb": (r"[a-z*]+", 20),
    "resource": (r"[a-z0-9*](?:[-a-z0-9./]*[a-z0-9])?", 253),
    "group": (r"[-a-z0-9.*]*", 253),
    "container": (_NAME, 253),
}
"""Hole type: its pattern, and the most characters it may span.

Names follow RFC 1123; a Service in an API proxy path may carry `scheme:` and `:port`.
"""

_BRIDGES = frozenset({"word", "num", "hash", "quoted", "text"})
_PRINTED = "none|pending|unset|unknown|invalid|error|nil|nodes"  # what kubectl itself prints in <>
_HOLE = re.compile(rf"<(?!(?:{_PRINTED})>)([a-z][a-z0-9]*)(?::([a-z][a-z0-9]*))?>")
_MAYBE_HOLE = re.compile(r"<[A-Za-z][^<>\s]{0,40}>")
WORD = re.compile(r"[a-z0-9_]+")
"""What counts as a word when signatures are pre-selected; the text is in lower case."""
_QUOTES = "[\"'`]"
_RESTARTS = 8  # arbitrary; starts of a too long match that are given up before the next is tried


class BadHoleError(ValueError):
    """A hole of a signature is misspelt; the message says which and what to write."""


class Hit(msgspec.Struct, frozen=True):
    """Where a signature met the searched bytes, and what its holes hold, by entity or type."""

    start: int
    end: int
    holes: tuple[tuple[str, str], ...]


class Pattern:
    """A signature ready to search; RE2 builds its automaton on the first search.

    Loading only asks whether it is well written, so what searching needs is made when it is needed.
    """

    def __init__(self, text: str) -> None:
        """Take one signature apart. Raises `BadHoleError`."""
        self.text = text
        self._parts = tuple(_parts(text))
        self._literals = [literal for literal, _ in self._parts]
        self._holes = [(hole[0], hole[1][1]) for _, hole in self._parts if hole]
        self.literal = " ".join(" ".join(self._literals).split())

    @functools.cached_property
    def words(self) -> frozenset[str]:
        """The words every match contains whole."""
        return frozenset(_whole_words(self._literals))

    def compile(self) -> None:
        """Build the automaton now."""
        self._regexp  # noqa: B018 reading it builds it

    @functools.cached_property
    def _regexp(self) -> "re2._Regexp":
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        return re2.compile(self._source().encode(), options)

    def search(self, data: bytes) -> Hit | None:
        """Return the first place where it matches and no hole is longer than its type allows."""
        at = 0
        for _ in range(_RESTARTS):
            found = self._regexp.search(data, at)
            if found is None:
                return None
            hit = self._bounded(found)
            if hit:
                return hit
            at = found.start() + 1
        return None

    def _bounded(self, found: "re2._Match") -> Hit | None:
        holes: list[tuple[str, str]] = []
        for index, (name, limit) in enumerate(self._holes, start=1):
            value = found.group(index)
            if len(value) > limit:
                return None
            holes += _entities(name, value.decode())
        return Hit(found.start(), found.end(), tuple(holes))

    def _source(self) -> str:
        pieces = [
            _literal(literal) + (f"({hole[1][0]})" if hole else "") for literal, hole in self._parts
        ]
        start = r"\b" if _wordy(self._literals[0][:1]) else ""
        end = r"\b" if _wordy(self._literals[-1][-1:]) else ""
        return f"{start}{''.join(pieces)}{end}"


def _entities(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield what a hole fills; those that only bridge text fill nothing."""
    if name == "ipport":
        ip, _, port = value.rpartition(":")
        yield "ip", ip.strip("[]")
        yield "port", port
    elif name not in _BRIDGES:
        yield name, value


def _parts(text: str) -> Iterator[tuple[str, tuple[str, tuple[str, int]] | None]]:
    """Yield each literal with the hole after it: its name, pattern and limit."""
    at = 0
    for found in _HOLE.finditer(text):
        literal = text[at : found.start()]
        _refuse_misspelt(literal)
        yield literal, _hole(found)
        at = found.end()
    _refuse_misspelt(text[at:])
    yield text[at:], None


def _hole(found: re.Match[str]) -> tuple[str, tuple[str, int]]:
    name, kind = found[1], found[2] or found[1]
    if kind not in TYPES:
        near = difflib.get_close_matches(kind, TYPES, n=1)
        hint = f"did you mean <{near[0]}>?" if near else f"types are {', '.join(sorted(TYPES))}"
        raise BadHoleError(f"{found[0]} is no hole type: {hint}")
    return name, TYPES[kind]


def _refuse_misspelt(literal: str) -> None:
    found = _MAYBE_HOLE.search(literal)
    if found and found[0] != found[0].lower():
        raise BadHoleError(f"{found[0]}: write holes in lower case, as <ip> or <service:name>")


def _literal(text: str) -> str:
    """Escape literal text; a run of white space matches any run, a quote any quote."""
    return "".join(
        r"[\s]+" if part.isspace() else _QUOTES if part in "\"'`" else re2.escape(part)
        for part in re.findall(r"\s+|[\"'`]|[^\s\"'`]+", text)
    )


def _wordy(character: str) -> bool:
    """Whether a word edge is asked for beside it; nothing stands for a hole, which is a word."""
    return not character or (character.isascii() and (character.isalnum() or character == "_"))


def _whole_words(literals: list[str]) -> Iterator[str]:
    """Yield the words every match must contain whole; those that touch a hole may be cut."""
    last = len(literals) - 1
    for index, literal in enumerate(literals):
        low = literal.lower()
        for found in WORD.finditer(low):
            touches_before = index > 0 and found.start() == 0
            touches_after = index < last and found.end() == len(low)
            if not touches_before and not touches_after:
                yield found[0]
