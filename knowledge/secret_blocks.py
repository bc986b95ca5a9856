"""Secrets that are blocks of lines: private keys, and the data of Secret manifests."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

Span = tuple[int, int]

_SEAM = r"(?:\\{1,4}[nr]|[\s>|\"',+\\])"
_GAP = r"[\s>]{1,40}"  # a space, or where the line was broken at it
_TITLE = rf"{_GAP}(?:[A-Z0-9]{{1,16}}{_GAP}){{0,4}}PRIVATE{_GAP}KEY(?: BLOCK)? ?-{{2,5}}"
_DASHES = re.compile(r"-{2,5} ?\Z")
_KEY = re.compile(
    rf"-{{2,5}} ?BEGIN{_TITLE}"
    rf"(?:{_SEAM}{{0,64}}+(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|Subject):[^\n\\]*+"
    rf"|(?!\[masked\])[A-Za-z0-9+/=]{{1,4096}}+(?={_SEAM}|-----END|\Z)"
    r"(?![ \t]+[A-Za-z]{1,40}[ \t\n])))*+"
    rf"(?:{_SEAM}{{0,64}}+-{{2,5}} ?END{_TITLE})?"
)
_PUTTY = re.compile(r"Private-Lines: \d{1,3}(?:\s{1,16}[A-Za-z0-9+/=]{1,128})+")
_KEY_END = re.compile(rf"-{{2,5}} ?END{_TITLE}")
_KEY_LINE = re.compile(r"[\s>\"']*([A-Za-z0-9+/=]{16,4096}+)[\"',\s\\]*")
_KIND = re.compile(r"(?P<indent>[ \t>]*(?:- )?)[\"']?kind[\"']?: *[\"']?Secret[\"']?,?\s*")
_DATA = re.compile(r"(?P<indent>[ \t>]*(?:- )?)[\"']?(?:data|stringData)[\"']?:[ \t]*\{?\s*")
_FIELD = r"[ \t>]*+[\"']?[\w.-]{1,253}[\"']?:[ \t]*+"
_PAIR = re.compile(rf"{_FIELD}[\"']?+(?![|>{{}}\[]|[\"']?,?\s*$)([^\n]*?)[\"']?,?[ \t\r]*$")
_OPENS = re.compile(rf"{_FIELD}[|>][-+]?[ \t\r]*$")
_ENTRY = re.compile(
    r"\\{0,7}\"[\w.-]{1,253}\\{0,7}\"\s?:\s?\\{0,7}\"(?!\[masked\])([^\"\\]{1,65536}+)"
)
_JSON_DATA = re.compile(r"\\{0,7}\"(?:data|stringData)\\{0,7}\"\s?:\s?\{([^{}\n]{0,1000000}+)\}")
_JSON_KIND = re.compile(r"\\{0,7}\"kind\\{0,7}\"\s?:\s?\\{0,7}\"Secret\\{0,7}\"")
_DEEPEST = 40  # arbitrary; no manifest is indented further
_FAR = 400  # lines between `data:` and `kind:` of one manifest


def blocks(text: str) -> Iterator[Span]:
    """Yield where private keys stand, and the values of manifests of kind Secret."""
    if "PRIVATE" in text:
        yield from (found.span() for found in _at(text, "BEGIN", _KEY))
        yield from _cut_keys(text)
    if "Private-Lines:" in text:
        yield from (found.span() for found in _at(text, "Private-Lines:", _PUTTY))
    if "Secret" in text and "ata" in text:
        yield from _manifests(text)
        yield from _compact(text)


def _at(text: str, word: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the pattern's matches that begin with a word, or with the dashes before it."""
    at = text.find(word)
    while at >= 0:
        dashes = _DASHES.search(text, max(0, at - 6), at)
        found = pattern.match(text, dashes.start() if dashes else at)
        if found:
            yield found
        at = text.find(word, max(at + 1, found.end() if found else 0))


def _cut_keys(text: str) -> Iterator[Span]:
    """Yield the lines before an end mark whose beginning was not pasted."""
    for end in _at(text, "END", _KEY_END):
        at = text.rfind("\n", 0, end.start())
        while at > 0:
            start = text.rfind("\n", 0, at) + 1
            found = _KEY_LINE.fullmatch(text, start, at)
            if found is None:
                break
            yield found.span(1)
            at = start - 1


def _manifests(text: str) -> Iterator[Span]:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    seen: dict[int, int] = {}  # up to which line mappings of this indentation were read
    for index, line in enumerate(lines):
        found = _KIND.fullmatch(line)
        indent = len(found["indent"]) if found else _DEEPEST
        if indent >= _DEEPEST or index <= seen.get(indent, -1):
            continue
        siblings = _siblings(lines, index, indent)
        seen[indent] = max(index, *siblings) if siblings else index
        for first in siblings:
            if _DATA.fullmatch(lines[first]):
                yield from _values(lines, starts, first, indent)


def _siblings(lines: Sequence[str], index: int, indent: int) -> list[int]:
    """Return the lines of the same mapping as the line `index`, in their order."""
    before = _same(lines, range(index - 1, max(-1, index - _FAR), -1), indent)
    after = _same(lines, range(index + 1, min(len(lines), index + _FAR)), indent)
    return sorted((*before, *after))


def _same(lines: Sequence[str], over: range, indent: int) -> Iterator[int]:
    for at in over:
        line = lines[at]
        if not line.strip(" \t>\r"):
            continue
        depth = _depth(line)
        if line.lstrip(" \t>").startswith("---") or (depth < indent and not _PAIRLESS.match(line)):
            return
        begins = depth == indent and line.lstrip(" \t>").startswith("- ")
        if begins and over.step > 0:
            return
        if depth == indent:
            yield at
        if begins:
            return


_PAIRLESS = re.compile(r"[A-Za-z0-9+/=]{1,}[\"',]*\r?$")  # the rest of a value a terminal broke


def _depth(line: str) -> int:
    inner = line.lstrip(" \t>")
    return len(line) - len(inner) + (2 if inner.startswith("- ") else 0)


def _values(lines: Sequence[str], starts: Sequence[int], first: int, indent: int) -> Iterator[Span]:
    for at in islice(range(first + 1, len(lines)), _FAR):
        line = lines[at]
        if not line.strip(" \t>\r"):
            continue
        if _depth(line) <= indent and not _PAIRLESS.match(line):
            return
        pair = _PAIR.match(line)
        if pair and pair[1] != "[masked]":
            yield starts[at] + pair.start(1), starts[at] + pair.end(1)
        elif (
            not pair
            and not _OPENS.match(line)
            and "[masked]" not in line
            and line.strip(" \t>\r{}[],")
        ):
            yield starts[at], starts[at] + len(line)


def _compact(text: str) -> Iterator[Span]:
    """Yield the values of a Secret that is written as JSON on one line."""
    end = 0
    for found in _at(text, '"kind', _JSON_KIND):
        if found.start() < end:
            continue  # a further one on a line that was read
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        yield from _entries(text, start, end)


def _entries(text: str, start: int, end: int) -> Iterator[Span]:
    for data in _JSON_DATA.finditer(text, start, end):
        yield from (pair.span(1) for pair in _ENTRY.finditer(text, *data.span(1)))
