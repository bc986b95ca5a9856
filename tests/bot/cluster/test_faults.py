import asyncio
from pathlib import Path

import pytest

from bot.core.ports import Budget
from checks.kinds import KINDS, Kind
from checks.model import Question, See, Verdict
from checks.registry import catalog, union
from checks.runner import run
from checks.snapshot import Snapshot
from tests.bot.cluster.fake_api import FakeApi, opened, serving, shop
from tests.bot.cluster.faults import FAULTS, refuse, silent

AT_ONCE = 7  # clusters looked at side by side: more, and each is out of time for the others' work
NAMED = {"ConfigMap": ("kube-system", "kube-proxy"), "Pod": ("shop", "absent")}
SEES = (
    *union(catalog().values()),
    *(See(kind) for kind in KINDS.values()),
    *(See(kind, *NAMED[kind.__name__]) for kind in KINDS.values() if kind.__name__ in NAMED),
)


@pytest.mark.timeout(120)  # every kind by every check: thousands of looks, slow under coverage
@pytest.mark.parametrize("name", FAULTS)
async def test_blinds_exactly_the_checks_that_needed_the_kind(name: str, tmp_path: Path) -> None:
    """Whatever happens to one kind, no check calls clear what it has not seen."""
    api = FakeApi(shop())
    async with serving(api), opened(api, tmp_path) as cluster:
        healthy = await cluster.look(SEES)
        assert healthy.gaps == {}
        for kind in KINDS.values():
            api.faults = {kind.resource.qualified: FAULTS[name]}
            assert_blind(await cluster.look(SEES), kind, healthy)


@pytest.mark.timeout(120)
async def test_a_kind_that_never_comes_blinds_only_its_checks(tmp_path: Path) -> None:
    """A silent kind uses up the time; what came meanwhile is judged."""
    some = asyncio.Semaphore(AT_ONCE)
    async with serving(FakeApi(shop())) as api, opened(api, tmp_path) as cluster:
        healthy = await cluster.look(SEES)

    async def look(kind: type[Kind]) -> None:
        folder = tmp_path / kind.__name__
        folder.mkdir()
        api = FakeApi(shop())
        api.faults = {kind.resource.qualified: silent}
        async with some, serving(api), opened(api, folder, Budget(seconds=3)) as cluster:
            snapshot = await cluster.look(SEES)
            assert_blind(snapshot, kind, healthy)
            assert snapshot.gaps[See(kind).key].reason == "budget spent: 3 s"

    await asyncio.gather(*(look(kind) for kind in KINDS.values()))


async def test_a_forbidden_kind_names_the_permission(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.faults = {name: refuse(403) for name in KINDS}
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look(SEES)

        assert {see.key: see.need for see in SEES} == {
            key: gap.need for key, gap in snapshot.gaps.items()
        }


async def test_a_kind_that_fails_otherwise_names_no_permission(tmp_path: Path) -> None:
    """No rule would help against a 500, so none is offered."""
    assert await need_after(500, tmp_path) == ""
    assert await need_after(403, tmp_path) == "list pods"


async def need_after(code: int, folder: Path) -> str:
    api = FakeApi(shop())
    api.faults = {"pods": refuse(code)}
    async with serving(api), opened(api, folder) as cluster:
        return (await cluster.look(SEES)).gaps["pods"].need


def assert_blind(snapshot: Snapshot, kind: type[Kind], healthy: Snapshot) -> None:
    """Hold that this kind is a gap and the rest is as in the healthy look.

    A kind that is not served is no gap to a check that can do without it.
    """
    lost = {see.key for see in SEES if see.kind is kind}
    assert lost == set(snapshot.gaps)
    assert {see.key for see in SEES} - lost == set(snapshot.objects)
    assert all(gap.reason and "\n" not in gap.reason for gap in snapshot.gaps.values())
    for check in catalog().values():
        verdicts = verdicts_of(check.slug, snapshot)
        if any(see.kind is kind and not without(see, snapshot) for see in check.sees):
            assert {Verdict.BLIND} == verdicts, (check.slug, kind)
        else:
            assert verdicts_of(check.slug, healthy) == verdicts, (check.slug, kind)


def without(see: See, snapshot: Snapshot) -> bool:
    return see.optional and snapshot.gaps[see.key].missing


def verdicts_of(slug: str, snapshot: Snapshot) -> set[Verdict]:
    return {finding.verdict for finding in run(catalog()[slug], snapshot, Question())}
