"""What a check can say is read from its code, and the cases hold that to the truth."""

from collections import defaultdict

import pytest

from bot.cli.verdicts import verdicts
from checks.model import Check
from checks.registry import catalog
from tests.checks.case import CASES

CHECKS = list(catalog().values())


SHOWN: defaultdict[str, set[str]] = defaultdict(set)
for case in CASES:
    SHOWN[case.slug] |= {str(one.verdict) for one in case.findings()}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.slug)
def test_a_check_says_nothing_in_its_cases_that_the_page_does_not_list(check: Check) -> None:
    assert SHOWN[check.slug] <= {str(one) for one in verdicts(check)}


@pytest.mark.parametrize(
    "slug", ["apiserver-service", "forward-policy", "webhooks", "pod-addresses"]
)
def test_the_page_lists_nothing_that_a_check_cannot_say(slug: str) -> None:
    assert {str(one) for one in verdicts(catalog()[slug])} == SHOWN[slug]
