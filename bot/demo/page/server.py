"""Serves the page: its files, what happens, and what people do.

Only this machine is answered, and only the page itself: a `Host` or `Origin` of another site is
refused, so that no page elsewhere can act here (DNS rebinding, cross-site requests).
"""

import asyncio
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from importlib.resources import files

import msgspec
from aiohttp import web

from bot.demo.page import shown
from bot.demo.page.acts import ACTS, Break, Stage
from bot.demo.sample import SampleCluster
from bot.demo.standin import ANA, Message, SlackStandIn, StandInError
from bot.demo.standin.changes import Change, Subscription
from bot.demo.standin.workspace import Json

HOST = "127.0.0.1"
LARGEST = 4 * 2**20  # bytes of one act; files go along with it
_STATIC = files("bot.demo.page").joinpath("static")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_OF_MESSAGES = {"posted", "edited", "deleted", "ephemeral", "reacted", "unfurled"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """One page over one stand-in and one sample cluster; `features` are the manifest's."""

    def __init__(self, slack: SlackStandIn, cluster: SampleCluster, features: Json) -> None:
        self._stage = Stage(slack, cluster)
        self._features = features
        self._sockets: set[web.WebSocketResponse] = set()
        self.url = ""

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[str]:
        """Serve on this port, 0 for any; yield the address. Raises `OSError` when it is taken."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, port).start()
            self.url = f"http://{HOST}:{runner.addresses[0][1]}/"
            yield self.url
        finally:
            for socket in tuple(self._sockets):
                await socket.close()
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST)
        app.router.add_get("/", self._file)
        app.router.add_get("/static/{name}", self._file)
        app.router.add_get("/live", self._live)
        app.router.add_post("/do", self._do)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes from another site."""
        here = self.url.removeprefix("http://").rstrip("/")
        hosts = {here, here.replace(HOST, "localhost")}
        origin = request.headers.get("Origin", "").removeprefix("http://")
        if request.host not in hosts or (origin and origin not in hosts):
            raise web.HTTPForbidden(text="this page answers itself alone")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "index.html")
        file = _STATIC.joinpath(name)
        if "/" in name or not file.is_file():
            raise web.HTTPNotFound
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return web.Response(body=file.read_bytes(), content_type=kind, charset="utf-8")

    async def _do(self, request: web.Request) -> web.StreamResponse:
        """Do one act; what Slack's own client would not do comes back as `refused`, in words."""
        try:
            act = ACTS.decode(await request.read())
            answer = await act.play(self._stage)
        except msgspec.DecodeError as error:
            return web.Response(text=str(error), status=400)
        except StandInError as error:
            answer = {"refused": str(error)}
        if isinstance(act, Break):
            await self._broadcast({"type": "sample", "broken": self._stage.cluster.broken})
        return web.json_response(answer)

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """Tell one person all there is, then each change."""
        slack = self._stage.slack
        user = request.query.get("user") or ANA
        if user not in slack.workspace.users:
            raise web.HTTPNotFound(text=f"there is no user {user}")
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        changes = slack.subscribe()
        telling = asyncio.create_task(self._tell(socket, changes, user))
        self._sockets.add(socket)
        try:
            async for _ in socket:
                pass  # the page says nothing here: it acts by POST
        finally:
            self._sockets.discard(socket)
            changes.close()
            await telling
        return socket

    async def _tell(self, socket: web.WebSocketResponse, changes: Subscription, user: str) -> None:
        await _send(socket, {"type": "state", "state": self._state(user)})
        async for change in changes:
            told = self._told(change, user)
            if told is not None:
                await _send(socket, told)

    def _told(self, change: Change, user: str) -> Json | None:
        """Return what a change means to one person, None when it is nothing."""
        slack = self._stage.slack
        if change.message is not None and change.kind in _OF_MESSAGES:
            return _of_message(slack, change.message, user)
        tells: dict[str, Callable[[], Json]] = {
            "viewed": lambda: {"type": "modal", "view": slack.modal(user)},
            "published": lambda: {"type": "home", "view": shown.home(slack, user)},
            "connected": lambda: {"type": "link", "connections": slack.connections},
            "disconnected": lambda: {"type": "link", "connections": slack.connections},
            "joined": lambda: {"type": "state", "state": self._state(user)},
        }
        return tells[change.kind]() if change.kind in tells else None

    def _state(self, user: str) -> Json:
        return shown.whole(self._stage.slack, self._stage.cluster, self._features, user)

    async def _broadcast(self, told: Json) -> None:
        for socket in tuple(self._sockets):
            await _send(socket, told)


async def _send(socket: web.WebSocketResponse, told: Json) -> None:
    """Send JSON; a page that went away hears nothing."""
    with suppress(ConnectionError):
        await socket.send_json(told)


def _of_message(slack: SlackStandIn, message: Message, user: str) -> Json | None:
    if not shown.shows(slack, message, user) and not message.deleted:
        return None
    kind = "removed" if message.deleted else "message"
    return {"type": kind, "message": shown.message(slack, message)}
