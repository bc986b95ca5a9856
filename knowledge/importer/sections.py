"""A handbook's headings as the troubles they name: each with its parts and where it stands."""

import itertools

import msgspec
from markdown_it.tree import SyntaxTreeNode as Node

from knowledge.importer.markdown import clean_title, parse
from knowledge.importer.roles import Role, heading_role, is_step


class Passage(msgspec.Struct):
    """Blocks that stand together; `role` is what their heading says, `title` a sub-heading."""

    role: Role | None
    title: str = ""
    blocks: list[Node] = []


class Section(msgspec.Struct):
    """What stands below a heading up to the next one that names another trouble.

    `line` and `end` are its first and last lines, from 1; `path` the headings above and its own.
    `is_leaf` is False where other troubles are named below it.
    """

    title: str
    level: int
    path: tuple[str, ...]
    line: int
    end: int = 0
    passages: list[Passage] = []
    headings: list[Node] = []
    is_leaf: bool = True

    @property
    def blocks(self) -> list[Node]:
        """All blocks below the heading."""
        return [block for passage in self.passages for block in passage.blocks]

    @property
    def roles(self) -> frozenset[Role]:
        """The parts that headings below it name."""
        return frozenset(one.role for one in self.passages if one.role)


def sections(text: str, title: str = "") -> list[Section]:
    """Return the sections in their order.

    `title` heads a document whose first heading is not its own; without one, text before the
    first heading belongs to no section.
    """
    lines = text.rstrip("\n").count("\n") + 1
    blocks = parse(text)
    found: list[Section] = []
    builder = _Builder(found)
    if title and next((one.tag for one in blocks if one.type == "heading"), "") != "h1":
        builder.begin(title, 1, 1)
    for block in blocks:
        if block.type == "heading":
            builder.head(block)
        elif found:
            builder.passage.blocks.append(block)
    for section, after in itertools.zip_longest(found, found[1:]):
        section.end = max(section.line, after.line - 1 if after else lines)
    return found


class _Builder:
    """Keeps the open headings while a document is read from its top."""

    def __init__(self, found: list[Section]) -> None:
        self._found = found
        self._open: list[Section] = []
        self._host: Section | None = None  # whose part is open, and the level of its heading
        self._part = 0
        self.passage = Passage(None)

    def head(self, node: Node) -> None:
        """Read a heading: it opens a section, or a part of one that is open."""
        level = int(node.tag[1])
        title = clean_title(node.children[0]) if node.children else ""
        role = heading_role(title)
        if self._host and level > self._part:
            self._add(self._host, role or self.passage.role, title)
            return
        if is_step(title) and self._open:
            self._add(self._host or self._open[-1], self.passage.role, title)
            return
        self._host = self._find_host(level, role) if role else None
        self._part = level
        if self._host and role:
            self._add(self._host, role, title if ":" in title or "：" in title else "")
        else:
            self.begin(title, level, (node.map or (0, 0))[0] + 1)
            self._open[-1].headings.append(node)

    def _find_host(self, level: int, role: Role) -> Section | None:
        """Return the section whose part this heading names.

        A part below its section's heading, or beside it (`## Trouble`, `## Solution`); links and
        notes beside other sections are their own.
        """
        if role == "otherwise":
            above = next((one for one in reversed(self._open) if one.level < level), None)
            return above if above and above.is_leaf else None
        return next((one for one in reversed(self._open) if one.level <= level), None)

    def begin(self, title: str, level: int, line: int) -> None:
        """Open a section; `line` is its heading's, from 1."""
        self._open = [one for one in self._open if one.level < level]
        if self._open:
            self._open[-1].is_leaf = False
        path = (*(one.title for one in self._open if one.title), *([title] if title else []))
        self.passage = Passage(None, "", [])
        section = Section(title, level, path, line, 0, [self.passage], [])
        self._open.append(section)
        self._found.append(section)

    def _add(self, host: Section, role: Role | None, title: str) -> None:
        self.passage = Passage(role, title, [])
        host.passages.append(self.passage)
