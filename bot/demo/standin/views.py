"""Views: what Slack takes in `views.open` and its like, and what it sends of a submitted one."""

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
from bot.demo.standin.world import Trigger, World

TRIGGER_SECONDS = 3.0
"""How long a `trigger_id` opens a view (docs.slack.dev/interactivity/handling-user-interaction)."""


def open_view(world: World, args: Args) -> Json:
    """Open a modal with a `trigger_id`: once, and only for three seconds."""
    trigger = _trigger(world, args)
    view = _view(args)
    trigger.used = True
    return _open(world, trigger.user, view)


def push_view(world: World, args: Args) -> Json:
    """Put a modal on top of the newest one (docs.slack.dev/reference/methods/views.push)."""
    trigger = _trigger(world, args)
    view = _view(args)
    pushed = _push(world, trigger.user, view)
    trigger.used = True
    return pushed


def update_view(world: World, args: Args) -> Json:
    """Give a modal a new form, unless its `hash` is outdated.

    docs.slack.dev/reference/methods/views.update.
    """
    before = find(world, args.text("view_id"))
    if before is None:
        raise Refusal("not_found")
    if "hash" in args and args.text("hash") != before["hash"]:
        raise Refusal("hash_conflict")
    return _renew(world, before["id"], _view(args))


def submitted(world: World, user: str, view: Json, answer: Json) -> None:
    """Do what the answer to a submitted modal says; none closes the modal.

    docs.slack.dev/surfaces/modals, "Handling and responding to user inputs".
    """
    action = answer.get("response_action", "")
    if action == "clear":
        world.screens.clear(user)
    elif action == "push":
        _push(world, user, _checked(answer.get("view")))
    elif action == "update":
        _renew(world, view["id"], _checked(answer.get("view")))
    elif action != "errors":
        world.screens.close(user, view["id"])
    world.tell("viewed")


def closed(world: World, user: str, view_id: str) -> None:
    """Take a modal away which somebody closed; the one below comes to light."""
    world.screens.close(user, view_id)
    world.tell("viewed")


def _open(world: World, user: str, view: Json) -> Json:
    number = f"V0{len(world.views) + 1}"
    world.screens.open(user, number)
    return _keep(world, _shown(view, number, number, None))


def _push(world: World, user: str, view: Json) -> Json:
    below = find(world, world.screens.top(user))
    if below is None:
        raise Refusal("not_found")
    if world.screens.depth(user) >= limits.VIEW_STACK:
        raise Refusal("push_limit_reached")
    number = f"V0{len(world.views) + 1}"
    world.screens.push(user, number)
    return _keep(world, _shown(view, number, below["root_view_id"], below["id"]))


def _renew(world: World, view_id: str, view: Json) -> Json:
    at = {one["id"]: number for number, one in enumerate(world.views)}[view_id]
    before = world.views[at]
    shown = _shown(view, before["id"], before["root_view_id"], before["previous_view_id"])
    world.views[at] = shown
    world.tell("viewed")
    return {"view": shown}


def find(world: World, view_id: str) -> Json | None:
    """Return a view by its id."""
    return next((one for one in world.views if one["id"] == view_id), None)


def _trigger(world: World, args: Args) -> Trigger:
    trigger = world.triggers.get(args.text("trigger_id"))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() - trigger.at > TRIGGER_SECONDS:
        raise Refusal("expired_trigger_id")
    return trigger


def _view(args: Args) -> Json:
    return _checked(args.json("view", dict, "invalid_arguments"))


def _checked(view: Json | None) -> Json:
    """Return a modal that Slack takes. Raises `Refusal` for any other."""
    if not view or view.get("type") != "modal" or not view.get("title"):
        raise Refusal("invalid_arguments")
    if len(json.dumps(view)) > limits.VIEW_BYTES:
        raise Refusal("view_too_large")
    check_view(view)
    return view


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
    check_view(view)
    before = world.homes.setdefault(user, [])
    if args.text("hash") and (not before or before[-1]["hash"] != args.text("hash")):
        raise Refusal("hash_conflict")
    name = f"VH{user}"
    before.append(_shown(view, name, name, None))
    world.tell("published")
    return {"view": before[-1]}


def _shown(view: Json, number: str, root: str, below: str | None) -> Json:
    """Return a view as Slack gives it back; blocks without a `block_id` get one."""
    blocks = [
        {**block, "block_id": block.get("block_id") or f"b{at}"}
        for at, block in enumerate(view.get("blocks", ()))
    ]
    return {
        **view,
        "blocks": blocks,
        "id": number,
        "root_view_id": root,
        "previous_view_id": below,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
    }


def _keep(world: World, shown: Json) -> Json:
    world.views.append(shown)
    world.tell("viewed")
    return {"view": shown}


def offer(world: World, view: Json, answer: Json) -> list[Json]:
    """Return the options an app gives for what was typed; they can then be chosen.

    docs.slack.dev/reference/interaction-payloads/block_suggestion-payload: at most 100.
    """
    options: list[Json] = answer.get("options", [])
    findings = Findings()
    findings.count(options, limits.OPTIONS, "/options", least=0)
    for at, option in enumerate(options):
        check_plain(option.get("text"), f"/options/{at}/text", findings, limits.OPTION_TEXT)
        findings.length(option.get("value"), limits.OPTION_VALUE, f"/options/{at}/value")
    if findings.errors:
        raise StandInError(f"Slack shows no such options: {findings.errors}")
    world.offered |= {f"{view['id']} {option['value']}": option for option in options}
    return options


def state(view: Json, filled: Mapping[str, str], offered: Mapping[str, Json]) -> Json:
    """Return `state.values` of a view for what a person filled in, by `block_id`.

    Of checkboxes the chosen values are joined by commas. Raises `StandInError` for what Slack's
    own client would not let them submit.
    """
    values: Json = {}
    blocks = {block["block_id"]: block for block in _inputs(view)}
    for name in filled.keys() - blocks.keys():
        raise StandInError(f"the modal has no field {name}")
    for name, block in blocks.items():
        said = filled.get(name, _initial(block["element"]))
        if not said and not block.get("optional"):
            raise StandInError(f"Slack does not submit a modal whose field {name} is empty")
        typed = f"{view['id']} {said}"
        value = _value(block["element"], said, offered.get(typed))
        values[name] = {block["element"]["action_id"]: value}
    return {"values": values}


def response_fields(view: Json, filled: Mapping[str, str]) -> Iterator[tuple[Json, str]]:
    """Yield each field that asks for a `response_url`, with the channel chosen there."""
    for block in _inputs(view):
        chosen = filled.get(block["block_id"], "")
        if chosen and block["element"].get("response_url_enabled"):
            yield block, chosen


def check_view(view: Json) -> None:
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


def _value(element: Json, said: str, offered: Json | None) -> Json:
    """Return a field's state (docs.slack.dev/reference/interaction-payloads/view-interactions)."""
    kind = element["type"]
    if kind == "plain_text_input":
        if len(said) > element.get("max_length", limits.TEXT_OBJECT):
            raise StandInError("the field takes no text that long")
        return {"type": kind, "value": said or None}
    if kind == "external_select":
        if said and offered is None:
            raise StandInError(f"the app has not offered the option {said}")
        return {"type": kind, "selected_option": offered}
    if kind in {"static_select", "radio_buttons"}:
        return {"type": kind, "selected_option": _option(element, said) if said else None}
    if kind == "checkboxes":
        chosen = [_option(element, one) for one in said.split(",") if one]
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, "selected_conversation": said or None}


def _option(element: Json, said: str) -> Json:
    options: dict[str, Json] = {option["value"]: option for option in element["options"]}
    if said not in options:
        raise StandInError(f"the menu has no option {said}")
    return options[said]
