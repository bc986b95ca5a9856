"""Without the programs, a session says so once, and CI does not let it pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.fixtures import MISSING

ROOT = Path(__file__).parents[2]
NEEDS_ONE = """
def test_one(control_plane): pass
def test_two(admin): pass
"""


def run_pytest(folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run two tests that need a control plane, in a session of their own."""
    (folder / "test_needs_one.py").write_text(NEEDS_ONE)
    plugin = ["-p", "tests.cluster.fixtures", "-p", "no:cacheprovider"]
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-c",
            "pyproject.toml",
            *plugin,
            *flags,
            str(folder),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def _nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for programs where there are none, outside CI."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)


def test_skips_with_one_line(tmp_path: Path) -> None:
    """However many tests there are."""
    done = run_pytest(tmp_path)

    assert done.stdout.count(MISSING) == 1
    assert "2 skipped" in done.stdout
    assert done.returncode == 0


def test_a_skip_in_ci_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads the skips of a green run."""
    monkeypatch.setenv("CI", "true")

    done = run_pytest(tmp_path)

    assert f"Failed: {MISSING}" in done.stdout
    assert "2 errors" in done.stdout
    assert done.returncode == 1


def test_marks_every_test_that_uses_the_control_plane(tmp_path: Path) -> None:
    """Also through another fixture, so that ``-m "not cluster"`` leaves none."""
    done = run_pytest(tmp_path, "-m", "not cluster")

    assert "2 deselected" in done.stdout
