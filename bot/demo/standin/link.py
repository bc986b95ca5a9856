"""Socket Mode: connections, envelopes, acknowledgements, and sending again.

docs.slack.dev/apis/events-api/using-socket-mode for `hello`, `disconnect` and envelopes;
`retry_attempt` counts from 0 and `retry_reason` is `timeout` in envelopes that apps recorded.
"""

import asyncio
import contextlib
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMessage, WSMsgType, web

from bot.demo.standin.changes import Change, Changes
from bot.demo.standin.messages import Message
from bot.demo.standin.options import Options, StandInError
from bot.demo.standin.workspace import APP_ID, Json

Envelope = Literal["events_api", "slash_commands", "interactive"]
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]

CONNECTIONS = 10
"""Sockets an app may hold open at once (docs.slack.dev/apis/events-api/using-socket-mode)."""


@dataclass(frozen=True)
class Ack:
    """An acknowledgement: `seconds` after its envelope was sent, `late` when Slack waits no more.

    `payload` is what a command was answered with; `age` is how long the socket had been open.
    """

    attempt: int
    seconds: float
    payload: Json
    late: bool
    age: float = 0.0


@dataclass(eq=False)
class Attempt:
    """One envelope on its way; `done` turns True on an ack and False when its socket was lost."""

    number: int
    envelope_id: str
    connection: int
    done: asyncio.Future[bool]
    age: float = 0.0
    at: float = field(default_factory=time.monotonic)


@dataclass(eq=False)
class Delivery:
    """Something Slack tells the bot until it is acknowledged: the handle of an event.

    `acked` holds the first ack in time. `ended` turns to that ack, or to None once Slack gave up.
    """

    kind: Envelope
    payload: Json
    message: Message | None = None
    attempts: list[Attempt] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    acked: asyncio.Future[Ack] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    ended: asyncio.Future[Ack | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @property
    def event_id(self) -> str:
        """The event's id; for a command or a button its `trigger_id`."""
        return str(self.payload.get("event_id") or self.payload.get("trigger_id", ""))

    @property
    def gave_up(self) -> bool:
        """Whether Slack sends it no more although it was never acknowledged."""
        return self.ended.done() and self.ended.result() is None


@dataclass(eq=False)
class Connection:
    """One open socket. A `silent` one hears and says nothing; a `retiring` one gets no more."""

    number: int
    request: web.Request
    socket: web.WebSocketResponse
    silent: bool = False
    retiring: bool = False
    pending: set[Attempt] = field(default_factory=set)
    opened: float = field(default_factory=time.monotonic)

    async def send(self, body: Json) -> None:
        """Send JSON, unless the line is dead; that it broke shows when nothing comes back."""
        if not self.silent and not self.socket.closed:
            with contextlib.suppress(ConnectionError):
                await self.socket.send_json(body)


class Link:
    """The sockets of the app and what is on its way over them."""

    def __init__(self, options: Options, changes: Changes) -> None:
        self._options = options
        self._changes = changes
        self._tickets: set[str] = set()
        self._opened = 0
        self._turn = 0
        self._sent: dict[str, tuple[Delivery, Attempt]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self.turned_away = 0
        self.connections: list[Connection] = []
        self.deliveries: list[Delivery] = []

    def ticket(self) -> str:
        """Return a ticket that opens one socket."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized(text="invalid ticket")
        self._tickets.remove(ticket)
        if self.turned_away:
            self.turned_away -= 1
            raise web.HTTPServiceUnavailable(text="try again")
        socket = web.WebSocketResponse(autoping=False, timeout=0.5)
        await socket.prepare(request)
        self._opened += 1
        connection = Connection(self._opened, request, socket)
        if len(self.connections) >= CONNECTIONS:
            await self.retire(connection, "too_many_websockets")
            await socket.close()
            return socket
        await self._listen(connection)
        return socket

    def deliver(self, kind: Envelope, payload: Json, message: Message | None = None) -> Delivery:
        """Send a payload, again and again when it must be, in the background."""
        delivery = Delivery(kind, payload, message)
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._carry(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return delivery

    async def redeliver(self, delivery: Delivery) -> Attempt:
        """Send a payload once more whether it was acknowledged or not."""
        connection = self._next()
        if connection is None:
            raise StandInError("no socket is open to send the event again")
        return await self._send(delivery, connection, max(1, len(delivery.attempts)))

    async def retire(self, connection: Connection, reason: Reason) -> None:
        """Tell a client that its socket is about to close, and use it no more."""
        await connection.send({"type": "disconnect", "reason": reason, "debug_info": _debug()})
        connection.retiring = True
        self._reckon()

    async def opened(self) -> None:
        """Return once a socket is open and in use."""
        await self._open.wait()

    async def close(self) -> None:
        """Stop every delivery and close every socket."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.socket.close() for one in tuple(self.connections)))

    async def _listen(self, connection: Connection) -> None:
        self.connections.append(connection)
        hello = {"type": "hello", "num_connections": len(self.connections)}
        await connection.send(
            {**hello, "debug_info": _debug(), "connection_info": {"app_id": APP_ID}}
        )
        self._reckon()
        self._changes.tell(Change("connected"))
        try:
            async for frame in connection.socket:
                await self._hear(connection, frame)
        finally:
            self.connections.remove(connection)
            self._reckon()
            for attempt in tuple(connection.pending):
                _settle(attempt, acked=False)
            self._changes.tell(Change("disconnected"))

    async def _hear(self, connection: Connection, frame: WSMessage) -> None:
        if connection.silent:
            return
        if frame.type is WSMsgType.PING:
            await connection.socket.pong(frame.data)
        elif frame.type is WSMsgType.TEXT:
            self._acknowledge(json.loads(frame.data))

    def _acknowledge(self, said: Json) -> None:
        """Take an ack; it may come over another socket than its envelope went."""
        delivery, attempt = self._sent.get(str(said.get("envelope_id")), (None, None))
        if delivery is None or attempt is None:
            return
        seconds = time.monotonic() - attempt.at
        payload = said.get("payload") or {}
        ack = Ack(attempt.number, seconds, payload, attempt.done.done(), attempt.age)
        delivery.acks.append(ack)
        _settle(attempt, acked=True)
        if not ack.late and not delivery.acked.done():
            delivery.acked.set_result(ack)
        self._changes.tell(Change("acked", delivery.message, delivery))

    async def _carry(self, delivery: Delivery) -> None:
        """Try, and try again: an attempt that finds no socket counts, the next waits for one."""
        again = self._options.retry_seconds if delivery.kind == "events_api" else ()
        for number, delay in enumerate((0.0, *again)):
            await asyncio.sleep(delay)
            if number and not self._open.is_set():
                await self.opened()
                await asyncio.sleep(self._options.spread_seconds * random.random())  # noqa: S311
            if await self._attempt(delivery, number):
                break
        delivery.ended.set_result(delivery.acked.result() if delivery.acked.done() else None)
        if delivery.gave_up:
            self._changes.tell(Change("gave-up", delivery.message, delivery))

    async def _attempt(self, delivery: Delivery, number: int) -> bool:
        connection = self._next()
        if connection is None:
            return False
        attempt = await self._send(delivery, connection, number)
        try:
            async with asyncio.timeout(self._options.ack_seconds):
                return await attempt.done
        except TimeoutError:
            return False

    async def _send(self, delivery: Delivery, connection: Connection, number: int) -> Attempt:
        done = asyncio.get_running_loop().create_future()
        age = time.monotonic() - connection.opened
        attempt = Attempt(number, secrets.token_hex(16), connection.number, done, age)
        delivery.attempts.append(attempt)
        self._sent[attempt.envelope_id] = delivery, attempt
        connection.pending.add(attempt)
        done.add_done_callback(lambda _: connection.pending.discard(attempt))
        self._changes.tell(Change("delivered", delivery.message, delivery))
        await connection.send(_envelope(delivery, attempt))
        return attempt

    def _reckon(self) -> None:
        """Tell those who wait for a socket whether there is one."""
        if self._usable():
            self._open.set()
        else:
            self._open.clear()

    def _usable(self) -> list[Connection]:
        return [one for one in self.connections if not one.retiring]

    def _next(self) -> Connection | None:
        """Take turns, which is as good as Slack's chance and the same on every run."""
        usable = self._usable()
        self._turn += 1
        return usable[self._turn % len(usable)] if usable else None


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    envelope: Json = {
        "envelope_id": attempt.envelope_id,
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope["retry_attempt"] = attempt.number
        envelope["retry_reason"] = "timeout" if attempt.number else ""
    return envelope


def _settle(attempt: Attempt, *, acked: bool) -> None:
    if not attempt.done.done():
        attempt.done.set_result(acked)


def _debug() -> Json:
    return {"host": "standin", "build_number": 1, "approximate_connection_time": 18_060}
