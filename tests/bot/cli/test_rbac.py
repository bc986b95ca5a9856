import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.rbac import manifest
from checks.registry import catalog
from checks.rights import NOWHERE
from tests.bot.cli.conftest import Outcome, Run
from tests.bot.cluster.fake_api import FakeApi, serving, status, write_kubeconfig

ROLE: list[dict[str, Any]] = manifest("D")["rules"]
VERSION = {"nonResourceURLs": ["/version"], "verbs": ["get"]}
LOG = {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["get"]}


def granted(*rules: dict[str, Any], **more: object) -> dict[str, Any]:
    """Write the status of a review."""
    return {
        "resourceRules": [one for one in rules if "resources" in one],
        "nonResourceRules": [VERSION],
        "incomplete": False,
        **more,
    }


def without(resource: str) -> list[dict[str, Any]]:
    """Return the role without a resource."""
    return [
        {**rule, "resources": [one for one in rule["resources"] if one != resource]}
        for rule in ROLE
    ]


@pytest.fixture
def api(tmp_path: Path) -> Iterator[FakeApi]:
    """Serve an API server in a thread of its own, for the command has its own event loop."""
    fake = FakeApi()
    started, loop = threading.Event(), asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with serving(fake):
            write_kubeconfig(tmp_path, fake.url)
            started.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    with contextlib.closing(loop):
        yield fake
        loop.call_soon_threadsafe(ended.set)
        thread.join()


@pytest.fixture
def ask(run: Run, api: FakeApi, tmp_path: Path) -> Run:
    """Run `netcheck rbac --missing` against it, by what is granted everywhere, and in `shop`."""

    def invoke(told: dict[str, Any], *options: str, shop: dict[str, Any] | None = None) -> Outcome:
        api.granted = dict.fromkeys((NOWHERE, "default", "kube-system", "shop"), told)
        api.granted["shop"] = shop or told
        return run("rbac", "--missing", "--kubeconfig", tmp_path / "kubeconfig", *options)

    return invoke


def test_rbac_prints_a_role_that_only_reads(run: Run) -> None:
    role = yaml.safe_load(run("rbac").out)

    assert role["kind"] == "ClusterRole"
    verbs = {verb for rule in role["rules"] for verb in rule["verbs"]}
    assert verbs <= {"get", "list", "watch"}
    resources = {resource for rule in role["rules"] for resource in rule["resources"]}
    assert not resources & {"secrets", "nodes/proxy", "*"}


def test_dials_take_no_right_more(run: Run) -> None:
    assert run("rbac", "--tier", "D").out == run("rbac", "--tier", "A").out


def test_with_the_whole_role_nothing_is_missing(ask: Run) -> None:
    outcome = ask(granted(*ROLE))

    assert (outcome.status, outcome.err) == (0, "")
    assert "fake: no rule is missing" in outcome.out
    assert yaml.safe_load(outcome.out) is None


def test_a_missing_rule_is_printed_with_the_checks_it_blinds(ask: Run) -> None:
    outcome = ask(granted(*without("ingresses")))

    assert (outcome.status, outcome.err) == (1, "")
    assert "# fake: 1 rule is missing, 1 of " in outcome.out
    assert "# list ingresses.networking.k8s.io\n#   blind without it: ingress-backends\n" in (
        outcome.out
    )
    role = yaml.safe_load(outcome.out)
    assert role["kind"] == "ClusterRole"
    assert role["metadata"]["name"] not in {"netcheck", ""}  # applied, it must not undo the role
    rule = {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": ["list"]}
    assert role["rules"] == [rule]
    assert f"--clusterrole={role['metadata']['name']}" in outcome.out


def test_what_was_printed_as_missing_is_what_was_missing(ask: Run) -> None:
    first = yaml.safe_load(ask(granted()).out)

    assert ask(granted(*first["rules"])).status == 0


def test_one_json_document_has_it_all(ask: Run) -> None:
    document = ask(granted(*without("pods/log")), "--json").document

    assert (document["cluster"], document["answer"]) == ("fake", "missing")
    (lack,) = document["missing"]
    assert (lack["need"], lack["rule"]) == ("get pods/log", LOG)
    by_logs = [one.slug for one in catalog().values() if one.reads_logs and one.logs_decide]
    assert lack["blind"] == document["blind"] == sorted(by_logs)
    assert set(lack["duller"]) == {"cni-agents", "dns-pods", "kube-proxy-pods"}


def test_logs_that_may_be_read_in_the_namespace_meant_are_not_missing(ask: Run) -> None:
    whole, most = granted(*ROLE), granted(*without("pods/log"))

    assert ask(most, "-n", "shop", shop=whole).status == 0
    assert ask(most, shop=whole).status == 1


def test_a_rule_that_counts_in_one_namespace_alone_is_said_to(ask: Run) -> None:
    outcome = ask(granted(*without("events")), "-n", "shop", shop=granted(*ROLE))

    assert outcome.status == 1
    assert "#   granted in shop alone: a ClusterRoleBinding grants it everywhere\n" in outcome.out


def test_an_optional_kind_is_missed_only_where_it_is_served(ask: Run, api: FakeApi) -> None:
    assert ask(granted(*without("httproutes"))).status == 1

    api.unserved = {"httproutes.gateway.networking.k8s.io"}
    assert ask(granted(*without("httproutes"))).status == 0


@pytest.mark.parametrize(("rules", "code"), [(ROLE, 0), (without("nodes"), 1)])
def test_a_list_that_is_not_complete_is_said_to_be_so(
    ask: Run, rules: list[dict[str, Any]], code: int
) -> None:
    told = granted(*rules, incomplete=True, evaluationError="webhook lists no rules")

    outcome = ask(told)
    document = ask(told, "--json").document

    assert outcome.status == code
    words = " ".join(outcome.out.replace("\n#", "").split())
    assert "calls its own list incomplete (webhook lists no rules)" in words
    assert document["incomplete"]
    assert document["why"] == "webhook lists no rules"
    assert document["answer"] == ("unsure" if code else "all")
    assert not {"missing,", "will"} & set(words.split())  # what is not listed may be allowed


def test_that_the_review_is_refused_is_an_answer(ask: Run, api: FakeApi) -> None:
    async def refuse(_request: object) -> Any:  # noqa: ANN401 aiohttp's answer
        return status(403, "selfsubjectrulesreviews is forbidden", reason="Forbidden")

    api.faults["selfsubjectrulesreviews.authorization.k8s.io"] = refuse

    outcome = ask({})
    document = ask({}, "--json").document

    assert (outcome.status, outcome.err) == (1, "")
    (rule,) = yaml.safe_load(outcome.out)["rules"]
    assert rule["resources"] == ["selfsubjectrulesreviews"]
    assert (rule["verbs"], document["answer"]) == (["create"], "refused")
    assert "selfsubjectrulesreviews" in document["why"]


def test_options_about_a_cluster_go_with_missing(run: Run) -> None:
    outcome = run("rbac", "--context", "prod")

    assert outcome.status == 2
    assert "--missing" in outcome.err


def test_a_file_grants_no_rights(run: Run) -> None:
    outcome = run("rbac", "--missing", "--snapshot", "shop.json")

    assert outcome.status == 2
    assert "--snapshot" in outcome.err
