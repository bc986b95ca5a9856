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


class Saying(msgspec.Struct, frozen=True):
    """A title or a symptom of an entry, as written and made ready to compare."""

    text: str
    folded: str
    words: tuple[str, ...]

    @property
    def ordered(self) -> str:
        """Its words in the order of the alphabet."""
        return " ".join(self.words)


def sayings(entry: Entry) -> tuple[Saying, ...]:
    """Return the titles and symptoms of an entry, in the order of its pages."""
    return tuple(_ready(text) for text in _texts(entry))


def _texts(entry: Entry) -> Iterator[str]:
    for page in entry.pages.values():
        yield page.title
        yield from page.symptoms


def _ready(text: str) -> Saying:
    folded = fold(text)
    return Saying(text, folded, tuple(sorted({*folded.split()})))


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
        sharing = {index for word in saying.words for index in self._having.get(word, ())}
        apart = self._ordered.copy()
        for index in sharing:
            apart[index] = None  # rapidfuzz leaves those out
        found = (
            process.extractOne(
                saying.folded,
                {index: self._folded[index] for index in sorted(sharing)},
                scorer=fuzz.token_set_ratio,
                score_cutoff=least,
            ),
            process.extractOne(saying.ordered, apart, scorer=fuzz.ratio, score_cutoff=least),
        )
        scores = [(one[1], -one[2]) for one in found if one]
        score, index = max(scores, default=(0.0, 0))
        return score, -index
