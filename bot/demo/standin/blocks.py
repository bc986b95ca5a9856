"""Checks blocks the way Slack does: what is wrong, and where, as `invalid_blocks` says it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.demo.standin import elements, limits
from bot.demo.standin.elements import Findings
from bot.demo.standin.options import Refusal
from bot.demo.standin.workspace import Json

_COMMON = frozenset({"type", "block_id"})


def check_blocks(blocks: Sequence[Any], *, total: bool = True) -> None:
    """Raise `Refusal` for blocks Slack would not take.

    `invalid_blocks` lists each fault with its JSON pointer, `msg_blocks_too_long` comes when the
    message as a whole is too long; a response_url is not held to that (slackapi/bolt-js#2867).
    """
    _check_all(blocks, limits.BLOCKS)
    if total and _charge(blocks) > limits.BLOCKS_TEXT + limits.BLOCK_SHARE:
        raise Refusal("msg_blocks_too_long")


def check_views_blocks(blocks: Sequence[Any]) -> None:
    """Raise `Refusal` for blocks Slack would not take in a modal."""
    _check_all(blocks, limits.VIEW_BLOCKS)


def _check_all(blocks: Sequence[Any], most: int) -> None:
    findings = Findings()
    findings.count(blocks, most, "/blocks", least=0)
    for at, block in enumerate(blocks):
        _check_block(block, f"/blocks/{at}", findings)
    _check_ids(blocks, findings)
    if findings.errors:
        raise refusal(findings.errors)


def refusal(errors: Sequence[str]) -> Refusal:
    """Return `invalid_blocks` with its reasons, set out as Slack sets them out."""
    metadata = {"messages": [f"[ERROR] {error}" for error in errors]}
    return Refusal("invalid_blocks", {"errors": list(errors), "response_metadata": metadata})


def text_length(value: Any) -> int:  # noqa: ANN401 (any JSON)
    """Return how many characters all `text` strings inside blocks have together."""
    if isinstance(value, Mapping):
        own = value.get("text")
        inner = sum(text_length(part) for part in value.values())
        return inner + (len(own) if isinstance(own, str) else 0)
    if isinstance(value, list | tuple):
        return sum(text_length(part) for part in value)
    return 0


def _charge(blocks: Sequence[Json]) -> int:
    return text_length(blocks) + limits.BLOCK_SHARE * len(blocks)


def _check_block(block: Any, at: str, findings: Findings) -> None:  # noqa: ANN401 (any JSON)
    kind = elements.kind_of(block)
    if not kind:
        findings.add("missing required field: type", at)
        return
    if kind not in _KNOWN:
        findings.add(f"unsupported type: {kind}", f"{at}/type")
        return
    findings.length(block.get("block_id", "-"), limits.ID, f"{at}/block_id")
    if kind in _CHECKS:
        keys, check = _CHECKS[kind]
        findings.keys(block, _COMMON | keys, at)
        check(block, at, findings)


def _check_ids(blocks: Sequence[Any], findings: Findings) -> None:
    seen: set[str] = set()
    for at, block in enumerate(blocks):
        name = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(name, str) and name in seen:
            findings.add(f"`block_id` {name!r} already exists", f"/blocks/{at}/block_id")
        elif isinstance(name, str):
            seen.add(name)
    written = [one for one in blocks if isinstance(one, dict) and one.get("type") == "markdown"]
    if text_length(written) > limits.MARKDOWN:
        findings.add(f"must be less than {limits.MARKDOWN + 1} characters", "/blocks")


def _section(block: Json, at: str, findings: Findings) -> None:
    if not block.get("text") and not block.get("fields"):
        findings.add("must define either `text` or `fields`", at)
    if "text" in block:
        elements.check_text(block["text"], f"{at}/text", findings)
    if "fields" in block:
        findings.count(block["fields"], limits.FIELDS, f"{at}/fields")
        for number, field in enumerate(findings.items(block["fields"])):
            elements.check_text(field, f"{at}/fields/{number}", findings, limits.FIELD)
    if "accessory" in block:
        elements.check_element(block["accessory"], f"{at}/accessory", findings)


def _header(block: Json, at: str, findings: Findings) -> None:
    elements.check_plain(block.get("text"), f"{at}/text", findings, limits.HEADER)


def _context(block: Json, at: str, findings: Findings) -> None:
    parts = block.get("elements")
    findings.count(parts, limits.CONTEXT_ELEMENTS, f"{at}/elements")
    for number, part in enumerate(findings.items(parts)):
        where = f"{at}/elements/{number}"
        if isinstance(part, dict) and part.get("type") == "image":
            elements.check_element(part, where, findings)
        else:
            elements.check_text(part, where, findings)


_CONTEXTUAL = frozenset({"feedback_buttons", "icon_button"})
"""What a context_actions block holds, and no other block (docs.slack.dev, its page)."""


def _actions(most: int, *, contextual: bool) -> Callable[[Json, str, Findings], None]:
    def check(block: Json, at: str, findings: Findings) -> None:
        parts = block.get("elements")
        findings.count(parts, most, f"{at}/elements")
        seen: set[str] = set()
        for number, part in enumerate(findings.items(parts)):
            where = f"{at}/elements/{number}"
            elements.check_element(part, where, findings)
            kind = elements.kind_of(part)
            if kind and (kind in _CONTEXTUAL) != contextual:
                findings.add(f"unsupported type: {kind}", f"{where}/type")
            name = part.get("action_id") if isinstance(part, dict) else None
            if isinstance(name, str) and name in seen:
                findings.add(f"`action_id` {name!r} already exists", f"{where}/action_id")
            seen.add(str(name))

    return check


def _image(block: Json, at: str, findings: Findings) -> None:
    findings.length(block.get("alt_text"), limits.ALT_TEXT, f"{at}/alt_text")
    if not block.get("image_url") and not block.get("slack_file"):
        findings.add("missing required field: image_url", at)
    if "title" in block:
        elements.check_plain(block["title"], f"{at}/title", findings, limits.ALT_TEXT)


def _markdown(block: Json, at: str, findings: Findings) -> None:
    findings.length(block.get("text"), limits.MARKDOWN, f"{at}/text")


def _rich_text(block: Json, at: str, findings: Findings) -> None:
    for number, part in enumerate(findings.items(block.get("elements"))):
        kind = elements.kind_of(part)
        if kind not in _RICH:
            findings.add(f"unsupported type: {kind}", f"{at}/elements/{number}/type")


def _table(block: Json, at: str, findings: Findings) -> None:
    findings.count(block.get("rows"), limits.TABLE_ROWS, f"{at}/rows")
    for number, row in enumerate(findings.items(block.get("rows"))):
        findings.count(row, limits.TABLE_COLUMNS, f"{at}/rows/{number}")


def _input(block: Json, at: str, findings: Findings) -> None:
    elements.check_plain(block.get("label"), f"{at}/label", findings, limits.LABEL)
    if "hint" in block:
        elements.check_plain(block["hint"], f"{at}/hint", findings, limits.LABEL)
    elements.check_element(block.get("element"), f"{at}/element", findings)


def _divider(_block: Json, _at: str, _findings: Findings) -> None:
    """Find nothing: a divider holds nothing."""


_RICH = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)
_CHECKS: dict[str, tuple[frozenset[str], Callable[[Json, str, Findings], None]]] = {
    "actions": (
        frozenset({"elements"}),
        _actions(limits.ACTION_ELEMENTS, contextual=False),
    ),
    "context": (frozenset({"elements"}), _context),
    "context_actions": (
        frozenset({"elements"}),
        _actions(limits.CONTEXT_ACTIONS, contextual=True),
    ),
    "divider": (frozenset(), _divider),
    "header": (frozenset({"text", "level"}), _header),
    "image": (frozenset({"alt_text", "image_url", "slack_file", "title"}), _image),
    "input": (frozenset({"label", "element", "optional", "hint", "dispatch_action"}), _input),
    "markdown": (frozenset({"text"}), _markdown),
    "rich_text": (frozenset({"elements"}), _rich_text),
    "section": (frozenset({"text", "fields", "accessory", "expand"}), _section),
    "table": (frozenset({"rows", "column_settings"}), _table),
}
_KNOWN = frozenset(_CHECKS) | {"data_table", "data_visualization", "file", "video"}
