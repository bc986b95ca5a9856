"""Concepts: what a text means by its many wordings, as `concepts.yaml` lists them.

"can't talk to", "is not reachable from" and "连不上" are one thing to say about a Pod.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge.fold import fold
from knowledge.front import parse
from knowledge.page import read_text

FILE = Path(__file__).with_name("concepts.yaml")

_ENDINGS = ("", "s", "es", "ed", "d", "ing")
_DOUBLES = re.compile(r"(?:^|[^aeiou])[aeiou][bdgmnpt]$")  # stopped, dropping
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"  # scripts without spaces
_PIECE = re.compile(rf"[{_SIGNS}]+|[a-z0-9_%/.:'\u00c0-\u024f\u0400-\u04ff-]+")
_EDGES = ".:'/"
_BORDER = re.compile(rf"(?<=[{_SIGNS}]) (?=[a-z0-9])|(?<=[a-z0-9]) (?=[{_SIGNS}])")
_FIRST_SIGN = "\u3040"
_A_SIGN = re.compile(f"[{_FIRST_SIGN}-\U0010ffff]")
_NODE_PORT = re.compile(r":3[0-2]\d{3}(?!\d)")
"""A port of the range that Services of type NodePort get theirs from by default.

kubernetes.io/docs/concepts/services-networking/service/#type-nodeport: 30000 to 32767.
"""


class Concepts:
    """Wordings by their first word, and by their first sign where no spaces part words.

    Those of one first word lie by their length, the longest first, and by the words that follow.
    """

    def __init__(self, wordings: Iterable[tuple[str, str]]) -> None:
        self._by_word: dict[str, dict[int, _Rests]] = defaultdict(dict)
        self._by_sign: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for wording, concept in wordings:
            if wording[0] >= _FIRST_SIGN:
                self._by_sign[wording[0]].append((wording, concept))
            else:
                first, *rest = _pieces(wording)
                self._by_word[first].setdefault(len(rest), _Rests()).add(tuple(rest), concept)
        for word, rests in self._by_word.items():
            self._by_word[word] = dict(sorted(rests.items(), reverse=True))

    @property
    def words(self) -> frozenset[str]:
        """Every word of the wordings."""
        rests = (rest for by_length in self._by_word.values() for rest in by_length.values())
        return frozenset(self._by_word).union(*(one.words for one in rests))

    def of(self, folded: str) -> frozenset[str]:
        """Return the concepts a folded text names, each as a term that begins with `@`."""
        text = _tight(folded)
        pieces = _pieces(text)
        found = {*self._in_words(pieces), *self._in_words(_within(pieces)), *self._in_signs(text)}
        if _NODE_PORT.search(folded):
            found.add("@nodeport")
        return frozenset(found)

    def _in_words(self, pieces: list[str]) -> Iterator[str]:
        """Yield the concepts of the longest wordings that begin at each piece."""
        for at, piece in enumerate(pieces):
            for length, rests in self._by_word[piece].items() if piece in self._by_word else ():
                named = rests.of(tuple(pieces[at + 1 : at + 1 + length]))
                if named:
                    yield from named
                    break

    def _in_signs(self, text: str) -> Iterator[str]:
        for found in () if text.isascii() else _A_SIGN.finditer(text):
            for wording, concept in self._by_sign.get(found[0], ()):
                if text.startswith(wording, found.start()):
                    yield concept


class _Rests:
    """What follows the first word in wordings of one length, with the concepts they name."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._signs: list[tuple[tuple[str, ...], str]] = []

    @property
    def words(self) -> frozenset[str]:
        """Every word that follows the first one."""
        return frozenset(word for rest in self._words for word in rest)

    def add(self, rest: tuple[str, ...], concept: str) -> None:
        """Add a wording's rest; one that ends in signs may go on further: nothing parts them."""
        if rest and rest[-1][0] >= _FIRST_SIGN:
            self._signs.append((rest, concept))
        else:
            self._words[rest].add(concept)

    def of(self, pieces: tuple[str, ...]) -> set[str]:
        """Return the concepts of the wordings that the pieces go on as."""
        named = self._words.get(pieces, set())
        if not self._signs or not pieces:
            return named
        begun = {
            concept
            for rest, concept in self._signs
            if rest[:-1] == pieces[:-1] and pieces[-1].startswith(rest[-1])
        }
        return named | begun


@functools.cache
def shipped_concepts() -> Concepts:
    """Return the concepts that come with netcheck, read once."""
    return Concepts(read_wordings(FILE))


def read_wordings(path: Path) -> tuple[tuple[str, str], ...]:
    """Return each wording, folded and its endings written out, with its concept's term.

    Raises `EntryError` naming the line.
    """
    fields = parse(read_text(path), path).fields("the file")
    return tuple(
        (wording, f"@{concept}")
        for concept, node in fields.items()
        for written in fold(node.text(concept)).split(" | ")
        for wording in _inflected(_tight(written.strip()))
    )


def _inflected(written: str) -> Iterator[str]:
    word = written.removesuffix("~")
    for ending in _ENDINGS if written.endswith("~") else ("",):
        yield word + ending
        if _DOUBLES.search(word) and ending in {"ed", "ing"}:
            yield word + word[-1] + ending


def _within(pieces: list[str]) -> list[str]:
    """Return the last parts of paths: `/run/flannel/subnet.env` may be called subnet.env too."""
    return [piece.rpartition("/")[2] for piece in pieces if "/" in piece]


def _tight(folded: str) -> str:
    """Drop the space some put between Chinese signs and Latin letters: "換了 IP" is "換了IP"."""
    return folded if folded.isascii() else _BORDER.sub("", folded)


def _pieces(folded: str) -> list[str]:
    return [piece.strip(_EDGES) for piece in _PIECE.findall(folded)]
