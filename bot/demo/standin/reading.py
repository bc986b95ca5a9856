"""The methods that read, and the small ones: conversations.*, users.info, auth.test."""

import base64
from collections.abc import Sequence

from bot.demo.standin.calls import Args
from bot.demo.standin.messages import Message
from bot.demo.standin.options import Refusal
from bot.demo.standin.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Channel, Json
from bot.demo.standin.world import World

_PAGE = 1_000


def auth_test(_world: World, _args: Args) -> Json:
    """Tell whose token it is (docs.slack.dev/reference/methods/auth.test)."""
    return {
        "url": "https://standin.slack.com/",
        "team": "Stand-in",
        "user": "netcheck",
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def api_test(_world: World, args: Args) -> Json:
    """Answer with the arguments; `error` makes it fail."""
    if args.text("error"):
        raise Refusal(args.text("error"), {"args": args.values})
    return {"args": args.values}


def conversation_info(world: World, args: Args) -> Json:
    """Describe a channel."""
    channel = world.seen_by_bot(args.text("channel"))
    world.need(channel.scope("read"))
    return {"channel": channel.wire()}


def conversation_history(world: World, args: Args) -> Json:
    """Return a channel's messages, newest first, without replies."""
    channel = _readable(world, args)
    found = [
        message
        for (where, _), message in world.messages.items()
        if where == channel.id
        and (not message.thread_ts or message.broadcast or message.thread_ts == message.ts)
        and not message.deleted
    ]
    return _page(world, args, list(reversed(_between(args, found))))


def conversation_replies(world: World, args: Args) -> Json:
    """Return a thread, oldest first; `ts` may be any message in it."""
    channel = _readable(world, args)
    if world.alive(channel.id, args.text("ts")) is None:
        raise Refusal("thread_not_found")
    return _page(world, args, _between(args, world.thread(channel.id, args.text("ts"))))


def user_info(world: World, args: Args) -> Json:
    """Describe a user."""
    world.need("users:read")
    user = world.workspace.users.get(args.text("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": user.wire()}


def add_reaction(world: World, args: Args) -> Json:
    """Put an emoji under a message."""
    world.need("reactions:write")
    channel = world.seen_by_bot(args.text("channel"))
    message = world.alive(channel.id, args.text("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    mark = (args.text("name"), BOT_USER)
    if mark in message.reactions:
        raise Refusal("already_reacted")
    message.reactions.append(mark)
    world.tell("reacted", message)
    return {}


def group_users(world: World, args: Args) -> Json:
    """Return who is in a user group (docs.slack.dev/reference/methods/usergroups.users.list)."""
    world.need("usergroups:read")
    members = world.workspace.groups.get(args.text("usergroup"))
    if members is None:
        raise Refusal("no_such_subteam")
    return {"users": list(members)}


def _readable(world: World, args: Args) -> Channel:
    channel = world.seen_by_bot(args.text("channel"))
    world.need(channel.scope("history"))
    if BOT_USER not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(args: Args, messages: Sequence[Message]) -> list[Message]:
    """Keep what lies between `oldest` and `latest`, which have the form of a `ts`."""
    oldest, latest = args.text("oldest"), args.text("latest")
    edge = args.flag("inclusive")
    kept = [one for one in messages if _after(one.ts, oldest) or (edge and one.ts == oldest)]
    return [
        one for one in kept if not latest or _after(latest, one.ts) or (edge and one.ts == latest)
    ]


def _after(ts: str, other: str) -> bool:
    return not other or tuple(map(int, ts.split("."))) > tuple(map(int, other.split(".")))


def _page(world: World, args: Args, messages: Sequence[Message]) -> Json:
    """Cut a page out and say where the next begins (docs.slack.dev/apis/web-api/pagination)."""
    limit = args.number("limit", _PAGE)
    if not 1 <= limit <= _PAGE:
        raise Refusal("invalid_limit")
    start = _start(args.text("cursor"))
    more = start + limit < len(messages)
    answer: Json = {
        "messages": [_shown(world, args, one) for one in messages[start : start + limit]],
        "has_more": more,
    }
    if more:
        cursor = base64.b64encode(f"next:{start + limit}".encode()).decode()
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError as broken:
        raise Refusal("invalid_cursor") from broken


def _shown(world: World, args: Args, message: Message) -> Json:
    """Return a message; the payload of its metadata only when `include_all_metadata` asks."""
    said = world.wire(message)
    if "metadata" in said and not args.flag("include_all_metadata"):
        said["metadata"] = {"event_type": said["metadata"]["event_type"]}
    return said
