"""Checks what blocks are made of: text objects, buttons, menus, confirmations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.demo.standin import limits
from bot.demo.standin.workspace import Json

_TEXT_KEYS = {
    "mrkdwn": frozenset({"type", "text", "verbatim"}),
    "plain_text": frozenset({"type", "text", "emoji"}),
}


class Findings:
    """What is wrong with some blocks; the wording follows Slack's answers."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def add(self, what: str, at: str) -> None:
        """Note a fault at a JSON pointer."""
        self.errors.append(f"{what} [json-pointer:{at}]")

    def length(self, value: Any, most: int, at: str, least: int = 1) -> None:  # noqa: ANN401 (JSON)
        """Note a text that is missing, too short or too long."""
        if not isinstance(value, str):
            self.add("must be a string", at)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", at)
        elif len(value) > most:
            self.add(f"must be less than {most + 1} characters", at)

    def count(self, value: Any, most: int, at: str, least: int = 1) -> None:  # noqa: ANN401 (JSON)
        """Note a list that is missing, too short or too long."""
        if not isinstance(value, list | tuple):
            self.add("must be an array", at)
        elif len(value) < least:
            self.add(f"no less than {least} items allowed", at)
        elif len(value) > most:
            self.add(f"no more than {most} items allowed", at)

    def keys(self, value: Mapping[str, Any], allowed: frozenset[str], at: str) -> None:
        """Note fields Slack does not know there."""
        for name in sorted(set(value) - allowed):
            self.add(f"invalid additional property: {name}", at)

    def items(self, value: Any) -> Iterator[Any]:  # noqa: ANN401 (any JSON)
        """Return the items of a list, none for anything else."""
        return iter(value if isinstance(value, list | tuple) else ())


def kind_of(value: Any) -> str:  # noqa: ANN401 (any JSON)
    """Return the `type` of a block or of a part of one, "" when it says none."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def check_text(
    value: Any,  # noqa: ANN401 (any JSON)
    at: str,
    findings: Findings,
    most: int = limits.TEXT_OBJECT,
) -> None:
    """Check a text object of either type."""
    kind = kind_of(value)
    if kind not in _TEXT_KEYS:
        findings.add("failed to match all allowed schemas", at)
        findings.add(f"unsupported type: {kind}", f"{at}/type")
        return
    inner = Findings()
    inner.keys(value, _TEXT_KEYS[kind], at)
    inner.length(value.get("text"), most, f"{at}/text")
    if inner.errors:
        findings.add("failed to match all allowed schemas", at)
        findings.errors += inner.errors


def check_plain(value: Any, at: str, findings: Findings, most: int) -> None:  # noqa: ANN401 (JSON)
    """Check a text object that must be plain."""
    if isinstance(value, dict) and value.get("type") == "mrkdwn":
        findings.add("must be of type: plain_text", f"{at}/type")
    else:
        check_text(value, at, findings, most)


def check_element(element: Any, at: str, findings: Findings) -> None:  # noqa: ANN401 (any JSON)
    """Check a button, menu, image or any other element of a block."""
    kind = kind_of(element)
    if not kind:
        findings.add("missing required field: type", at)
        return
    if kind not in _KNOWN:
        findings.add(f"unsupported type: {kind}", f"{at}/type")
        return
    findings.length(element.get("action_id", "-"), limits.ID, f"{at}/action_id")
    if "confirm" in element:
        _confirm(element["confirm"], f"{at}/confirm", findings)
    if "placeholder" in element:
        check_plain(element["placeholder"], f"{at}/placeholder", findings, limits.PLACEHOLDER)
    if kind in _CHECKS:
        _CHECKS[kind](element, at, findings)


def _button(element: Json, at: str, findings: Findings) -> None:
    check_plain(element.get("text"), f"{at}/text", findings, limits.BUTTON_TEXT)
    if "value" in element:
        findings.length(element["value"], limits.BUTTON_VALUE, f"{at}/value", least=0)
    if "url" in element:
        findings.length(element["url"], limits.URL, f"{at}/url")
    if element.get("style", "primary") not in ("primary", "danger"):
        findings.add("must be one of: primary, danger", f"{at}/style")


def _feedback(element: Json, at: str, findings: Findings) -> None:
    """Check a pair of feedback buttons (docs.slack.dev, feedback buttons element)."""
    for name in ("positive_button", "negative_button"):
        button, where = element.get(name), f"{at}/{name}"
        if not isinstance(button, dict):
            findings.add(f"missing required field: {name}", at)
            continue
        check_plain(button.get("text"), f"{where}/text", findings, limits.BUTTON_TEXT)
        findings.length(button.get("value"), limits.BUTTON_VALUE, f"{where}/value", least=0)
        label = button.get("accessibility_label", "-")
        findings.length(label, limits.BUTTON_TEXT, f"{where}/accessibility_label")


def _search(element: Json, at: str, findings: Findings) -> None:
    """Check a menu whose options the app gives while somebody types."""
    for name in ("options", "option_groups"):
        if name in element:
            findings.add(f"invalid additional property: {name}", at)


def _menu(most: int) -> Callable[[Json, str, Findings], None]:
    def check(element: Json, at: str, findings: Findings) -> None:
        if "option_groups" in element:
            return
        findings.count(element.get("options"), most, f"{at}/options")
        for number, option in enumerate(findings.items(element.get("options"))):
            where = f"{at}/options/{number}"
            if not isinstance(option, dict):
                findings.add("must be an object", where)
                continue
            check_text(option.get("text"), f"{where}/text", findings, limits.OPTION_TEXT)
            findings.length(option.get("value"), limits.OPTION_VALUE, f"{where}/value")

    return check


def _image(element: Json, at: str, findings: Findings) -> None:
    findings.length(element.get("alt_text"), limits.ALT_TEXT, f"{at}/alt_text")
    if not element.get("image_url") and not element.get("slack_file"):
        findings.add("missing required field: image_url", at)


def _text_input(element: Json, at: str, findings: Findings) -> None:
    """Check a field for text (docs.slack.dev, plain-text input element)."""
    most = element.get("max_length", limits.TEXT_OBJECT)
    if not isinstance(most, int) or not 1 <= most <= limits.TEXT_OBJECT:
        findings.add(f"must be between 1 and {limits.TEXT_OBJECT}", f"{at}/max_length")
    findings.length(element.get("initial_value", ""), limits.TEXT_OBJECT, at, least=0)


def _confirm(value: Any, at: str, findings: Findings) -> None:  # noqa: ANN401 (any JSON)
    """Check a confirmation dialog (docs.slack.dev, confirmation dialog object)."""
    if not isinstance(value, dict):
        findings.add("must be an object", at)
        return
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        check_text(value.get(name), f"{at}/{name}", findings, most)


_CHECKS: dict[str, Callable[[Json, str, Findings], None]] = {
    "button": _button,
    "checkboxes": _menu(limits.CHOICES),
    "external_select": _search,
    "feedback_buttons": _feedback,
    "image": _image,
    "overflow": _menu(limits.OVERFLOW_OPTIONS),
    "plain_text_input": _text_input,
    "radio_buttons": _menu(limits.CHOICES),
    "static_select": _menu(limits.OPTIONS),
    "multi_static_select": _menu(limits.OPTIONS),
}
_KNOWN = frozenset(_CHECKS) | {
    "channels_select",
    "conversations_select",
    "datepicker",
    "datetimepicker",
    "email_text_input",
    "icon_button",
    "multi_channels_select",
    "multi_conversations_select",
    "multi_external_select",
    "multi_users_select",
    "number_input",
    "rich_text_input",
    "timepicker",
    "url_text_input",
    "users_select",
    "workflow_button",
}
