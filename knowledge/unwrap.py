"""The ways to read a text whose lines a terminal, a pager or an author may have broken.

A secret that was broken over lines shows in none of them: `AWS_SECRET_ACC` and `ESS_KEY=...` are
no secret each. So the broken lines are put together, once as a terminal breaks them and once as
an author does, and what is found there is led back to where it stands.
"""

import bisect
import re
from collections.abc import Iterator, Sequence

import msgspec

_NARROWEST = 40  # arbitrary; no terminal people paste from is narrower
_ONE_BREAK_FROM = 60  # arbitrary; one line at a width is weaker proof of a break than two are
_LONG_WORD = 12  # arbitrary; a longer word at a line's end is likelier cut than whole
_LONGEST = 20_000  # arbitrary; characters put together, beyond which a new piece begins
_MARK = re.compile(r"[ \t]*(?:(?:>|&gt;)[ \t]?){0,5}")
_FENCE = re.compile(r"[ \t>]*(?:```|~~~)")
_STARTS_RECORD = re.compile(
    r"\s*(?:[IWEF]\d{4} \d\d:|\[?\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} +\d{1,2} \d\d:"
    r"|(?:time|level|ts)=|(?:Normal|Warning) +\S+ +\d|[-*•] |\d+[.)] |[$#] |[A-Z][a-z]{1,40}: )"
)
_REST = re.compile(
    r"\s*(?:[\w\-+/=.~]++[ \"',;}]*$|(?=[a-z0-9.~/-]{0,64}[A-Z_=+])[\w\-+/=.~]{16,})"
)
_WORD = re.compile(r"\S*")
_ASSIGNS = re.compile(r"\s*[\"']?[A-Za-z_][\w.\"'-]{0,64}\s?[:=](?![=\s]*$|=)")
_TALKS = re.compile(r"\s*[A-Za-z]?[a-z]{0,20}[ ,]")
_USUAL = frozenset({80, 100, 120, 132, 160, 200, 240})  # columns terminals have


class View(msgspec.Struct, frozen=True):
    """A text put together from pieces of another one.

    The piece that begins at `starts[i]` of `text` stood at `origins[i]` and is `lengths[i]` long;
    what lies between pieces was put there. Into the pieces `apart` nothing reaches from before:
    they may as well be messages of their own.
    """

    text: str
    starts: Sequence[int]
    origins: Sequence[int]
    lengths: Sequence[int]
    apart: frozenset[int] = frozenset()

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where a stretch of the view stands in the text it was made from."""
        for at in range(max(0, bisect.bisect_right(self.starts, start) - 1), len(self.starts)):
            first = self.starts[at]
            if first >= end or (start < first and at in self.apart):
                return
            low, high = max(start, first), min(end, first + self.lengths[at])
            if low < high:
                yield self.origins[at] + low - first, self.origins[at] + high - first


class _Row(msgspec.Struct):
    """A line: where it starts, its text without the break, how much of it is indentation.

    `apart` is set when it looks like a message of its own, though it may be the rest of one.
    """

    at: int
    text: str
    mark: int
    apart: bool = False


def views(text: str) -> Iterator[View]:
    """Yield the text as it is, and what was broken in it put together in two ways."""
    yield View(text, (0,), (0,), (len(text),))
    runs = [run for block in _blocks(text) for run in _runs(block)]
    if runs:
        as_terminal = _join(runs, spaced=False)
        as_author = _join(runs, spaced=True)
        yield as_terminal
        if as_author.text != as_terminal.text:
            yield as_author


def _blocks(text: str) -> Iterator[list[_Row]]:
    """Yield the runs of lines between empty ones and fences that hold a wide one."""
    block: list[_Row] = []
    at = 0
    for line in (*text.split("\n"), ""):
        row = line.removesuffix("\r")
        if row.strip() and not _FENCE.match(row):
            mark = _MARK.match(row)
            block.append(_Row(at, row, mark.end() if mark else 0))
        else:
            if len(block) > 1 and max(len(one.text) for one in block) >= _NARROWEST:
                yield block
            block = []
        at += len(line) + 1


def _runs(block: Sequence[_Row]) -> Iterator[list[tuple[_Row, str]]]:
    """Yield the lines that belong together, each with what stood where it ended."""
    widths = [len(row.text) for row in block]
    width = max(widths)
    often = widths.count(width) > 1
    sure = often or width >= _ONE_BREAK_FROM
    if width not in _USUAL and width - block[0].mark not in _USUAL:
        for row in block:
            row.apart = _looks_new(row.text[row.mark :], often=often)
    run: list[tuple[_Row, str]] = []
    length = 0
    for index, row in enumerate(block):
        after = block[index + 1] if index + 1 < len(block) else None
        glue = _glue(row, after, width, sure=sure) if after else None
        length += len(row.text)
        if glue is not None and length < _LONGEST:
            run.append((row, glue))
            continue
        if run:
            yield [*run, (row, "")]
        run, length = [], 0


def _ends_long(text: str) -> bool:
    return len(text.rsplit(None, 1)[-1]) >= _LONG_WORD


def _looks_new(text: str, *, often: bool) -> bool:
    return bool(_ASSIGNS.match(text) or (not often and _TALKS.match(text)))


def _glue(row: _Row, after: _Row, width: int, *, sure: bool) -> str | None:
    """Return what stood where the line was broken: nothing, a space, or None for two messages."""
    text, rest = row.text, after.text[after.mark :]
    if _STARTS_RECORD.match(rest):
        return None
    if (sure or _ends_long(text)) and len(text) >= width - 1:
        return "" if len(text) == width else " "
    word = _WORD.match(rest.lstrip())
    first = len(word[0]) if word else 0
    if text.endswith("-") and len(text) + first > width:
        return ""
    if len(text) + 1 + first > width:
        return " "
    return "" if len(text) >= _NARROWEST and _REST.match(rest) else None


def _join(runs: Sequence[Sequence[tuple[_Row, str]]], *, spaced: bool) -> View:
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    lengths: list[int] = []
    apart: set[int] = set()
    size = 0
    for run in runs:
        first = run[0][0].mark
        glue = "\n"
        for row, after in run:
            if row.apart:
                apart.add(len(starts))
            cut = row.mark if glue == " " else min(first, row.mark)
            starts.append(size)
            origins.append(row.at + cut)
            lengths.append(len(row.text) - cut)
            glue = " " if spaced and row is not run[-1][0] and not row.text.endswith("-") else after
            pieces += [row.text[cut:], glue]
            size += len(row.text) - cut + len(glue)
        pieces.append("\n")
        size += 1
    return View("".join(pieces), starts, origins, lengths, frozenset(apart))
