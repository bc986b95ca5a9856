"""The modal to paste an error into, as Block Kit; and what was filled in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bot.slack import words
from bot.slack.commands import Options, is_namespace
from checks.text import Text

CALLBACK = "ask_error"
"""The callback id of the global shortcut and of the modal it opens."""

PASTE_LIMIT = 3_000
"""Characters a text field takes (docs.slack.dev, plain-text input element)."""

_OPTIONS = 100  # options in a menu (docs.slack.dev, select menu element)
_OPTION = 75  # characters shown of one


class Filled(msgspec.Struct, frozen=True):
    """What somebody filled in; "" where they left a field empty."""

    text: str
    channel: str
    cluster: str
    namespace: str
    response_url: str = ""


def form(clusters: Sequence[str], channel: str = "", options: Options | None = None) -> Any:  # noqa: ANN401 (JSON)
    """Return the modal; it asks for a channel only where the surface knows none."""
    given = options or Options()
    blocks = [_paste(), *_cluster(clusters, given.cluster), _namespace(given.namespace)]
    if not channel:
        blocks.append(_channel())
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(words.FORM_TITLE),
        "submit": _plain(words.FORM_SUBMIT),
        "private_metadata": json.dumps({"channel": channel}),
        "blocks": blocks,
    }


def read(payload: Mapping[str, Any]) -> Filled:
    """Return what a submitted modal holds."""
    view = payload["view"]
    kept = json.loads(view.get("private_metadata") or "{}")
    fields: dict[str, Any] = {
        name: next(iter(field.values()), {}) for name, field in view["state"]["values"].items()
    }
    option = fields.get("cluster", {}).get("selected_option") or {}
    urls = payload.get("response_urls") or [{}]
    return Filled(
        text=fields["error"].get("value") or "",
        channel=kept.get("channel") or fields.get("channel", {}).get("selected_conversation") or "",
        cluster=option.get("value") or "",
        namespace=(fields["namespace"].get("value") or "").strip(),
        response_url=urls[0].get("response_url", ""),
    )


def mistakes(filled: Filled) -> dict[str, str]:
    """Return what is wrong with the fields, by `block_id`."""
    found: dict[str, Text] = {}
    if not filled.text.strip():
        found["error"] = words.FORM_EMPTY
    elif len(filled.text) > PASTE_LIMIT:
        found["error"] = words.FORM_LIMIT
    if filled.namespace and not is_namespace(filled.namespace):
        found["namespace"] = words.FORM_NAMESPACE
    return {name: both(text) for name, text in found.items()}


def both(text: Text) -> str:
    """Return a sentence in both languages on one line."""
    return f"{text.en} {text.zh_tw}"


def _paste() -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": "error",
        "multiline": True,
        "max_length": PASTE_LIMIT,
    }
    return _field("error", words.FORM_ERROR, element, hint=words.FORM_LIMIT)


def _cluster(clusters: Sequence[str], chosen: str) -> list[dict[str, Any]]:
    if not clusters:
        return []
    options = {name: _option(name) for name in clusters[:_OPTIONS]}
    element: dict[str, Any] = {
        "type": "static_select",
        "action_id": "cluster",
        "options": list(options.values()),
    }
    if chosen in options:
        element["initial_option"] = options[chosen]
    return [_field("cluster", words.FORM_CLUSTER, element, hint=words.FORM_LINKED, optional=True)]


def _namespace(chosen: str) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": "namespace"}
    if chosen:
        element["initial_value"] = chosen
    return _field("namespace", words.FORM_IN, element, optional=True)


def _channel() -> dict[str, Any]:
    """Ask where to answer; `response_url_enabled` lets us say so when we may not post there."""
    element = {
        "type": "conversations_select",
        "action_id": "channel",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    return _field("channel", words.FORM_CHANNEL, element)


def _field(
    name: str,
    label: Text,
    element: Mapping[str, Any],
    *,
    hint: Text | None = None,
    optional: bool = False,
) -> dict[str, Any]:
    block = {"type": "input", "block_id": name, "label": _plain(label), "element": element}
    if hint is not None:
        block["hint"] = _plain(hint)
    return block | ({"optional": True} if optional else {})


def _option(name: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": name[:_OPTION]}, "value": name[:150]}


def _plain(text: Text) -> dict[str, str]:
    return {"type": "plain_text", "text": both(text)}
