"""A section sorted into the parts of an entry, each as Markdown."""

from collections.abc import Iterator, Sequence

import msgspec
from markdown_it.tree import SyntaxTreeNode as Node

from knowledge.danger import danger_of
from knowledge.importer.markdown import (
    code_parts,
    fence,
    guarded,
    indented,
    spoken,
    write,
    write_block,
)
from knowledge.importer.programs import reads_only
from knowledge.importer.roles import Role, label_role, sentence_role
from knowledge.importer.sections import Passage, Section
from knowledge.importer.wording import Wording


class FixStep(msgspec.Struct, frozen=True):
    """One step as Markdown without its number; `dangers` say what its commands can break."""

    text: str
    dangers: tuple[str, ...] = ()


class Parts(msgspec.Struct):
    """The parts of an entry, in Markdown; empty where the section says nothing."""

    meaning: list[str] = []
    confirm: list[str] = []
    otherwise: list[str] = []
    fix: list[FixStep] = []


class _Chunk(msgspec.Struct):
    """A paragraph with the code, lists and tables that follow it."""

    role: Role | None
    blocks: list[Node]


def compose(section: Section) -> Parts:
    """Sort a section: what a command can break decides first, then headings, then words.

    What cannot be told apart is part of the meaning.
    """
    parts = Parts([], [], [], [])
    for passage in section.passages:
        leading: Role | None = None
        title = passage.title
        for chunk in _chunks(passage):
            role = _role(chunk, passage)
            role = leading if leading and role != "fix" else role
            leading = "otherwise" if role == "otherwise" and _leads(chunk) else leading
            if role == "fix":
                parts.fix += _headed(_steps(chunk), title)
            else:
                head = guarded(f"**{title}**") if title else ""
                _text_of(parts, role).extend(filter(None, (head, write(chunk.blocks))))
            title = ""
    return parts


def dangers_of(node: Node) -> tuple[str, ...]:
    """Return what the commands of a block can break, those within its sentences too."""
    found: dict[str, None] = {}
    for one in node.walk():
        for command in _commands(one):
            danger = danger_of(command)
            if danger:
                found[danger] = None
    return tuple(found)


def commands_of(section: Section) -> list[str]:
    """Return the commands of a section's code blocks."""
    codes = (one for block in section.blocks for one in block.walk() if _is_code(one))
    return [part.text for code in codes for part in code_parts(code) if part.is_command]


def _commands(node: Node) -> Iterator[str]:
    if node.type == "code_inline":
        yield node.content
    elif _is_code(node):
        yield from (part.text for part in code_parts(node) if part.is_command)


def _is_code(node: Node) -> bool:
    return node.type in {"fence", "code_block"}


def _text_of(parts: Parts, role: Role) -> list[str]:
    texts = {"confirm": parts.confirm, "otherwise": parts.otherwise}
    return texts.get(role, parts.meaning)


def _chunks(passage: Passage) -> Iterator[_Chunk]:
    """Yield paragraphs with what belongs to them; a label counts up to the next one."""
    chunk = _Chunk(None, [])
    open_role: Role | None = None
    for block in passage.blocks:
        if block.type == "paragraph":
            if chunk.blocks:
                yield chunk
            role, rest = label_role(spoken(block))
            if role and not rest:
                open_role = role
                chunk = _Chunk(role, [])
                continue
            chunk = _Chunk(role or open_role, [block])
        else:
            chunk.blocks.append(block)
    if chunk.blocks:
        yield chunk


def _role(chunk: _Chunk, passage: Passage) -> Role:
    if any(dangers_of(block) for block in chunk.blocks):
        return "fix"
    chosen = chunk.role or passage.role
    if chosen:
        return chosen
    typed = [part for code in filter(_is_code, chunk.blocks) for part in code_parts(code)]
    commands = [part.text for part in typed if part.is_command]
    only_looks = bool(commands) and all(map(reads_only, commands))
    first = chunk.blocks[0]
    said = spoken(first) if first.type == "paragraph" else ""
    return sentence_role(said, only_looks=only_looks) or "meaning"


def _leads(chunk: _Chunk) -> bool:
    """Whether a paragraph announces what follows it in further paragraphs."""
    return len(chunk.blocks) == 1 and spoken(chunk.blocks[0]).endswith((":", "："))


def _headed(steps: Iterator[FixStep], title: str) -> Iterator[FixStep]:
    """Yield steps, the first one below the sub-heading they stand under."""
    for step in steps:
        text = f"{guarded(f'**{title}**')}\n\n{step.text}" if title else step.text
        yield FixStep(text, step.dangers)
        title = ""


def _steps(chunk: _Chunk) -> Iterator[FixStep]:
    """Yield a chunk as steps: each item of a list is one, code goes with what introduces it."""
    held: list[Node] = []
    for block in _unquoted(chunk.blocks):
        if block.type in {"bullet_list", "ordered_list"}:
            yield from _step(held)
            held = []
            for item in block.children:
                yield from _step(item.children)
        else:
            held.append(block)
    yield from _step(held)


def _unquoted(blocks: Sequence[Node]) -> Iterator[Node]:
    """Yield blocks, those of quotes too: a page takes a quote in a step for its caution."""
    for block in blocks:
        if block.type == "blockquote":
            yield from _unquoted(block.children)
        else:
            yield block


def _step(blocks: Sequence[Node]) -> Iterator[FixStep]:
    dangers = dict.fromkeys(danger for block in blocks for danger in dangers_of(block))
    text = "\n\n".join(filter(None, (_step_block(block) for block in _unquoted(blocks))))
    if text:
        yield FixStep(text, tuple(dangers))


def _step_block(block: Node) -> str:
    """Write a block of a step, which is read as paragraphs and code: tables become code."""
    if block.type == "table":
        return fence(write_block(block), "text")
    return write_block(block)


def numbered(steps: Sequence[FixStep], wording: Wording) -> str:
    """Return steps as a numbered list, a caution before each that can hurt."""
    lines = []
    for number, step in enumerate(steps, 1):
        mark = f"{number}. "
        caution = wording.caution(step.dangers)
        parts = [f"> [!CAUTION]\n> {caution}"] if caution else []
        body = indented("\n\n".join([*parts, step.text]).rstrip(), len(mark))
        lines.append(f"{mark}{body}")
    return "\n\n".join(lines)
