import random

from rapidfuzz import fuzz

from knowledge.fold import fold
from knowledge.model import Line
from knowledge.sayings import Phrase, Telling, _phrase

WORDS = (
    *("pods", "on", "one", "node", "cannot", "reach", "the", "service"),
    *("dns", "is", "slow", "連不上", "Timeout", "after", "upgrade"),
)


def _plainly(lines: list[Line], said: list[str]) -> tuple[Line, str] | None:
    """Return what comparing each saying with each line gives."""
    best, found = 0.0, None
    for saying in said:
        for line in lines:
            score = round(fuzz.token_set_ratio(fold(saying), fold(line.text)), 6)
            if score > best:
                best, found = score, (line, saying)
    return found


def _phrases(said: list[str]) -> tuple[Phrase, ...]:
    return tuple(_phrase(one) for one in said)


def test_the_likest_pair_is_that_of_comparing_each_saying_with_each_line() -> None:
    rng = random.Random(4)
    for _ in range(400):
        lines, said = (
            [" ".join(rng.choices(WORDS, k=rng.randint(1, 6))) for _ in range(rng.randint(1, 9))]
            for _ in range(2)
        )
        rows = [Line(number, text) for number, text in enumerate(lines, 1) if len(text) > 1]
        assert Telling(rows).nearest(_phrases(said)) == _plainly(rows, said)


def test_no_line_and_no_saying_give_none() -> None:
    assert Telling(()).nearest(_phrases(["dns is slow"])) is None
    assert Telling((Line(1, "dns is slow"),)).nearest(()) is None


def test_what_is_not_alike_at_all_gives_none() -> None:
    assert Telling((Line(1, "連不上"),)).nearest(_phrases(["dns"])) is None


def test_a_wall_of_text_is_nobodys_saying() -> None:
    wall = Line(1, "dns is slow " * 100)
    assert Telling((wall, Line(2, "dns slow"))).nearest(_phrases(["dns is slow"])) == (
        Line(2, "dns slow"),
        "dns is slow",
    )
