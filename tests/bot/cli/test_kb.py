import asyncio
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from bot.core.answer import Answer
from bot.core.casebook import Kept, Lesson, Request
from bot.core.ports import Place
from bot.store.casebook import SqlCasebook
from bot.store.schema import open_database
from knowledge.teaching import Taught, files
from tests.bot.cli.conftest import Run
from tests.knowledge.samples import DANGEROUS_FIX, write_entry

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


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder with an entry of its own and one that overrides a shipped one."""
    folder = tmp_path / "own"
    folder.mkdir()
    write_entry(folder, "cart-is-shut", ("the cart is shut for today",), lang="zh-TW")
    write_entry(folder, "dns-pods-down", ("no resolver in sight of anybody",), fix=DANGEROUS_FIX)
    return folder


def test_list_finds_by_area_and_by_words_in_either_language(run: Run) -> None:
    by_area = run("kb", "list", "--json", "--area", "dns").document
    by_words = run("kb", "list", "--json", "FORWARD", "預設政策").document
    by_signature = run("kb", "list", "--json", "holding the xtables lock").document

    assert {one["area"] for one in by_area} == {"dns"}
    assert [one["slug"] for one in by_words] == ["forward-policy-drop"]
    assert [one["slug"] for one in by_signature] == ["kube-proxy-broken"]


def test_list_says_when_nothing_fits(run: Run) -> None:
    assert run("kb", "list", "zebra").out == "no entry fits: leave out a word or --area\n"
    assert run("kb", "list", "zebra", "--json").document == []


def test_list_refuses_two_forms_at_once(run: Run) -> None:
    assert run("kb", "list", "--json", "--markdown").status == 2


def test_list_names_the_origin_where_entries_are_ones_own(run: Run, own: Path) -> None:
    lines = run("kb", "list", "--kb", own).out.splitlines()
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}

    assert rows["slug"] == ["area", "maturity", "origin", "title"]
    assert rows["cart-is-shut"][2] == str(own)
    assert rows["dns-pods-down"][2] == f"{own}, instead of shipped"
    assert rows["dns-service-broken"][2] == "shipped"


def test_list_gives_folders_and_overrides_to_programs(run: Run, own: Path) -> None:
    rows = {one["slug"]: one for one in run("kb", "list", "--json", "--kb", own).document}

    assert (rows["dns-pods-down"]["folder"], rows["dns-pods-down"]["overrides"]) == (
        str(own),
        [None],
    )
    assert rows["dns-service-broken"]["folder"] is None


def test_the_later_of_two_folders_is_used_and_both_are_named(
    run: Run, own: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later"
    later.mkdir()
    write_entry(later, "dns-pods-down", ("the resolver went home",))

    page = run("kb", "show", "dns-pods-down", "--kb", own, "--kb", later).out

    assert f"- origin: {later}, instead of {own}, shipped" in page
    assert "- the resolver went home" in page


def test_columns_with_wide_characters_stand_straight_on_a_terminal(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")

    options = ("--kb", own, "--lang", "zh-TW", "--area", "dns")
    out = run("kb", "list", *options).out
    rows = run("kb", "list", "--json", *options).document

    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in out.splitlines()]
    titles = ["標題", *(one["title"] for one in rows)]
    ends = [line.removesuffix(title) for line, title in zip(lines, titles, strict=True)]
    assert ends != lines
    assert len({cell_len(end) for end in ends}) == 1


def test_a_long_title_is_wrapped_under_itself_on_a_narrow_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "64")

    out = run("kb", "list", "--area", "dns").out
    titles = [one["title"] for one in run("kb", "list", "--area", "dns", "--json").document]

    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in out.splitlines()]
    at = lines[0].index("title")
    assert len(lines) > len(titles) + 1
    assert max(map(cell_len, lines)) <= 64
    assert " ".join(line[at:].strip() for line in lines[1:]) == " ".join(titles)


def test_show_prints_what_the_entry_is_and_what_it_looks_for(run: Run, own: Path) -> None:
    page = run("kb", "show", "service-no-endpoints").out

    for part in (
        "- slug: service-no-endpoints",
        "- area: service",
        "- maturity: stable",
        "- reviewed: 20",
        "- origin: shipped",
        "- checks: service-endpoints",
        "## Signatures",
        "  (kubernetes ",
        "## Symptoms",
    ):
        assert part in page
    assert f"- 來源：{own}" in run("kb", "show", "cart-is-shut", "--kb", own, "--lang", "zh-TW").out


def test_show_gives_the_entry_as_the_export_has_it(run: Run, own: Path) -> None:
    entry = run("kb", "show", "dns-pods-down", "--kb", own, "--json").document
    document = run("kb", "export", "--kb", own).document

    assert entry in document["entries"]
    assert entry["pages"]["en"]["fix"][1]["danger"] == "Cuts every connection of the node."


def test_export_writes_a_file_that_says_its_version(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kb.json"

    outcome = run("kb", "export", "-o", file)

    assert (outcome.status, outcome.out) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8")) == run("kb", "export").document
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1


def test_export_names_the_file_it_cannot_write(run: Run, tmp_path: Path) -> None:
    outcome = run("kb", "export", "-o", tmp_path / "nowhere" / "kb.json")

    assert outcome.status == 1
    assert "nowhere/kb.json: no such file or directory: name a file" in outcome.err


def test_match_and_diagnose_know_the_entries_of_ones_own(run: Run, own: Path, shop: Path) -> None:
    paste = "the cart is shut for today"

    matched = run("match", "--kb", own, "--json", stdin=paste).document
    told = run("diagnose", "--kb", own, "--snapshot", shop, "--json", stdin=paste).document

    assert [one["entry"] for one in matched["matches"]] == ["cart-is-shut"]
    assert [one["entry"] for one in told["causes"]] == ["cart-is-shut"]
    assert run("match", "--json", stdin=paste).document["answer"] != "match"


@pytest.mark.parametrize(
    "command",
    [
        ("match",),
        ("diagnose",),
        ("kb", "list"),
        ("kb", "show", "dns-pods-down"),
        ("kb", "test"),
        ("kb", "export"),
    ],
)
@pytest.mark.parametrize("state", ["missing", "empty"])
def test_a_folder_that_is_missing_or_empty_ends_in_one_line(
    run: Run, tmp_path: Path, command: tuple[str, ...], state: str
) -> None:
    folder = tmp_path / "kb"
    if state == "empty":
        folder.mkdir()

    outcome = run(*command, "--kb", folder, stdin=b"x")

    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert f"netcheck: {folder}: " in outcome.err


def test_a_folder_is_tested_beside_the_shipped_entries(run: Run, own: Path) -> None:
    outcome = run("kb", "test", own)

    assert (outcome.status, outcome.out) == (0, "2 entries, 4 cases, 0 problems\n")
    assert run("kb", "test", "--kb", own).out == outcome.out


def test_a_folder_that_breaks_the_contract_is_told_line_by_line(run: Run, own: Path) -> None:
    (own / "cart-is-shut.cases.yaml").unlink()
    taken = "Error from server (ServiceUnavailable): no endpoints available for service"
    write_entry(own, "a-thief", ("there are no endpoints in sight", taken))

    outcome = run("kb", "test", own)
    document = run("kb", "test", own, "--json").document

    assert outcome.status == 1
    lines = outcome.out.splitlines()
    assert lines[0].startswith(f"{own}/a-thief.md:9: no case earns the signature {taken!r}")
    assert lines[1].startswith(f"{own}/cart-is-shut.cases.yaml:1: cannot be read")
    assert any(": warning: a-thief takes a paste of service-no-endpoints (" in one for one in lines)
    assert re.fullmatch(r"3 entries, 4 cases, 2 problems, \d+ warnings?", lines[-1])
    assert document["problems"][1]["file"] == f"{own}/cart-is-shut.cases.yaml"
    assert (document["entries"], document["cases"]) == (3, 4)
    assert document["warnings"][0]["message"].startswith("a-thief takes a paste of ")


def test_a_page_that_cannot_be_read_is_mended_before_anything_is_tested(
    run: Run, own: Path
) -> None:
    (own / "cart-is-shut.zh-TW.md").write_text("nothing", encoding="utf-8")

    outcome = run("kb", "test", own)

    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        f"{own}/cart-is-shut.zh-TW.md:1: no front matter: begin the file with a line `---`",
        "0 entries, 0 cases, 1 problem",
        "nothing was tested: first mend the pages that cannot be read",
    ]


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


def teach(tmp_path: Path) -> None:
    """Keep an entry taught in Slack in the database of `run`."""
    taught = Taught(
        title="Frobnicator is out of phase",
        line="gateway: wobble failed with E4711, frobnicator is out of phase",
        signature="gateway: wobble failed with E4711, frobnicator is out of phase",
        fix="Set its phase anew",
        by="U0ANA",
        day="2026-11-25",
    )

    async def keep() -> None:
        url = f"sqlite:///{tmp_path / 'data' / 'netcheck' / 'netcheck.db'}"
        async with await open_database(url) as database:
            book = SqlCasebook(database)
            await book.keep(Kept("Ev1", "C1", "", Request(), Answer(lang="en")))
            lesson = Lesson(files(taught, "taught-frob"), "U0ANA", "e1", "Ev1")
            await book.teach(lesson, Place("slack", "C1", "", "U0ANA", "e1"))

    asyncio.run(keep())


def test_what_was_taught_becomes_a_folder_that_passes_the_test(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    teach(tmp_path)
    folder = tmp_path / "taught"

    outcome = run("kb", "export", "--taught", folder)

    assert (outcome.status, outcome.out[:16]) == (0, "2 files written:")
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["taught-frob.cases.yaml", "taught-frob.md"]
    assert run("kb", "test", folder).out == "1 entry, 1 case, 0 problems\n"
    again = run("kb", "export", "--taught", folder)
    assert (again.status, "--force" in again.err) == (1, True)
    assert run("kb", "export", "--taught", folder, "--force").status == 0


def test_nothing_taught_writes_nothing(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")

    outcome = run("kb", "export", "--taught", tmp_path / "taught")

    assert (outcome.status, "nothing was taught" in outcome.out) == (0, True)
    assert not (tmp_path / "taught").exists()


@pytest.mark.parametrize(
    "wrong", [("--force",), ("--taught", "x", "-o", "y"), ("--taught", "x", "--kb", "y")]
)
def test_options_that_do_not_go_together_are_refused(run: Run, wrong: tuple[str, ...]) -> None:
    outcome = run("kb", "export", *wrong)

    assert (outcome.status, "--taught" in outcome.err) == (2, True)
