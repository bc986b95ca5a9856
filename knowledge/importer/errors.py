"""The errors a section prints: lines of output in its code blocks, and messages in its prose."""

import re
from collections.abc import Iterator, Sequence

import msgspec
from markdown_it.tree import SyntaxTreeNode as Node

from knowledge.importer.markdown import code_parts
from knowledge.importer.programs import is_command
from knowledge.importer.trouble import is_error
from knowledge.match import read

_MESSAGE = re.compile(
    r"\s*-?\s*[\"']?(?:message|msg|error)[\"']?\s*:\s*(?P<quote>[\"']?)(?P<text>.+?),?\s*$"
)
_SETTING = re.compile(r"--?[\w-]+[= ]|[\w.-]+(?:=|: ?)[^\s]*$")
_QUOTED = re.compile('["“「『]([^"“”「」『』]{8,300})["”」』]')
_DATA = frozenset(("yaml", "yml", "json"))
_LONGEST = 2000  # characters; arbitrary, a longer line is a dump


class PrintedError(msgspec.Struct, frozen=True):
    """An error as a reader would paste it, the line it stands on, and its cleaned, masked text."""

    line: int
    paste: str
    text: str


class RefusedLine(msgspec.Struct, frozen=True):
    """An error that gives no signature: its line in the handbook, its text, and why."""

    line: int
    text: str
    why: str


def errors_in(blocks: Sequence[Node]) -> Iterator[PrintedError]:
    """Yield what the blocks print that tells an error, in their order."""
    at = 0
    for block in blocks:
        for node in block.walk():
            at = node.map[0] + 1 if node.map else at
            if node.type in {"fence", "code_block"}:
                yield from _in_code(node, at + (node.type == "fence"))
            elif node.type == "code_inline":
                yield from _in_prose(node.content, at)
        if block.type == "heading":
            yield from (one for text in _quoted(block) for one in _in_prose(text, at))


def _quoted(heading: Node) -> Iterator[str]:
    """Yield what a heading quotes; in running text people quote other things as well."""
    for text in (one.content for one in heading.walk() if one.type == "text"):
        yield from (found[1] for found in _QUOTED.finditer(text))


def _in_code(node: Node, first: int) -> Iterator[PrintedError]:
    for part in code_parts(node):
        if part.info == "text":
            yield from _errors(part.text, first + part.line)
        elif part.info in _DATA:
            for number, line in enumerate(part.text.split("\n"), first + part.line):
                found = _MESSAGE.match(line[:_LONGEST])
                if found:
                    yield from _errors(found["text"].rstrip(found["quote"] or None), number)


def _in_prose(text: str, line: int) -> Iterator[PrintedError]:
    """Yield inline code that is a message: several words, no command and no setting."""
    if " " in text.strip() and not is_command(text):
        yield from _errors(text, line)


def _errors(text: str, first: int) -> Iterator[PrintedError]:
    raw = text.split("\n")
    for line in read(text).lines:
        pasted = raw[line.number - 1].strip()
        if len(pasted) <= _LONGEST and is_error(line.text) and not _SETTING.match(pasted):
            yield PrintedError(first + line.number - 1, pasted, line.text)
