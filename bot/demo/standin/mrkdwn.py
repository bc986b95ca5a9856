"""Slack's mark-up: what a person's text becomes, and whom a message would ring."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# docs.slack.dev/messaging/formatting-message-text: special mentions, users and user groups;
# each may carry a label. `<!group>` is the old word for `<!channel>`.
_PING = re.compile(r"<(!(?:channel|here|everyone|group)|!subteam\^\w+|@[UW]\w+)(?:\|[^>]*)?>")
_BARE = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")
_NAME = re.compile(r"(?<![\w@`])@([a-z][a-z0-9._-]*[a-z0-9])")
_TYPED = re.compile(r"(<@[UW]\w+>|<https?://[^<>\s]+>)")
_URL = re.compile(r"https?://[^\s<>|]+")


def escape(text: str) -> str:
    """Escape the three characters Slack's mark-up is made of, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """Return what Slack sends for text a person typed: escaped, web addresses linked."""
    return _URL.sub(lambda found: f"<{found[0]}>", escape(text))


def rich(text: str) -> dict[str, Any]:
    """Return the rich text block Slack makes of what a person typed.

    docs.slack.dev/reference/block-kit/blocks/rich-text-block; styles and lists are left as text.
    """
    elements = [_rich_element(piece) for piece in _TYPED.split(text) if piece]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _rich_element(piece: str) -> dict[str, str]:
    if piece.startswith("<@") and piece.endswith(">"):
        return {"type": "user", "user_id": piece[2:-1]}
    if piece.startswith("<http") and piece.endswith(">"):
        return {"type": "link", "url": html.unescape(piece[1:-1])}
    return {"type": "text", "text": html.unescape(piece)}


def named(text: str, ids: Mapping[str, str]) -> str:
    """Return typed text with each `@name` of somebody known as a mention, `<@U1>`."""
    return _NAME.sub(
        lambda found: f"<@{ids[found[1]]}>" if found[1] in ids else found[0],
        text,
    )


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the people a text mentions."""
    return tuple(ping[2:-1] for ping in _pings(text) if ping.startswith("<@"))


def rings(
    text: str, blocks: Iterable[Any] = (), attachments: Iterable[Any] = ()
) -> tuple[str, ...]:
    """Return the pings a message carries, as `<!channel>`, `<@U1>`, `<!subteam^S1>`.

    Counted wherever they stand unescaped in text that is read as mark-up: backticks and code
    fences around them are taken as no protection.
    """
    found = [ping for one in (text, *_marked((blocks, attachments))) for ping in _pings(one)]
    return tuple(dict.fromkeys(found + list(_broadcasts((blocks, attachments)))))


def loose_rings(blocks: Iterable[Any] = (), *, text: str = "") -> tuple[str, ...]:
    """Return bare words such as `@here` that automatic parsing may turn into pings.

    docs.slack.dev, text object: unless `verbatim` is set, certain mentions are parsed out of
    plain words. `text` is given where the message asked for `parse=full` or `link_names`.
    """
    marked = [one["text"] for one in _objects(blocks) if not one.get("verbatim")]
    words = (word for one in (text, *marked) for word in _BARE.findall(one))
    return tuple(dict.fromkeys(f"@{word}" for word in words))


def _pings(text: str) -> Iterator[str]:
    for found in _PING.finditer(text):
        yield "<" + found[1].replace("!group", "!channel") + ">"


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (any JSON)
    """Walk JSON for text objects of type mrkdwn."""
    for node in _nodes(value):
        if node.get("type") == "mrkdwn" and isinstance(node.get("text"), str):
            yield node


def _marked(value: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    """Walk JSON for strings read as mark-up: text objects, markdown blocks, attachments."""
    for node in _nodes(value):
        kind = node.get("type")
        if kind in {"mrkdwn", "markdown"} and isinstance(node.get("text"), str):
            yield node["text"]
        if kind is None:
            yield from (node[key] for key in ("text", "pretext") if isinstance(node.get(key), str))


def _broadcasts(value: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    """Walk JSON for the elements of rich text that ring."""
    for node in _nodes(value):
        if node.get("type") == "broadcast":
            yield f"<!{node.get('range', 'channel')}>"
        elif node.get("type") == "user" and "user_id" in node:
            yield f"<@{node['user_id']}>"
        elif node.get("type") == "usergroup" and "usergroup_id" in node:
            yield f"<!subteam^{node['usergroup_id']}>"


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (any JSON)
    """Walk every object inside JSON, outermost first."""
    if isinstance(value, Mapping):
        yield value
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _nodes(one)
