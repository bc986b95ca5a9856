"""The Home tab, against the stand-in."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.archive import Digest, Found
from bot.core.errors import ClusterUnknownError, StoreError
from bot.core.health import Reach
from bot.core.incident import IncidentRow
from bot.core.ports import Link
from bot.core.registry import Links
from bot.demo.standin import ANA, BEN, OPS, SHOP, How, Options
from bot.demo.standin.blocks import check_views_blocks
from bot.slack.blocks import SECTION_LIMIT, text_of
from bot.slack.escape import size
from bot.slack.render_home import Home, Read, render_home
from bot.store.archive import SqlArchive
from bot.store.memory import SqlMemory
from checks.text import Lang
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk
from tests.bot.slack.test_reading import remember, resolve
from tests.bot.slack.test_render_pages import (
    ANY,
    ANY_DIGEST,
    ANY_LANG,
    ANY_REACH,
    ANY_ROW,
    CALM,
    ENTRIES,
)


def read(view: dict[str, Any]) -> str:
    return "\n".join(map(text_of, view["blocks"]))


async def opened(office: Office, user: str = ANA, times: int = 2) -> Sequence[str]:
    """Open the Home and return what it showed: at once, and with the clusters."""
    known = len(office.slack.homes(user))
    await (await office.slack.open_home(user)).acked
    await office.slack.until(lambda: len(office.slack.homes(user)) >= known + times)
    return [read(view) for view in office.slack.homes(user)[known:]]


async def link(run: Run, channel: str, cluster: str, namespace: str = "") -> None:
    await SqlMemory(run.database).link(Link(channel, cluster, namespace, ANA))


async def test_it_shows_my_open_incidents_links_and_what_happened(office: Office) -> None:
    run = await office.start()
    await link(run, OPS, "staging", "shop")
    await SqlMemory(run.database).watch(OPS, "all")
    await remember(run, "Service shop/cart")
    await remember(run, "Service shop/old")
    await remember(run, "Service pay/bank", BEN)
    await resolve(run, 2)

    first, second = await opened(office)

    for said in (first, second):
        assert "Your open incidents: 1" in said
        assert "*#1* Service has no endpoints · Service shop/cart" in said
        assert "pay/bank · staging · seen once" not in said
        assert f"<#{OPS}> → `staging` · `shop` · watched, bots too" in said
        assert "3 new · 0 seen again" in said
        assert "How to start" in said
    assert "🟢" not in first
    assert "being asked" in first
    assert "🟢 `staging` · 0.0" in second
    assert "🟢 `production`" in second


async def test_it_is_shown_at_once_whatever_a_cluster_does(office: Office) -> None:
    run = await office.start()
    await link(run, OPS, "production")
    office.clusters.known["production"].seconds = 30
    office.clusters.known["staging"].trouble = "cluster staging (https://10.0.0.1): refused"

    async with asyncio.timeout(5):
        (first,) = await opened(office, times=1)
        await office.slack.until(lambda: len(office.slack.homes(ANA)) == 2)
    second = read(office.slack.homes(ANA)[1])

    assert "🔴" not in first
    assert f"<#{OPS}> → `production` · 🔴" in second
    assert "🔴 `production` · cluster production: no answer within 0.5 s" in second
    assert "🔴 `staging` · cluster staging (https://10.0.0.1): refused" in second


async def test_an_event_that_comes_again_shows_nothing_anew(office: Office) -> None:
    run = await office.start()
    event = await office.slack.open_home(ANA)
    await event.acked

    for _ in range(3):
        await office.slack.redeliver(event)
    await opened(office, BEN)
    await run.settle()

    assert len(office.slack.homes(ANA)) == 2


async def test_openings_in_a_row_are_each_shown_and_only_the_last_asks_clusters(
    office: Office,
) -> None:
    run = await office.start()
    office.clusters.known["staging"].seconds = 0.05

    events = [await office.slack.open_home(ANA) for _ in range(5)]
    await asyncio.gather(*(event.acked for event in events))
    await run.settle()

    shown = ["🟢" in read(view) for view in office.slack.homes(ANA)]
    assert shown[-1]
    assert shown.count(False) == 5
    assert 1 <= shown.count(True) <= 2  # the first may be through before the second comes


async def test_a_slow_look_is_never_shown_over_a_newer_page(office: Office) -> None:
    run = await office.start()
    office.clusters.known["staging"].seconds = 0.3
    await opened(office, times=1)
    await remember(run, "Service shop/cart")

    await (await office.slack.open_home(ANA)).acked
    await run.settle()

    counts = ["*#1*" in read(view) for view in office.slack.homes(ANA)]
    assert counts == sorted(counts)
    assert counts[-1]


async def test_the_messages_tab_is_left_alone(office: Office) -> None:
    run = await office.start()

    await (await office.slack.open_home(ANA, "messages")).acked
    await run.settle()

    assert office.slack.homes(ANA) == ()


@pytest.mark.parametrize("error", ["not_enabled", "fatal_error", "view_too_large"])
async def test_what_slack_refuses_is_logged_and_the_next_opening_is_shown(
    office: Office, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = await office.start()
    office.slack.refuse("views.publish", error)

    await (await office.slack.open_home(ANA)).acked
    await run.settle()
    assert f"the Home of {ANA} was not shown" in caplog.text
    assert ("netcheck manifest" in caplog.text) == (error == "not_enabled")
    assert office.slack.homes(ANA) == ()

    assert len(await opened(office)) == 2


@pytest.mark.parametrize("how", ["500", "drop", "no-json"])
async def test_what_slack_fails_at_is_logged_too(
    office: Office, how: How, caplog: pytest.LogCaptureFixture
) -> None:
    run = await office.start()
    office.slack.fail("views.publish", how=how)
    office.slack.limit("views.publish")

    for _ in range(2):
        await (await office.slack.open_home(ANA)).acked
        await run.settle()

    assert caplog.text.count("was not shown") == 2


@pytest.mark.parametrize("options", [Options(home_tab=False)])
async def test_without_the_tab_other_surfaces_go_on(office: Office) -> None:
    run = await office.start()
    await (await office.slack.open_home(ANA)).acked
    await run.settle()

    event = await office.slack.mention(OPS, ANA, "no endpoints")

    assert await office.reply(event, "Confirmed")


async def test_it_speaks_both_languages_until_somebody_was_answered(office: Office) -> None:
    run = await office.start()
    both, _ = await opened(office)
    await office.slack.slash("/netcheck", "lang zh-TW", SHOP, ANA)
    await office.slack.until(lambda: office.slack.ephemerals)
    for place in (OPS, SHOP):
        event = await office.slack.mention(place, ANA, "no endpoints")
        await event.acked
        await run.settle()

    english, _ = await opened(office)

    assert "How to start / 開始使用" in both
    assert "*How to start*" in english
    assert "開始使用" not in english


async def test_without_a_database_it_says_why_and_how_to_start(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StoreError("database /data/netcheck.db: the disk is full: free some space")

    await office.start()
    monkeypatch.setattr(SqlArchive, "find", failing)

    first, second = await opened(office)

    assert "free some space" in first
    assert "How to start" in first
    assert "🟢 `staging`" in second


async def test_a_link_to_a_cluster_that_is_gone_is_told(office: Office) -> None:
    run = await office.start()
    await link(run, OPS, "retired")

    _, second = await opened(office)

    assert f"<#{OPS}> → `retired` · 🔴" in second
    assert "🔴 `retired` · no cluster is called" in second


async def test_with_a_kubeconfig_that_cannot_be_read_it_is_shown_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_desk: ScriptedDesk) -> tuple[str, ...]:
        raise ClusterUnknownError("/data/kubeconfig: no such file")

    await office.start()
    monkeypatch.setattr(ScriptedDesk, "clusters", failing)

    (said,) = await opened(office, times=1)

    assert "/data/kubeconfig: no such file" in said


@CALM
@given(
    st.lists(ANY_ROW, max_size=10).map(tuple),
    st.lists(st.builds(Link, channel=ANY, cluster=ANY, namespace=ANY), max_size=20).map(tuple),
    st.lists(ANY_REACH, max_size=20),
    ANY_DIGEST,
    ANY,
    ANY_LANG,
)
def test_no_home_breaks_a_limit_of_slack_or_rings(
    rows: tuple[IncidentRow, ...],
    links: tuple[Link, ...],
    reach: list[Reach],
    digest: Digest,
    trouble: str,
    lang: Lang | None,
) -> None:
    told = Read(Found(rows, 99), Links(links, 99), digest)
    names = tuple(one.cluster for one in reach)
    home = Home("1.0", "2026-11-25T10:00:00+00:00", told, clusters=names, left=3)
    looked = {one.cluster: one for one in reach}
    for form in (
        home,
        msgspec.structs.replace(home, reach=looked),
        msgspec.structs.replace(home, read=None, trouble=trouble),
    ):
        view = render_home(form, ENTRIES, lang)
        check_views_blocks(view["blocks"])
        assert len(msgspec.json.encode(view)) < 250_000
        assert all(0 < size(text_of(block)) <= SECTION_LIMIT for block in view["blocks"])
        said = read(view)
        assert "<!" not in said
        assert "<@" not in said
        assert ("How to start" if lang != "zh-TW" else "開始使用") in said
