import asyncio
import gc
from pathlib import Path

import pytest
from aiohttp import web

from bot.cluster.reader import _Look
from checks.kinds import Event, Pod, Service
from checks.model import See
from tests.bot.cluster.fake_api import (
    VERSION,
    FakeApi,
    opened,
    serving,
    shop,
)
from tests.bot.cluster.faults import FAULTS, say


async def test_the_server_tells_its_version(tmp_path: Path) -> None:
    async with serving(FakeApi()) as api, opened(api, tmp_path) as cluster:
        assert (await cluster.look([])).version == VERSION


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"gitVersion": 5}', b"\xff"])
async def test_a_version_that_is_not_told_is_empty(body: bytes, tmp_path: Path) -> None:
    api = FakeApi(shop())
    async with serving(api), opened(api, tmp_path) as cluster:
        api.version = say(body)
        snapshot = await cluster.look([See(Pod)])

        assert (snapshot.version, len(snapshot.objects["pods"])) == ("", 6)


async def test_a_cancelled_look_leaves_nothing_running(tmp_path: Path) -> None:
    started = asyncio.Event()

    async def hold(_request: web.Request) -> web.Response:
        started.set()
        await asyncio.Event().wait()
        return web.Response()

    api = FakeApi()
    api.faults = {"pods": hold}
    async with serving(api), opened(api, tmp_path) as cluster:
        look = asyncio.create_task(cluster.look([See(Pod)]))
        await started.wait()
        running = [task for task in asyncio.all_tasks() if "fetch" in repr(task.get_coro())]
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look

        assert [task.done() for task in running] == [True]


@pytest.mark.timeout(90)  # as many looks as there are faults
async def test_what_was_read_goes_with_the_snapshot(tmp_path: Path) -> None:
    """And not only when Python next looks for cycles, which it seldom does in a bot at rest."""
    api = FakeApi(shop())
    left: dict[str, int] = {}
    gc.disable()
    try:
        async with serving(api), opened(api, tmp_path) as cluster:
            for name, fault in FAULTS.items():
                api.faults = {"events": fault}
                gc.collect()
                await cluster.look([See(Pod), See(Event), See(Service)])
                left[name] = sum(isinstance(one, _Look) for one in gc.get_objects())
    finally:
        gc.enable()

    assert left == dict.fromkeys(FAULTS, 0)
