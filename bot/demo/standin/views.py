"""Views: what Slack takes in `views.open` and `views.publish`, and what it sends of a modal."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping

from bot.demo.standin import limits
from bot.demo.standin.blocks import check_views_blocks, refusal
from bot.demo.standin.calls import Args
from bot.demo.standin.elements import Findings, check_plain
from bot.demo.standin.options import Refusal, StandInError
from bot.demo.standin.workspace import APP_ID, BOT_ID, TEAM_ID, Json
from bot.demo.standin.world import World

TRIGGER_SECONDS = 3.0
"""How long a `trigger_id` opens a view (docs.slack.dev/interactivity/handling-user-interaction)."""


def open_view(world: World, args: Args) -> Json:
    """Open a modal with a `trigger_id`: once, and only for three seconds."""
    trigger = world.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() - trigger.at > TRIGGER_SECONDS:
        raise Refusal("expired_trigger_id")
    view = args.json("view", dict, "invalid_arguments")
    if not view or view.get("type") != "modal" or not view.get("title"):
        raise Refusal("invalid_arguments")
    _check(view)
    trigger.used = True
    opened = _shown(view, f"V0{len(world.views) + 1}")
    world.views.append(opened)
    world.tell("viewed")
    return {"view": opened}


def publish(world: World, args: Args) -> Json:
    """Show somebody a Home tab (docs.slack.dev/reference/methods/views.publish).

    A wrong user is `invalid_arguments`; `hash`, where given, must be that of the last view.
    """
    user = args.text("user_id")
    if user not in world.workspace.users:
        messages = ["[ERROR] invalid `user_id`"]
        raise Refusal("invalid_arguments", {"response_metadata": {"messages": messages}})
    if not world.options.home_tab:
        raise Refusal("not_enabled")
    view = args.json("view", dict, "invalid_arguments")
    if not view or view.get("type") != "home":
        raise Refusal("invalid_arguments")
    if len(json.dumps(view)) > limits.VIEW_BYTES:
        raise Refusal("view_too_large")
    _check(view)
    before = world.homes.setdefault(user, [])
    if args.text("hash") and (not before or before[-1]["hash"] != args.text("hash")):
        raise Refusal("hash_conflict")
    before.append(_shown(view, f"VH{user}"))
    world.tell("published")
    return {"view": before[-1]}


def _shown(view: Json, name: str) -> Json:
    """Return a view as Slack keeps it."""
    return {
        **view,
        "id": name,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
    }


def state(view: Json, filled: Mapping[str, str]) -> Json:
    """Return `state.values` of a view for what a person filled in, by `block_id`.

    Raises `StandInError` for what Slack's own client would not let them submit.
    """
    values: Json = {}
    blocks = {block["block_id"]: block for block in _inputs(view)}
    for name in filled.keys() - blocks.keys():
        raise StandInError(f"the modal has no field {name}")
    for name, block in blocks.items():
        said = filled.get(name, _initial(block["element"]))
        if not said and not block.get("optional"):
            raise StandInError(f"Slack does not submit a modal whose field {name} is empty")
        values[name] = {block["element"]["action_id"]: _value(block["element"], said)}
    return {"values": values}


def response_fields(view: Json, filled: Mapping[str, str]) -> Iterator[tuple[Json, str]]:
    """Yield each field that asks for a `response_url`, with the channel chosen there."""
    for block in _inputs(view):
        chosen = filled.get(block["block_id"], "")
        if chosen and block["element"].get("response_url_enabled"):
            yield block, chosen


def _check(view: Json) -> None:
    """Hold a view to its limits (docs.slack.dev/reference/views/modal-views, …/home-tab-views)."""
    findings = Findings()
    for name in ("title", "submit", "close"):
        if name in view:
            check_plain(view[name], f"/view/{name}", findings, limits.VIEW_WORDS)
    findings.length(view.get("private_metadata", ""), limits.METADATA, "/view", least=0)
    findings.length(view.get("callback_id", ""), limits.ID, "/view/callback_id", least=0)
    if any(True for _ in _inputs(view)) and "submit" not in view:
        findings.add("missing required field: submit", "/view")
    if findings.errors:
        raise refusal(findings.errors)
    check_views_blocks(view.get("blocks", ()))


def _inputs(view: Json) -> Iterator[Json]:
    blocks = view.get("blocks", ())
    return (one for one in blocks if isinstance(one, dict) and one.get("type") == "input")


def _initial(element: Json) -> str:
    option = element.get("initial_option") or {}
    return str(element.get("initial_value") or option.get("value") or "")


def _value(element: Json, said: str) -> Json:
    """Return a field's state (docs.slack.dev/reference/interaction-payloads/view-interactions)."""
    kind = element["type"]
    if kind == "plain_text_input":
        if len(said) > element.get("max_length", limits.TEXT_OBJECT):
            raise StandInError("the field takes no text that long")
        return {"type": kind, "value": said or None}
    if kind == "static_select":
        options = {option["value"]: option for option in element["options"]}
        if said and said not in options:
            raise StandInError(f"the menu has no option {said}")
        return {"type": kind, "selected_option": options.get(said)}
    return {"type": kind, "selected_conversation": said or None}
