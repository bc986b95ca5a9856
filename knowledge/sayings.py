"""Which line of a paste comes nearest to what people say of an entry.

Likeness is rapidfuzz's `token_set_ratio`. It takes both texts apart anew for each pair of a line
and a saying, and of two texts that share no word it gives the plain ratio of their sorted words.
So the words are sorted once, and only pairs that share a word are given to it: a tenth of the
cost for a log, the same figures.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from rapidfuzz import fuzz, process

from knowledge.fold import fold
from knowledge.model import Entry, Line

_LONG = 1000  # characters; nobody says it in a longer line
_DIGITS = 6  # of a score; the two scorers differ in the last ones, and what is equal must stay so
_SLACK = 10**-_DIGITS


class Phrase(msgspec.Struct, frozen=True):
    """A text made ready to compare: folded, its words in order and none twice, and those joined."""

    text: str
    folded: str
    words: tuple[str, ...]
    ordered: str


def sayings(entry: Entry) -> tuple[Phrase, ...]:
    """Return the titles and symptoms of an entry, in the order of its pages."""
    pages = entry.pages.values()
    return tuple(_phrase(text) for page in pages for text in (page.title, *page.symptoms))


def _phrase(text: str) -> Phrase:
    folded = fold(text)
    words = tuple(sorted({*folded.split()}))
    return Phrase(text, folded, words, " ".join(words))


class Telling:
    """The lines that sayings are compared with; of equal ones the first stands for all."""

    def __init__(self, lines: Iterable[Line]) -> None:
        first: dict[str, Line] = {}
        for line in lines:
            if 1 < len(line.text) < _LONG:
                first.setdefault(line.text, line)
        self._lines = list(first.values())
        self._phrases = [_phrase(text) for text in first]

    def nearest(self, said: Sequence[Phrase]) -> tuple[Line, str] | None:
        """Return the line most like one of the sayings, and that saying as written.

        Of equally alike ones the first saying wins, and of its lines the first. None when there
        is no line or no saying, or none is alike at all.
        """
        if len(said) < len(self._phrases):
            pairs = _pairs(said, self._phrases)
        else:
            turned = _pairs(self._phrases, said)
            pairs = ((score, saying, line) for score, line, saying in turned)
        score, saying, line = min(pairs, key=lambda one: (-one[0], *one[1:]), default=(0.0, 0, 0))
        return (self._lines[line], said[saying].text) if score else None


def _pairs(few: Sequence[Phrase], many: Sequence[Phrase]) -> Iterator[tuple[float, int, int]]:
    """Yield scores with the index in `few` and in `many`; the best of all are among them."""
    best = 0.0
    for index, phrase in enumerate(few):
        for score, other in _likest(phrase, many, max(0.0, best - _SLACK)):
            best = max(best, score)
            yield score, index, other


def _likest(phrase: Phrase, others: Sequence[Phrase], least: float) -> Iterator[tuple[float, int]]:
    """Yield score and index of the likest that share a word with the phrase, and that do not.

    Each is the first of equally alike ones; what scores below `least` is left out.
    """
    words = frozenset(phrase.words)
    sharing: dict[int, str] = {}
    apart: dict[int, str] = {}
    for index, other in enumerate(others):
        if words.isdisjoint(other.words):
            apart[index] = other.ordered
        else:
            sharing[index] = other.folded
    for text, texts, scorer in (
        (phrase.folded, sharing, fuzz.token_set_ratio),
        (phrase.ordered, apart, fuzz.ratio),
    ):
        found = texts and process.extractOne(text, texts, scorer=scorer, score_cutoff=least)
        if found:
            yield round(found[1], _DIGITS), found[2]
