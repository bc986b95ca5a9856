"""Prefixes and wrappers that log formats and kubectl put around a message."""

import json
import re
from collections.abc import Iterator
from typing import Any

# A pattern that begins with a letter is searched for by that letter, ten times as fast as one that
# begins with what must not stand before: so that is looked back at from behind the letter.
_FATAL = (
    re.compile(r"F(?<!\wF)\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (?=\S+\.go:\d+\])"),
    re.compile(r"\[ERROR [\w-]{1,80}\]: "),
)
_KLOG = re.compile(r"(?:^|(?<=: ))[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ (?=\S+\.go:\d+\])")
_SYSLOG = re.compile(
    r"^[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)? (?=\S+ [\w@.-]+(?:\[\d+\])?: )"
)
_STAMP = re.compile(
    r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?Z| ?[+-]\d\d:?\d\d| UTC)?\]?:? *"
)
_CRI = re.compile(r"^(?:stdout|stderr) [FP] ")
_LOGFMT = re.compile(r'^(?:time|ts|t)=(?:"[^"]*"|\S+) +')
_LEVEL = re.compile(r"^(?:level|lvl)=\w+ +")
_MESSAGE = re.compile(r'^msg="((?:[^"\\]|\\.)*)"$')
_EVENT = re.compile(
    r"^(Normal|Warning) +(\S+) +(?:<unknown>|<invalid>|\d[\dywdhms]*)"
    r"(?: \(x\d+ over \d[\dywdhms]*\))? +(.*)$"
)
_TIMES = re.compile(r" ?\((?:x\d+ over \d[\dywdhms]*|combined from similar events)\)")
_ESCAPED_BREAK = re.compile(r"\\(?<!\\\\)\\*+[nrt](?=[\s\W]|[A-Z]|$)")
_ESCAPED_QUOTE = re.compile(r'\\(?<!\\\\)\\*+(["\'])')
_JSON_KEYS = ("msg", "message", "log", "error", "err", "reason", "cause", "errors")
_SUBJECT_KEYS = ("namespace", "pod", "service", "node", "nodeName", "object", "kind", "Verdict")
_SUBJECT = re.compile(r"[A-Za-z0-9][\w./-]{0,252}")
_JSON_LIMIT = 100_000  # arbitrary; a longer single line is searched as it stands
_DEPTH = 3  # a JSON log inside a JSON log, as docker's json-file driver makes them


def strip(text: str) -> str:
    """Return one line's message, without time stamps, levels, event ages and escapes.

    Host, unit, reason and source file stay: entities and signatures read them.
    """
    text = _json_message(text)
    text = _time(text)
    if "=" in text[:16]:
        text = _logfmt(text)
    if "\\" in text:
        text = _unescape(text)
    if ".go:" in text:
        text = _KLOG.sub("", text, count=1)
    return _event(text)


def _time(text: str) -> str:
    first = text[:1]
    if first.isdigit() or first == "[":
        text = _CRI.sub("", _STAMP.sub("", text, count=1), count=1)
    elif first.isupper():
        text = _SYSLOG.sub("", text, count=1)
    return text


def _unescape(text: str) -> str:
    if '\\"' in text or "\\'" in text:
        text = _ESCAPED_BREAK.sub(" ", text)
    return _ESCAPED_QUOTE.sub(r"\1", text)


def _logfmt(text: str) -> str:
    text = _LEVEL.sub("", _LOGFMT.sub("", text, count=1), count=1)
    found = _MESSAGE.match(text)
    return found[1].strip() if found else text


def _event(text: str) -> str:
    """Collapse the columns of `kubectl describe`'s Events: type, reason, source, message."""
    found = _EVENT.match(text) if text[:1] in "NW" else None
    if found:
        text = f"{found[1]} {found[2]} {found[3]}"
    return _TIMES.sub("", text) if "(" in text else text


def _json_message(text: str) -> str:
    """Return the message fields of a line that is one JSON object, and whom it is about.

    The subject is written as logfmt writes it; without a message the line stays as it is.
    """
    for _ in range(_DEPTH):
        if not (text.startswith("{") and text.endswith("}") and len(text) <= _JSON_LIMIT):
            break
        parts = _fields(text)
        if not parts:
            break
        text = " ".join(parts)
    return text


def _fields(text: str) -> list[str]:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(value, dict):
        return []
    said = list(_messages(value, _DEPTH))
    return [*said, *_subjects(value)] if said else []


def _subjects(value: dict[str, Any]) -> Iterator[str]:
    for key in _SUBJECT_KEYS:
        name = value.get(key)
        if isinstance(name, str) and _SUBJECT.fullmatch(name) and name != "Status":
            yield f'{key}="{name}"'


def _messages(value: object, depth: int) -> Iterator[str]:
    """Yield the messages of an object, those of the errors inside it too.

    pino and axios write an error as an object of its own, the API server a Status.
    """
    if isinstance(value, str) and value.strip():
        yield " ".join(value.split())
    if depth and isinstance(value, list):
        for one in value:
            yield from _messages(one, depth - 1)
    if depth and isinstance(value, dict):
        for key in _JSON_KEYS:
            yield from _messages(value.get(key), depth - 1)
        yield from _code(value)


def _code(value: dict[str, Any]) -> Iterator[str]:
    """Yield reason and code of a Status as the API server writes them: signatures read both."""
    if value.get("kind") == "Status" and {"reason", "code"} <= value.keys():
        yield f'"reason":"{value["reason"]}","code":{value["code"]}'


def fatal_lines(text: str) -> frozenset[int]:
    """Return the numbers of the lines with which a program says why it ends.

    Those are klog's fatal ones, and the errors of kubeadm's preflight checks beside its warnings.
    """
    found = (one.start() for pattern in _FATAL for one in pattern.finditer(text))
    number, at = 1, 0
    numbers: set[int] = set()
    for start in sorted(found):
        number += text.count("\n", at, start)
        at = start
        numbers.add(number)
    return frozenset(numbers)
