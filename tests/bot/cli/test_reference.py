from importlib import import_module
from pathlib import Path

from checks.registry import catalog
from tests.bot.cli.conftest import Run

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_checks_is_what_the_program_prints(run: Run) -> None:
    """Mend it by `netcheck check --list > docs/checks.md`."""
    assert (DOCS / "checks.md").read_text(encoding="utf-8") == run("check", "--list").out


def test_the_page_tells_of_every_check_what_it_goes_by_reads_and_says(run: Run) -> None:
    page = run("check", "--list").out

    for check in catalog().values():
        section = page.partition(f"\n## {check.slug}\n")[2].partition("\n## ")[0]
        first = (import_module(check.judge.__module__).__doc__ or "").splitlines()[0]
        assert first in section
        for see in check.sees:
            assert see.need in section
        assert all(f"`{cause}`" in section for cause in check.proves)
        assert "- says: " in section


def test_an_entry_that_calls_on_a_check_is_named_there(run: Run) -> None:
    section = run("check", "--list").out.partition("\n## rbac-denied\n")[2].partition("\n## ")[0]

    assert "- called on by: `apiserver-forbidden`" in section


def test_the_page_of_entries_is_what_the_program_prints(run: Run) -> None:
    """Mend it by `netcheck kb list --markdown > docs/entries.md`."""
    page = run("kb", "list", "--markdown").out

    assert (DOCS / "entries.md").read_text(encoding="utf-8") == page


def test_check_without_a_group_lists_the_names(run: Run) -> None:
    outcome = run("check")

    assert outcome.status == 2
    assert "dns" in outcome.err
