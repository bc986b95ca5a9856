"""Which line of a paste comes nearest to what people say of an entry.

Likeness is rapidfuzz's `token_set_ratio`. It takes both texts apart anew for each pair of a line
and a saying, and of two texts that share no word it gives the plain ratio of their sorted words.
So the words are sorted once, and only pairs that share a word are given to it: a tenth of the
cost for a log, the same figures.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from rapidfuzz import fuzz, process

from knowledge.fold import fold
from knowledge.model import Entry, Line

_LONG = 1000  # characters; nobody says it in a longer line
_DIGITS = 6  # of a score; the two scorers differ in the last ones, and what is equal must stay so


_Score = tuple[float, int]  # and the index of a line, negative: of equal scores the first wins


class Saying(msgspec.Struct, frozen=True):
    """A title or a symptom of an entry, as written and made ready to compare.

    `words` are in the order of the alphabet, none twice; `ordered` is the text of them.
    """

    text: str
    folded: str
    words: tuple[str, ...]
    ordered: str


def sayings(entry: Entry) -> tuple[Saying, ...]:
    """Return the titles and symptoms of an entry, in the order of its pages."""
    return tuple(_ready(text) for text in _texts(entry))


def _texts(entry: Entry) -> Iterator[str]:
    for page in entry.pages.values():
        yield page.title
        yield from page.symptoms


def _ready(text: str) -> Saying:
    folded = fold(text)
    words = tuple(sorted({*folded.split()}))
    return Saying(text, folded, words, " ".join(words))


class Telling:
    """The lines that sayings are compared with; of equal ones the first stands for all."""

    def __init__(self, lines: Iterable[Line]) -> None:
        rows: dict[str, Line] = {}
        for line in lines:
            if 1 < len(line.text) < _LONG:
                rows.setdefault(fold(line.text), line)
        self._rows = list(rows.values())
        self._folded = list(rows)
        self._ordered: list[str | None] = []
        self._having: dict[str, list[int]] = defaultdict(list)
        for index, folded in enumerate(self._folded):
            words = sorted({*folded.split()})
            self._ordered.append(" ".join(words))
            for word in words:
                self._having[word].append(index)

    def nearest(self, said: Sequence[Saying]) -> tuple[Line, str] | None:
        """Return the line most like one of the sayings, and that saying as written.

        None when there is no line or no saying, or none is alike at all.
        """
        best = (0.0, 0, "")
        for saying in said:
            score, index = self._likest(saying, best[0])
            if score > best[0]:
                best = (score, index, saying.text)
        return (self._rows[best[1]], best[2]) if best[2] else None

    def _likest(self, saying: Saying, least: float) -> tuple[float, int]:
        """Return the score of the likest line and the line; a score of 0 when it is below least."""
        sharing = sorted({at for word in saying.words for at in self._having.get(word, ())})
        found = (*self._sharing(saying, sharing, least), *self._apart(saying, sharing, least))
        score, index = max(found, default=(0.0, 0))
        return score, -index

    def _sharing(self, saying: Saying, sharing: Sequence[int], least: float) -> Iterator[_Score]:
        """Yield the likest of the lines that share a word with the saying."""
        if sharing:
            texts = {index: self._folded[index] for index in sharing}
            scorer = fuzz.token_set_ratio
            yield from _scored(
                process.extractOne(saying.folded, texts, scorer=scorer, score_cutoff=least)
            )

    def _apart(self, saying: Saying, sharing: Sequence[int], least: float) -> Iterator[_Score]:
        """Yield the likest of the lines that share none."""
        if len(sharing) < len(self._ordered):
            texts = self._ordered.copy()
            for index in sharing:
                texts[index] = None  # rapidfuzz leaves those out
            yield from _scored(
                process.extractOne(saying.ordered, texts, scorer=fuzz.ratio, score_cutoff=least)
            )


def _scored(found: tuple[str, float, int] | None) -> Iterator[_Score]:
    if found:
        yield round(found[1], _DIGITS), -found[2]
