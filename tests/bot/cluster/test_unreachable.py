"""A cluster that cannot be asked at all says so at once, in netcheck's own words."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import aiohttp
import pytest

from bot.cluster import reader, wire
from bot.cluster.connect import connect
from bot.cluster.reader import LiveCluster
from bot.core.errors import ClusterError, ClusterUnauthorizedError, ClusterUnreachableError
from bot.core.ports import Budget
from checks.kinds import KINDS, Pod
from checks.model import See
from tests.bot.cluster.fake_api import FakeApi, opened, serving, shop, write_kubeconfig
from tests.bot.cluster.faults import broken_off, refuse
from tests.cluster.certificates import Authority

HOST = "127.0.0.1"
LIMIT = 5  # seconds: what is promised to whoever waits for an answer


async def failure(folder: Path, url: str) -> ClusterError:
    """Look at what is no cluster; return what is raised, which must come in time."""
    cluster = LiveCluster("lost", await connect(write_kubeconfig(folder, url), "fake"), Budget())
    try:
        async with asyncio.timeout(LIMIT):
            with pytest.raises(ClusterError) as raised:
                await cluster.look([See(Pod)])
    finally:
        await cluster.close()
    return raised.value


@contextlib.contextmanager
def listening(backlog: int) -> Iterator[str]:
    """Listen, but never accept."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen(backlog)
        yield f"http://{HOST}:{listener.getsockname()[1]}"


@contextlib.asynccontextmanager
async def saying(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Accept, say something once something came, and hang up."""

    async def serve(client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await client.read(1)
            server.write(answer)
            await server.drain()
            server.close()

    server = await asyncio.start_server(serve, HOST, 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://{HOST}:{port}"


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name resolve, whatever this machine's resolver would say or how long it would take."""

    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)


def test_the_limits_keep_the_promise() -> None:
    """The greeting ends first whatever the network does, and leaves time to start."""
    assert wire.CONNECT_SECONDS < reader.GREET_SECONDS < LIMIT


async def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as holder:  # bound, so that nobody else listens there
        holder.bind((HOST, 0))
        url = f"http://{HOST}:{holder.getsockname()[1]}"

        error = await failure(tmp_path, url)

    assert isinstance(error, ClusterUnreachableError)
    assert error.reason == (
        f"cluster lost ({url}): connection refused; is its API server up, and reachable from here?"
    )


async def test_an_address_that_swallows_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its queue full, a listening socket drops what comes, as a firewall does."""
    brief = aiohttp.ClientTimeout(sock_connect=0.3)
    monkeypatch.setattr(wire, "TIMEOUT", brief)
    with listening(0) as url, contextlib.ExitStack() as stack:
        port = int(url.rpartition(":")[2])
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)  # noqa: FBT003 the standard library's
            filler.connect_ex((HOST, port))

        error = await failure(tmp_path, url)

    assert isinstance(error, ClusterUnreachableError)
    assert "no connection: timed out" in error.reason


async def test_a_server_that_stays_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "GREET_SECONDS", 0.3)
    with listening(8) as url:
        error = await failure(tmp_path, url)

    assert isinstance(error, ClusterUnreachableError)
    assert "no answer within 0.3 s" in error.reason


@pytest.mark.usefixtures("no_names")
async def test_a_name_that_does_not_exist(tmp_path: Path) -> None:
    error = await failure(tmp_path, "http://api.netcheck.invalid:6443")

    assert isinstance(error, ClusterUnreachableError)
    assert "name not found: api.netcheck.invalid" in error.reason


async def test_a_certificate_of_nobody_known(tmp_path: Path) -> None:
    pair = Authority(tmp_path).issue("apiserver")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pair.certificate, pair.key)
    async with saying(b"", tls) as url:
        error = await failure(tmp_path, url)

    assert isinstance(error, ClusterUnreachableError)
    assert "its certificate is not trusted: " in error.reason


async def test_plain_http_where_tls_is_expected(tmp_path: Path) -> None:
    async with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        error = await failure(tmp_path, url.replace("http:", "https:"))

    assert isinstance(error, ClusterUnreachableError)
    assert "TLS failed" in error.reason


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "the connection broke off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "what answers there speaks no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "the connection broke off"),
    ],
)
async def test_something_that_is_no_api_server(answer: bytes, words: str, tmp_path: Path) -> None:
    async with saying(answer) as url:
        error = await failure(tmp_path, url)

    assert isinstance(error, ClusterUnreachableError)
    assert words in error.reason


async def test_an_address_that_is_no_url(tmp_path: Path) -> None:
    assert isinstance(await failure(tmp_path, "ftp:/x"), ClusterUnreachableError)


async def test_credentials_that_are_not_accepted(tmp_path: Path) -> None:
    async with serving(FakeApi(shop())) as api, opened(api, tmp_path, token="stale") as cluster:
        with pytest.raises(ClusterUnauthorizedError, match=r"401: .*; sign in again"):
            await cluster.look([See(Pod)])

        assert api.paths() == ["/version"]


async def test_a_server_that_dies_after_the_greeting(tmp_path: Path) -> None:
    api = FakeApi(shop())
    api.faults = dict.fromkeys(KINDS, broken_off)
    async with serving(api), opened(api, tmp_path) as cluster:
        with pytest.raises(ClusterUnreachableError, match="the connection broke off"):
            await cluster.look([See(kind) for kind in KINDS.values()])


async def test_a_server_that_fails_every_time_is_still_there(tmp_path: Path) -> None:
    """Answers of 500 are answers: each kind is a gap, and nothing is raised."""
    api = FakeApi(shop())
    api.faults = dict.fromkeys(KINDS, refuse(500))
    async with serving(api), opened(api, tmp_path) as cluster:
        snapshot = await cluster.look([See(kind) for kind in KINDS.values()])

        assert set(snapshot.gaps) == set(KINDS)


@pytest.mark.usefixtures("no_names")
async def test_nothing_of_a_vendor_is_an_ancestor(tmp_path: Path) -> None:
    with listening(8) as url:
        unreachable = url
    errors = [await failure(tmp_path, url) for url in (unreachable, "ftp:/x", "http://x.invalid")]

    for error in errors:
        homes = {ancestor.__module__ for ancestor in type(error).__mro__}
        assert homes == {"bot.core.errors", "builtins"}
        assert not isinstance(error, OSError)
