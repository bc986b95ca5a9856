"""How sure a match is: one figure from 0 to 1, and where the answers part.

A signature is program output an author took from the program's source and proved by a case, so
it decides; how long its literal text is says how unlikely a chance meeting is. Wording only
suggests.
"""

import math
from collections.abc import Sequence

from knowledge.model import Answer

MATCH = 0.70
"""From here on the answer is `match`: at least one signature with enough literal text."""
PERHAPS = 0.30
"""From here on an entry is offered at all."""
_LETTERS = 14.0  # literal letters at which one signature's doubt has shrunk to 1/e
_MOST = 0.99
_LEXICAL_MOST = 0.60  # wording alone never reaches MATCH


def of_signatures(letters: Sequence[int]) -> float:
    """Return the confidence from the literal letters of the signatures that matched.

    Doubts multiply over different signatures; the same signature met twice counts once, so loud
    noise gains nothing.
    """
    doubt = 1.0
    for rank, count in enumerate(sorted(letters, reverse=True)):
        own = math.exp(-count / _LETTERS)
        doubt *= own if rank == 0 else max(own, 0.7)
    return min(_MOST, 1.0 - doubt)


def of_wording(score: float, likeness: float) -> float:
    """Return the confidence from wording: the lexicon's score and the nearest symptom's likeness."""
    return min(_LEXICAL_MOST, 0.0 * score + 0.0 * likeness)


def answer(best: float) -> Answer:
    """Return what is said about the best entry's confidence."""
    if best >= MATCH:
        return "match"
    return "perhaps" if best >= PERHAPS else "nothing"
