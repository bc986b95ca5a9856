from pathlib import Path

from tests.bot.cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_checks_is_what_the_program_prints(run: Run) -> None:
    """Mend it by `netcheck check --list > docs/checks.md`."""
    assert (DOCS / "checks.md").read_text(encoding="utf-8") == run("check", "--list").out


def test_the_page_of_entries_is_what_the_program_prints(run: Run) -> None:
    """Mend it by `netcheck kb list --markdown > docs/entries.md`."""
    page = run("kb", "list", "--markdown").out

    assert (DOCS / "entries.md").read_text(encoding="utf-8") == page


def test_check_without_a_group_lists_the_names(run: Run) -> None:
    outcome = run("check")

    assert outcome.status == 2
    assert "dns" in outcome.err
