"""Loose wording: how much a paste sounds like each entry, where no signature tells.

Two cosines. *Words*: TF-IDF over stems, word pairs and pairs of Chinese signs of everything an
entry says. *Concepts*: the concepts a paste names against those the entry's titles and symptoms
name, each as often as they do. A term of a paste counts once however often it occurs, so loud
noise gains nothing.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from knowledge.clauses import contrasts
from knowledge.concepts import shipped_concepts
from knowledge.model import Entry, Line
from knowledge.prose import count_words, is_heading, said, terse
from knowledge.sayings import Phrase, sayings
from knowledge.typos import Speller
from knowledge.words import terms

_ASKED = 64  # terms of a paste, the rarest first; keeps 1,000 entries within the budget
_LOOKED_AT = 100  # entries at least whose words are compared, those with the rarest terms first
_LIKEST = 50  # entries whose concepts are compared
_COMMON = 0.25  # share of entries beyond which a word tells nothing
_FEW = 8  # entries up to which a word is kept whatever its share
_UNKNOWN = 0.1  # weight of a word no entry has, of the rarest known one's: a long log knows little
_FIELDS = {"title": 3.0, "symptoms": 3.0, "signatures": 1.5, "meaning": 1.0}
_KUBERNETES = "@kubernetes"
_TROUBLES = frozenset(
    f"@{concept}"
    for concept in (
        *("cannot", "timeout", "refused", "slow", "sometimes", "exhausted", "conflict", "inuse"),
        *("expired", "crash", "notready", "pending", "empty", "denied", "amiss", "httperror"),
        *("loop", "fiveseconds"),
    )
)
_IN_OUTPUT = _TROUBLES - {"@empty"}
"""What tells of a trouble where nobody says so: the healthiest tables have `<none>` in them."""
_NEGATION = "@negation"
_ASKING = "@howto"
_WORD = re.compile(r"[a-z]+")
_HEAD, _TAIL = 60, 30  # lines: a person says it before the log or behind it


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

    `entries` is the size of the library; `telling` are the lines a person wrote, or all where
    nobody wrote any; `told` is how many words a person wrote, `kubernetes` whether anything of
    Kubernetes is named, `trouble` whether anything that goes wrong is, `asking` whether somebody
    wants to know how a thing is done, or tells what is planned.
    """

    likenesses: Mapping[int, Likeness]
    entries: int
    telling: tuple[Line, ...]
    told: int
    kubernetes: bool
    trouble: bool
    asking: bool = False


class Lexicon:
    """An inverted index over entries, in the order given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        known = tuple(entries)
        self._size = len(known)
        self.sayings = tuple(sayings(entry) for entry in known)
        """What people say of each entry, by its index."""
        self._speller = Speller(_vocabulary(known))
        most = max(_FEW, _COMMON * self._size)
        self._words = _Index([_words(entry) for entry in known], most=most)
        self._concepts = _Index([_concepts(said) for said in self.sayings], most=self._size)

    def weigh(self, lines: Sequence[Line]) -> Wording:
        """Return how the lines are worded, beside each entry that shares a term with them.

        Of a long log only the beginning and the end are looked at.
        """
        if len(lines) > _HEAD + _TAIL:
            lines = (*lines[:_HEAD], *lines[-_TAIL:])
        lines = [line for line in lines if not is_heading(line.text)]
        told_lines = said(lines) or terse(lines)
        told = "\n".join(line.text for line in told_lines)
        mended = self._speller.mend(told.lower())
        told_terms = terms(mended) | contrasts(mended)
        whole = terms("\n".join(line.text for line in lines)) | told_terms
        return Wording(
            self._likenesses(whole, told_terms),
            entries=self._size,
            telling=told_lines or tuple(lines),
            told=count_words(told),
            kubernetes=_KUBERNETES in whole,
            trouble=not (_TROUBLES if told_lines else _IN_OUTPUT).isdisjoint(whole)
            or (bool(told_lines) and _NEGATION in whole and _ASKING not in whole),
            asking=_ASKING in whole,
        )

    def _likenesses(self, whole: frozenset[str], told: frozenset[str]) -> dict[int, Likeness]:
        """Return the likenesses of those whose words are likest; concepts alone say little."""
        (whole, named), (told, told_named) = _parted(whole), _parted(told)
        words, told_words = self._words.cosines(whole), self._words.cosines(told)
        likest = {*_highest(words), *_highest(told_words)}
        concepts = self._concepts.cosines(named, likest)
        told_concepts = self._concepts.cosines(told_named, likest)
        return {
            index: Likeness(
                words.get(index, 0.0),
                concepts[index],
                told_words.get(index, 0.0),
                told_concepts[index],
            )
            for index in likest
        }


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
        rarest_first = sorted(self._idf, key=lambda term: (-self._idf[term], term))
        self._rank = {term: rank for rank, term in enumerate(rarest_first)}
        vectors = [self._vector(document) for document in documents]
        lengths = [math.hypot(*vector.values()) for vector in vectors]
        usual = sum(lengths) / (size or 1) or 1.0
        self._lengths = [max(length, usual) for length in lengths]
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        for index, vector in enumerate(vectors):
            for term, weight in vector.items():
                self._postings[term][index] = weight

    def _vector(self, document: Mapping[str, float]) -> dict[str, float]:
        return {
            term: weight * self._idf[term] for term, weight in document.items() if term in self._idf
        }

    def cosines(
        self, asked: frozenset[str], documents: AbstractSet[int] | None = None
    ) -> dict[int, float]:
        """Return by document how alike the terms are; only the rarest of them are looked at.

        Without `documents`, those that have a rare one of the terms: the commonest terms would
        bring in all of a large library.
        """
        known = sorted(asked & self._rank.keys(), key=self._rank.__getitem__)[:_ASKED]
        if documents is None:
            documents = self._having(known)
        weights = [(term, self._idf[term]) for term in known]
        unknown = self._unknown * (len(asked) - len(known))
        length = math.sqrt(sum(weight * weight for _, weight in weights) + unknown) or 1.0
        return {
            index: product / (length * self._lengths[index])
            for index, product in self._products(documents, weights).items()
        }

    def _having(self, known: Iterable[str]) -> set[int]:
        found: set[int] = set()
        for term in known:
            if len(found) >= _LOOKED_AT:
                break
            found.update(self._postings[term])
        return found

    def _products(
        self, documents: AbstractSet[int], weights: Iterable[tuple[str, float]]
    ) -> dict[int, float]:
        """Return each document's product with the terms, taking only terms that it has."""
        products = dict.fromkeys(documents, 0.0)
        for term, weight in weights:
            posting = self._postings[term]
            for index in posting.keys() & documents:
                products[index] += posting[index] * weight
        return products


def _parted(asked: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of the terms, and the concepts."""
    named = frozenset(term for term in asked if term.startswith("@"))
    return asked - named, named


def _highest(cosines: Mapping[int, float]) -> list[int]:
    return heapq.nlargest(_LIKEST, cosines, key=lambda index: (cosines[index], -index))


def _concepts(said: Sequence[Phrase]) -> dict[str, float]:
    """Return each concept with the share of an entry's sayings that name it."""
    named = [terms(saying.text) | contrasts(saying.text) for saying in said]
    counts = Counter(term for some in named for term in some if term.startswith("@"))
    return {term: count / len(said) for term, count in counts.items()}


def _words(entry: Entry) -> dict[str, float]:
    """Return each word of the entry with the weight of the best field it stands in."""
    weights: dict[str, float] = {}
    for field, text in _texts(entry):
        for term in terms(text):
            if not term.startswith("@"):
                weights[term] = max(weights.get(term, 0.0), _FIELDS[field])
    return weights


def _vocabulary(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield every word that an entry or a concept has, as it is written."""
    yield from shipped_concepts().words
    for entry in entries:
        for _, text in _texts(entry):
            yield from _WORD.findall(text.lower())


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "signatures", "\n".join(signature.text for signature in entry.signatures)
    yield "symptoms", entry.slug.replace("-", " ")
    for page in entry.pages.values():
        yield "title", page.title
        yield "symptoms", "\n".join(page.symptoms)
        yield "meaning", page.meaning
