"""A folder of one's own beside another one, as an author tests it."""

from pathlib import Path

import pytest

from knowledge.examine import Report, examine
from tests.knowledge.samples import hit_and_miss, write_entry

BASE = "the resolver did not answer in time"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Give a folder that stands for the shipped entries."""
    folder = tmp_path / "base"
    folder.mkdir()
    write_entry(folder, "slow-resolver", (BASE,))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def _examine(base: Path, own: Path) -> Report:
    return examine((base, own), (own,), frozenset())


def test_only_the_folders_own_entries_are_tested(base: Path, own: Path) -> None:
    (base / "slow-resolver.cases.yaml").write_text("- past: x\n", encoding="utf-8")
    write_entry(own, "sample")

    assert _examine(base, own) == Report(entries=1, cases=2, problems=())


def test_a_paste_that_an_entry_takes_from_another_is_a_warning(base: Path, own: Path) -> None:
    taking = f"{BASE} or at all"
    write_entry(own, "taker", (BASE, taking), cases=hit_and_miss("taker", taking))
    (base / "slow-resolver.cases.yaml").write_text(
        hit_and_miss("slow-resolver", taking), encoding="utf-8"
    )

    report = _examine(base, own)

    (warning,) = report.warnings
    assert str(warning) == (
        f"{own}/taker.md:9: taker takes a paste of slow-resolver "
        f"({base}/slow-resolver.cases.yaml:1) by {taking!r}: "
        "sharpen it, or add `yields_to: [slow-resolver]`"
    )


def test_an_entry_that_yields_takes_nothing(base: Path, own: Path) -> None:
    write_entry(own, "taker", (f"{BASE}",), yields_to="slow-resolver")

    assert _examine(base, own).warnings == ()


def test_an_entry_that_answers_anothers_near_miss_is_a_warning(base: Path, own: Path) -> None:
    write_entry(own, "taker", ("all is well here and everywhere", "all is well here"))
    cases = hit_and_miss("slow-resolver", BASE).replace(
        "all is well here", "all is well here and everywhere"
    )
    (base / "slow-resolver.cases.yaml").write_text(cases, encoding="utf-8")

    (warning,) = _examine(base, own).warnings

    assert warning.message.startswith("taker takes a near miss of slow-resolver (")
    assert warning.message.endswith(": sharpen it")


def test_an_entry_that_overrides_another_may_take_its_pastes(base: Path, own: Path) -> None:
    write_entry(own, "slow-resolver", ("a name was looked up for too long", BASE))
    write_entry(base, "sample", ("the bridge said no",))
    (base / "sample.cases.yaml").write_text(
        hit_and_miss("slow-resolver", BASE) + hit_and_miss("sample", "the bridge said no"),
        encoding="utf-8",
    )

    assert _examine(base, own).warnings == ()


def test_an_own_paste_that_another_entry_answers_is_told_with_both_ways_out(
    base: Path, own: Path
) -> None:
    write_entry(own, "sample", ("in time",), cases=hit_and_miss("sample", BASE))

    problems = [one.message for one in _examine(base, own).problems]

    assert problems[0] == (
        f"expects sample, got match slow-resolver (line 1, {BASE!r}): "
        "give sample a longer signature, or let slow-resolver yield to it"
    )


def test_every_page_that_cannot_be_read_is_told_and_nothing_is_tested(
    base: Path, own: Path
) -> None:
    for slug in ("a", "b", "c"):
        write_entry(own, slug)
    for slug in ("a", "b"):
        (own / f"{slug}.md").write_text("nothing", encoding="utf-8")

    report = _examine(base, own)

    assert (report.entries, report.cases) == (0, 0)
    assert [(one.file.name, one.line) for one in report.problems] == [("a.md", 1), ("b.md", 1)]


def test_cases_that_belong_to_no_page_are_told(base: Path, own: Path) -> None:
    write_entry(own, "sample")
    (own / "sampel.cases.yaml").write_text("[]", encoding="utf-8")

    (problem,) = _examine(base, own).problems

    assert problem.file == own / "sampel.cases.yaml"
    assert problem.message == "cases of no entry: name the file after its page"


def test_a_folder_is_its_own_by_whatever_path(base: Path, own: Path, tmp_path: Path) -> None:
    write_entry(own, "sample")
    link = tmp_path / "link"
    link.symlink_to(own)

    assert examine((base, own, link), (link,), frozenset()).entries == 1
