"""Only those asked for, masked."""

from pathlib import Path

from checks.model import LogRequest
from tests.bot.cluster.fake_api import (
    FakeApi,
    opened,
    serving,
    shop,
)
from tests.bot.cluster.faults import refuse, say


async def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.logs = {("shop", "a", "main", False): "hello\n", ("shop", "a", "main", True): "bye\n"}
    now, before = (LogRequest("shop", "a", "main", previous=flag) for flag in (False, True))
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([])
        snapshot = await cluster.ask(snapshot, [now, before, now])

        assert {now.key: "hello\n", before.key: "bye\n"} == snapshot.logs
        query = "container=main&tailLines=50&limitBytes=262144"
        path = f"/api/v1/namespaces/shop/pods/a/log?{query}"
        assert {path, f"{path}&previous=true"} == set(api.paths()[1:])


async def test_secrets_are_masked(tmp_path: Path) -> None:
    api = FakeApi()
    api.logs = {("shop", "a", "main", False): "login password=hunter2hunter2 failed\n"}
    request = LogRequest("shop", "a", "main")
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.ask(await cluster.look([]), [request])

        assert "hunter2" not in snapshot.logs[request.key]
        assert "failed" in snapshot.logs[request.key]


async def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    api = FakeApi()
    api.faults = {"pods/log": say(b"caf\xe9\n")}
    request = LogRequest("shop", "a", "main")
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.ask(await cluster.look([]), [request])

        assert snapshot.logs[request.key] == "caf\ufffd\n"


async def test_a_log_that_is_not_there_is_a_gap_in_the_servers_words(tmp_path: Path) -> None:
    request = LogRequest("shop", "a", "main", previous=True)
    async with serving(FakeApi()) as api, opened(api, tmp_path) as cluster:
        snapshot = await cluster.ask(await cluster.look([]), [request])

        words = '400: previous terminated container "main" in pod "a" not found'
        assert words == snapshot.log_gaps[request.key].reason


async def test_a_forbidden_log_names_the_permission(tmp_path: Path) -> None:
    request = LogRequest("shop", "a", "main")
    api = FakeApi()
    api.faults = {"pods/log": refuse(403)}
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.ask(await cluster.look([]), [request])

        assert snapshot.log_gaps[request.key].need == "get pods/log"
