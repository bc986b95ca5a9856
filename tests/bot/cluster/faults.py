"""What can go wrong with one kind, each as a fault that `FakeApi` plays."""

import asyncio
import gzip
from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from tests.bot.cluster.fake_api import Fault, called, kind_of, not_served, status, version_of

HALF = b'{"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [{"metadata": {'


def refuse(code: int, headers: Mapping[str, str] | None = None) -> Fault:
    """Answer with a status, as the API server words it."""

    async def play(_request: web.Request) -> web.Response:
        return status(code, "made up by a test", headers=headers)

    return play


def say(body: bytes, code: int = 200, encoding: str = "identity") -> Fault:
    """Answer with given bytes."""

    async def play(_request: web.Request) -> web.Response:
        headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
        return web.Response(body=body, status=code, headers=headers)

    return play


def typed(items: str, *, version: str = "", kind: str = "", name: str = "") -> Fault:
    """Answer with an envelope of the right kind, but for what is given."""

    async def play(request: web.Request) -> web.Response:
        asked = kind_of(request)
        assert asked
        wanted = request.match_info.get("name")
        meta = f'{{"name": "{name or wanted}"}}' if wanted else "{}"
        suffix = "" if wanted else "List"
        text = (
            f'{{"apiVersion": "{version or version_of(asked)}",'
            f' "kind": "{(kind or called(asked))}{suffix}", "metadata": {meta}{items}}}'
        )
        return web.Response(text=text, content_type="application/json")

    return play


async def missing(_request: web.Request) -> web.Response:
    """Answer as a server without this API group."""
    return not_served()


async def broken_off(request: web.Request) -> web.StreamResponse:
    """Reset the connection in the middle of the body."""
    answer = web.StreamResponse(headers={"Content-Length": "100000"})
    await answer.prepare(request)
    await answer.write(HALF)
    assert request.transport
    request.transport.abort()
    return answer


async def expired(request: web.Request) -> web.Response:
    """Send one page, then call its continue token too old; the list cannot be had whole either."""
    if "limit" in request.query and "continue" not in request.query:
        page = typed(', "items": []')
        answer = await page(request)
        assert isinstance(answer, web.Response)
        answer.text = str(answer.text).replace('"metadata": {}', '"metadata": {"continue": "x"}')
        return answer
    return status(410, "The provided continue parameter is too old", reason="Expired")


async def silent(_request: web.Request) -> web.Response:
    """Never answer; ends when the client goes away."""
    await asyncio.Event().wait()
    return not_served()


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "400": refuse(400),
        "401": refuse(401),
        "403": refuse(403),
        "404 of the group": missing,
        "410 on the second page": expired,
        "429 for ever": refuse(429, {"Retry-After": "1"}),
        "429 for longer than there is time": refuse(429, {"Retry-After": "3600"}),
        "429 without a delay": refuse(429),
        "500": refuse(500),
        "502 from a proxy": say(b"<html>Bad Gateway</html>", 502),
        "503": refuse(503, {"Retry-After": "1"}),
        "504": refuse(504),
        "204": say(b"", 204),
        "an empty body": say(b""),
        "truncated JSON": say(HALF),
        "HTML": say(b"<html>Please log in</html>"),
        "not UTF-8": say(b'{"kind": "\xff\xfe"}'),
        "null": say(b"null"),
        "an array": say(b"[]"),
        "an empty object": say(b"{}"),
        "a Status": say(b'{"kind": "Status", "apiVersion": "v1", "metadata": {}}'),
        "no items, or another object": typed("", name="another"),
        "items of a wrong type": typed(', "items": {"a": 1}, "metadata": []'),
        "a field of a wrong type": typed(', "items": [{"metadata": {"name": 5}}], "metadata": 5'),
        "another version": typed(', "items": []', version="v9"),
        "another kind": typed(', "items": []', kind="Secret"),
        "a reset in the middle": broken_off,
        "what is no gzip": say(b"plain", encoding="gzip"),
        "half a gzip": say(gzip.compress(HALF * 99)[:40], encoding="gzip"),
        "an encoding nobody asked for": say(b"plain", encoding="br"),
    }
)
