"""The text of a message, wherever Slack keeps it.

Programs often post an alert with an empty `text`, all of it in attachments or blocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PARTS = ("pretext", "title", "text", "fields", "value", "elements", "blocks")
_DEPTH = 12  # arbitrary; rich text nests a list in a list in a quote


def content(message: Mapping[str, Any]) -> str:
    """Return what a message says; blocks that only repeat its text are left out."""
    text = str(message.get("text") or "")
    blocks = "\n".join(_texts(message.get("blocks")))
    attached = "\n".join(_attached(message.get("attachments")))
    # Slack makes rich text of what people type, and `text` has it already.
    parts = [text or blocks, attached]
    if text and _squeezed(blocks) not in _squeezed(text) and message.get("bot_id"):
        parts.insert(1, blocks)
    return "\n".join(part for part in parts if part.strip())


def _attached(attachments: object) -> Iterator[str]:
    for one in attachments if isinstance(attachments, list | tuple) else ():
        if not isinstance(one, Mapping) or "from_url" in one:
            continue  # the preview of a link is nobody's error
        texts = list(_texts(one))
        yield from texts or [str(one.get("fallback") or "")]


def _texts(part: object, depth: int = 0) -> Iterator[str]:
    """Walk blocks for their texts, in the order Slack shows them; rich text keeps its lines."""
    if depth > _DEPTH:
        return
    if isinstance(part, Mapping):
        if str(part.get("type", "")).startswith("rich_text_") and "elements" in part:
            yield _run(part["elements"], depth)
            return
        for key in _PARTS:
            value = part.get(key)
            if isinstance(value, str):
                yield value
            else:
                yield from _texts(value, depth + 1)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for one in part:
            yield from _texts(one, depth + 1)


def _run(elements: object, depth: int) -> str:
    """Join the pieces of a line of rich text; those of a list are lines of their own."""
    pieces: list[str] = []
    for one in elements if isinstance(elements, list | tuple) else ():
        if isinstance(one, Mapping) and "elements" in one:
            pieces.append("\n".join(_texts(one, depth + 1)) + "\n")
        elif isinstance(one, Mapping):
            pieces.append(str(one.get("text") or one.get("url") or ""))
    return "".join(pieces)


def _squeezed(text: str) -> str:
    return "".join(text.split())
