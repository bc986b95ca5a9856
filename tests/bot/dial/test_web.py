"""GETs to servers on this machine."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.dial.web import KEPT, READ, dial_http
from checks.dials import HttpDial, HttpDialed, Outcome

METRICS = "# HELP a\ncoredns_panics_total 0\ngo_threads 9\ncoredns_panics_totals 3\n"


@asynccontextmanager
async def serving(text: str, status: int = 200) -> AsyncIterator[int]:
    """Serve one text for every path, on the port that is given."""

    async def answer(request: web.Request) -> web.Response:
        assert request.headers["User-Agent"] == "netcheck"
        return web.Response(text=text, status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def get(port: int, *keep: str, tries: int = 1) -> HttpDialed:
    request = HttpDial(host="127.0.0.1", port=port, path="/x", keep=keep, seconds=2, tries=tries)
    return await dial_http(request)


async def test_only_lines_that_are_wanted_are_kept() -> None:
    async with serving(METRICS) as port:
        result = await get(port, "coredns_panics_total ", "go_")

    assert (result.outcome, result.status, result.cut) == (Outcome.ANSWERED, 200, False)
    assert result.lines == ("coredns_panics_total 0", "go_threads 9")


async def test_without_a_wish_every_line_is_kept_masked() -> None:
    async with serving("not ready\npassword=hunter2hunter2", 503) as port:
        result = await get(port)

    assert (result.status, result.lines[0]) == (503, "not ready")
    assert "hunter2" not in result.lines[1]


@pytest.mark.parametrize("text", ["a" * 1000 + "\n", "a" * READ])
async def test_a_body_without_end_is_cut_and_said_to_be(text: str) -> None:
    async with serving(text * (2 * KEPT // len(text) + 1)) as port:
        result = await get(port)

    assert result.cut
    assert sum(map(len, result.lines)) <= KEPT


async def test_a_redirect_is_not_followed() -> None:
    async with serving("", 302) as port:
        assert (await get(port)).status == 302


async def test_a_port_nobody_listens_on_is_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = await get(held.getsockname()[1], tries=2)

    assert (result.outcome, result.tries, result.status) == (Outcome.REFUSED, 2, 0)


async def test_a_server_that_says_nothing_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        request = HttpDial(host="127.0.0.1", port=port, path="/", seconds=0.1)

        assert (await dial_http(request)).outcome is Outcome.TIMED_OUT
