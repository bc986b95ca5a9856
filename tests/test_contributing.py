"""CONTRIBUTING.md's samples: what a newcomer copies must work."""

import re
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import msgspec
import pytest
import yaml

from checks.manifests import snapshot_of
from checks.model import Check
from checks.registry import discover
from checks.runner import run
from checks.snapshot import Gap
from knowledge.contract import problems
from knowledge.load import load_library
from tests.checks.case import Case
from tests.checks.test_catalog import compare

PAGE = Path(__file__).parent.parent / "CONTRIBUTING.md"
SAMPLE = re.compile(
    r"`([\w/.-]+\.(?:py|yaml|md))`:\n\n(`{3,})\w+\n(.*?)^\2$", re.MULTILINE | re.DOTALL
)
SAMPLES = {name: text for name, _, text in SAMPLE.findall(PAGE.read_text(encoding="utf-8"))}
CASES = msgspec.convert(
    yaml.safe_load(SAMPLES["tests/checks/cases/slices-written.yaml"]), list[Case]
)


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """Give the sample check, found as the catalog finds its own."""
    package = tmp_path / "sample_catalog"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "slices_written.py").write_text(
        SAMPLES["checks/catalog/slices_written.py"], encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    yield discover(import_module("sample_catalog"))["slices-written"]
    for name in [name for name in sys.modules if name.startswith("sample_catalog")]:
        del sys.modules[name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_sample_check_says_what_its_cases_expect(check: Check, case: Case) -> None:
    gaps = {key: Gap(reason, f"list {key}") for key, reason in case.gaps.items()}
    snapshot = snapshot_of(case.objects, taken_at=case.taken_at, gaps=gaps)

    findings = run(check, snapshot, case.question)

    assert [one.verdict for one in case.expect] == [str(one.verdict) for one in findings]
    for expected, finding in zip(case.expect, findings, strict=True):
        compare(expected, finding)


def test_the_sample_cases_are_those_every_check_needs() -> None:
    assert {one.verdict for case in CASES for one in case.expect} == {"found", "clear", "blind"}


def test_the_sample_entry_keeps_the_contract(tmp_path: Path) -> None:
    for suffix in ("md", "zh-TW.md", "cases.yaml"):
        name = f"slices-not-written.{suffix}"
        (tmp_path / name).write_text(SAMPLES[name], encoding="utf-8")

    assert problems(load_library(tmp_path), frozenset({"slices-written"})) == []


def test_every_command_it_names_exists() -> None:
    """`make` targets, and the programs that `.venv/bin/activate` puts on the path."""
    text = PAGE.read_text(encoding="utf-8")
    makefile = (PAGE.parent / "Makefile").read_text(encoding="utf-8")

    for target in re.findall(r"`make (\w+)`", text):
        assert f"\n{target}:" in makefile
    for program in ("netcheck", "pytest", "pre-commit"):
        assert f"`{program}" in text
        assert shutil.which(program, path=str(Path(sys.executable).parent))
