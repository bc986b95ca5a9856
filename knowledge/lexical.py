"""Loose wording: how much a paste sounds like an entry, where no signature tells.

Cosine of TF-IDF vectors over stems, word pairs and pairs of Chinese signs. A term counts once
however often it occurs, in the paste as in an entry, so neither loud noise nor a long page gains.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from knowledge.model import Entry, Line
from knowledge.words import fold, terms

_ASKED = 64  # terms of a paste, the rarest first; keeps 1,000 entries within the budget
_COMMON = 0.25  # share of entries beyond which a term tells nothing
_FEW = 8  # entries up to which a term is kept whatever its share
_UNKNOWN = 0.1  # weight of a term no entry has, of the rarest known one's: a long log knows little
_FIELDS = {"title": 3.0, "symptoms": 3.0, "signatures": 1.5, "meaning": 1.0}
_LINES = 200  # lines compared with symptoms; loose wording stands in a question, not in a log


class Lexicon:
    """An inverted index over entries, in the order given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        documents = [_weights(entry) for entry in entries]
        size = max(1, len(documents))
        counts = Counter(term for document in documents for term in document)
        most = max(_FEW, _COMMON * size)
        self._idf = {
            term: math.log(1 + (size - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
            if count <= most
        }
        self._unknown = _UNKNOWN * max(self._idf.values(), default=0.0) ** 2
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, document in enumerate(documents):
            self._post(index, document)

    def _post(self, index: int, document: dict[str, float]) -> None:
        """File an entry's terms with their share of its vector's length."""
        vector = {
            term: weight * self._idf[term] for term, weight in document.items() if term in self._idf
        }
        length = math.hypot(*vector.values()) or 1.0
        for term, weight in vector.items():
            self._postings[term].append((index, weight / length))

    def score(self, text: str) -> dict[int, float]:
        """Return by index of the entry how alike its wording is, from 0 to 1."""
        asked = terms(text)
        known = sorted(asked & self._idf.keys(), key=lambda term: (-self._idf[term], term))[:_ASKED]
        scores: dict[int, float] = defaultdict(float)
        for term in known:
            for index, weight in self._postings[term]:
                scores[index] += self._idf[term] * weight
        known_part = sum(self._idf[term] ** 2 for term in known)
        length = math.sqrt(known_part + self._unknown * (len(asked) - len(known))) or 1.0
        return {index: score / length for index, score in scores.items()}


def nearest_symptom(entry: Entry, lines: Iterable[Line]) -> tuple[Line, str, float] | None:
    """Return the line most like what the entry says people say, that symptom, and how alike.

    None when there is no line or no symptom. Likeness is from 0 to 1.
    """
    rows = [line for line in lines if len(line.text) > 1][:_LINES]
    folded = [fold(row.text) for row in rows]
    best: tuple[float, int, str] | None = None
    for symptom in _sayings(entry):
        found = process.extractOne(fold(symptom), folded, scorer=fuzz.token_set_ratio)
        if found and (best is None or found[1] > best[0]):
            best = (found[1], found[2], symptom)
    return (rows[best[1]], best[2], best[0] / 100) if best else None


def _sayings(entry: Entry) -> Iterator[str]:
    for page in entry.pages.values():
        yield page.title
        yield from page.symptoms


def _weights(entry: Entry) -> dict[str, float]:
    """Return each term of the entry with the weight of the best field it stands in."""
    weights: dict[str, float] = {}
    for field, text in _texts(entry):
        for term in terms(text):
            weights[term] = max(weights.get(term, 0.0), _FIELDS[field])
    return weights


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "signatures", "\n".join(signature.text for signature in entry.signatures)
    yield "symptoms", entry.slug.replace("-", " ")
    for page in entry.pages.values():
        yield "title", page.title
        yield "symptoms", "\n".join(page.symptoms)
        yield "meaning", page.meaning
