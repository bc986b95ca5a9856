"""Slips are put right where one known word is meant, and nothing else is touched."""

import pytest

from knowledge.load import load_library
from knowledge.match import read
from knowledge.typos import Speller

SPELLER = Speller({"resolve", "service", "connection", "cluster", "clusters", "router", "routes"})


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("can't reslove it", "can't resolve it"),
        ("the servcie is gone", "the service is gone"),
        ("conection refused", "connection refused"),
        ("connnection refused", "connection refused"),
        ("conmection refused", "connection refused"),
    ],
)
def test_a_slip_is_put_right(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip) == meant


@pytest.mark.parametrize(
    "text",
    [
        "services resolved",  # known, with an ending
        "routex",  # two words are a slip away
        "servi",  # too short to tell
        "10.0.0.1/servcie my-servcie servcie.local",  # names
        "devices",  # begins with another letter
    ],
)
def test_what_may_be_right_is_left_alone(text: str) -> None:
    assert SPELLER.mend(text) == text


def test_a_question_with_slips_finds_what_it_would_find_without() -> None:
    library = load_library()
    right = library.match(read("pods can't resolve names, every lookup times out in the cluster"))
    wrong = library.match(read("pods can't reslove names, every lokup times out in the clsuter"))

    assert wrong.matches[0].entry == right.matches[0].entry
