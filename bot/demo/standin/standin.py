"""The stand-in itself: what tests and the demo hold in their hands."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Self, TypeVar

import msgspec
from aiohttp import web

from bot.demo.standin import mrkdwn, payloads, views
from bot.demo.standin.calls import Args, Call, Fault, How
from bot.demo.standin.changes import Subscription
from bot.demo.standin.link import Attempt, Delivery, Reason
from bot.demo.standin.messages import Form, Message
from bot.demo.standin.options import Options, StandInError
from bot.demo.standin.server import Server, show
from bot.demo.standin.workspace import BOT_USER, Channel, Json, User, Workspace
from bot.demo.standin.world import World

T = TypeVar("T")

SLACKBOT = "USLACKBOT"


class Upload(msgspec.Struct, frozen=True):
    """A file somebody attaches to a message."""

    name: str
    content: bytes
    mimetype: str = "text/plain"


class SlackStandIn:
    """A workspace on 127.0.0.1 that Bolt and slack_sdk take for Slack.

    Use it as an async context manager; `url` is then what `slack_api_url` and `base_url` want.
    People act through `mention`, `direct`, `message`, `slash`, `press` and `shortcut`; what came
    of it is read from `thread`, `ephemerals`, `calls`, or awaited with `until`.
    """

    def __init__(self, options: Options | None = None, workspace: Workspace | None = None) -> None:
        self.options = options or Options()
        self.workspace = workspace or Workspace.sample()
        self._world = World(self.workspace, self.options)
        self._server = Server(self._world)
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

    # What people do.

    async def mention(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[Upload] = (),
    ) -> Delivery:
        """Let somebody mention the bot; return the `app_mention` on its way.

        `text` is what the person typed: it is escaped and its web addresses are linked, as Slack
        does. Raises `StandInError` where Slack sends no mention: outside the bot's channels, in a
        direct conversation, without the subscription.
        """
        place = self._place(channel)
        if (
            BOT_USER not in place.members
            or place.im_with
            or "app_mention" not in self.options.events
        ):
            raise StandInError(f"Slack sends the bot no mention from {place.name or place.id}")
        body = f"<@{BOT_USER}> {mrkdwn.typed(text)}"
        message = self._say(place, user, body, thread_ts or "", files)
        self._world.post(message)
        return self._world.mention(message)

    async def say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[Upload] = (),
    ) -> Message:
        """Let somebody write anywhere; `@name` mentions that person or the bot.

        Slackbot tells a mention of the bot where it is no member, as Slack does. Raises
        `StandInError` for an archived channel or one the person is not in.
        """
        place = self._place(channel)
        if place.archived or user not in place.members:
            raise StandInError(f"nobody can write in {place.name or place.id} as {user}")
        names = {one.name: one.id for one in self.workspace.users.values()}
        body = mrkdwn.named(mrkdwn.typed(text), names)
        message = self._world.post(self._say(place, user, body, thread_ts or "", files))
        if BOT_USER in mrkdwn.mentioned(body) and not place.im_with:
            self._mentioned(message, place)
        return message

    def _mentioned(self, message: Message, place: Channel) -> None:
        if BOT_USER not in place.members:
            words = "You mentioned @netcheck, but it is not in this channel: `/invite @netcheck`."
            note = Message(place.id, self._world.next_ts(), SLACKBOT, [Form(words)])
            note.ephemeral_to = message.user
            self._world.whisper(note)
        elif "app_mention" in self.options.events:
            self._world.mention(message)

    def invite(self, channel: str) -> None:
        """Bring the bot into a channel."""
        self._place(channel).members.add(BOT_USER)
        self._world.tell("joined")

    async def direct(
        self,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[Upload] = (),
    ) -> Delivery:
        """Let somebody write to the bot alone; return the `message` event on its way."""
        place = self.workspace.direct(user)
        message = self._say(place, user, mrkdwn.typed(text), thread_ts or "", files)
        self._world.post(message)
        deliveries = self.deliveries_of(message)
        if not deliveries:
            raise StandInError("the app is not subscribed to message.im")
        return deliveries[0]

    async def message(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[Upload] = (),
    ) -> Message:
        """Let somebody write in a channel; the bot hears of it only when subscribed."""
        place = self._place(channel)
        return self._world.post(self._say(place, user, mrkdwn.typed(text), thread_ts or "", files))

    async def alert(
        self,
        channel: str,
        text: str = "",
        thread_ts: str | None = None,
        attachments: Sequence[Json] = (),
        blocks: Sequence[Json] = (),
    ) -> Message:
        """Let another app post through an incoming webhook, as alerting programs do.

        docs.slack.dev/reference/events/message/bot_message.
        """
        place = self._place(channel)
        form = Form(text, tuple(blocks), tuple(attachments))
        ts = self._world.next_ts()
        message = Message(place.id, ts, "alerts", [form], thread_ts or "", webhook="B0ALERTS")
        return self._world.post(message)

    async def slash(self, command: str, text: str, channel: str, user: str) -> Delivery:
        """Let somebody use a command; what the ack carries is shown to them.

        Slack does not send a command again: without an ack in time the user reads an error.
        """
        place = self._place(channel)
        handles = self._world.handles(self._server.base, place.id, user)
        payload = payloads.slash_command(command, text, place, self._person(user), handles)
        delivery = self._world.link.deliver("slash_commands", payload)
        delivery.ended.add_done_callback(lambda _: self._after_command(delivery))
        return delivery

    async def press(self, message: Message, action_id: str, user: str, value: str = "") -> Delivery:
        """Let somebody press a button of a message; `value` chooses among several in one element.

        Raises `StandInError` if there is none.
        """
        said = self._world.wire(message)
        action = payloads.pressed(*_element(said, action_id), value, self._world.next_ts())
        handles = self._world.handles(self._server.base, message.channel, user, message)
        person = self._person(user)
        payload = payloads.block_actions(message, said, action, person, handles)
        return self._world.link.deliver("interactive", payload, message)

    async def press_in(self, view: Json, action_id: str, user: str, value: str = "") -> Delivery:
        """Let somebody press a button of a modal. Raises `StandInError` if there is none."""
        action = payloads.pressed(*_element(view, action_id), value, self._world.next_ts())
        trigger = self._world.handles(self._server.base, "", user)["trigger_id"]
        payload = payloads.view_actions(view, action, self._person(user), trigger)
        return self._world.link.deliver("interactive", payload)

    async def suggest(self, view: Json, action_id: str, user: str, typed: str) -> list[Json]:
        """Let somebody type into a menu with an external source; return the options offered.

        Raises `StandInError` for options Slack does not show.
        """
        element, block_id = _element(view, action_id)
        payload = payloads.block_suggestion(view, element, block_id, typed, self._person(user))
        ack = await self._world.link.deliver("interactive", payload).acked
        return views.offer(self._world, view, ack.payload)

    async def shortcut(self, callback_id: str, message: Message, user: str) -> Delivery:
        """Let somebody use a message shortcut."""
        handles = self._world.handles(self._server.base, message.channel, user)
        said, person = self._world.wire(message), self._person(user)
        payload = payloads.message_action(callback_id, message, said, person, handles)
        return self._world.link.deliver("interactive", payload, message)

    async def global_shortcut(self, callback_id: str, user: str) -> Delivery:
        """Let somebody use a global shortcut, which knows no channel."""
        trigger = self._world.handles(self._server.base, "", user)["trigger_id"]
        payload = payloads.global_shortcut(callback_id, self._person(user), trigger)
        return self._world.link.deliver("interactive", payload)

    async def open_home(self, user: str, tab: str = "home") -> Delivery:
        """Let somebody open the app's Home, on the tab `home` or `messages`."""
        if "app_home_opened" not in self.options.events:
            raise StandInError("the app is not subscribed to app_home_opened")
        published = self._world.homes.get(self._person(user).id)
        view = published[-1] if published else None
        direct = self.workspace.direct(user)
        event = payloads.home_opened(user, tab, direct, view, self._world.next_ts())
        return await self.send(event)

    async def submit(self, view: Json, user: str, filled: Mapping[str, str]) -> Delivery:
        """Let somebody fill a modal in, by `block_id`, and submit it; the ack has any errors.

        Raises `StandInError` for what Slack's own client does not let them submit.
        """
        sent = {**view, "state": views.state(view, filled, self._world.offered)}
        trigger = self._world.handles(self._server.base, "", user)["trigger_id"]
        urls = [
            {
                "block_id": block["block_id"],
                "action_id": block["element"]["action_id"],
                "channel_id": channel,
                "response_url": self._world.handles(self._server.base, channel, user)[
                    "response_url"
                ],
            }
            for block, channel in views.response_fields(view, filled)
        ]
        payload = payloads.view_submission(sent, self._person(user), trigger, urls)
        delivery = self._world.link.deliver("interactive", payload)
        delivery.ended.add_done_callback(lambda _: self._after_submission(delivery, user))
        return delivery

    def dismiss(self, view_id: str, user: str) -> None:
        """Let somebody close a modal."""
        views.closed(self._world, user, view_id)

    async def edit(self, message: Message, text: str) -> None:
        """Let the author change a message."""
        form = Form(mrkdwn.typed(text), message.blocks, message.now.attachments)
        self._world.edit(message, form, marked=True)

    async def unfurl(self, message: Message, link: str) -> None:
        """Add the preview of a link, as Slack does some time after a message was posted."""
        attachment = {"from_url": link, "original_url": link, "fallback": link, "id": 1}
        self._world.unfurl(message, attachment)

    async def send(self, event: Json) -> Delivery:
        """Send any event, wrapped as Slack wraps it; it needs an `event_ts`."""
        return self._world.link.deliver("events_api", payloads.event_callback(event))

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

    def deliveries_of(self, message: Message) -> Sequence[Delivery]:
        """Return every event a message caused."""
        return self._world.deliveries_of(message)

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

    def _place(self, channel: str) -> Channel:
        place = self.workspace.find(channel)
        if place is None:
            raise StandInError(f"there is no channel {channel}")
        return place

    def _person(self, user: str) -> User:
        if user not in self.workspace.users:
            raise StandInError(f"there is no user {user}")
        return self.workspace.users[user]

    def _say(
        self, place: Channel, user: str, body: str, thread_ts: str, files: Sequence[Upload]
    ) -> Message:
        attached = tuple(self._keep(upload) for upload in files)
        form = Form(body)
        return Message(
            place.id,
            self._world.next_ts(),
            self._person(user).id,
            [form],
            thread_ts,
            files=attached,
        )

    def _keep(self, upload: Upload) -> Json:
        """Keep a file and describe it (docs.slack.dev, file object)."""
        name = f"F0{secrets.token_hex(4).upper()}"
        path = f"/files/{name}/{upload.name}"
        self._world.files[path] = upload.content
        return {
            "id": name,
            "name": upload.name,
            "mimetype": upload.mimetype,
            "size": len(upload.content),
            "mode": "snippet",
            "url_private": f"{self._server.base.rstrip('/')}{path}",
        }

    def _after_command(self, delivery: Delivery) -> None:
        """Show what a command was answered with, or Slack's own words when it was not."""
        payload = delivery.payload
        hook = self._world.hooks[payload["response_url"].rpartition("/")[2]]
        ack = delivery.ended.result()
        if ack is not None:
            if ack.payload:
                show(self._world, hook, Args(ack.payload))
            return
        error = "operation_timeout" if delivery.attempts else "dispatch_failed"
        words = f"{payload['command']} failed with the error “{error}”"
        message = Message(hook.channel, self._world.next_ts(), SLACKBOT, [Form(words)])
        message.ephemeral_to = hook.user
        self._world.whisper(message)

    def _after_submission(self, delivery: Delivery, user: str) -> None:
        """Do with the modal what the ack says; one that was not acknowledged stays open."""
        ack = delivery.ended.result()
        if ack is not None:
            views.submitted(self._world, user, delivery.payload["view"], ack.payload)


def _element(said: Json, action_id: str) -> tuple[Json, str]:
    """Find an element by its `action_id`, with the `block_id` of its block."""
    for block in said.get("blocks", ()):
        parts = [*block.get("elements", ()), block.get("accessory") or {}, block.get("element", {})]
        for part in parts:
            if part.get("action_id") == action_id:
                return part, block["block_id"]
    raise StandInError(f"nothing to press has the action_id {action_id}")
