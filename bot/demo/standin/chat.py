"""The chat.* methods (docs.slack.dev/reference/methods/chat.postMessage and its neighbours)."""

import time
from typing import Any

from bot.demo.standin import limits
from bot.demo.standin.blocks import check_blocks
from bot.demo.standin.calls import Args
from bot.demo.standin.messages import Form, Message
from bot.demo.standin.options import Refusal
from bot.demo.standin.workspace import BOT_USER, Channel, Json
from bot.demo.standin.world import World


class Limited(Exception):  # noqa: N818 (an answer of Slack's, no failure of the stand-in)
    """429: ask again after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


def post_message(world: World, args: Args) -> Json:
    """Post a message to a channel or thread."""
    world.need("chat:write")
    channel = _writable(world, args)
    _pace(world, channel)
    form = _form(args, limits.TEXT)
    message = Message(
        channel.id,
        world.next_ts(),
        BOT_USER,
        [form],
        thread_ts=_thread(world, channel, args.text("thread_ts")),
        bot=True,
        broadcast=args.flag("reply_broadcast"),
    )
    world.posted_at[channel.id] = time.monotonic()
    world.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": world.wire(message)}


def post_ephemeral(world: World, args: Args) -> Json:
    """Show a message to one user only."""
    world.need("chat:write")
    channel = _writable(world, args)
    user = args.text("user")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = Message(
        channel.id,
        world.next_ts(),
        BOT_USER,
        [_form(args, limits.TEXT)],
        thread_ts=args.text("thread_ts"),
        bot=True,
        ephemeral_to=user,
    )
    world.whisper(message)
    return {"message_ts": message.ts}


def update(world: World, args: Args) -> Json:
    """Replace a message of the bot.

    What is left out is kept, but text without blocks takes the blocks away; a new form made of
    blocks is not marked as edited (docs.slack.dev, chat.update).
    """
    world.need("chat:write")
    message = _own(world, args, "cant_update_message")
    form = _form(args, limits.UPDATE_TEXT, message.now)
    world.edit(message, form, marked=not form.blocks)
    said = world.wire(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": said}


def delete(world: World, args: Args) -> Json:
    """Delete a message of the bot."""
    world.need("chat:write")
    message = _own(world, args, "cant_delete_message")
    world.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def hook_form(args: Args) -> Form:
    """Read the message sent to a response_url."""
    return _form(args, limits.TEXT, total=False)


def _writable(world: World, args: Args) -> Channel:
    """Return the channel to post to; a public one without the bot needs a scope of its own."""
    channel = world.seen_by_bot(args.text("channel"))
    if channel.archived:
        raise Refusal("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in world.options.scopes:
        raise Refusal("not_in_channel")
    return channel


def _own(world: World, args: Args, error: str) -> Message:
    """Return a message the bot wrote."""
    channel = world.seen_by_bot(args.text("channel"))
    if channel.archived:
        raise Refusal("is_inactive")
    message = world.alive(channel.id, args.text("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if not message.bot:
        raise Refusal(error)
    return message


def _thread(world: World, channel: Channel, ts: str) -> str:
    """Return a thread to reply in.

    Slack says only to avoid a reply's `ts`; the stand-in refuses it, and a `ts` nobody has, so
    that a test notices.
    """
    if not ts:
        return ""
    message = world.alive(channel.id, ts)
    if message is None:
        raise Refusal("thread_not_found")
    if message.thread_ts not in {"", ts}:
        raise Refusal("cannot_reply_to_message")
    return ts


def _pace(world: World, channel: Channel) -> None:
    """Hold a channel to one message a second (docs.slack.dev/apis/web-api/rate-limits)."""
    last = world.posted_at.get(channel.id, float("-inf"))
    if world.options.one_per_second and time.monotonic() - last < 1:
        raise Limited(1)


def _form(args: Args, text_limit: int, before: Form | None = None, *, total: bool = True) -> Form:
    """Read what a message is to say. Raises `Refusal` for what Slack would not take."""
    text = args.text("text")
    blocks = args.json("blocks", list, "invalid_blocks_format")
    attachments = args.json("attachments", list, "invalid_attachments")
    metadata = args.json("metadata", dict, "invalid_metadata_format")
    if not text.strip() and not blocks and not attachments:
        raise Refusal("no_text")
    if len(text) > text_limit:
        raise Refusal("msg_too_long")
    check_blocks(blocks or (), total=total)
    if blocks is None and before is not None and not text:
        blocks = before.blocks
    if metadata is None and before is not None:
        metadata = before.metadata
    _check_metadata(metadata)
    return Form(
        text,
        tuple(blocks or ()),
        tuple(attachments or ()),
        metadata or None,
        parsed=args.text("parse") == "full" or args.flag("link_names"),
    )


def _check_metadata(metadata: dict[str, Any] | None) -> None:
    """Raise for metadata without type or payload (docs.slack.dev/messaging/message-metadata)."""
    if not metadata:
        return
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_format")
