"""Loose wording: how much a paste sounds like each entry, where no signature tells.

Two cosines. *Words*: TF-IDF over stems, word pairs and pairs of Chinese signs of everything an
entry says. *Concepts*: the concepts a paste names against those the entry's titles and symptoms
name, each as often as they do. A term of a paste counts once however often it occurs, so loud
noise gains nothing.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from rapidfuzz import fuzz, process

from knowledge.fold import fold
from knowledge.model import Entry, Line
from knowledge.prose import count_words, said
from knowledge.words import terms

_ASKED = 64  # terms of a paste, the rarest first; keeps 1,000 entries within the budget
_COMMON = 0.25  # share of entries beyond which a word tells nothing
_FEW = 8  # entries up to which a word is kept whatever its share
_UNKNOWN = 0.1  # weight of a word no entry has, of the rarest known one's: a long log knows little
_FIELDS = {"title": 3.0, "symptoms": 3.0, "signatures": 1.5, "meaning": 1.0}
_KUBERNETES = "@kubernetes"
_LINES = 60  # lines compared with symptoms; loose wording stands in a question, not in a log
_LONG = 1000  # characters; nobody says it in a longer line


class Likeness(msgspec.Struct, frozen=True):
    """How alike a paste and an entry are: cosines from 0 to 1.

    Those of `said` are of what a person wrote in it, without what programs print.
    """

    words: float
    concepts: float
    said_words: float
    said_concepts: float


class Wording(msgspec.Struct, frozen=True):
    """How a paste is worded: its likeness to each entry, by index, and what else bears on it.

    `telling` are the lines a person wrote, or all where nobody wrote any; `told` is how many words
    a person wrote, `kubernetes` whether anything of Kubernetes is named.
    """

    likenesses: Mapping[int, Likeness]
    telling: tuple[Line, ...]
    told: int
    kubernetes: bool


class Lexicon:
    """An inverted index over entries, in the order given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        rows = [(_words(entry), _concepts(entry)) for entry in entries]
        self._words = _Index([words for words, _ in rows], most=max(_FEW, _COMMON * len(rows)))
        self._concepts = _Index([concepts for _, concepts in rows], most=len(rows))

    def weigh(self, lines: Sequence[Line]) -> Wording:
        """Return how the lines are worded, beside each entry that shares a term with them."""
        whole = terms("\n".join(line.text for line in lines))
        told_lines = said(lines)
        told = "\n".join(line.text for line in told_lines)
        cosines = (*self._cosines(whole), *self._cosines(terms(told)))
        likenesses = {
            index: Likeness(*(one.get(index, 0.0) for one in cosines))
            for index in set().union(*cosines)
        }
        return Wording(
            likenesses,
            telling=told_lines or tuple(lines),
            told=count_words(told),
            kubernetes=_KUBERNETES in whole,
        )

    def _cosines(self, asked: frozenset[str]) -> tuple[dict[int, float], dict[int, float]]:
        named = {term for term in asked if term.startswith("@")}
        return self._words.cosines(asked - named), self._concepts.cosines(named)


class _Index:
    """Vectors by term, for the cosines of a set of terms with all of them.

    A vector shorter than usual counts as long as usual: of an entry that says little, one shared
    word would else mean much.
    """

    def __init__(self, documents: list[Mapping[str, float]], most: float) -> None:
        size = len(documents)
        counts = Counter(term for document in documents for term in document)
        self._idf = {
            term: math.log(1 + (size - count + 0.5) / (count + 0.5))
            for term, count in counts.items()
            if count <= most
        }
        self._unknown = _UNKNOWN * max(self._idf.values(), default=0.0) ** 2
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        vectors = [self._vector(document) for document in documents]
        lengths = [math.hypot(*vector.values()) for vector in vectors]
        usual = sum(lengths) / (size or 1) or 1.0
        for index, (vector, length) in enumerate(zip(vectors, lengths, strict=True)):
            for term, weight in vector.items():
                self._postings[term].append((index, weight / max(length, usual)))

    def _vector(self, document: Mapping[str, float]) -> dict[str, float]:
        return {
            term: weight * self._idf[term] for term, weight in document.items() if term in self._idf
        }

    def cosines(self, asked: Iterable[str]) -> dict[int, float]:
        """Return by document how alike the terms are; only the rarest are looked at."""
        asked = set(asked)
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
    rows = [line for line in lines if 1 < len(line.text) < _LONG][:_LINES]
    folded = [fold(row.text) for row in rows]
    best = (0.0, 0, "")
    for symptom in _sayings(entry):
        found = process.extractOne(
            fold(symptom), folded, scorer=fuzz.token_set_ratio, score_cutoff=best[0]
        )
        if found and found[1] > best[0]:
            best = (found[1], found[2], symptom)
    return (rows[best[1]], best[2], best[0] / 100) if best[2] else None


def _sayings(entry: Entry) -> Iterator[str]:
    for page in entry.pages.values():
        yield page.title
        yield from page.symptoms


def _concepts(entry: Entry) -> dict[str, float]:
    """Return each concept with the share of the entry's sayings that name it."""
    sayings = [terms(saying) for saying in _sayings(entry)]
    counts = Counter(term for saying in sayings for term in saying if term.startswith("@"))
    return {term: count / len(sayings) for term, count in counts.items()}


def _words(entry: Entry) -> dict[str, float]:
    """Return each word of the entry with the weight of the best field it stands in."""
    weights: dict[str, float] = {}
    for field, text in _texts(entry):
        for term in terms(text):
            if not term.startswith("@"):
                weights[term] = max(weights.get(term, 0.0), _FIELDS[field])
    return weights


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "signatures", "\n".join(signature.text for signature in entry.signatures)
    yield "symptoms", entry.slug.replace("-", " ")
    for page in entry.pages.values():
        yield "title", page.title
        yield "symptoms", "\n".join(page.symptoms)
        yield "meaning", page.meaning
