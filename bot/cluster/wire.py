"""Raw requests to one API server, counted and bounded: GETs, and the POST of a review.

The library signs and sends them; the bodies stay bytes, so that they can be decoded straight into
the structs of `checks.kinds` without building the library's models first.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Protocol, Self
from urllib.parse import urlencode

import aiohttp

from bot.cluster.meter import MEGA, Meter
from bot.cluster.translate import BrokenAnswerError, Reply, own_errors

CONNECT_SECONDS = 2.5  # one lost SYN is sent again after a second
# Between two reads: a list of 100,000 pods on a busy server may start after more than 10 s. A
# look's own seconds end sooner.
SILENCE_SECONDS = 30.0
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS)
# Bodies stay packed, so that the ledger can count what came over the wire.
SESSION: Mapping[str, object] = {"auto_decompress": False}
STEP = 256 * 1024  # bytes unpacked in one go: less than a millisecond
# Bytes that are held before they are decoded: etcd takes no object of more than 1.5 MB, and a log
# is cut by its query.
HELD = 32 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS

Renew = Callable[[], Awaitable[None]]
Take = Callable[[bytes], None]


class Sent(Protocol):
    """The parts of the library's response that are read."""

    response: aiohttp.ClientResponse


class Client(Protocol):
    """The parts of `kubernetes.aio.client.ApiClient` that are used."""

    configuration: Any

    async def update_params_for_auth(
        self,
        headers: dict[str, str],
        queries: list[tuple[str, str]],
        auth_settings: list[str],
        resource_path: str,
        method: str,
        body: object,
    ) -> None:
        """Add the credentials to the headers."""

    async def call_api(
        self,
        method: str,
        url: str,
        header_params: dict[str, str],
        body: object = None,
        *,
        _request_timeout: object,
    ) -> Sent:
        """Send a request and return once the response's headers are there."""

    async def close(self) -> None:
        """Close the connections."""


class Wire:
    """Sends requests to one API server. Raises netcheck's own errors only."""

    def __init__(self, client: Client, renew: Renew) -> None:
        self._client = client
        self._renew = renew

    @property
    def host(self) -> str:
        """The API server's address, `https://10.0.0.1:6443`."""
        return str(self._client.configuration.host)

    async def renew(self) -> None:
        """Sign in again if the credentials may have run out."""
        with own_errors():
            await self._renew()

    async def get(
        self, path: str, query: Mapping[str, str | int], meter: Meter, take: Take | None = None
    ) -> Reply:
        """Send one GET and read the whole answer, whatever its status.

        With `take` a body of status 200 goes there piece by piece, and the reply has none. Raises
        `ClusterUnreachableError` when there is no answer, or only a part of one,
        `BudgetSpentError` when it is too large or too much was asked before; and what `take`
        raises.
        """
        target = f"{path}?{urlencode(query)}" if query else path
        return await self._exchange("GET", target, None, meter, take)

    async def post(self, path: str, body: object, meter: Meter) -> Reply:
        """Send one POST: for reviews only, which the API server answers and does not store.

        Raises the same as `get`.
        """
        return await self._exchange("POST", path, body, meter)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _exchange(
        self, method: str, target: str, body: object, meter: Meter, take: Take | None = None
    ) -> Reply:
        meter.count_request()
        with own_errors():
            headers = await self._headers(target.partition("?")[0], method)
            url = f"{self.host}{target}"
            sent = await self._client.call_api(method, url, headers, body, _request_timeout=TIMEOUT)
            async with sent.response as response:
                kept = _Kept()
                taken = take if take and response.status == HTTPStatus.OK else kept.take
                await _read(response, meter, taken)
        return Reply(response.status, response.headers, kept.body)

    async def _headers(self, path: str, method: str = "GET") -> dict[str, str]:
        headers = {
            "Accept": "application/json, */*",
            "Accept-Encoding": "gzip",
            "User-Agent": "netcheck",
        }
        await self._client.update_params_for_auth(headers, [], ["BearerToken"], path, method, None)
        return headers

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class _Unpacker:
    """Undoes the body's encoding, in steps that neither fill memory nor take long."""

    def __init__(self, encoding: str) -> None:
        if encoding not in {"gzip", "identity"}:
            raise BrokenAnswerError(f"the answer came in an encoding nobody asked for: {encoding}")
        self._gzip = zlib.decompressobj(GZIP) if encoding == "gzip" else None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield what a piece holds, at most `STEP` bytes at a time."""
        if self._gzip is None:
            yield piece
            return
        try:
            while piece:
                yield self._gzip.decompress(piece, STEP)
                piece = self._gzip.unconsumed_tail
        except zlib.error as error:
            raise BrokenAnswerError("the answer is no gzip, though it says so") from error

    def finish(self) -> None:
        """Refuse a body that ends too early."""
        if self._gzip is not None and not self._gzip.eof:
            raise BrokenAnswerError("the answer broke off")


class _Kept:
    """A body that is kept whole."""

    def __init__(self) -> None:
        self.body = bytearray()  # grows in place: joining pieces would need the memory twice

    def take(self, piece: bytes) -> None:
        """Add a piece."""
        self.body += piece
        if len(self.body) > HELD:
            raise BrokenAnswerError(f"the answer is larger than {HELD / MEGA:.0f} MB")


async def _read(response: aiohttp.ClientResponse, meter: Meter, take: Take) -> None:
    """Read the body piece by piece, so that the budget holds before memory is filled."""
    unpacker = _Unpacker(response.headers.get("Content-Encoding", "identity"))
    async for piece in response.content.iter_any():
        meter.count_received(len(piece))
        for data in unpacker.feed(piece):
            meter.count_unpacked(len(data))
            take(data)
            await asyncio.sleep(0)  # a long list must not keep other answers waiting
    unpacker.finish()
