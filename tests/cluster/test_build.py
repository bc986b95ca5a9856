"""Finding, building and explaining: without a real build, so without Go."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cluster import build
from tests.cluster.waiting import until

ROOT = Path(__file__).parents[2]
FAKE_GO = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$1" in
list) echo "$KWOK" ;;
build) if [ -n "$FAIL" ]; then echo "first"; echo "why it failed" >&2; exit 1; fi
  while [ "$1" != -o ]; do shift; done; echo program > "$2" ;;
esac
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """Write a module that nobody has built."""
    folder = tmp_path / "module"
    folder.mkdir()
    (folder / "go.mod").write_text("module example\n")
    (folder / "go.sum").write_text("")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "netcheck" / "cluster"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for Go, and write down what it was asked."""
    programs, kwok, log = tmp_path / "bin", tmp_path / "kwok", tmp_path / "calls"
    programs.mkdir()
    (programs / "go").write_text(FAKE_GO)
    (programs / "go").chmod(0o755)
    for stage in build.STAGE_FOLDERS:
        (kwok / "kustomize" / "stage" / stage).mkdir(parents=True)
        (kwok / "kustomize" / "stage" / stage / "stage.yaml").write_text(f"name: {stage}\n")
        (kwok / "kustomize" / "stage" / stage / "kustomization.yaml").write_text("no stage")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(log))
    monkeypatch.setenv("KWOK", str(kwok))
    return log


def test_programs_are_found_by_the_hash_of_the_module(module: Path, cache: Path) -> None:
    """A changed module is another build."""
    folder = cache / build.module_key(module)
    folder.mkdir(parents=True)
    assert build.find_programs(module) == build.Programs(folder)

    (module / "go.sum").write_text("changed")

    assert build.find_programs(module) is None


def test_builds_every_program_and_the_stages(module: Path, cache: Path, calls: Path) -> None:
    """One folder holds all, and no half-built one is left beside it."""
    programs = build.build(module)

    assert sorted(path.name for path in programs.folder.iterdir()) == sorted(
        [*build.PACKAGES, build.STAGES]
    )
    assert programs.kwok_stages.read_text().count("---") == 2
    assert "no stage" not in programs.kwok_stages.read_text()
    assert [programs.folder] == [path for path in cache.iterdir() if path.is_dir()]
    assert len(calls.read_text().splitlines()) == 5


@pytest.mark.usefixtures("calls")
def test_coredns_is_built_from_its_own_module(module: Path, cache: Path) -> None:
    """Its folder is told from the control plane's by the module's hash."""
    assert build.find_coredns(module) is None

    program = build.build_coredns(module)

    assert program == cache / build.module_key(module) / "coredns"
    assert program.is_file()
    assert build.find_coredns(module) == program


def test_both_modules_are_there_to_build_from() -> None:
    """What `make cluster` builds is pinned by two go.mod files."""
    assert build.module_key(build.MODULE) != build.module_key(build.COREDNS_MODULE)


def test_builds_once(
    module: Path, cache: Path, calls: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time it says where the programs are, in one line."""
    build.build(module)
    asked = calls.read_text()
    capsys.readouterr()

    build.build(module)

    assert (
        capsys.readouterr().out == f"cluster: already built: {cache / build.module_key(module)}\n"
    )
    assert calls.read_text() == asked


def test_two_builds_at_once_build_once(
    module: Path, cache: Path, calls: Path, tmp_path: Path
) -> None:
    """Both wait for a third; then one builds, and the other uses what it made."""
    cache.mkdir(parents=True)
    logs = [tmp_path / "first", tmp_path / "second"]
    with build.only_one(cache / ".lock"):
        builders = [start_build(module, log) for log in logs]
        until(lambda: all("waiting" in log.read_text() for log in logs), what="the waiting")

    assert [builder.wait() for builder in builders] == [0, 0]
    assert len(calls.read_text().splitlines()) == 5


def start_build(module: Path, log: Path) -> subprocess.Popen[bytes]:
    """Build in a process of its own."""
    script = "import pathlib; from tests.cluster import build; build.build(pathlib.Path({!r}))"
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-c", script.format(str(module))], stdout=output, cwd=ROOT
        )


@pytest.mark.usefixtures("calls")
def test_a_failed_build_shows_why_and_leaves_nothing(
    module: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The end of Go's output, then one line with the next step, and status 1."""
    monkeypatch.setenv("FAIL", "yes")
    monkeypatch.setattr(build, "build", partial(build.build, module))

    assert build.main() == 1

    printed = capsys.readouterr()
    assert "why it failed" in printed.out
    assert printed.err == (
        "cluster: kube-apiserver did not build: "
        "mend what the lines above say, then run this again\n"
    )
    assert build.find_programs(module) is None
    assert cache.exists()


@pytest.mark.usefixtures("cache")
def test_says_what_to_do_without_go(
    module: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not a traceback about a missing file."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(build.BuildError, match="install Go"):
        build.build(module)
