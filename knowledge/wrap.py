"""Lines that a terminal, a pager or Slack broke, put together again.

A break at a space leaves two lines that a signature's white space spans anyway; this is for the
other ones: broken in the middle of a word at the terminal's width, or continued with an
indentation where a hole must not cross the break.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.model import Line

_NARROWEST = 40  # arbitrary; no terminal people paste from is narrower
_ONE_BREAK_FROM = 60  # arbitrary; one line at a width is weaker proof of a break than two are
_LONGEST = 4000  # arbitrary; a message is not longer, and a wall of text is not one message
_STARTS_RECORD = re.compile(
    r"\s*(?:[IWEF]\d{4} \d\d:|\d{4}[-/]\d\d[-/]\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:"
    r"|(?:time|level|ts)=|(?:Normal|Warning) +\S+ +\d|[-*•] |\d+[.)] |[$#>{}\[\]]"
    r"|[\w.-]{1,40}@[\w.-]+|[A-Z]\S{1,40}: )"
)


Row = tuple[Line, str]  # a line as it was broken, and what of it may be shown


def joined(lines: Sequence[Line], shown: Sequence[Line] | None = None) -> tuple[Line, ...]:
    """Return the messages that were broken over lines, each under its first line's number.

    `shown` are the same lines with secrets masked: what is put together is taken from them, where
    the breaks are is told by `lines`, whose width they still have.
    """
    rows = [(line, one.text) for line, one in zip(lines, shown or lines, strict=True)]
    return tuple(line for block in _blocks(rows) for line in _join(block))


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the runs of lines between empty ones."""
    block: list[Row] = []
    for row in rows:
        if row[0].text.strip():
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _join(block: list[Row]) -> Iterator[Line]:
    widths = [len(line.text) for line, _ in block]
    width = max(widths)
    hard = widths.count(width) > 1
    if len(block) == 1 or width < (_NARROWEST if hard else _ONE_BREAK_FROM):
        return
    first, pieces = block[0][0], [block[0][1]]
    for (before, _), (line, text) in itertools.pairwise(block):
        length = sum(map(len, pieces))
        glue = _glue(before.text, line.text, width, first.text, length)
        if glue is not None and length < _LONGEST:
            pieces += [glue, text.lstrip()]
            continue
        if len(pieces) > 1:
            yield Line(first.number, "".join(pieces))
        first, pieces = line, [text]
    if len(pieces) > 1:
        yield Line(first.number, "".join(pieces))


def _glue(before: str, after: str, width: int, first: str, length: int) -> str | None:
    """Return what stood where the line was broken: nothing, a space, or None for two messages.

    `first` is the line on which the message begins, `length` what is put together of it so far.
    A terminal breaks at its width without a sign; whoever indents broke at a space; a copied
    terminal may lose the space that stood at its edge.
    """
    if _STARTS_RECORD.match(after):
        return None
    if _indent(after) > _indent(first):
        return " " if length >= _NARROWEST else None
    if len(before) == width:
        return ""
    return " " if len(before) == width - 1 else None


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
