"""The parts of a text worth a closer look: the lines that hold one of some fixed words."""

from collections.abc import Iterable, Iterator


def lower(text: str) -> str:
    """Return the text in lower case with every character in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(sign.lower()[:1] for sign in text)


class Regions:
    """A text in which lines are looked for by their words; each word is looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, list[tuple[int, int]]] = {}

    def of(self, words: Iterable[str]) -> list[tuple[int, int]]:
        """Return start and end of the lines that hold one of the words, in order, none twice."""
        found = [self._lines(word) for word in words]
        return found[0] if len(found) == 1 else sorted({line for lines in found for line in lines})

    def _lines(self, word: str) -> list[tuple[int, int]]:
        if word not in self._found:
            self._found[word] = list(self._look(word))
        return self._found[word]

    def _look(self, word: str) -> Iterator[tuple[int, int]]:
        text = self._text
        at = text.find(word)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield text.rfind("\n", 0, at) + 1, end
            at = text.find(word, end)
