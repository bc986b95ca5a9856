"""What netcheck may not see, it says; what it may see, it asks for once and only reads."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.kinds import ServiceCIDR
from checks.registry import catalog
from checks.snapshot import load
from tests.bot.cli.conftest import Run
from tests.cluster.admin import Manifest
from tests.cluster.audit import Request
from tests.cluster.fixtures import MakeKubeconfig
from tests.cluster.rbac import account_user, forbid
from tests.cluster.waiting import until
from tests.e2e.conftest import Diagnose, Diagnosis
from tests.e2e.scenario import Scenario, Stage
from tests.e2e.scenarios import SCENARIOS

every = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.id)


@every
def test_without_one_resource_a_cause_is_unchecked_and_the_rule_named(
    scenario: Scenario,
    stage: Stage,
    role: list[Manifest],
    kubeconfig_for: MakeKubeconfig,
    diagnose: Diagnose,
) -> None:
    paste = scenario.pasted(stage)
    scenario.fault(stage)
    resources = list(resources_of(role))
    assert scenario.reads.keys() <= set(resources)

    told = {
        resource: diagnose(
            paste,
            "--kubeconfig",
            kubeconfig_for(forbid(role, resource), account=f"bot-{number}"),
        )
        for number, resource in enumerate(resources)
    }

    blind = dict.fromkeys(scenario.reads, "could-not-check")
    expected = {resource: blind.get(resource, "confirmed") for resource in resources}
    assert expected == {resource: how(one, scenario) for resource, one in told.items()}
    for resource, need in scenario.reads.items():
        assert need in told[resource].needs(scenario.entry)
    for resource, one in told.items():
        assert not unfounded(one, resource)


def test_a_right_to_what_is_not_served_is_not_missed(
    role: list[Manifest], kubeconfig_for: MakeKubeconfig, run: Run
) -> None:
    optional = {
        see.kind.resource.qualified
        for check in catalog().values()
        for see in check.sees
        if see.optional and see.kind is not ServiceCIDR  # which every API server has
    }
    less = role
    for resource in optional:
        less = forbid(less, resource)
    kubeconfig = kubeconfig_for(less)

    told = run("check", "all", "--json", "--kubeconfig", kubeconfig).document["checks"]
    foretold = run("rbac", "--missing", "--json", "--kubeconfig", kubeconfig)

    needs = {need for one in told for need in one["needs"]}
    assert optional
    assert {need for need in needs if need.startswith(("get ", "list "))} == set()
    assert (foretold.status, foretold.document["answer"]) == (0, "all")


def test_without_any_right_no_check_judges_and_each_names_its_rules(
    kubeconfig_for: MakeKubeconfig, run: Run
) -> None:
    outcome = run("check", "all", "--json", "--kubeconfig", kubeconfig_for([]))

    told = {one["check"]: one for one in outcome.document["checks"]}
    assert told.keys() == catalog().keys()
    for slug, one in told.items():
        assert one["verdict"] == "blind"
        for see in (one for one in catalog()[slug].sees if not one.optional):
            assert any(see.kind.resource.qualified in need.split() for need in one["needs"])


@every
def test_it_only_reads_and_lists_each_kind_once(
    scenario: Scenario, stage: Stage, kubeconfig: Path, diagnose: Diagnose
) -> None:
    paste = scenario.pasted(stage)
    scenario.fault(stage)
    offset = stage.plane.audit_offset()

    told = diagnose(paste, "--kubeconfig", kubeconfig)

    asked = audited(stage, offset, told.document["ledger"]["requests"])
    assert {one.code for one in asked} <= {200, 404}
    assert {one.verb for one in asked} <= {"get", "list"}
    assert "secrets" not in {one.resource for one in asked}
    assert scenario.reads.keys() <= {qualified(one) for one in asked}
    assert set(first_pages(asked).values()) == {1}


def test_a_survey_lists_each_kind_once_too(stage: Stage, kubeconfig: Path, run: Run) -> None:
    saved = kubeconfig.with_suffix(".json")
    offset = stage.plane.audit_offset()

    assert run("snapshot", "-o", saved, "--kubeconfig", kubeconfig).status == 0

    requests = load(saved.read_bytes()).ledger.requests
    asked = audited(stage, offset, requests)
    assert {one.verb for one in asked} <= {"get", "list"}
    assert set(first_pages(asked).values()) == {1}


def how(told: Diagnosis, scenario: Scenario) -> str:
    """Return how the proved cause stands, or the entry itself where nothing proved a cause."""
    standings = told.standings
    return standings.get(scenario.proved) or standings[scenario.entry]


def unfounded(told: Diagnosis, forbidden: str) -> list[str]:
    """Return the checks that call it clear although they must see what is forbidden.

    This API server has no optional kind, and says so to whoever asks.
    """
    return [
        one["check"]
        for one in told.document["checks"]
        if one["verdict"] == "clear" and forbidden in _musts(one["check"])
    ]


def _musts(check: str) -> set[str]:
    sees = catalog()[check].sees
    return {see.kind.resource.qualified for see in sees if not see.optional}


def resources_of(role: list[Manifest]) -> Iterator[str]:
    """Yield what a role is about, each once, as `forbid` wants it."""
    yield from dict.fromkeys(
        f"{resource}.{group}" if group else resource
        for rule in role
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    )


def audited(stage: Stage, offset: int, count: int) -> list[Request]:
    """Return what the account asked, once all that the ledger counts is in the audit log."""
    user = account_user("bot", stage.namespace)

    def seen() -> list[Request]:
        found = stage.plane.requests(user=user, since=offset)
        return found if len(found) >= count else []

    return until(seen, what=f"{count} audited requests")


def qualified(request: Request) -> str:
    """Name a request's resource as roles do."""
    return f"{request.resource}.{request.group}" if request.group else request.resource


def first_pages(asked: list[Request]) -> Counter[str]:
    """Count the lists of each kind; the later pages of one list are that list."""
    return Counter(
        qualified(one) for one in asked if one.verb == "list" and "continue=" not in one.uri
    )
