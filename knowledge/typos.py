"""Slips of the pen in what people say, put right where only one known word is meant.

"can't reslove the servcie" says what "can't resolve the service" does. A word is put right only
where it is unknown, long, and one slip away from a word that an entry or a concept has: a letter
too many, missing, wrong, or two of them swapped. The first letter is nearly always typed right.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 6  # letters; among shorter words one slip makes another word too easily
_TOKEN = re.compile(r"(?<![\w./:@-])[a-z]{6,24}(?![\w/:@-]|\.\w)")
_MOST = 40  # words a text is put right in; nobody makes more slips


class Speller:
    """Known words, by their first letter and how long they are."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._alike: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= _SHORTEST and word.isalpha():
                for length in (len(word) - 1, len(word), len(word) + 1):
                    self._alike[word[0], length].append(word)

    def mend(self, folded: str) -> str:
        """Return the text with its slips put right; it is in lower case."""
        tokens = dict.fromkeys(_TOKEN.findall(folded))
        unknown = [token for token in tokens if not self._is_known(token)][:_MOST]
        for token in unknown:
            meant = self._meant(token)
            if meant:
                folded = re.sub(rf"\b{token}\b", meant, folded)
        return folded

    def _is_known(self, token: str) -> bool:
        """Whether it is a word, or one with an ending that words have."""
        return token in self._known or any(
            token.removesuffix(ending) in self._known for ending in ("s", "d", "ed", "ing", "ly")
        )

    def _meant(self, token: str) -> str | None:
        """Return the one word that is a slip away, None where there is none or more than one."""
        alike = self._alike.get((token[0], len(token)), ())
        found = process.extract(
            token, alike, scorer=OSA.distance, score_cutoff=1, limit=2, processor=None
        )
        return str(found[0][0]) if len(found) == 1 else None
