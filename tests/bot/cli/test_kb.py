import json
from pathlib import Path

from tests.bot.cli.conftest import Run

CART = 'no endpoints available for service "cart"'


def test_list_names_every_entry_in_both_languages(run: Run) -> None:
    english = run("kb", "list", "--json").document
    chinese = run("kb", "list", "--json", "--lang", "zh-TW").document

    assert [one["slug"] for one in english] == [one["slug"] for one in chinese]
    assert all(one["title"] != other["title"] for one, other in zip(english, chinese, strict=True))


def test_show_prints_the_page_with_its_sections_and_dangers(run: Run) -> None:
    out = run("kb", "show", "forward-policy-drop").out

    for part in ("## Confirm", "## Fix", "**Danger:**", "## References"):
        assert part in out


def test_show_names_the_nearest_entry_for_a_slip(run: Run) -> None:
    outcome = run("kb", "show", "dns-pod-down")

    assert outcome.status == 1
    assert "did you mean dns-pods-down?" in outcome.err


def test_the_shipped_entries_keep_their_contract(run: Run) -> None:
    outcome = run("kb", "test", "--json")

    assert outcome.document["problems"] == []
    assert outcome.status == 0


def test_eval_gives_the_shares_and_the_misses(run: Run, tmp_path: Path) -> None:
    cases: list[dict[str, object]] = [
        {
            "id": "a",
            "text": 'no endpoints available for service "x"',
            "label": "service-no-endpoints",
        },
        {"id": "b", "text": "Reason: OOMKilled, Exit Code: 137", "label": None},
        {"id": "c", "text": "Reason: OOMKilled, Exit Code: 137", "label": "dns-pods-down"},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("".join(json.dumps({"also": [], **case}) + "\n" for case in cases))

    document = run("kb", "eval", file, "--json").document

    assert (document["cases"], document["null_cases"]) == (3, 1)
    assert document["right_at_1"] == document["sure_right"] == 0.5
    assert document["false_matches"] == document["sure_wrong"] == 0
    assert [miss["id"] for miss in document["misses"]] == ["c"]


def test_eval_names_the_line_it_cannot_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "text": "x", "label": null, "also": []}\n{oops\n')

    outcome = run("kb", "eval", file)

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "cases.jsonl:2" in outcome.err


def test_eval_lists_what_was_offered_by_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    case = {"id": "a", "text": 'no endpoints available for service "x"', "label": "dns-pods-down"}
    file.write_text(json.dumps(case))

    rows = run("kb", "eval", file).out.splitlines()

    assert rows[-1] == "a\tdns-pods-down\tservice-no-endpoints\tmatch"
