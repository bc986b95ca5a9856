"""How sure a match is: one figure from 0 to 1, and where the answers part.

A signature is program output an author took from the program's source and proved by a case, so
it decides; how much literal text it has says how unlikely a chance meeting is. Wording only
suggests.

Measured on 247 labelled pastes with the ten shipped entries (59 of those labels, 146 of other
labels, 42 of none): signatures answer `match` for 46 of the 59 and for 12 of the 146 where one of
the ten is a fair answer, always rightly, and for none of the 42. With the thresholds below wording
adds ten more of the 59 as `perhaps`, all right, one of the 42, and eight pastes whose own entry
does not exist yet. The entries were written with these pastes at hand, so expect less of others.
"""

import math
from collections.abc import Sequence

from knowledge.model import Answer

MATCH = 0.70
"""From here on the answer is `match`: one signature of 17 literal characters, or two shorter."""
PERHAPS = 0.30
"""From here on an entry is offered at all."""

BESIDE_FATAL = 0.60
"""At most this much where a fatal line of the paste says something else: `perhaps`."""

_LETTERS = 14.0  # literal characters at which one signature's doubt has shrunk to 1/e
_SECOND = 0.7  # a further signature never shrinks doubt more: they often stand on the same line
_MOST = 0.99
_WORDING_FROM = 0.125  # cosine; one of the 42 pastes of no label lies above
_WORDING_FULL = 0.30  # cosine; the surest right ones lie around 0.2
_WORDING_MOST = 0.60  # wording alone never reaches MATCH
_LIKENESS = 0.05  # what the nearest symptom adds; it settles near ties only


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


def of_wording(cosine: float, likeness: float) -> float:
    """Return the confidence from the lexicon's cosine and the nearest symptom's likeness."""
    if cosine < _WORDING_FROM:
        return 0.0
    share = min(1.0, (cosine - _WORDING_FROM) / (_WORDING_FULL - _WORDING_FROM))
    return PERHAPS + (_WORDING_MOST - _LIKENESS - PERHAPS) * share + _LIKENESS * likeness


def answer(best: float) -> Answer:
    """Return what is said about the best entry's confidence."""
    if best >= MATCH:
        return "match"
    return "perhaps" if best >= PERHAPS else "nothing"
