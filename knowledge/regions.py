"""The parts of a text worth a closer look: the lines that hold one of some fixed words."""

from collections.abc import Iterator, Sequence


def lower(text: str) -> str:
    """Return the text in lower case with every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(sign.lower()[:1] for sign in text)


def regions(text: str, words: Sequence[str], following: int = 0) -> Iterator[tuple[int, int]]:
    """Yield start and end of the lines that hold one of the words, in order, none twice.

    `following` lines after each belong to it; regions that meet are one.
    """
    start = end = -1
    for first in sorted(_line_starts(text, words)):
        last = _line_end(text, first, following)
        if start < 0:
            start, end = first, last
        elif first <= end:
            end = max(end, last)
        else:
            yield start, end
            start, end = first, last
    if start >= 0:
        yield start, end


def _line_starts(text: str, words: Sequence[str]) -> set[int]:
    starts: set[int] = set()
    for word in words:
        at = text.find(word)
        while at >= 0:
            starts.add(text.rfind("\n", 0, at) + 1)
            end = text.find("\n", at)
            at = text.find(word, end) if end >= 0 else -1
    return starts


def _line_end(text: str, start: int, following: int) -> int:
    end = start - 1
    for _ in range(following + 1):
        end = text.find("\n", end + 1)
        if end < 0:
            return len(text)
    return end
