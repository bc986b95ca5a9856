from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run


def test_a_database_that_was_never_made_says_how_to_make_it(run: Run) -> None:
    outcome = run("incidents", "list")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "netcheck db upgrade" in outcome.err


def test_upgrade_makes_the_database_and_says_so_once(run: Run) -> None:
    assert run("db", "upgrade").out.startswith("empty -> ")
    assert run("db", "upgrade").out.startswith("already at ")
    assert "the newest" in run("db", "current").out
    assert run("db", "check").status == 0


def test_an_empty_list_says_what_fills_it(run: Run) -> None:
    run("db", "upgrade")

    assert "no incidents yet" in run("incidents", "list").out
    assert run("incidents", "list", "--json").document == []


def test_an_incident_that_is_not_there_is_named(run: Run) -> None:
    run("db", "upgrade")

    outcome = run("incidents", "show", "7")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "#7" in outcome.err


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "sqlite+aiosqlite:////proc/nowhere/netcheck.db"]
)
def test_a_database_that_cannot_be_used_ends_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("NETCHECK_DATABASE_URL", url)

    outcome = run("db", "upgrade")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)


def test_a_file_that_is_no_database_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, " * 100)
    monkeypatch.setenv("NETCHECK_DATABASE_URL", f"sqlite+aiosqlite:///{file}")

    outcome = run("db", "upgrade")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "notes.txt" in outcome.err
