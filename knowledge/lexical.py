"""Loose wording: BM25 over what entries say, for pastes that no signature meets.

The score of an entry is a share: how much of the paste's rare wording the entry knows, so that
figures mean the same for a short question and for a long log.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from knowledge.model import Entry
from knowledge.words import terms

_QUERY_TERMS = 64  # the rarest ones decide; a cap keeps 1,000 entries within the budget
_COMMON = 0.25  # share of entries beyond which a term tells nothing
_FEW = 8  # entries below which even a term of every entry is kept
_K1, _B = 1.2, 0.6  # usual BM25 figures; lengths differ less than those of web pages
_FIELDS = {"title": 3.0, "symptoms": 3.0, "signatures": 1.5, "meaning": 1.0}


class Lexicon:
    """An inverted index over entries, in the order given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        documents = [_weights(entry) for entry in entries]
        counts = Counter(term for document in documents for term in document)
        self._size = max(1, len(documents))
        self._idf = {
            term: math.log(1 + (self._size - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
            if count <= max(_FEW, _COMMON * self._size)
        }
        self._postings = self._post(documents)

    def _post(self, documents: list[dict[str, float]]) -> Mapping[str, list[tuple[int, float]]]:
        lengths = [sum(document.values()) for document in documents]
        average = sum(lengths) / self._size or 1.0
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, document in enumerate(documents):
            norm = _K1 * (1 - _B + _B * lengths[index] / average)
            for term, weight in document.items():
                if term in self._idf:
                    postings[term].append((index, weight * (_K1 + 1) / (weight + norm)))
        return dict(postings)

    def score(self, text: str) -> dict[int, float]:
        """Return, by index of the entry, how well its wording fits; entries that share none lack.

        The figure is BM25 divided by the square root of the number of terms asked.
        """
        known = sorted(
            (term for term in terms(text) if term in self._idf),
            key=lambda term: (-self._idf[term], term),
        )[:_QUERY_TERMS]
        scores: dict[int, float] = defaultdict(float)
        for term in known:
            idf = self._idf[term]
            for index, weight in self._postings[term]:
                scores[index] += idf * weight
        scale = math.sqrt(len(known)) if known else 1.0
        return {index: score / scale for index, score in scores.items()}


def _weights(entry: Entry) -> dict[str, float]:
    """Return each term of the entry with the weight of the best field it stands in."""
    weights: dict[str, float] = {}
    for field, text in _texts(entry):
        for term in terms(text):
            weights[term] = max(weights.get(term, 0.0), _FIELDS[field])
    return weights


def _texts(entry: Entry) -> Iterable[tuple[str, str]]:
    yield "signatures", "\n".join(signature.text for signature in entry.signatures)
    yield "symptoms", entry.slug.replace("-", " ")
    for page in entry.pages.values():
        yield "title", page.title
        yield "symptoms", "\n".join(page.symptoms)
        yield "meaning", page.meaning
