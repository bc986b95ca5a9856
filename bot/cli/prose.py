"""Text and pages laid out for a terminal; what can be copied, commands and links, stays whole."""

import re

from rich.cells import cell_len
from rich.console import Console

NARROW = 16  # columns below which wrapping helps nobody
_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_OPENING = "（「『《【"
_CLOSING = "。，、：；！？）」』》】"
_MARKER = re.compile(r"(?:[-*|│]|\d+\.) ")
# A word with its space, or one sign of a script without spaces; brackets and stops stick to it,
# and so does the mark that begins a line.
_PIECE = re.compile(
    rf"(?:^{_MARKER.pattern})?[{_OPENING}]*(?:[^\s{_WIDE}]+|[^\s{_OPENING}{_CLOSING}])[{_CLOSING}]*\s*|\S\s*|\s+"
)
_STRONG = re.compile(r"\*\*(\S(?:[^*]*\S)?)\*\*")
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")


def wrap(text: str, room: int) -> list[str]:
    """Break a line where a reader expects it, so that each fits `room` cells.

    A word longer than that is left whole, for the terminal to break.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and cell_len(lines[-1]) + cell_len(piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def indent(out: Console, text: str, by: int, style: str = "", *, hang: int = 0) -> None:
    """Print a text `by` columns in, and what is wrapped of it another `hang` columns."""
    lines = text.splitlines() or [""]
    if out.is_terminal:
        room = max(NARROW, out.width - by - hang)
        lines = [part for line in lines for part in wrap(line, room)]
    for number, line in enumerate(lines):
        whole(out, line, by + hang * (number > 0), style)


def whole(out: Console, line: str, by: int, style: str = "") -> None:
    """Print a line so that it can be copied: the terminal may wrap it, we do not."""
    out.print(" " * by + line if line else "", style=style, soft_wrap=True)


def page(out: Console, markdown: str) -> None:
    """Print a page of Markdown: headings bold, commands whole, paragraphs wrapped."""
    parts = re.split(r"^ *```.*\n", markdown, flags=re.MULTILINE)
    for number, part in enumerate(parts):
        if number % 2:
            for line in part.splitlines():
                whole(out, line, 4, "cyan")
            out.print()
        else:
            for block in filter(None, (one.strip("\n") for one in part.split("\n\n"))):
                _block(out, block)


def _block(out: Console, block: str) -> None:
    """Print a heading, a paragraph or the items of a list, as they stand between blank lines."""
    for item in re.split(r"\n(?=(?:[-*]|\d+\.) )", block):
        text = " ".join(_WIDE_BREAK.sub("", item).split())
        marker = _MARKER.match(text)
        danger = item.startswith("   **")  # what a step says first, in strong letters
        style = "bold" if text.startswith("#") else "bold red" if danger else ""
        by = 3 if item.startswith("   ") else 0
        shown = _STRONG.sub(r"\1", text.lstrip("# "))
        indent(out, shown, by, style, hang=len(marker[0]) if marker else 0)
    out.print()
