"""From what people paste to lines that can be searched and quoted."""

import re
from collections.abc import Iterable

from knowledge import prefixes
from knowledge.model import Line
from knowledge.redact import redact_lines
from knowledge.wrap import joined

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_BARE_COLOUR = re.compile(r"\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m(?=\S| |$)")
_SLACK_LINK = re.compile(
    r"<(?=[a-z]+://[^/\s<>|]*@)([^<>|\s]*)(?:\|[^<>|\n]*)?>"  # its label may lack the scheme
    r"|<(?:https?://|mailto:)[^<>|\s]*\|([^<>|\n]*)>|<(https?://[^<>|\s]*)>"
)
_SLACK_REFERENCE = re.compile(r"<[@#!][^<>\n]{1,80}>")
_HTML = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_ESCAPES = 2  # what was escaped already is escaped once more by Slack
_FENCE = re.compile(r"^\s*(?:```+|~~~+)\s*(?:[a-z]{1,12}\s*$)?|(?<!`)```++\s*$")
_QUOTE_MARK = re.compile(r"^\s{0,12}(?:>(?: |(?=[^\s])|$)){1,5}")

_PLAIN: dict[str, str] = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u300c\u300d\uff02", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\uff07\u00b4", "'"),
    **dict.fromkeys("\u00a0\u1680\u2007\u202f\u3000\t\x0b\x0c\x85\u2028\u2029", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f", ""),
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    **dict.fromkeys((chr(code) for code in (*range(0x09), *range(0x0E, 0x20), 0x7F)), ""),
    "\u2026": "...",
    "\uff1a": ": ",
}
_ODD = re.compile(f"[{''.join(map(re.escape, _PLAIN))}]")


def plain(text: str) -> str:
    """Return the text without escape codes, odd quotes and spaces, and Slack's mark-up.

    Line breaks stay where they were, so line numbers stay true.
    """
    text = text.encode("utf-8", errors="replace").decode("utf-8")
    text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = _BARE_COLOUR.sub("", _ANSI.sub("", text))
    if "\r" in text:
        text = "\n".join(_last_written(line) for line in text.split("\n"))
    if "<" in text:
        text = _SLACK_REFERENCE.sub("", _SLACK_LINK.sub(_link, text))
    for _ in range(_ESCAPES):
        if "&" in text:
            for entity, sign in _HTML:
                text = text.replace(entity, sign)
    return _ODD.sub(lambda found: _PLAIN[found[0]], text)


def clean(text: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the lines as sent, cleaned, and the messages put together over line breaks.

    Numbers count from 1 in the text as sent; lines left empty are dropped. Secrets are masked
    here, while lines still have the width and the indentation that tell what was broken where.
    """
    raw = tuple(
        Line(number, _unquote(line)) for number, line in enumerate(plain(text).split("\n"), 1)
    )
    shown = redact_lines(raw)
    return _strip(shown), _strip(joined(raw, shown))


def _strip(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the messages of the lines, and mask what unescaping brought to light."""
    kept: list[Line] = []
    changed: list[int] = []
    for line in lines:
        whole = " ".join(line.text.split())
        text = prefixes.strip(whole)
        if text not in whole:
            changed.append(len(kept))
        if text:
            kept.append(Line(line.number, text))
    for index, line in zip(changed, redact_lines([kept[one] for one in changed]), strict=True):
        kept[index] = line
    return tuple(kept)


def _unquote(line: str) -> str:
    """Drop code fences and the marks of a quoted reply."""
    if "`" in line or "~" in line:
        line = _FENCE.sub("", line)
    if ">" in line[:16]:
        line = _QUOTE_MARK.sub("", line)
    return line


def _link(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)


def _last_written(line: str) -> str:
    """Return what a terminal shows after carriage returns: the last text written."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")
