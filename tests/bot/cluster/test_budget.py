"""A look ends when it has cost enough, and says what it did not get."""

import gzip
from pathlib import Path

import pytest
from aiohttp import web

from bot.cluster import wire
from bot.cluster.reader import LiveCluster
from bot.core.ports import Budget
from checks.kinds import KINDS, ConfigMap, Event, Pod
from checks.model import LogRequest, See
from tests.bot.cluster.fake_api import (
    FakeApi,
    connected,
    opened,
    pods,
    serving,
    shop,
    status,
)
from tests.bot.cluster.faults import refuse, say, silent

EVERY = tuple(See(kind) for kind in KINDS.values())


async def test_requests(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), opened(api, tmp_path, Budget(requests=5)) as cluster:
        snapshot = await cluster.look(EVERY)

        assert 5 == snapshot.ledger.requests == len(api.asked)
        assert (4, len(EVERY) - 4) == (len(snapshot.objects), len(snapshot.gaps))
        assert {"budget spent: 5 requests"} == {gap.reason for gap in snapshot.gaps.values()}


async def test_a_list_cut_off_between_pages_is_a_gap(tmp_path: Path) -> None:
    """Half a list is not a list."""
    api = FakeApi(pods(5600))
    api.uncached = {"pods"}
    async with serving(api), opened(api, tmp_path, Budget(requests=3)) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert snapshot.objects == {}
        assert snapshot.gaps["pods"].reason == "budget spent: 3 requests"


async def test_bytes(tmp_path: Path) -> None:
    api = FakeApi(pods(5000))
    async with serving(api), opened(api, tmp_path, Budget(bytes=100_000)) as cluster:
        snapshot = await cluster.look([See(Pod), See(Event)])

        assert snapshot.gaps["pods"].reason == "budget spent: 0.1 MB"


async def test_a_small_answer_that_unpacks_without_end(tmp_path: Path) -> None:
    """The budget holds for what fills memory, not for what came over the wire."""
    bomb = gzip.compress(b" " * 5_000_000)
    api = FakeApi()
    api.faults = {"pods": say(bomb, encoding="gzip")}
    async with serving(api), opened(api, tmp_path, Budget(bytes=1_000_000)) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert snapshot.gaps["pods"].reason == "budget spent: 1 MB"
        assert snapshot.ledger.bytes < 100_000


async def test_an_object_larger_than_any_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "HELD", 1_000_000)
    api = FakeApi()
    api.faults = {"configmaps": say(b"{" + b" " * 2_000_000 + b"}")}
    async with serving(api), opened(api, tmp_path) as cluster:
        see = See(ConfigMap, "kube-system", "coredns")
        snapshot = await cluster.look([see])

        assert snapshot.gaps[see.key].reason == "the answer is larger than 1 MB"


async def test_the_ledger_counts_what_came_over_the_wire(tmp_path: Path) -> None:
    body = gzip.compress(b'{"kind": "PodList", "apiVersion": "v1", "items": []}' + b" " * 9000)
    api = FakeApi()
    api.faults = {"pods": say(body, encoding="gzip")}
    async with serving(api), opened(api, tmp_path) as cluster:
        nothing = await cluster.look([])
        snapshot = await cluster.look([See(Pod)])

        assert len(body) == snapshot.ledger.bytes - nothing.ledger.bytes


async def test_logs_count_with_the_look_before_them(tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), opened(api, tmp_path, Budget(requests=2)) as cluster:
        snapshot = await cluster.look([See(Pod)])
        request = LogRequest("shop", "cart", "cart")
        snapshot = await cluster.ask(snapshot, [request])

        assert snapshot.log_gaps[request.key].reason == "budget spent: 2 requests"
        assert len(api.asked) == 2


async def test_is_asked_again_after_the_delay(tmp_path: Path) -> None:
    api = FakeApi(shop())
    left = [status(429, "", headers={"Retry-After": delay}) for delay in ("2", "1")]
    answer = api._list

    async def busy_at_first(request: web.Request) -> web.StreamResponse:
        return left.pop() if left else await answer(request)

    api.faults = {"pods": busy_at_first}
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async with serving(api), connected(api, tmp_path) as wire:
        snapshot = await LiveCluster("fake", wire, Budget(), pause=pause).look([See(Pod)])

    assert waited == [1.0, 2.0]
    assert len(snapshot.objects["pods"]) == 6
    assert snapshot.ledger.requests == 4


async def test_a_busy_server_is_asked_as_long_as_there_is_time(tmp_path: Path) -> None:
    """Requests that it refuses use up seconds, and none of the requests that may be made."""
    api = FakeApi(shop())
    answer, busy = api._list, iter([refuse(429, {"Retry-After": "1"})] * 15)

    async def busy_for_long(request: web.Request) -> web.StreamResponse:
        return await next(busy, answer)(request)

    api.faults = {"pods": busy_for_long}
    async with serving(api), opened(api, tmp_path, Budget(requests=3)) as cluster:
        snapshot = await cluster.look([See(Pod), See(Event)])

        assert {"pods", "events"} == set(snapshot.objects)
        assert snapshot.ledger.requests == 18


async def test_that_names_what_held_it_up(tmp_path: Path) -> None:
    """The priority level and the flow schema, by the UIDs that the server tells."""
    flow = {"X-Kubernetes-PF-PriorityLevel-UID": "11-22", "X-Kubernetes-PF-FlowSchema-UID": "33-44"}
    named = "429: the API server is busy (priority level 11-22, flow schema 33-44)"
    api = FakeApi(shop())
    busy = iter([refuse(429, {"Retry-After": "1", **flow})])

    async def busy_then_silent(request: web.Request) -> web.StreamResponse:
        return await next(busy, silent)(request)

    api.faults = {"pods": busy_then_silent, "events": refuse(429, {"Retry-After": "9", **flow})}
    async with serving(api), opened(api, tmp_path, Budget(seconds=1.5)) as cluster:
        snapshot = await cluster.look([See(Pod), See(Event)])

        assert snapshot.gaps["events"].reason == named
        assert snapshot.gaps["pods"].reason == f"budget spent: 1.5 s, waiting for {named}"


async def test_is_not_waited_for_beyond_the_budget(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.faults = {"pods": refuse(429, {"Retry-After": "21"})}
    async with serving(api), opened(api, tmp_path, Budget(seconds=20)) as cluster:
        snapshot = await cluster.look([See(Pod)])

        assert snapshot.gaps["pods"].reason == "429: the API server is busy"
        assert len(api.asked) == 2
