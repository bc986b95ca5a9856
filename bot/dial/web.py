"""Dials over HTTP: one GET, and the lines of its answer that a check reads."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import msgspec
from yarl import URL

from bot.dial.outcome import detail_of, outcome_of
from checks.dials import HttpDial, HttpDialed, Outcome, address
from knowledge.redact import redact

READ = 4 * 1024 * 1024  # bytes read in all: metrics of a server with many zones are long
KEPT = 64 * 1024  # characters kept
LONGEST = 16 * 1024  # bytes of one line

_OUTCOMES: tuple[tuple[type[Exception], Outcome], ...] = (
    (TimeoutError, Outcome.TIMED_OUT),
    (aiohttp.ClientConnectorSSLError, Outcome.GARBLED),
    (aiohttp.ClientResponseError, Outcome.GARBLED),
    (aiohttp.ServerDisconnectedError, Outcome.RESET),
    (aiohttp.ClientPayloadError, Outcome.RESET),
)


async def dial_http(request: HttpDial) -> HttpDialed:
    """GET the path, up to `tries` times; the first answer, whatever its status, ends it."""
    result = HttpDialed()
    for number in range(1, request.tries + 1):
        started = time.monotonic()
        try:
            async with asyncio.timeout(request.seconds):
                result = await _get(request)
        except (aiohttp.ClientError, OSError) as error:
            result = HttpDialed(_outcome(error), detail=detail_of(error))
        seconds = time.monotonic() - started
        result = msgspec.structs.replace(result, seconds=seconds, tries=number)
        if result.outcome is Outcome.ANSWERED:
            break
    return result


async def _get(request: HttpDial) -> HttpDialed:
    where = f"{request.scheme}://{address(request.host, request.port)}{request.path}"
    headers = {"User-Agent": "netcheck", "Accept-Encoding": "identity"}
    connector = aiohttp.TCPConnector(ssl=False, force_close=True)
    async with (
        aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=headers
        ) as session,
        session.get(URL(where, encoded=True), allow_redirects=False) as response,
    ):
        lines, cut = await _keep(_lines(response), request.keep)
        return HttpDialed(status=response.status, lines=lines, cut=cut)


async def _keep(
    lines: AsyncIterator[str | None], prefixes: tuple[str, ...]
) -> tuple[tuple[str, ...], bool]:
    """Return the wanted lines, masked, and whether there was more than is kept."""
    kept: list[str] = []
    room = KEPT
    async for line in lines:
        if line is None:
            return tuple(kept), True
        if prefixes and not line.startswith(prefixes):
            continue
        if len(line) > room:
            return tuple(kept), True
        kept.append(redact(line))
        room -= len(line)
    return tuple(kept), False


async def _lines(response: aiohttp.ClientResponse) -> AsyncIterator[str | None]:
    """Yield the body line by line, and None where reading was given up."""
    rest = b""
    received = 0
    async for piece in response.content.iter_any():
        received += len(piece)
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").rstrip("\r")
        if received > READ or len(rest) > LONGEST:
            yield None
            return
    if rest:
        yield rest.decode("utf-8", "replace").rstrip("\r")


def _outcome(error: Exception) -> Outcome:
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return outcome_of(error)
