from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run
from tests.knowledge.samples import write_entry


def _leave(_folder: Path) -> None:
    """Make nothing."""


def _write_bad(folder: Path) -> None:
    folder.mkdir()
    page = write_entry(folder, "sample")
    text = page.read_text(encoding="utf-8").replace("area: cni", "area: cmi")
    page.write_text(text, encoding="utf-8")


def test_demo_ends_by_itself_with_four_threads_and_the_incidents(run: Run) -> None:
    outcome = run("demo")

    assert outcome.status == 0
    for part in (
        "Confirmed: Service has no endpoints · Service shop/cart",
        "Seen 2 times",
        "已證實",
        "It shows a container that ran out of memory, which is no network problem",
        "#2  ipam-exhausted",
    ):
        assert part in outcome.out


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN"),
    ],
    ids=["none", "mixed up"],
)
def test_serve_without_proper_tokens_names_the_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    outcome = run("serve")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert words in outcome.err


def test_serve_with_a_database_in_a_folder_that_cannot_be_made_says_which(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    url = f"sqlite+aiosqlite:///{tmp_path}/file/netcheck.db"
    monkeypatch.setenv("NETCHECK_DATABASE_URL", url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    outcome = run("serve")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert f"{tmp_path}/file" in outcome.err


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (_leave, "NETCHECK_KB: {0}: no such file or directory"),
        (lambda folder: folder.mkdir(), "NETCHECK_KB: {0}: no entry in it"),
        (lambda folder: folder.touch(), "NETCHECK_KB: {0}: not a directory"),
        (_write_bad, "{0}/sample.md:3: unknown area 'cmi'"),
    ],
    ids=["missing", "empty", "no folder", "bad page"],
)
def test_serve_does_not_start_without_the_entries_it_was_given(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    write: Callable[[Path], None],
    words: str,
) -> None:
    folder = tmp_path / "kb"
    write(folder)
    monkeypatch.setenv("NETCHECK_KB", str(folder))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")

    outcome = run("serve")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert words.format(folder) in outcome.err


def test_serve_names_a_missing_kubeconfig_before_it_asks_slack(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NETCHECK_KUBECONFIG", str(tmp_path / "gone.yaml"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")

    outcome = run("serve")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "gone.yaml: no such file" in outcome.err
