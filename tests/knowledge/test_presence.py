import random

from knowledge.entities import _PRESENCE, _RULES
from knowledge.presence import Presence


def test_a_word_that_stands_in_the_text_is_among_those_it_may_hold() -> None:
    assert "pod=" in Presence(("pod=", "node="), ()).of('kind=x pod="web"')


def test_a_word_that_stands_nowhere_is_left_out() -> None:
    assert Presence(("pod=", "node="), ()).of('pod="web"') == {"pod="}


def test_a_usual_word_is_taken_for_there_unseen() -> None:
    assert Presence(("pod=", "_"), {"_"}).of("nothing") == {"_"}


def test_a_word_that_overlaps_another_is_not_lost() -> None:
    """A search goes on behind what it found, and would miss what began within it."""
    words = ("ode", "ode=", "e=x", "namespace", "space ")
    assert {"ode", "ode=", "e=x"} <= Presence(words, ()).of("node=x")
    assert "space " in Presence(words, ()).of("namespace web")


def test_no_word_of_the_rules_is_lost_however_words_meet() -> None:
    words = sorted({word for rule in _RULES for word in rule.needs})
    rng = random.Random(3)
    for _ in range(300):
        pieces = [rng.choice(words)[: rng.choice((1, 2, 3, 99))] for _ in range(40)]
        text = "".join(pieces)
        assert {word for word in words if word in text} <= _PRESENCE.of(text)
