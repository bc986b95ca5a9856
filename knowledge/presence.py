"""Which of some hundreds of fixed words a text may hold, in one pass.

A rule is tried only where one of its words stands. To look for each word by itself goes through
the text as often as there are words, and most of them are in no text: that was a quarter of the
time of a match.
"""

from collections.abc import Collection, Iterable, Mapping

import re2


class Presence:
    """Words made ready to be looked for.

    The `usual` ones are taken for there in every text: to count their places costs more than to
    look for each of them. RE2 finds the others all at once, and since it finds none inside
    another, what may begin within a found one counts as found.
    """

    def __init__(self, words: Iterable[str], usual: Collection[str]) -> None:
        known = frozenset(words)
        self._usual = known & frozenset(usual)
        seldom = sorted(known - self._usual)
        self._within: Mapping[bytes, frozenset[str]] = {
            word.encode(): frozenset(other for other in seldom if _may_begin_within(other, word))
            for word in seldom
        }
        self._any = re2.compile("|".join(re2.escape(word) for word in seldom).encode())

    def of(self, text: str) -> frozenset[str]:
        """Return the words that the text may hold: all that it holds are among them."""
        found = {one[0] for one in self._any.finditer(text.encode(errors="replace"))}
        return self._usual.union(*(self._within[word] for word in found))


def _may_begin_within(other: str, word: str) -> bool:
    """Whether the one can begin inside the other, where a search does not look again."""
    rests = (word[at:] for at in range(len(word)))
    return any(other.startswith(rest) or rest.startswith(other) for rest in rests)
