"""The same reader against a real API server, with faults that are real."""

import json
from pathlib import Path

import pytest

from bot.cluster import pages
from bot.cluster.book import ClusterBook
from bot.cluster.connect import connect
from bot.cluster.reader import LiveCluster
from bot.core.errors import ClusterUnauthorizedError
from bot.core.ports import Budget
from checks import rbac
from checks.kinds import KINDS, ConfigMap, Event, Kind, Pod, Resource, ServiceCIDR
from checks.model import Question, See, Verdict
from checks.registry import catalog, union
from checks.runner import run
from tests.cluster.admin import Client
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fixtures import MakeKubeconfig
from tests.cluster.kubeconfig import CONTEXT

SEES = union(catalog().values())


def rules_without(kind: type[Kind]) -> list[dict[str, list[str]]]:
    """Return the checks' rules, one kind's resource left out; two groups may share a plural."""
    meant = kind.resource
    rules: list[dict[str, list[str]]] = rbac.manifest()["rules"]
    left = [
        {**rule, "resources": [r for r in rule["resources"] if r != meant.plural]}
        if rule["apiGroups"] == [meant.group]
        else rule
        for rule in rules
    ]
    return [rule for rule in left if rule["resources"]]


def is_served(see: See) -> bool:
    """Return whether a bare API server has the kind: of the optional ones only ServiceCIDRs."""
    return not see.optional or see.kind is ServiceCIDR


async def test_the_checks_rules_let_every_check_see(kubeconfig_for: MakeKubeconfig) -> None:
    book = ClusterBook(kubeconfig_for(rbac.manifest()["rules"]))
    snapshot = await (await book.open(CONTEXT)).look(SEES)
    await book.close()

    assert {key for key, gap in snapshot.gaps.items() if not gap.missing} == set()
    assert set(snapshot.gaps) <= {see.key for see in SEES if see.optional}
    assert snapshot.ledger.requests == len(SEES) + 1


async def test_a_kind_without_its_rule_blinds_its_checks_and_names_it(
    kubeconfig_for: MakeKubeconfig,
) -> None:
    kinds = {see.kind for see in SEES}
    for number, kind in enumerate(sorted(kinds, key=lambda one: one.__name__)):
        book = ClusterBook(kubeconfig_for(rules_without(kind), account=f"bot-{number}"))
        snapshot = await (await book.open(CONTEXT)).look(SEES)
        await book.close()

        lost = {see.key: see.need for see in SEES if see.kind is kind and is_served(see)}
        unseen = {key: gap.need for key, gap in snapshot.gaps.items() if not gap.missing}
        assert unseen == lost
        for check in catalog().values():
            if any(see.kind is kind and is_served(see) for see in check.sees):
                findings = run(check, snapshot, Question())
                assert [finding.verdict for finding in findings] == [Verdict.BLIND]
                assert findings[0].needs


async def test_a_token_of_nobody_is_refused(control_plane: ControlPlane, tmp_path: Path) -> None:
    config = json.loads(control_plane.kubeconfig.read_text(encoding="utf-8"))
    config["users"][0]["user"] = {"token": "nobody's"}
    path = tmp_path / "config"
    path.write_text(json.dumps(config), encoding="utf-8")
    async with await connect(path, CONTEXT) as wire:
        with pytest.raises(ClusterUnauthorizedError, match="401: "):
            await LiveCluster("real", wire, Budget()).look([See(Pod)])


@pytest.fixture
def unknown_kind() -> type[Kind]:
    """Make a kind of a group that no API server has."""

    # Not a subclass of Kind: those are taken for kinds that netcheck reads.
    class Gadget(ConfigMap, frozen=True):
        resource = Resource("gadgets.example", "v1", "gadgets")

    return Gadget


async def test_a_group_that_is_not_served_is_a_gap(
    unknown_kind: type[Kind], kubeconfig_for: MakeKubeconfig
) -> None:
    """Asked by somebody with the right to it: otherwise the answer is a 403."""
    rule = {"apiGroups": ["gadgets.example"], "resources": ["gadgets"], "verbs": ["get", "list"]}
    book = ClusterBook(kubeconfig_for([rule]))
    sees = [See(unknown_kind), See(unknown_kind, "default", "one")]
    snapshot = await (await book.open(CONTEXT)).look(sees)
    await book.close()

    assert {gap.reason for gap in snapshot.gaps.values()} == {
        "404: the API server serves no gadgets of gadgets.example/v1"
    }
    assert set(snapshot.gaps) == {see.key for see in sees}


@pytest.fixture
def seven_events(admin: Client, namespace: str) -> str:
    """Make seven Events, which no API server caches."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": namespace}}
    for number in range(7):
        admin.event(pod, reason="Made", message=f"number {number}")
    return namespace


async def test_a_list_comes_in_pages(
    control_plane: ControlPlane, seven_events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FIRST_PAGE", {**pages.FIRST_PAGE, "limit": 3})
    monkeypatch.setattr(pages, "PAGE", 3)
    async with await connect(control_plane.kubeconfig, CONTEXT) as wire:
        see = See(Event, seven_events)
        snapshot = await LiveCluster("real", wire, Budget()).look([see])

    messages = {event.message for event in snapshot.objects[see.key]}
    assert messages == {f"number {number}" for number in range(7)}
    assert snapshot.ledger.requests == 4


async def test_a_cached_list_ignores_the_limit(
    control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the choice of query rests on: one request a kind, however many objects."""
    monkeypatch.setattr(pages, "FIRST_PAGE", {**pages.FIRST_PAGE, "limit": 1})
    kind = KINDS["clusterroles.rbac.authorization.k8s.io"]
    async with await connect(control_plane.kubeconfig, CONTEXT) as wire:
        snapshot = await LiveCluster("real", wire, Budget()).look([See(kind)])

    assert len(snapshot.objects[See(kind).key]) > 50
    assert snapshot.ledger.requests == 2


async def test_a_large_answer_comes_compressed(
    control_plane: ControlPlane, admin: Client, namespace: str
) -> None:
    """The API server compresses what is larger than 128 KiB, if that is accepted."""
    meta = {"name": "large", "namespace": namespace}
    data = {"a": "word " * 60_000}
    admin.apply([{"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}])
    see = See(ConfigMap, namespace)
    async with await connect(control_plane.kubeconfig, CONTEXT) as wire:
        cluster = LiveCluster("real", wire, Budget())
        snapshot = await cluster.look([see])

    assert [one.data for one in snapshot.objects[see.key]] == [data]
    assert snapshot.ledger.bytes < 20_000
