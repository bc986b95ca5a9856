import json
from pathlib import Path

import pytest

from knowledge.confidence import MATCH
from knowledge.errors import CorpusError
from knowledge.evaluate import Labelled, Miss, Tally, evaluate, read_labelled
from knowledge.load import Library, load_library
from tests.knowledge.samples import write_entry


@pytest.fixture
def library(tmp_path: Path) -> Library:
    write_entry(tmp_path, "one", ("the first bridge said no",))
    write_entry(tmp_path, "two", ("the second door is closed",))
    write_entry(tmp_path, "faint", ("a faint one",))
    return load_library(tmp_path)


CASES = (
    Labelled("right", "the first bridge said no", "one"),
    Labelled("also", "the first bridge said no", "elsewhere", ("one",)),
    Labelled("wrong", "the second door is closed", "one"),
    Labelled("unsure", "a faint one", "faint"),
    Labelled("third", "the first bridge said no\nthe second door is closed", "two"),
    Labelled("missed", "nothing to see", "one"),
    Labelled("null right", "lunch?", None),
    Labelled("null match", "the first bridge said no", None),
    Labelled("null perhaps", "a faint one", None),
    Labelled("null right too", "coffee?", None),
)


def test_shares_are_of_labelled_and_of_null_cases(library: Library) -> None:
    result = evaluate(library, CASES)

    assert (result.cases, result.null_cases) == (10, 4)
    assert (result.right_at_1, result.right_at_3) == (0.6667, 0.6667)
    assert (result.sure_right, result.sure_wrong) == (0.5, 0.1667)
    assert (result.false_matches, result.false_perhaps) == (0.25, 0.25)
    assert 0 < result.p50_ms <= result.p99_ms


def test_misses_name_what_was_offered(library: Library) -> None:
    result = evaluate(library, CASES)

    assert result.misses == (
        Miss("wrong", "one", ("two",), "match"),
        Miss("missed", "one", (), "nothing"),
        Miss("null match", None, ("one",), "match"),
        Miss("null perhaps", None, ("faint",), "perhaps"),
    )


def test_the_table_by_label_counts(library: Library) -> None:
    result = evaluate(library, CASES)

    assert Tally("one", 3, 1, 1, 1, 1) in result.by_label
    assert result.by_label[-1].name is None


def test_the_table_by_form_keeps_the_null_cases_apart(library: Library) -> None:
    cases = (
        Labelled("a", "the first bridge said no", "one", form="line"),
        Labelled("b", "nothing to see", "one", form="question"),
        Labelled("c", "lunch?", None, form="question"),
    )

    assert evaluate(library, cases).by_form == (
        Tally("line", 1, 1, 1, 1, 0),
        Tally("question", 1, 0, 0, 0, 0),
        Tally(None, 1, 0, 0, 0, 0),
    )


def test_reliability_sets_the_stated_confidence_beside_the_share_that_was_right(
    library: Library,
) -> None:
    levels = evaluate(library, CASES).reliability

    sure = [level for level in levels if level.low >= MATCH]
    unsure = [level for level in levels if level.low < MATCH]
    assert [sum(one.offers for one in some) for some in (sure, unsure)] == [5, 2]
    assert [sum(one.right for one in some) for some in (sure, unsure)] == [3, 1]
    assert all(level.low <= level.stated <= 1 for level in levels)


def test_the_document_has_the_stable_fields(library: Library) -> None:
    document = evaluate(library, CASES).document()

    assert list(document) == [
        "cases",
        "null_cases",
        "right_at_1",
        "right_at_3",
        "sure_right",
        "sure_wrong",
        "false_matches",
        "false_perhaps",
        "p50_ms",
        "p99_ms",
        "misses",
    ]
    assert json.loads(json.dumps(document))["misses"][0] == {
        "id": "wrong",
        "expected": "one",
        "got": ["two"],
        "answer": "match",
    }


def test_labelled_pastes_are_read_from_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "pastes.jsonl"
    path.write_text(
        '{"id": "a", "text": "x", "label": null, "extra": 1}\n\n'
        '{"id": "b", "text": "y", "label": "one", "also": ["two"], "lang": "en"}\n',
        encoding="utf-8",
    )

    assert read_labelled(path) == (
        Labelled("a", "x", None),
        Labelled("b", "y", "one", ("two",), lang="en"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "a", "text": "x", "label": null}\n{"id": "b"}\n', ":2: not a labelled paste"),
        ("not json\n", ":1: not a labelled paste"),
        ("\n", ":1: no labelled paste in it"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pastes.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CorpusError, match=message):
        read_labelled(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        read_labelled(tmp_path / "nowhere.jsonl")
