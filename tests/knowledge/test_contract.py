"""The contract on made-up entries that break it, and on the shipped ones, which keep it."""

from pathlib import Path
from typing import Any

import pytest

from checks.registry import catalog
from knowledge.contract import problems
from knowledge.load import SHIPPED, load_library
from knowledge.model import Lang
from tests.knowledge.samples import DANGEROUS_FIX, FIX, hit_and_miss, write_entry

HIT = "- paste: the bridge said no\n  expect: sample\n"
MISS = "- paste: all is well\n  expect: null\n"


def test_the_shipped_entries_keep_the_contract() -> None:
    found = problems(load_library(), frozenset(catalog()))

    assert [str(one) for one in found] == []


def _messages(folder: Path, checks: frozenset[str] = frozenset()) -> list[str]:
    found = problems(load_library(folder), checks)
    return [f"{one.file.name}:{one.line}: {one.message}" for one in found]


def test_a_sound_entry_has_no_problem(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample", fix=DANGEROUS_FIX, checks="there")

    assert not _messages(tmp_path, frozenset({"there"}))


BAD_CASES = [
    (MISS, "sample.cases.yaml:1: no hit: add a case with `expect: sample`"),
    (HIT, "sample.cases.yaml:1: no near miss: add a case"),
    (
        f"{HIT}- paste: the bridge said no\n  expect: null\n",
        "sample.cases.yaml:3: a near miss got match sample (line 1, 'the bridge said no')",
    ),
    (
        f"{HIT}{MISS}- paste: who knows\n  expect: sample\n",
        "sample.cases.yaml:5: expects sample, got nothing: add or sharpen a signature",
    ),
    (
        f"{HIT}{MISS}- paste: x\n  expect: smaple\n",
        "sample.cases.yaml:5: expects 'smaple', which is no entry",
    ),
    (
        f"{MISS}- paste: 'xx bridge said xx'\n  expect: sample\n",
        "sample.cases.yaml:3: expects a match, got perhaps sample",
    ),
    (
        f"{MISS}- paste: the bridge said no\n  expect: sample\n  entities: {{pod: web}}\n",
        "sample.cases.yaml:3: expects pod 'web', read None: name it with a hole",
    ),
    (f"{HIT}{MISS}- expect: null\n", "sample.cases.yaml:5: a case without paste"),
    (f"{HIT}- past: x\n  expect: null\n", "sample.cases.yaml:3: unknown key 'past' in a case"),
    (
        f"{HIT}- paste: x\n  expect: null\n  form: poem\n",
        "sample.cases.yaml:5: unknown form 'poem'",
    ),
    ("", "sample.cases.yaml:1: nothing is written here"),
]


@pytest.mark.parametrize(("cases", "message"), BAD_CASES)
def test_a_broken_case_is_named(tmp_path: Path, cases: str, message: str) -> None:
    write_entry(tmp_path, "sample", cases=cases)

    assert any(one.startswith(message) for one in _messages(tmp_path))


def test_a_missing_cases_file_is_named(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample").with_name("sample.cases.yaml").unlink()

    (message,) = _messages(tmp_path)

    assert message.startswith("sample.cases.yaml:1: cannot be read")


def test_a_signature_no_case_earns_is_named(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample", ("the bridge said no", "never seen in a case"))

    assert _messages(tmp_path) == [
        "sample.md:9: no case earns the signature 'never seen in a case': add a hit, or drop it"
    ]


def test_a_signature_with_quotes_is_named_with_its_line(tmp_path: Path) -> None:
    """The sample writes them with a backslash, as YAML wants it between double quotes."""
    write_entry(tmp_path, "sample", ("the bridge said no", 'the "bridge" is shut'))

    (message,) = _messages(tmp_path)

    assert message.startswith("sample.md:9: no case earns the signature 'the \"bridge\" is shut'")


def test_an_entry_that_catches_anothers_hit_is_named(tmp_path: Path) -> None:
    cases = hit_and_miss("one", "words that stand in both of them")
    write_entry(tmp_path, "one", ("words that stand in both",), cases=cases)
    write_entry(tmp_path, "two", ("words that stand in both of them",))

    clashing = _messages(tmp_path)
    write_entry(tmp_path, "two", ("words that stand in both of them",), yields_to="one")

    assert clashing[0].startswith("one.cases.yaml:1: expects one, got match two (line 1, ")
    assert _messages(tmp_path)[0].startswith("two.cases.yaml:1: expects two, got match one")


@pytest.mark.parametrize(
    ("yields_to", "checks", "message"),
    [
        ("nobody", "", "sample.md:12: yields_to 'nobody' is no other entry: mend the slug"),
        ("sample", "", "sample.md:2: yields_to 'sample' is no other entry: mend the slug"),
        ("", "no-check", "sample.md:13: no check is called 'no-check': mend the slug"),
    ],
)
def test_a_dead_link_is_named(tmp_path: Path, yields_to: str, checks: str, message: str) -> None:
    write_entry(tmp_path, "sample", yields_to=yields_to, checks=checks)

    (found,) = _messages(tmp_path)

    assert found.split(": ", 1)[1] == message.split(": ", 1)[1]


@pytest.mark.parametrize("round_", [("one", "two"), ("one", "two", "three")])
def test_entries_that_yield_to_each_other_are_named(
    tmp_path: Path, round_: tuple[str, ...]
) -> None:
    for slug, sharper in zip(round_, (*round_[1:], round_[0]), strict=True):
        write_entry(tmp_path, slug, (f"the bridge of {slug} said no",), yields_to=sharper)

    messages = _messages(tmp_path)

    way = " -> ".join((*round_, "one"))
    assert f"one.md:11: yields_to goes round: {way}: drop a link, or none is offered" in messages
    assert len(messages) == len(round_)


def test_yielding_along_two_ways_to_one_entry_is_no_round(tmp_path: Path) -> None:
    for slug, sharper in (("one", "two, three"), ("two", "four"), ("three", "four"), ("four", "")):
        write_entry(tmp_path, slug, (f"the bridge of {slug} said no",), yields_to=sharper)

    assert not _messages(tmp_path)


def test_an_unmarked_danger_is_named(tmp_path: Path) -> None:
    fix = FIX + "\n2. Flush.\n\n   ```sh\n   iptables -F\n   ```\n"
    write_entry(tmp_path, "sample", fix=fix)

    messages = _messages(tmp_path)

    assert [one.split(":")[0] for one in messages] == ["sample.md", "sample.zh-TW.md"]
    assert all("a command that flushes or replaces packet filter" in one for one in messages)


def test_a_danger_needs_a_safer_step(tmp_path: Path) -> None:
    only = "1. > [!CAUTION]\n   > Cuts all.\n\n   Flush.\n\n   ```sh\n   iptables -F\n   ```\n"
    write_entry(tmp_path, "sample", fix=only)

    assert "sample.md:1: only dangerous steps: add the safer one" in _messages(tmp_path)


def test_a_danger_outside_the_fix_is_named(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    text = page.read_text(encoding="utf-8").replace("kubectl get pods", "rm -rf /var/lib/cni")
    page.write_text(text, encoding="utf-8")

    assert any("deletes files outside the fix" in one for one in _messages(tmp_path))


def test_both_languages_give_the_same_fix(tmp_path: Path) -> None:
    write_entry(tmp_path, "sample", chinese_fix=DANGEROUS_FIX)

    (message,) = _messages(tmp_path)

    assert message.startswith("sample.zh-TW.md:1: the fix differs from the English one")


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_an_entry_of_ones_own_may_have_one_language(tmp_path: Path, lang: Lang) -> None:
    write_entry(tmp_path, "sample", lang=lang)

    assert not _messages(tmp_path)


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("en", "sample.md:1: one language only: write sample.zh-TW.md beside it"),
        ("zh-TW", "sample.zh-TW.md:1: one language only: write sample.md beside it"),
    ],
)
def test_a_shipped_entry_owes_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: Lang, message: str
) -> None:
    monkeypatch.setattr("knowledge.load.SHIPPED", tmp_path)
    write_entry(tmp_path, "sample", lang=lang)

    assert _messages(tmp_path) == [message]


def test_references_are_owed(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    text = page.read_text(encoding="utf-8").replace("  - https://example.com/sample\n", "")
    page.write_text(text, encoding="utf-8")

    assert _messages(tmp_path) == ["sample.md:1: no references: name where the facts come from"]


DANGEROUS_ONLY = (
    "1. > [!CAUTION]\n   > Cuts all.\n\n   Flush.\n\n   ```sh\n   iptables -F\n   ```\n"
)


def _draft(folder: Path, slug: str = "sample", **parts: Any) -> Path:  # noqa: ANN401 those of write_entry
    page = write_entry(folder, slug, **parts)
    text = page.read_text(encoding="utf-8").replace("maturity: stable", "maturity: draft")
    text = text.replace(f"  - https://example.com/{slug}\n", "")
    page.write_text(text, encoding="utf-8")
    return page


def test_a_draft_of_ones_own_owes_no_near_miss_no_reference_and_no_safer_step(
    tmp_path: Path,
) -> None:
    page = _draft(tmp_path, cases=HIT, fix=DANGEROUS_ONLY)

    assert _messages(tmp_path) == []

    page.write_text(page.read_text(encoding="utf-8").replace("draft", "trial"), encoding="utf-8")
    assert [one.split(": ")[1] for one in _messages(tmp_path)] == [
        "no near miss",
        "no references",
        "only dangerous steps",
        "only dangerous steps",
    ]


def test_a_draft_without_signatures_owes_no_hit_but_one_with_them_does(tmp_path: Path) -> None:
    page = _draft(tmp_path, cases="[]\n")

    assert [one.split(": ")[1] for one in _messages(tmp_path)] == [
        "no hit",
        "no case earns the signature 'the bridge said no'",
    ]

    text = page.read_text(encoding="utf-8")
    bare = text.replace('signatures:\n  - text: "the bridge said no"', "signatures: []")
    page.write_text(bare, encoding="utf-8")
    assert _messages(tmp_path) == []


def test_a_shipped_entry_may_answer_the_pastes_of_a_draft_but_of_no_other_entry(
    tmp_path: Path,
) -> None:
    error = 'no endpoints available for service "cart"'
    hit = f"- paste: '{error}'\n  expect: sample\n"
    page = _draft(tmp_path, signatures=("no endpoints available",), cases=hit)
    folders = (SHIPPED, tmp_path)

    assert problems(load_library(*folders), frozenset(), {"sample"}) == []

    page.write_text(page.read_text(encoding="utf-8").replace("draft", "trial"), encoding="utf-8")
    found = problems(load_library(*folders), frozenset(), {"sample"})
    assert any("expects sample, got match service-no-endpoints" in str(one) for one in found)


def test_a_fence_shown_within_output_is_no_command(tmp_path: Path) -> None:
    page = write_entry(tmp_path, "sample")
    shown = "````text\n```sh\nrm -rf /x\n```\n````"
    text = page.read_text(encoding="utf-8").replace("It does not work.", shown)
    page.write_text(text, encoding="utf-8")

    assert _messages(tmp_path) == []
