"""Whole, once, and from the API server's cache where there is one."""

from pathlib import Path

import pytest
from aiohttp import web

from checks.kinds import KINDS, HTTPRoute, Pod
from checks.model import See
from tests.bot.cluster.fake_api import (
    FakeApi,
    Fault,
    names,
    opened,
    pods,
    serving,
    shop,
    status,
)
from tests.bot.cluster.faults import refuse, say, typed

EVERY = tuple(See(kind) for kind in KINDS.values())


async def test_one_request_a_kind_from_the_cache(tmp_path: Path) -> None:
    api = FakeApi(pods(1200))
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert len(snapshot.objects["pods"]) == 1200
        assert api.paths() == ["/version", "/api/v1/pods?limit=500&resourceVersion=0"]


async def test_all_pages_where_there_is_no_cache(tmp_path: Path) -> None:
    api = FakeApi(pods(5600))
    api.uncached = {"pods"}
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert [f"pod-{n}" for n in range(5600)] == names(snapshot.objects["pods"])
        assert 4 == snapshot.ledger.requests == len(api.asked)
        assert not any("resourceVersion" in path for path in api.paths()[2:])


async def test_a_list_that_expires_is_read_again_whole(tmp_path: Path) -> None:
    """An expired continue token costs one more request, and no object comes twice."""
    api = FakeApi(pods(1200))
    api.uncached = {"pods"}
    answer = api._list

    async def once_expired(request: web.Request) -> web.StreamResponse:
        if "continue" in request.query:
            return status(410, "too old", reason="Expired")
        return await answer(request)

    api.faults = {"pods": once_expired}
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert [f"pod-{n}" for n in range(1200)] == names(snapshot.objects["pods"])
        assert api.paths()[-1] == "/api/v1/pods?resourceVersion=0"


async def test_an_empty_list_that_go_writes_as_null_is_empty(tmp_path: Path) -> None:
    api = FakeApi()
    api.faults = {"pods": typed(', "items": null')}
    async with serving(api), opened(api, tmp_path) as cluster:
        assert (await cluster.look([See(Pod)])).objects == {"pods": ()}


async def test_a_kind_is_told_of_as_it_comes(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.faults = {"events": refuse(403)}
    told: dict[str, int] = {}
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look(EVERY, told.__setitem__)

        assert {key: len(found) for key, found in snapshot.objects.items()} == told


async def test_each_is_asked_for_once(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), opened(api, tmp_path) as cluster:
        await cluster.look([See(Pod), See(Pod), See(Pod, "shop")])

        paths = {path.partition("?")[0] for path in api.paths()}
        assert {"/version", "/api/v1/pods", "/api/v1/namespaces/shop/pods"} == paths
        assert len(api.asked) == 3


@pytest.mark.parametrize("group_served", [True, False], ids=["other kinds only", "not at all"])
async def test_an_optional_kind_that_is_not_served_is_told_despite_a_missing_right(
    tmp_path: Path, *, group_served: bool
) -> None:
    api = FakeApi()
    api.faults = {"httproutes.gateway.networking.k8s.io": refuse(403)}
    api.unserved = {"httproutes.gateway.networking.k8s.io"}
    if group_served:
        api.faults["discovery.gateway.networking.k8s.io"] = say(b'{"resources": []}')
    see = See(HTTPRoute, optional=True)
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([see])

        assert snapshot.gaps[see.key].missing
        assert snapshot.read(see) == ()


@pytest.mark.parametrize("discovery", [None, refuse(403), refuse(503), say(b"{}")])
async def test_an_optional_kind_that_may_be_served_needs_its_right(
    tmp_path: Path, discovery: Fault | None
) -> None:
    """Only a plain no of discovery counts as absent."""
    api = FakeApi()
    api.faults = {"httproutes.gateway.networking.k8s.io": refuse(403)}
    if discovery:
        api.faults["discovery.gateway.networking.k8s.io"] = discovery
    see = See(HTTPRoute, optional=True)
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([see])

        assert not snapshot.gaps[see.key].missing
        assert snapshot.gaps[see.key].need == see.need
