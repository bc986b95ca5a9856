"""Every check of the catalog, held to its cases."""

import pytest

from checks.model import Finding
from tests.checks.case import CASES, Case, Expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.slug}: {case.name}")
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
