"""Every check of the catalog, held to its cases."""

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

import msgspec
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from checks.dials import Dial, Outcome
from checks.manifests import ManifestError, snapshot_of
from checks.model import READ_VERSION, Ask, Check, Finding, LogRequest, Question, See, Tier, Verdict
from checks.registry import catalog
from checks.runner import requests, run
from checks.snapshot import Gap, Snapshot, load, save
from checks.text import Text
from tests.checks.case import CASES, NOW, Case, Expected, result_of

# A node's firewall cannot be seen in any object: at tier A these answer blind or not at all.
BLIND_BY_NATURE = {"forward-policy"}
CHECKS = list(catalog().values())
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | None"
SEES = [(check, see) for check in CHECKS for see in check.sees]


def named(case: object) -> str:
    """Name a parameter in a test's id."""
    match case:
        case Case():
            return f"{case.slug}: {case.name}"
        case Check():
            return case.slug
        case See():
            return case.need
    return str(case)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_check_says_what_its_case_expects(case: Case) -> None:
    findings = case.findings()

    assert [one.verdict for one in case.expect] == [str(one.verdict) for one in findings], findings
    for expected, finding in zip(case.expect, findings, strict=True):
        compare(expected, finding)


def compare(expected: Expected, finding: Finding) -> None:
    """Hold one finding to what is expected of it."""
    said = f"{finding.summary.en}\n" + "\n".join(finding.evidence)
    assert expected.cause == finding.cause
    assert expected.subject in {None, finding.subject}
    assert expected.command in {None, finding.command}
    assert not [text for text in expected.summary if text not in finding.summary.en], said
    quotes = "\n".join(finding.evidence)
    assert not [text for text in expected.evidence if text not in quotes], said
    assert not [text for text in expected.without if text in said], said
    assert set(expected.needs) <= set(finding.needs)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_an_answer_reads_well_in_both_languages(case: Case) -> None:
    for finding in case.findings():
        assert finding.summary.en.endswith(".")
        assert finding.summary.zh_tw.endswith("。")
        assert "{" not in finding.summary.en + finding.summary.zh_tw
        assert "\n" not in finding.summary.en + "".join(finding.evidence)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_snapshot_file_gives_the_same_findings(case: Case) -> None:
    saved = save(case.snapshot())

    assert case.findings() == run(case.check, load(saved), case.question)


@pytest.mark.parametrize("case", [one for one in CASES if one.check.inside], ids=named)
def test_a_check_that_looks_no_further_than_its_question_says_the_same(case: Case) -> None:
    """What lies in other namespaces is not even there, where one namespace is enough."""
    whole = case.snapshot()
    narrowed = case.check.narrowed(case.question)
    seen = {see.key: whole.read(see) for see in narrowed.sees}
    gaps = {key: one for key, one in seen.items() if isinstance(one, Gap)}
    objects = {key: one for key, one in seen.items() if not isinstance(one, Gap)}
    left = msgspec.structs.replace(whole, objects=objects, gaps=gaps)

    assert case.findings() == run(narrowed, left, case.question)


def test_every_check_has_a_case_that_fires_one_that_is_quiet_and_one_that_is_blind() -> None:
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for case in CASES:
        shown[case.slug] |= {one.verdict for one in case.expect}

    lacking = {
        check.slug: missing for check in CHECKS if (missing := wanted(check) - shown[check.slug])
    }
    assert lacking == {}


def wanted(check: Check) -> set[str]:
    """Return the verdicts a check must show in its cases."""
    return {"n/a", "blind"} if check.slug in BLIND_BY_NATURE else {"found", "clear", "blind"}


def test_every_cause_a_check_declares_is_proved_by_a_case_and_no_other() -> None:
    proved: defaultdict[str, set[str]] = defaultdict(set)
    for case in CASES:
        proved[case.slug] |= {one.cause for one in case.findings() if one.cause}

    declared = {one.slug: set(one.proves) for one in CHECKS}
    assert declared == proved | {slug: declared[slug] for slug in BLIND_BY_NATURE}
    assert not any(proved[slug] for slug in BLIND_BY_NATURE)


def test_every_case_belongs_to_a_check() -> None:
    assert {case.slug for case in CASES} == set(catalog())


def test_no_two_cases_of_a_check_share_a_name() -> None:
    names = [named(case) for case in CASES]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(("check", "see"), SEES, ids=named)
def test_a_gap_in_anything_declared_makes_a_check_blind(check: Check, see: See) -> None:
    """Whatever else there is to see, found or clear would be said without having looked."""
    for case in (one for one in CASES if one.slug == check.slug):
        gap = Gap("forbidden", see.need)
        holed = without(case.snapshot(), see, gap)

        (finding,) = run(check, holed, case.question)

        assert finding.verdict is Verdict.BLIND
        assert see.need in finding.needs
        assert "forbidden" in finding.summary.en
        assert requests(check, holed, case.question) == ()


def without(snapshot: Snapshot, see: See, gap: Gap) -> Snapshot:
    """Return the snapshot with a gap in place of one kind."""
    plural = see.kind.resource.qualified
    objects = {key: value for key, value in snapshot.objects.items() if key != plural}
    return msgspec.structs.replace(snapshot, objects=objects, gaps={see.key: gap})


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_that_saw_nothing_at_all_names_everything_it_needs(check: Check) -> None:
    nothing = Snapshot(cluster="c", taken_at=NOW, version="", objects={})

    (finding,) = run(check, nothing, Question())

    assert finding.verdict is Verdict.BLIND
    version = {READ_VERSION} if check.reads_version else set()
    assert set(finding.needs) == {see.need for see in check.sees} | version


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(case=st.sampled_from(CASES), seed=st.integers(0, 2**32), rate=st.floats(0.01, 0.6))
def test_no_check_breaks_on_objects_with_parts_missing(case: Case, seed: int, rate: float) -> None:
    chance = random.Random(seed)
    thinned = [thin_fields(one, chance, rate) for one in case.objects]
    try:
        seen = snapshot_of(thinned, taken_at=NOW)
    except ManifestError:
        reject()
    question = thin_fields(msgspec.to_builtins(case.question), chance, rate)
    asked = msgspec.convert(question, Question)
    wanted = requests(case.check, seen, asked)
    logs = {one.key: "line\n\nPermission denied" for one in wanted if isinstance(one, LogRequest)}
    dials = {one.key: result_of(one, chance.choice(DIALED)) for one in only_dials(wanted)}

    findings = run(case.check, seen.with_logs(logs, {}).with_dials(dials), asked)

    assert [one for one in findings if one.verdict is Verdict.BROKEN] == []
    assert not [one for one in findings if one.cause not in {"", *case.check.proves}]


def thin(value: Json, chance: random.Random, rate: float) -> Json:
    """Return a copy with random fields and items left out, and some lists null."""
    if isinstance(value, dict):
        return thin_fields(value, chance, rate)
    if isinstance(value, list):
        if chance.random() < rate / 4:
            return None
        return [thin(one, chance, rate) for one in value if chance.random() > rate]
    return value


def thin_fields(value: dict[str, Json], chance: random.Random, rate: float) -> dict[str, Json]:
    """Return a copy with random fields left out, but for what tells the kind."""
    kept = {key: one for key, one in value.items() if key == "kind" or chance.random() > rate}
    return {key: thin(one, chance, rate) for key, one in kept.items()}


DIALED: list[dict[str, object]] = [
    {"outcome": outcome, "seconds": 0.3, "tries": 2} for outcome in Outcome
] + [{}]
"""Fields that results of every kind of dial have."""


def only_dials(asked: tuple[Ask, ...]) -> list[Dial]:
    """Leave out the logs."""
    return [one for one in asked if not isinstance(one, LogRequest)]


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_asks_for_logs_and_dials_only_when_it_says_so(check: Check) -> None:
    asked = [
        request
        for case in CASES
        if case.slug == check.slug
        for request in requests(check, case.snapshot(), case.question)
    ]

    assert check.reads_logs == any(isinstance(one, LogRequest) for one in asked)
    assert check.dials == any(not isinstance(one, LogRequest) for one in asked)


READING = [check for check in CHECKS if check.reads_logs]


@pytest.mark.parametrize("check", READING, ids=named)
def test_a_check_is_blind_without_its_logs_unless_it_only_quotes_them(check: Check) -> None:
    mine = [case for case in CASES if case.slug == check.slug and case.logs]
    changed = [case for case in mine if [*map(judged, case.findings())] != unread(case)]

    assert bool(changed) == check.logs_decide
    assert any(LogRequest("", "", "").need in one for case in mine for one in said_unread(case))


def judged(finding: Finding) -> tuple[str, str]:
    """Return what is left of a finding without its words."""
    return str(finding.verdict), finding.cause


def unread(case: Case) -> list[tuple[str, str]]:
    """Return what a case comes to when the logs may not be read."""
    return [*map(judged, run(case.check, logless(case), case.question))]


def said_unread(case: Case) -> Iterator[str]:
    """Yield what is then quoted or needed."""
    for finding in run(case.check, logless(case), case.question):
        yield from (*finding.evidence, *finding.needs)


def logless(case: Case) -> Snapshot:
    """Return a case's cluster with a refusal in place of each log."""
    need = LogRequest("", "", "").need
    gaps = {key: Gap(f"403: may not {need}", need) for key in case.logs}
    return msgspec.structs.replace(case.snapshot(), logs={}, log_gaps=gaps)


DIALING = [check for check in CHECKS if check.dials]


@pytest.mark.parametrize("check", DIALING, ids=named)
def test_a_check_that_dials_has_a_case_of_each_kind_that_turns_on_the_dials(check: Check) -> None:
    mine = [case for case in CASES if case.slug == check.slug]
    fires, quiet = (
        {one.verdict for case in mine if case.dials for one in case.expect} >= {verdict}
        for verdict in ("found", "clear")
    )
    blind = [
        case for case in mine if case.dial_gaps and "blind" in {one.verdict for one in case.expect}
    ]

    assert (fires, quiet, bool(blind)) == (True, True, True)


@pytest.mark.parametrize("check", [one for one in DIALING if one.tier is Tier.D], ids=named)
def test_a_check_of_dials_alone_judges_nothing_when_none_was_made(check: Check) -> None:
    for case in (one for one in CASES if one.slug == check.slug):
        made = case.snapshot()
        gaps = {key: Gap("not from here", "dial") for key in (*made.dials, *made.dial_gaps)}
        undialed = msgspec.structs.replace(made, dials={}, dial_gaps=gaps)

        verdicts = {one.verdict for one in run(check, undialed, case.question)}

        assert verdicts <= {Verdict.BLIND, Verdict.NOT_APPLICABLE}


def test_only_what_cannot_judge_without_them_is_of_the_tier_of_dials() -> None:
    assert all(check.dials for check in CHECKS if check.tier is Tier.D)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_title_is_there_in_both_languages(check: Check) -> None:
    assert check.title != Text("", "")
    assert check.title.en
    assert check.title.zh_tw
