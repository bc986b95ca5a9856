"""The state of the stand-in: messages, response addresses, views, and the events they cause."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.demo.standin import payloads
from bot.demo.standin.calls import Call, Faults
from bot.demo.standin.changes import Change, Changes, Kind
from bot.demo.standin.link import Delivery, Link
from bot.demo.standin.messages import Form, Message
from bot.demo.standin.options import NOW, Options, Refusal
from bot.demo.standin.screens import Screens
from bot.demo.standin.workspace import BOT_USER, Channel, Json, Workspace


@dataclass(eq=False)
class Hook:
    """A `response_url`: where it answers, to whom, and how often it was used."""

    channel: str
    user: str
    message: Message | None = None
    uses: int = 0
    at: float = field(default_factory=time.monotonic)


@dataclass(eq=False)
class Trigger:
    """A `trigger_id`: when it was given out, and whether a view was opened with it."""

    user: str
    used: bool = False
    at: float = field(default_factory=time.monotonic)


class World:
    """Everything the stand-in remembers. Not thread-safe: one event loop owns it."""

    def __init__(self, workspace: Workspace, options: Options) -> None:
        self.workspace = workspace
        self.options = options
        self.changes = Changes()
        self.link = Link(options, self.changes)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.messages: dict[tuple[str, str], Message] = {}
        self.ephemerals: list[Message] = []
        self.hooks: dict[str, Hook] = {}
        self.triggers: dict[str, Trigger] = {}
        self.views: list[Json] = []
        self.screens = Screens()
        self.offered: dict[str, Json] = {}
        self.homes: dict[str, list[Json]] = {}
        self.files: dict[str, bytes] = {}
        self.posted_at: dict[str, float] = {}
        self._threads: dict[tuple[str, str], list[Message]] = {}
        self._count = 0

    def next_ts(self) -> str:
        """Return a `ts` no other message has, later than all before; a second holds several."""
        if self.options.epoch == NOW:
            self._count = max(self._count, 3 * int(time.time()))
        second, place = divmod(self._count, 3)
        self._count += 1
        return f"{max(self.options.epoch, 0) + second}.{100 * (place + 1):06d}"

    def alive(self, channel: str, ts: str) -> Message | None:
        """Return a message that is there and not deleted."""
        message = self.messages.get((channel, ts))
        return None if message is None or message.deleted else message

    def thread(self, channel: str, ts: str) -> list[Message]:
        """Return the thread a message is in, its first message and all replies, oldest first."""
        message = self.alive(channel, ts)
        root = message.thread_ts or ts if message else ts
        return [one for one in self._threads.get((channel, root), ()) if not one.deleted]

    def wire(self, message: Message, form: Form | None = None) -> Json:
        """Return a message as Slack sends it, with what its thread adds."""
        said = message.wire(form)
        thread = self.thread(message.channel, message.ts)
        if message.thread_ts and thread and thread[0] is not message:
            return {**said, "parent_user_id": thread[0].user}
        replies = [one for one in thread if one.thread_ts]
        if not replies:
            return said
        return said | {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(one.user for one in replies)),
            "latest_reply": replies[-1].ts,
        }

    def post(self, message: Message) -> Message:
        """Keep a new message and tell of it; a reply also changes the message it answers."""
        self.messages[message.channel, message.ts] = message
        root = message.thread_ts or message.ts
        self._threads.setdefault((message.channel, root), []).append(message)
        self.tell("posted", message)
        self._event(message, payloads.posted(self.wire(message), self._home(message)))
        parent = self.alive(message.channel, message.thread_ts)
        if parent is not None:
            self._changed(parent, parent.wire())
        return message

    def edit(self, message: Message, form: Form, *, marked: bool) -> None:
        """Give a message a new form; `marked` shows it as edited.

        What only one user sees is in no channel, and causes no event.
        """
        before = self.wire(message)
        message.edits.append(form)
        if marked:
            message.edited_ts = self.next_ts()
        self.tell("edited", message)
        if not message.ephemeral_to:
            self._changed(message, before)

    def unfurl(self, message: Message, attachment: Json) -> None:
        """Add the preview of a link, which Slack reports as a change of the message."""
        before = self.wire(message)
        attachments = (*message.now.attachments, attachment)
        message.edits[-1] = replace(message.now, attachments=attachments)
        self.tell("unfurled", message)
        self._changed(message, before)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        before = self.wire(message)
        message.deleted = True
        self.tell("deleted", message)
        home = self._home(message)
        self._event(message, payloads.deleted(before, home, self.next_ts()))

    def whisper(self, message: Message) -> Message:
        """Keep a message that only one user sees."""
        self.ephemerals.append(message)
        self.tell("ephemeral", message)
        return message

    def tell(self, kind: Kind, message: Message | None = None) -> None:
        """Tell of a change."""
        self.changes.tell(Change(kind, message))

    def handles(self, base: str, channel: str, user: str, message: Message | None = None) -> Json:
        """Return a new `response_url` and `trigger_id`."""
        hook, trigger = secrets.token_hex(8), f"{secrets.randbits(40)}.{secrets.token_hex(16)}"
        self.hooks[hook] = Hook(channel, user, message)
        self.triggers[trigger] = Trigger(user)
        return {"response_url": f"{base}hooks/{hook}", "trigger_id": trigger}

    def seen_by_bot(self, name: str) -> Channel:
        """Return a channel. Raises `channel_not_found`, also for private ones without the bot."""
        channel = self.workspace.find(name)
        if channel is None or (channel.private and BOT_USER not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def need(self, scope: str) -> None:
        """Raise `missing_scope` when the token has not got a scope."""
        if scope not in self.options.scopes:
            provided = ",".join(sorted(self.options.scopes))
            raise Refusal("missing_scope", {"needed": scope, "provided": provided})

    def mention(self, message: Message) -> Delivery:
        """Tell the bot that it was mentioned."""
        event = payloads.mentioned(self.wire(message), self._home(message))
        return self.link.deliver("events_api", payloads.event_callback(event), message)

    def deliveries_of(self, message: Message) -> Sequence[Delivery]:
        """Return every event a message caused."""
        return [one for one in self.link.deliveries if one.message is message]

    def _home(self, message: Message) -> Channel:
        return self.workspace.channels[message.channel]

    def _changed(self, message: Message, before: Json) -> None:
        home = self._home(message)
        self._event(message, payloads.changed(self.wire(message), before, home, self.next_ts()))

    def _event(self, message: Message, event: Json) -> None:
        """Send a `message` event when the app is subscribed and the bot is in the channel."""
        home = self._home(message)
        name = "message.im" if home.im_with else f"message.{home.kind}s"
        if name in self.options.events and BOT_USER in home.members:
            self.link.deliver("events_api", payloads.event_callback(event), message)
