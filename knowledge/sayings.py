"""Which line of a paste comes nearest to what people say of an entry.

Likeness is rapidfuzz's `token_set_ratio`. It takes both texts apart anew for each pair of a line
and a saying, and of two texts that share no word it gives the plain ratio of their sorted words.
So the words are sorted once, and only pairs that share a word are given to it: a tenth of the
cost for a log, the same figures.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
from rapidfuzz import fuzz, process

from knowledge.fold import fold
from knowledge.model import Entry, Line

_LONG = 1000  # characters; nobody says it in a longer line
_DIGITS = 6  # of a score; the two scorers differ in the last ones, and what is equal must stay so
_SLACK = 10**-_DIGITS

_Pair = tuple[float, int, int]  # score, index of the saying, index of the line


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
        self._others = _Others(self._phrases)
        self._having: dict[str, list[int]] = defaultdict(list)
        for index, phrase in enumerate(self._phrases):
            for word in phrase.words:
                self._having[word].append(index)

    def nearest(self, said: Sequence[Phrase]) -> tuple[Line, str] | None:
        """Return the line most like one of the sayings, and that saying as written.

        Of equally alike ones the first saying wins, and of its lines the first. None when there
        is no line or no saying, or none is alike at all.
        """
        pairs = self._by_saying(said) if len(said) < len(self._phrases) else self._by_line(said)
        score, saying, line = min(pairs, key=lambda one: (-one[0], *one[1:]), default=(0.0, 0, 0))
        return (self._lines[line], said[saying].text) if score else None

    def _by_saying(self, said: Sequence[Phrase]) -> Iterator[_Pair]:
        """Yield the scores among which the best is, comparing each saying with all lines."""
        best = 0.0
        for index, saying in enumerate(said):
            sharing = {at for word in saying.words for at in self._having.get(word, ())}
            for score, line in self._others.likest(saying, sharing, best):
                best = max(best, score)
                yield score, index, line

    def _by_line(self, said: Sequence[Phrase]) -> Iterator[_Pair]:
        """Yield the scores among which the best is, comparing each line with all sayings."""
        best = 0.0
        others = _Others(said)
        for index, line in enumerate(self._phrases):
            words = frozenset(line.words)
            sharing = {at for at, one in enumerate(said) if not words.isdisjoint(one.words)}
            for score, saying in others.likest(line, sharing, best):
                best = max(best, score)
                yield score, saying, index


class _Others:
    """Phrases that one phrase is compared with at a time."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._folded = [phrase.folded for phrase in phrases]
        self._ordered: list[str | None] = [phrase.ordered for phrase in phrases]

    def likest(
        self, phrase: Phrase, sharing: Collection[int], best: float
    ) -> Iterator[tuple[float, int]]:
        """Yield score and index of the likest of those that share a word, and of the others.

        Each is the first of equally alike ones; what is less alike than the best is left out.
        """
        least = max(0.0, best - _SLACK)
        if sharing:
            texts = {index: self._folded[index] for index in sorted(sharing)}
            scorer = fuzz.token_set_ratio
            yield from _scored(
                process.extractOne(phrase.folded, texts, scorer=scorer, score_cutoff=least)
            )
        if len(sharing) < len(self._ordered):
            apart = self._ordered.copy()
            for index in sharing:
                apart[index] = None  # rapidfuzz leaves those out
            yield from _scored(
                process.extractOne(phrase.ordered, apart, scorer=fuzz.ratio, score_cutoff=least)
            )


def _scored(found: tuple[str, float, int] | None) -> Iterator[tuple[float, int]]:
    if found:
        yield round(found[1], _DIGITS), found[2]
