"""Dials of one look are made at once, under a budget that is said when it is spent."""

import asyncio
import socket

import pytest

from bot.core.ports import DialBudget
from bot.dial.dialer import PodDialer
from checks.dials import (
    DnsDial,
    DnsDialed,
    HttpDial,
    HttpDialed,
    Outcome,
    TcpDial,
    TcpDialed,
    Vantage,
)
from checks.snapshot import Gap
from tests.bot.dial.servers import address, over_udp

HERE = Vantage("node-1", ("127.0.0.1",))


def silent(port: int, count: int) -> list[TcpDial]:
    """Dial addresses of this machine where a server takes connections and says nothing."""
    return [TcpDial(host=f"127.0.0.{number}", port=port) for number in range(1, count + 1)]


async def test_each_kind_of_dial_comes_back_under_its_key() -> None:
    async with over_udp(address) as server:
        refused = TcpDial(host="127.0.0.1", port=server.port)
        asked = DnsDial(server="127.0.0.1", name="a.b", port=server.port)
        got = HttpDial(host="127.0.0.1", port=server.port, path="/")
        results = await PodDialer(HERE).dial([refused, asked, got, refused])

    assert list(results) == [refused.key, asked.key, got.key]
    kinds = [type(one) for one in results.values()]
    assert kinds == [TcpDialed, DnsDialed, HttpDialed]


async def test_what_is_beyond_the_number_is_a_gap_that_says_so() -> None:
    with socket.create_server(("", 0)) as server:
        dials = silent(server.getsockname()[1], 5)
        results = await PodDialer(HERE, DialBudget(dials=3)).dial(dials)

    gaps = [one for one in results.values() if isinstance(one, Gap)]
    assert [one.reason for one in gaps] == ["one look makes no more than 3 dials"] * 2
    assert gaps[0].need == dials[3].need


async def test_what_takes_too_long_is_a_gap_and_the_others_are_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        slow = HttpDial(host="127.0.0.1", port=port, path="/", seconds=5)
        late = TcpDial(host="127.0.0.1", port=port, after=5)
        quick = TcpDial(host="127.0.0.1", port=port)
        budget = DialBudget(seconds=0.3)
        started = asyncio.get_running_loop().time()
        results = await PodDialer(HERE, budget).dial([slow, late, quick])

    assert asyncio.get_running_loop().time() - started < 2
    assert isinstance(results[quick.key], TcpDialed)
    for one in (slow, late):
        assert results[one.key] == Gap("the dials of one look take no more than 0.3 s", one.need)


async def test_no_more_than_so_many_are_under_way_at_once() -> None:
    at_once = most = 0

    async def count(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        writer.close()

    server = await asyncio.start_server(count, "", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        gets = [HttpDial(host=f"127.0.0.{n}", port=port, path="/") for n in range(1, 9)]
        await PodDialer(HERE, DialBudget(at_once=3)).dial(gets)

    assert 2 <= most <= 3


async def test_a_dial_that_is_to_wait_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        late = TcpDial(host="127.0.0.1", port=server.getsockname()[1], after=0.2)
        started = asyncio.get_running_loop().time()
        results = await PodDialer(HERE).dial([late])

    assert asyncio.get_running_loop().time() - started >= 0.2
    assert isinstance(results[late.key], TcpDialed)


async def test_a_host_that_no_socket_takes_is_a_gap_and_the_others_are_dialed() -> None:
    odd = TcpDial(host="a" * 64 + ".example", port=80)
    with socket.create_server(("127.0.0.1", 0)) as server:
        fine = TcpDial(host="127.0.0.1", port=server.getsockname()[1])
        results = await PodDialer(HERE).dial([odd, fine])

    gap = results[odd.key]
    assert isinstance(gap, Gap)
    assert gap.reason.startswith("cannot be dialed: ")
    assert isinstance(results[fine.key], TcpDialed)


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..b", "\u2603" * 70, ""])
async def test_a_name_that_is_none_is_told_and_not_asked(name: str) -> None:
    asked = DnsDial(server="127.0.0.1", name=name, port=1)

    (result,) = (await PodDialer(HERE).dial([asked])).values()

    assert isinstance(result, DnsDialed)
    assert result.replies[0].outcome is not Outcome.ANSWERED
