"""The stand-in itself: what tests and the demo hold in their hands."""

from collections.abc import Callable, Sequence
from typing import Self, TypeVar

from aiohttp import web

from bot.demo.standin import views
from bot.demo.standin.calls import Call, Fault, How
from bot.demo.standin.changes import Subscription
from bot.demo.standin.link import Attempt, Delivery, Reason
from bot.demo.standin.messages import Message
from bot.demo.standin.options import Options
from bot.demo.standin.people import People
from bot.demo.standin.workspace import Json, Workspace

T = TypeVar("T")


class SlackStandIn(People):
    """A workspace on 127.0.0.1 that Bolt and slack_sdk take for Slack.

    Use it as an async context manager; `url` is then what `slack_api_url` and `base_url` want.
    People act through `mention`, `direct`, `message`, `slash`, `press` and `shortcut`; what came
    of it is read from `thread`, `ephemerals`, `calls`, or awaited with `until`.
    """

    def __init__(self, options: Options | None = None, workspace: Workspace | None = None) -> None:
        super().__init__(options or Options(), workspace or Workspace.sample())
        self._runner = web.AppRunner(self._server.app(), access_log=None, shutdown_timeout=0.5)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self.options.host, self.options.port).start()
        host, port = self._runner.addresses[0][:2]
        self._server.base = f"http://{host}:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._world.link.close()
        await self._runner.cleanup()
        self._world.changes.close()

    @property
    def url(self) -> str:
        """The address of the Web API: `http://127.0.0.1:PORT/api/`."""
        return f"{self._server.base}api/"

    # What Slack does.

    async def redeliver(self, delivery: Delivery) -> Attempt:
        """Send an event again, with the next `retry_attempt`, even if it was acknowledged."""
        return await self._world.link.redeliver(delivery)

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Ask the client of every open socket to open another."""
        for connection in tuple(self._world.link.connections):
            await self._world.link.retire(connection, reason)

    def go_silent(self) -> None:
        """Let every open socket die without a word: nothing is heard or said on it any more."""
        for connection in self._world.link.connections:
            connection.silent = True

    def turn_away(self, times: int = 1) -> None:
        """Let the next sockets not be opened; their addresses are used up all the same."""
        self._world.link.turned_away = times

    def cut(self) -> None:
        """Break every open socket off."""
        for connection in self._world.link.connections:
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """Answer the next calls of a method with 429 and `Retry-After`.

        `response_url` counts as a method here, as in `fail` and `refuse`.
        """
        self._world.faults.order(method, Fault(retry_after=retry_after), times)

    def fail(self, method: str, times: int = 1, how: How = "500") -> None:
        """Let the next calls of a method fail; see `How`."""
        self._world.faults.order(method, Fault(how=how), times)

    def refuse(self, method: str, error: str, times: int = 1) -> None:
        """Refuse the next calls of a method with an error of Slack's."""
        self._world.faults.order(method, Fault(error=error), times)

    # What came of it.

    @property
    def calls(self) -> list[Call]:
        """Every call to the Web API and to a response_url, tokens masked, oldest first."""
        return self._world.calls

    @property
    def messages(self) -> list[Message]:
        """Every message in every channel, deleted ones too, oldest first."""
        return list(self._world.messages.values())

    @property
    def ephemerals(self) -> list[Message]:
        """Every message only one user saw."""
        return self._world.ephemerals

    @property
    def views(self) -> list[Json]:
        """Every modal the bot opened, in its newest form."""
        return self._world.views

    def homes(self, user: str) -> Sequence[Json]:
        """Return every Home tab somebody was shown, oldest first."""
        return tuple(self._world.homes.get(user, ()))

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything ever sent to the bot."""
        return self._world.link.deliveries

    @property
    def connections(self) -> int:
        """How many sockets are open and in use."""
        return sum(not one.retiring for one in self._world.link.connections)

    def wire(self, message: Message) -> Json:
        """Return a message as Slack sends it, with what its thread adds."""
        return self._world.wire(message)

    def content(self, url_private: str) -> bytes:
        """Return what an attached file holds."""
        return self._world.files["/" + url_private.removeprefix(self._server.base)]

    def modal(self, user: str) -> Json | None:
        """Return the modal before somebody."""
        return views.find(self._world, self._world.screens.top(user))

    async def opened(self) -> None:
        """Return once a socket is open and in use."""
        await self._world.link.opened()

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return a thread, the message that began it first; deleted ones are left out."""
        return self._world.thread(self._place(channel).id, ts)

    def replies(self, delivery: Delivery) -> list[Message]:
        """Return what the bot said in the thread of an event's message."""
        if delivery.message is None:
            return []
        thread = self.thread(delivery.message.channel, delivery.message.ts)
        return [message for message in thread if message.bot]

    async def until(self, predicate: Callable[[], T], within: float = 10.0) -> T:
        """Return the first truthy answer, asked now and after every change.

        Raises `TimeoutError` that tells the last calls.
        """
        try:
            return await self._world.changes.until(predicate, within)
        except TimeoutError as late:
            last = ", ".join(f"{one.method} {one.status} {one.error}" for one in self.calls[-5:])
            raise TimeoutError(f"not within {within:g} s; last calls: {last or 'none'}") from late

    def subscribe(self) -> Subscription:
        """Return the changes from now on, to iterate over."""
        return self._world.changes.subscribe()
