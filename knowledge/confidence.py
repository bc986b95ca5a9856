"""How sure a match is: one figure from 0 to 1, and where the answers part.

A signature is program output an author took from the program's source and proved by a case, so
it decides; how much literal text it has says how unlikely a chance meeting is. Wording suggests;
it is a match only where a person told it.

The weights of wording were fitted by `python -m tests.calibrate` on 270 gathered pastes and 700
short ones that were written to vary the wording, as far as no signature met them: 817. Held out,
what was said with 0.8 and more was right 417 times in 422, between 0.6 and 0.8 nine times in ten.
"None of them" starts higher than fitted: in a channel more is said that is no trouble at all.
"""

import math
from collections.abc import Sequence

from knowledge.lexical import Likeness, Wording
from knowledge.model import Answer

MATCH = 0.80
"""From here on the answer is `match`: one signature of 17 literal characters, or two shorter."""
PERHAPS = 0.20
"""From here on an entry is offered at all."""

BESIDE_FATAL = 0.60
"""At most this much where a fatal line of the paste says something else: `perhaps`."""

ANYWHERE = 0.60
"""At most this much for what is printed outside clusters too, where the paste names none."""

RIVALS = 10
"""How many entries share a wording's certainty; more would make it hang on the library's size."""

LEAST = 0.05
"""From here on an entry is offered behind a better one that is no more than `perhaps`."""

_LETTERS = 10.5  # literal characters at which one signature's doubt has shrunk to 1/e
_SECOND = 0.7  # a further signature never shrinks doubt more: they often stand on the same line
_MOST = 0.99
_WEIGHTS = (73.0, 4.9, 31.4, 2.6)  # of the cosines: words, concepts, and those a person wrote
_NONE = 4.8  # the score of "none of them"
_NO_KUBERNETES = 5.2  # added to it where the paste names nothing of Kubernetes
_NO_TROUBLE = 3.0  # and where it names nothing that goes wrong: talk, and how a thing works
_ASKING = 4.0  # and that much more where somebody asks how a thing is done; set by hand
_UNNAMED = 0.97  # certainty despite the two above; of 45 so sure on labelled pastes none was wrong
_TOLD = 4  # words a person must have written for wording alone to be a match; output sounds alike


def of_signatures(letters: Sequence[int]) -> float:
    """Return the confidence from the literal characters of the signatures that matched.

    Doubts multiply over different signatures; the same one met twice counts once, so loud noise
    gains nothing.
    """
    doubt = 1.0
    for rank, count in enumerate(sorted(letters, reverse=True)):
        own = math.exp(-count / _LETTERS)
        doubt *= own if rank == 0 else max(own, _SECOND)
    return min(_MOST, 1.0 - doubt)


def of_wording(wording: Wording) -> dict[int, float]:
    """Return how sure the wording is of each of the likeliest entries, best first.

    A conditional logit: these entries and "none of them" share one certainty between them, so two
    that are equally alike are each at most half sure. Only what a person wrote can be more than
    `perhaps`, and only beside enough other entries that it could be. Where it names no trouble, or
    nothing of Kubernetes, it must outweigh that by far.
    """
    scores = {index: score(one) for index, one in wording.likenesses.items()}
    best = sorted(scores, key=lambda index: (-scores[index], index))[:RIVALS]
    none = _NONE + (0.0 if wording.kubernetes else _NO_KUBERNETES)
    none += 0.0 if wording.trouble else _NO_TROUBLE
    none += _ASKING if wording.asking and not wording.trouble else 0.0
    odds = {index: math.exp(scores[index] - none) for index in best}
    sure = {index: one / (1.0 + sum(odds.values())) for index, one in odds.items()}
    told = wording.told >= _TOLD and wording.entries >= RIVALS
    named = wording.kubernetes and wording.trouble
    enough = told and (named or max(sure.values(), default=0.0) >= _UNNAMED)
    most = _MOST if enough else BESIDE_FATAL
    return {index: min(most, one) for index, one in sure.items()}


def score(one: Likeness) -> float:
    """Return how much speaks for an entry: the logarithm of its odds, but for a constant."""
    cosines = (one.words, one.concepts, one.said_words, one.said_concepts)
    return sum(weight * cosine for weight, cosine in zip(_WEIGHTS, cosines, strict=True))


def answer(best: float) -> Answer:
    """Return what is said about the best entry's confidence."""
    if best >= MATCH:
        return "match"
    return "perhaps" if best >= PERHAPS else "nothing"
