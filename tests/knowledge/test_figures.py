"""Matching's figures on labelled pastes: floors, so that a change that costs answers is seen."""

from functools import cache
from pathlib import Path

import pytest

from knowledge.confidence import MATCH
from knowledge.evaluate import Evaluation, evaluate, read_labelled
from knowledge.load import load_library

PASTES = Path(__file__).parent / "pastes"


@cache
def _evaluation(name: str) -> Evaluation:
    return evaluate(load_library(), read_labelled(PASTES / name))


FILES = ("first.jsonl", "second.jsonl", "third.jsonl")


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("figure", "least"),
    [("right_at_1", 0.95), ("right_at_3", 0.96), ("sure_right", 0.89)],
)
def test_answers_are_as_often_right_as_they_were(name: str, figure: str, least: float) -> None:
    assert getattr(_evaluation(name), figure) >= least


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("figure", "most"),
    [("sure_wrong", 0.01), ("false_matches", 0.01), ("false_perhaps", 0.05)],
)
def test_answers_are_no_more_often_wrong_than_they_were(
    name: str, figure: str, most: float
) -> None:
    assert getattr(_evaluation(name), figure) <= most


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_for_sure_is_right_nearly_always(name: str) -> None:
    sure = [level for level in _evaluation(name).reliability if level.low >= MATCH]

    offers, right = sum(one.offers for one in sure), sum(one.right for one in sure)
    assert right / offers >= 0.95
