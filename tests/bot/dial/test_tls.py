"""Handshakes with servers on this machine, trusted and not."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.dial import tls
from bot.dial.tls import dial_tls
from checks.dials import Outcome, TlsDial, TlsDialed
from tests.cluster.certificates import Authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Make a CA."""
    return Authority(tmp_path)


@pytest.fixture
async def port(authority: Authority) -> AsyncIterator[int]:
    """Serve TLS with a certificate of that CA, for localhost and 127.0.0.1."""
    pair = authority.issue("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)

    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def shake(port: int, name: str = "localhost", ca: str = "system") -> TlsDialed:
    return await dial_tls(
        TlsDial(host="127.0.0.1", port=port, server_name=name, ca=ca, seconds=2.0)
    )


async def test_a_certificate_of_the_given_ca_is_trusted_and_told(
    port: int, authority: Authority
) -> None:
    result = await shake(port, ca=authority.path.read_text())

    assert (result.outcome, result.mistrust) == (Outcome.ANSWERED, "")
    assert result.leaf is not None
    assert result.leaf.subject == "CN=server"
    assert result.leaf.names == ("localhost", "127.0.0.1")
    assert result.leaf.not_before < result.leaf.not_after


async def test_the_clusters_ca_is_that_of_the_service_account(
    port: int, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "CLUSTER_CA", authority.path)

    assert (await shake(port, ca="cluster")).mistrust == ""


async def test_another_name_is_not_accepted_and_the_certificate_still_told(
    port: int, authority: Authority
) -> None:
    result = await shake(port, "webhook.shop.svc", authority.path.read_text())

    assert result.outcome is Outcome.ANSWERED
    assert "webhook.shop.svc" in result.mistrust
    assert result.leaf is not None


async def test_an_unknown_ca_is_not_trusted(port: int) -> None:
    result = await shake(port)

    assert "issuer" in result.mistrust
    assert result.leaf is not None


async def test_a_ca_that_is_missing_is_said_to_be(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "CLUSTER_CA", tmp_path / "gone.crt")

    result = await shake(port, ca="cluster")

    assert "gone.crt cannot be read: No such file" in result.mistrust
    assert result.leaf is not None


async def test_a_server_without_tls_is_garbled() -> None:
    async def plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    async with server:
        result = await shake(server.sockets[0].getsockname()[1])

    assert (result.outcome, result.leaf) == (Outcome.GARBLED, None)


async def test_a_server_that_says_nothing_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        request = TlsDial(host="127.0.0.1", port=port, server_name="x", ca="system", seconds=0.1)

        assert (await dial_tls(request)).outcome is Outcome.TIMED_OUT
