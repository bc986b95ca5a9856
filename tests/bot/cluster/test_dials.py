"""A live cluster has its dials made by a dialer, or files why none is made."""

from collections.abc import Collection
from pathlib import Path

import pytest

from bot.cluster.book import IN_CLUSTER, ClusterBook
from bot.cluster.reader import LiveCluster
from bot.cluster.saved import NOT_SAVED, SavedCluster, save
from bot.core.ports import Budget, Dialer, Dials
from checks.dials import Dial, Dialed, Outcome, TcpDial, TcpDialed, Vantage
from checks.kinds import Pod
from checks.model import LogRequest, See
from checks.snapshot import Gap, Snapshot
from tests.bot.cluster.fake_api import FakeApi, connected, serving, shop, write_kubeconfig

NEAR, FAR = TcpDial(host="10.244.1.7", port=80), TcpDial(host="10.244.2.7", port=80)
LOG = LogRequest("shop", "a", "main")


class Phone:
    """Says that the near one refuses; the budget never reaches the far one."""

    async def dial(self, requests: Collection[Dial]) -> dict[str, Dialed | Gap]:
        spent: dict[str, Dialed | Gap] = {one.key: Gap("budget", one.need) for one in requests}
        return {**spent, NEAR.key: TcpDialed(Outcome.REFUSED)}

    def vantage(self, snapshot: Snapshot) -> Vantage:
        return Vantage(f"node of {len(snapshot.objects[See(Pod).key])} pods")


async def test_logs_and_dials_are_filed_with_the_place_they_were_made_from(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.logs = {("shop", "a", "main", False): "hello\n"}
    async with serving(api), connected(api, tmp_path) as wire:
        cluster = LiveCluster("fake", wire, Budget(), Phone())
        seen = await cluster.look([See(Pod)])
        snapshot = await cluster.ask(seen, [LOG, NEAR, FAR])

    assert snapshot.logs == {LOG.key: "hello\n"}
    assert snapshot.dials == {NEAR.key: TcpDialed(Outcome.REFUSED)}
    assert snapshot.dial_gaps == {FAR.key: Gap("budget", FAR.need)}
    assert snapshot.vantage.node == f"node of {len(seen.objects['pods'])} pods"
    assert (snapshot.ledger.dials, snapshot.ledger.requests) == (1, seen.ledger.requests + 1)


async def test_without_a_dialer_each_dial_is_a_gap_that_says_why(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), connected(api, tmp_path) as wire:
        cluster = LiveCluster("fake", wire, Budget(), Gap("not from here"))
        snapshot = await cluster.ask(await cluster.look([]), [NEAR])

    assert (snapshot.dials, snapshot.vantage) == ({}, Vantage())
    assert snapshot.dial_gaps == {NEAR.key: Gap("not from here", NEAR.need)}


async def test_a_file_keeps_its_dials_and_makes_none(tmp_path: Path) -> None:
    taken = Snapshot("prod", "2026-11-23T10:00:00Z", "v1.37.2", {})
    made = taken.with_dials({NEAR.key: TcpDialed(seconds=0.5)}, Vantage("node-1"))
    save(made, tmp_path / "prod.json")

    cluster = SavedCluster(tmp_path / "prod.json")
    snapshot = await cluster.ask(await cluster.look([]), [NEAR, FAR])

    assert (snapshot.dials, snapshot.vantage.node) == ({NEAR.key: TcpDialed(seconds=0.5)}, "node-1")
    assert snapshot.dial_gaps == {FAR.key: Gap(NOT_SAVED)}
    assert snapshot.ledger.dials == 0


@pytest.mark.parametrize(
    ("dials", "dialer", "inside", "reason"),
    [
        ("auto", Phone(), True, ""),
        ("auto", Phone(), False, "does not run inside cluster fake"),
        ("on", Phone(), False, ""),
        ("off", Phone(), True, "switched off"),
        ("auto", None, False, "does not run inside cluster fake"),
    ],
)
def test_dials_go_into_the_cluster_this_runs_in_unless_told_otherwise(
    dials: Dials,
    dialer: Dialer | None,
    inside: bool,  # noqa: FBT001 a parameter of the test
    reason: str,
) -> None:
    book = ClusterBook(in_cluster=True, dialer=dialer, dials=dials)

    chosen = book._dialer_for(IN_CLUSTER if inside else "fake", inside=inside)

    if reason:
        assert isinstance(chosen, Gap)
        assert reason in chosen.reason
    else:
        assert chosen is dialer


async def test_a_context_says_that_its_cluster_is_elsewhere(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api):
        book = ClusterBook(write_kubeconfig(tmp_path, api.url), dialer=Phone())
        cluster = await book.open("fake")
        snapshot = await cluster.ask(await cluster.look([]), [NEAR])
        await book.close()

    (gap,) = snapshot.dial_gaps.values()
    assert gap.reason.startswith("this netcheck does not run inside cluster fake")
    assert gap.need == "dial tcp 10.244.1.7:80 from inside the cluster"
