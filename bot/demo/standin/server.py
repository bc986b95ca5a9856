"""The HTTP side: the Web API, response addresses, files, and the door to the sockets."""

import json
import time
from collections.abc import Callable

from aiohttp import web

from bot.demo.standin import chat, reading, views
from bot.demo.standin.calls import Args, Call, Fault, mask, read
from bot.demo.standin.changes import Change
from bot.demo.standin.messages import Message
from bot.demo.standin.options import Refusal
from bot.demo.standin.workspace import BOT_USER, Json
from bot.demo.standin.world import Hook, World

HOOK = "response_url"
"""What a message to a response_url is called in the log and in orders for faults."""

HOOK_USES = 5
HOOK_SECONDS = 1_800.0
"""A response_url takes five messages within 30 minutes
(docs.slack.dev/interactivity/handling-user-interaction)."""

_GONE = frozenset({"expired_url", "used_url", "no_service"})
"""What a dead address answers with 404; everything else is 400
(docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, handling errors)."""

_METHODS: dict[str, Callable[[World, Args], Json]] = {
    "auth.test": reading.auth_test,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": reading.conversation_history,
    "conversations.info": reading.conversation_info,
    "conversations.replies": reading.conversation_replies,
    "reactions.add": reading.add_reaction,
    "usergroups.users.list": reading.group_users,
    "users.info": reading.user_info,
    "views.open": views.open_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
    "views.publish": views.publish,
}


class Server:
    """Answers HTTP for one world. `base` is its own address, with a slash at the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.base = ""

    def app(self) -> web.Application:
        """Return the application to run."""
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hooks/{hook}", self._hook)
        app.router.add_get("/files/{name:.+}", self._file)
        app.router.add_get("/link", self._world.link.serve)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            args = await read(request)
        except Refusal as refusal:
            return self._answer(Call(method, {}), _refused(refusal))
        token = _bearer(request) or args.text("token")
        args.values.pop("token", None)
        call = Call(method, dict(args.values), mask(token))
        return self._meet(request, call, lambda: self._run(method, args, token))

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        """Take a message sent to a response_url; its errors come as plain words."""
        hook = self._world.hooks.get(request.match_info["hook"])
        try:
            args = await read(request)
        except Refusal as refusal:
            return self._answer(Call(HOOK, {}), _refused(refusal))
        call = Call(HOOK, dict(args.values))
        return self._meet(request, call, lambda: self._respond(hook, args))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Give out a file to the bot token; anybody else gets a page to sign in on."""
        content = self._world.files.get(request.path)
        if content is None:
            raise web.HTTPNotFound
        allowed = "files:read" in self._world.options.scopes
        if _bearer(request) != self._world.options.bot_token or not allowed:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=content, content_type="text/plain")

    def _meet(
        self, request: web.Request, call: Call, run: Callable[[], Json]
    ) -> web.StreamResponse:
        """Let a call meet the fault ordered for it, or do what it asks."""
        fault = self._world.faults.take(call.method)
        if fault.how == "drop":
            return self._cut(request, call)
        if fault.how in {"500", "no-json"}:
            return self._broken(call, 500 if fault.how == "500" else 200)
        try:
            answer = {"ok": True, **_meddle(fault, run)()}
        except Refusal as refusal:
            answer = _refused(refusal)
        except chat.Limited as limited:
            return self._limited(call, limited.retry_after)
        return self._cut(request, call) if fault.how == "after" else self._answer(call, answer)

    def _run(self, method: str, args: Args, token: str) -> Json:
        """Do what a method does. Raises `Refusal`."""
        options = self._world.options
        if method == "api.test":
            return reading.api_test(self._world, args)
        if not token:
            raise Refusal("not_authed")
        if token not in {options.bot_token, options.app_token}:
            raise Refusal("invalid_auth")
        if (token == options.app_token) != (method == "apps.connections.open"):
            raise Refusal("not_allowed_token_type")
        if method == "apps.connections.open":
            ticket = self._world.link.ticket()
            return {"url": f"{self.base.replace('http', 'ws', 1)}link?ticket={ticket}&app_id=A0"}
        if method not in _METHODS:
            raise Refusal("unknown_method", {"req_method": method})
        return _METHODS[method](self._world, args)

    def _respond(self, hook: Hook | None, args: Args) -> Json:
        """Show what was sent to a response_url: to one user, or to the channel if asked."""
        if hook is None:
            raise Refusal("no_service")
        if time.monotonic() - hook.at > HOOK_SECONDS:
            raise Refusal("expired_url")
        if hook.uses >= HOOK_USES:
            raise Refusal("used_url")
        world = self._world
        if args.flag("delete_original") and hook.message:
            world.delete(hook.message)
        else:
            show(world, hook, args)
        hook.uses += 1
        return {}

    def _answer(self, call: Call, answer: Json) -> web.Response:
        status = 200
        if call.method == HOOK and not answer["ok"]:
            status = 404 if answer["error"] in _GONE else 400
        self._keep(call, status, answer)
        if status != 200:  # noqa: PLR2004 (HTTP's own number)
            return web.Response(text=answer["error"], status=status)
        scopes = ",".join(sorted(self._world.options.scopes))
        return web.json_response(answer, headers={"x-oauth-scopes": scopes})

    def _limited(self, call: Call, retry_after: int) -> web.Response:
        """Answer 429; `Retry-After` is whole seconds (docs.slack.dev/apis/web-api/rate-limits)."""
        answer = {"ok": False, "error": "ratelimited"}
        self._keep(call, 429, answer)
        headers = {"Retry-After": str(retry_after)}
        return web.json_response(answer, status=429, headers=headers)

    def _broken(self, call: Call, status: int) -> web.Response:
        self._keep(call, status, {})
        page = "<html>Server Error</html>"
        return web.Response(text=page, status=status, content_type="text/html")

    def _cut(self, request: web.Request, call: Call) -> web.Response:
        """Close the connection without an answer."""
        self._keep(call, 0, {})
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _keep(self, call: Call, status: int, answer: Json) -> None:
        call.status, call.answer = status, json.loads(json.dumps(answer))
        self._world.calls.append(call)
        self._world.changes.tell(Change("called", call=call))


def show(world: World, hook: Hook, args: Args) -> None:
    """Show a message sent to a response_url, or in the ack of a command."""
    form = chat.hook_form(args)
    if args.flag("replace_original") and hook.message:
        world.edit(hook.message, form, marked=False)
        return
    thread = args.text("thread_ts")
    message = Message(hook.channel, world.next_ts(), BOT_USER, [form], thread, bot=True)
    if args.text("response_type") == "in_channel":
        world.post(message)
    else:
        message.ephemeral_to = hook.user
        world.whisper(message)


def _meddle(fault: Fault, run: Callable[[], Json]) -> Callable[[], Json]:
    """Return what to do instead when a 429 or a refusal was ordered."""

    def refuse() -> Json:
        if fault.retry_after is not None:
            raise chat.Limited(fault.retry_after)
        raise Refusal(fault.error)

    return refuse if fault.error or fault.retry_after is not None else run


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip()


def _refused(refusal: Refusal) -> Json:
    return {"ok": False, "error": refusal.error, **refusal.extra}
