from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run
from tests.knowledge.handbooks import CHINESE, ENGLISH


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.md"
    file.write_text(CHINESE, encoding="utf-8")
    return file


def test_drafts_are_written_tested_and_matched(run: Run, book: Path, tmp_path: Path) -> None:
    folder = tmp_path / "team" / "drafts"
    paste = 'upstream closed early, upstream: "http://10.1.1.1:80/"'

    imported = run("kb", "import", book, "--to", folder)
    tested = run("kb", "test", folder)
    matched = run("match", "--kb", folder, "--json", stdin=paste)

    assert imported.status == tested.status == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "ingress-502.cases.yaml",
        "ingress-502.zh-TW.md",
        "section-03.cases.yaml",
        "section-03.zh-TW.md",
        "section-04.cases.yaml",
        "section-04.zh-TW.md",
    ]
    assert matched.document["matches"][0]["entry"] == "ingress-502"


def test_the_report_names_what_was_taken_and_left(run: Run, book: Path, tmp_path: Path) -> None:
    lines = run("kb", "import", book, "--to", tmp_path / "out").out.splitlines()

    assert lines[0] == "book.md: 6 sections, 3 drafts, 3 left, 3 signatures, in zh-TW"
    assert lines[1].strip() == "1-4  left, it introduces the sections below it: 連線疑難手冊"
    assert lines[2].strip() == (
        "5-24  ingress-502 (1 signature, 2 commands, 1 dangerous): Ingress 一直回 502"
    )
    assert lines[-1] == f"6 files written: read them, then `netcheck kb test {tmp_path / 'out'}`"


def test_the_report_is_one_json_document(run: Run, book: Path, tmp_path: Path) -> None:
    document = run("kb", "import", book, "--to", tmp_path / "out", "--json").document

    assert (document["handbook"], document["lang"]) == ("book.md", "zh-TW")
    assert [one["slug"] for one in document["sections"]][1:3] == ["ingress-502", "section-03"]
    assert document["sections"][4]["left"] == "an index of other sections"
    assert all(Path(name).is_file() for name in document["files"])


def test_the_language_can_be_told(run: Run, book: Path, tmp_path: Path) -> None:
    run("kb", "import", book, "--to", tmp_path / "out", "--lang", "en")

    assert (tmp_path / "out" / "ingress-502.md").is_file()


def test_a_file_that_is_there_is_only_written_over_by_force(
    run: Run, book: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "section-03.zh-TW.md"
    mine.write_text("mine", encoding="utf-8")

    refused = run("kb", "import", book, "--to", tmp_path)
    kept = mine.read_text(encoding="utf-8")
    others = list(tmp_path.glob("*.cases.yaml"))
    forced = run("kb", "import", book, "--to", tmp_path, "--force")

    assert (refused.status, refused.out) == (1, "")
    assert refused.err == (
        f"netcheck: {mine}: exists already: --force writes over it, or name another folder\n"
    )
    assert (kept, others) == ("mine", [])
    assert forced.status == 0
    assert mine.read_text(encoding="utf-8").startswith("---\ntitle: 節點抓不到映像檔")


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"text\n", b"# \xff\n", b"# a\n" * 600_000])
def test_bad_input_is_one_line_with_the_next_step(run: Run, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "bad.md"
    file.write_bytes(data)

    outcome = run("kb", "import", file, "--to", tmp_path / "out")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "bad.md" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_missing_file_is_one_line(run: Run, tmp_path: Path) -> None:
    outcome = run("kb", "import", tmp_path / "gone.md", "--to", tmp_path)

    assert outcome.err == (
        f"netcheck: {tmp_path / 'gone.md'}: no such file or directory: name a Markdown file\n"
    )


def test_a_folder_that_cannot_be_written_is_one_line(run: Run, book: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    outcome = run("kb", "import", book, "--to", tmp_path / "file" / "sub")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "not a directory: name a folder that can be written" in outcome.err


def test_a_handbook_without_troubles_writes_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "plain.md"
    file.write_text("# Names\n\nAll nodes have names and each of them has a rack.\n")

    outcome = run("kb", "import", file, "--to", tmp_path / "out")

    assert outcome.status == 0
    assert "nothing written" in outcome.out


def test_what_shipped_entries_answer_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.md"
    error = 'no endpoints available for service "cart"'
    file.write_text(f"## Nobody answers\n\nIt fails like this:\n\n    {error}\n")
    folder = tmp_path / "out"

    imported = run("kb", "import", file, "--to", folder)
    tested = run("kb", "test", folder)

    assert "known already: service-no-endpoints" in imported.out
    assert tested.status == 0


def test_the_english_handbook_is_tested_beside_the_shipped_entries(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "english.md"
    file.write_text(ENGLISH, encoding="utf-8")

    run("kb", "import", file, "--to", tmp_path / "out")

    assert run("kb", "test", tmp_path / "out").status == 0
