"""An API server over real TCP that serves given objects, and plays faults on request."""

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.cluster.connect import connect
from bot.cluster.reader import LiveCluster
from bot.cluster.wire import Wire
from bot.core.ports import Budget
from bot.demo.sample import load_sample
from checks.kinds import KINDS, Kind

TOKEN = "good-token"
VERSION = "v1.37.2"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
Manifest = dict[str, Any]
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@cache
def shop() -> tuple[Manifest, ...]:
    """Return the objects of the demo's sample cluster."""
    return tuple(load_sample("shop").document["objects"])


def pods(count: int) -> list[Manifest]:
    """Make pods `pod-0`, `pod-1` and so on."""
    return [
        {"kind": "Pod", "metadata": {"name": f"pod-{number}", "namespace": "shop"}}
        for number in range(count)
    ]


def names(objects: Iterable[Kind]) -> list[str]:
    """Return what objects are called."""
    return [one.metadata.name for one in objects]


class FakeApi:
    """Lists, single objects and logs; `faults` are by resource: `pods`, `deployments.apps`.

    A cached kind ignores the limit of a request with resourceVersion=0, as the real one does;
    `uncached` ones are paged.
    """

    def __init__(self, objects: Iterable[Manifest] = ()) -> None:
        self.objects = list(objects)
        self.logs: dict[tuple[str, str, str, bool], str] = {}
        self.faults: dict[str, Fault] = {}
        self.uncached: set[str] = set()
        self.unserved: set[str] = set()  # what discovery leaves out; `faults` tell of the lists
        self.version: Fault = self._version
        self.granted: dict[str, Manifest] = {}  # the status of a review, by namespace
        self.asked: list[web.Request] = []
        self.url = ""

    def app(self) -> web.Application:
        """Return the server's routes."""
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/version", self._tell_version)
        app.router.add_post(REVIEWS, self._review)
        for root in ("/api/{version}", "/apis/{group}/{version}"):
            app.router.add_get(root, self._discover)
            for scope in ("", "/namespaces/{namespace}"):
                app.router.add_get(f"{root}{scope}/{{plural}}", self._list)
                app.router.add_get(f"{root}{scope}/{{plural}}/{{name}}", self._get)
        log = "/api/v1/namespaces/{namespace}/pods/{pod}/log"
        app.router.add_get(log, self._log)
        return app

    def paths(self) -> list[str]:
        """Return what was asked for so far, with the query."""
        return [request.path_qs for request in self.asked]

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.asked.append(request)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return status(401, "Unauthorized")
        if fault := self.faults.get(resource_of(request)):
            return await fault(request)
        return await handler(request)

    async def _review(self, request: web.Request) -> web.Response:
        """Answer by `granted`; a namespace it does not name has no rule, as one that is not."""
        asked = await request.json()
        assert asked["kind"] == "SelfSubjectRulesReview"
        nothing: Manifest = {"resourceRules": [], "nonResourceRules": [], "incomplete": False}
        told = self.granted.get(asked["spec"]["namespace"], nothing)
        return web.json_response({**asked, "status": told}, status=201)

    async def _tell_version(self, request: web.Request) -> web.StreamResponse:
        return await self.version(request)

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"gitVersion": VERSION})

    async def _discover(self, request: web.Request) -> web.Response:
        """Tell what a group and version has, `unserved` left out."""
        info = request.match_info
        wanted = f"{info.get('group', '')}/{info['version']}".lstrip("/")
        served = [
            {"name": kind.resource.plural}
            for qualified, kind in KINDS.items()
            if version_of(kind) == wanted and qualified not in self.unserved
        ]
        if not served:
            return not_served()
        return web.json_response({"groupVersion": wanted, "resources": served})

    async def _list(self, request: web.Request) -> web.Response:
        kind = kind_of(request)
        if kind is None:
            return not_served()
        found = [one for one in self.objects if one["kind"] == called(kind)]
        namespace = request.match_info.get("namespace")
        found = [one for one in found if namespace in {None, one["metadata"].get("namespace")}]
        found, following = self._page(request, found)
        meta = {"resourceVersion": "7", **({"continue": following} if following else {})}
        return packed(
            request,
            {
                "kind": f"{called(kind)}List",
                "apiVersion": version_of(kind),
                "metadata": meta,
                "items": found,
            },
        )

    async def _get(self, request: web.Request) -> web.Response:
        kind = kind_of(request)
        if kind is None:
            return not_served()
        name, namespace = request.match_info["name"], request.match_info.get("namespace")
        for one in self.objects:
            meta = one["metadata"]
            if (one["kind"], meta["name"], meta.get("namespace")) == (
                called(kind),
                name,
                namespace,
            ):
                return packed(request, {**one, "apiVersion": version_of(kind)})
        message = f'{kind.resource.plural} "{name}" not found'
        return status(404, message, reason="NotFound", details={"name": name})

    async def _log(self, request: web.Request) -> web.Response:
        info = request.match_info
        previous = request.query.get("previous") == "true"
        key = (info["namespace"], info["pod"], request.query["container"], previous)
        if key in self.logs:
            return web.Response(text=self.logs[key])
        container = f'container "{key[2]}" in pod "{key[1]}"'
        if previous:
            return status(400, f"previous terminated {container} not found")
        return status(400, f"{container} is waiting to start: ContainerCreating")

    def _page(self, request: web.Request, found: list[Manifest]) -> tuple[list[Manifest], str]:
        """Cut a page, as a server without a cache does."""
        limit = int(request.query.get("limit", "0"))
        token = request.query.get("continue")
        from_cache = request.query.get("resourceVersion") == "0" and not token
        if not limit or (from_cache and resource_of(request) not in self.uncached):
            return found, ""
        start = int(base64.b64decode(token)) if token else 0
        end = start + limit
        following = base64.b64encode(str(end).encode()).decode() if end < len(found) else ""
        return found[start:end], following


def status(
    code: int,
    message: str,
    *,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """Answer as the API server does when it refuses."""
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "details": details or {},
        "code": code,
    }
    return web.json_response(body, status=code, headers=headers)


def not_served() -> web.Response:
    """Answer as it does for a path of a group that it has not."""
    return web.Response(text="404 page not found\n", status=404)


def packed(request: web.Request, body: Manifest) -> web.Response:
    """Answer with JSON, compressed if that is accepted."""
    data = json.dumps(body).encode()
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=data, content_type="application/json")
    headers = {"Content-Encoding": "gzip"}
    return web.Response(body=gzip.compress(data), content_type="application/json", headers=headers)


def resource_of(request: web.Request) -> str:
    """Return `pods`, `deployments.apps`, or `pods/log`."""
    info = request.match_info
    if request.path == REVIEWS:
        return "selfsubjectrulesreviews.authorization.k8s.io"
    if "pod" in info:
        return "pods/log"
    group = info.get("group")
    plural = info.get("plural", "discovery")
    return f"{plural}.{group}" if group else plural


def kind_of(request: web.Request) -> type[Kind] | None:
    """Return the kind a path is about, if this server serves it in that version."""
    kind = KINDS.get(resource_of(request))
    served = kind and kind.resource.version == request.match_info["version"]
    return kind if served else None


def called(kind: type[Kind]) -> str:
    """Return what the API calls a kind."""
    return kind.resource.kind or kind.__name__


def version_of(kind: type[Kind]) -> str:
    """Return `v1`, or `apps/v1`."""
    resource = kind.resource
    return f"{resource.group}/{resource.version}".lstrip("/")


@asynccontextmanager
async def serving(api: FakeApi) -> AsyncIterator[FakeApi]:
    """Serve on a port the system chooses."""
    # handler_cancellation ends the answers that a fault holds back once the client is gone.
    runner = web.AppRunner(
        api.app(), access_log=None, handler_cancellation=True, shutdown_timeout=0
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        api.url = f"http://{host}:{port}"
        yield api
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(api: FakeApi, folder: Path, token: str = TOKEN) -> AsyncIterator[Wire]:
    """Connect to a running fake, through a kubeconfig."""
    async with await connect(write_kubeconfig(folder, api.url, token), "fake") as wire:
        yield wire


@asynccontextmanager
async def opened(
    api: FakeApi, folder: Path, budget: Budget | None = None, token: str = TOKEN
) -> AsyncIterator[LiveCluster]:
    """Open a running fake as a live cluster; waiting between tries takes no time."""
    async with connected(api, folder, token) as wire:
        yield LiveCluster("fake", wire, budget or Budget(), pause=lambda _: asyncio.sleep(0))


def write_kubeconfig(folder: Path, url: str, token: str = TOKEN) -> Path:
    """Write a kubeconfig with the context `fake`."""
    path = folder / "kubeconfig"
    config = {
        "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "bot"}}],
        "current-context": "fake",
        "clusters": [{"name": "fake", "cluster": {"server": url}}],
        "users": [{"name": "bot", "user": {"token": token}}],
    }
    path.write_text(json.dumps(config), encoding="utf-8")
    return path
