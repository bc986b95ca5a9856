"""Markdown in and out: a handbook as a tree, and any part of the tree written plainly again.

What is written uses one form for everything (fences, `-`, headings as bold lines), so that a part
of a handbook can stand within a page that has headings and steps of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode as Node

from knowledge.importer.code import Part, parts
from knowledge.page import unwrapped

_READ = MarkdownIt("commonmark").enable("table").disable("text_join")
_PAGE = MarkdownIt("commonmark").disable(["html_block", "reference"])  # as pages are read
_ADMONITION = re.compile(
    r"\s*(?::{3,}|!!!|\?{3}\+?|\[!(?=\w+\]))\s*[\w-]*\]?\+?[ \t]*(?P<title>.*)", re.DOTALL
)
_CLOSED = re.compile(r"\n:{3,}[ \t]*$")
_SHORTCODE = re.compile(r"\{\{[<%][^{}]*\}\}|\{%[^{}]*%\}|\{:[^{}]*\}")
_ANCHOR = re.compile(r" ?\{#[\w.-]+\}$")
_EXTERNAL = re.compile(r"https?://[^\s/]+\S*")
_TAG = re.compile(r"<[^<>]*>")


def parse(text: str) -> list[Node]:
    """Return the top-level blocks; `map` of each holds its first line and the one after it."""
    return list(_tree(list(_opened(_READ.parse(text)))).children)


def _tree(tokens: list[Token]) -> Node:
    return Node(tokens)


def _opened(tokens: list[Token]) -> Iterator[Token]:
    """Yield tokens, the indented text below a lone `!!! note` read as the Markdown it is."""
    for index, token in enumerate(tokens):
        lead = tokens[index - 2].content if index > 1 else ""
        if token.type == "code_block" and lead.startswith(("!!!", "???")) and token.map:
            for inner in _READ.parse(token.content):
                inner.map = [line + token.map[0] for line in inner.map] if inner.map else None
                yield inner
        else:
            yield token


def write(blocks: Iterable[Node]) -> str:
    """Return blocks as Markdown, a blank line between them."""
    return "\n\n".join(filter(None, map(write_block, blocks)))


def write_block(node: Node) -> str:
    """Return one block as Markdown, nothing for what is only decoration."""
    writer = _WRITERS.get(node.type)
    return writer(node) if writer else write(node.children)


def spoken(node: Node) -> str:
    """Return the words of a block on one line, marks left out."""
    said = [one for one in node.walk() if one.type in {"inline", "html_block"}] or [node]
    return " ".join(" ".join(map(_plain, said)).split())


def links(node: Node) -> Iterator[str]:
    """Yield the addresses a block points to, as far as they lead anywhere from elsewhere."""
    for one in node.walk():
        href = str(one.attrs.get("href", "")) if one.type == "link" else ""
        if _EXTERNAL.fullmatch(href):
            yield href


def inline(node: Node) -> str:
    """Return a paragraph's text on one line, with its marks, without dead links and images."""
    text = "".join(map(_inline, node.children))
    text = _CLOSED.sub("", _SHORTCODE.sub("", text))
    found = _ADMONITION.match(text)
    if found:
        title, _, rest = found["title"].partition("\n")
        text = "\n".join(filter(None, (title.strip("\"' "), rest)))
    return unwrapped(text)


def guarded(text: str) -> str:
    """Return one line of text so that a page reads it as a paragraph."""
    if not text:
        return text
    tokens = _PAGE.parse(text)
    return text if tokens and tokens[0].type == "paragraph_open" else f"\\{text}"


def fence(text: str, info: str) -> str:
    """Return a code block, its fence longer than any within."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    mark = "`" * max(3, longest + 1)
    return f"{mark}{info}\n{text}\n{mark}"


def indented(text: str, by: int) -> str:
    """Indent every line but the first and the empty ones."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * by + line if line else "" for line in rest)])


def code_parts(node: Node) -> tuple[Part, ...]:
    """Return the commands and the output of a code block."""
    return parts(node.content, node.info if node.type == "fence" else "")


def html_text(html: str) -> str:
    """Return what a reader sees of HTML: no tags, no comments."""
    seen, rest = [], html
    while rest:
        before, _, comment = rest.partition("<!--")
        seen.append(before)
        rest = comment.partition("-->")[2]
    return " ".join(unescape(_TAG.sub(" ", "".join(seen))).split())


def clean_title(node: Node) -> str:
    """Return a heading's words, without marks, anchors and closing signs."""
    text = " ".join(_SHORTCODE.sub("", _plain(node)).split())
    return _ANCHOR.sub("", text)


def _plain(node: Node) -> str:
    """Return the words of an inline node, or of HTML."""
    if node.type == "html_block":
        return html_text(node.content)
    words = {"text", "code_inline", "text_special"}
    breaks = {"softbreak", "hardbreak"}
    return "".join(
        one.content if one.type in words else " "
        for one in node.walk()
        if one.type in words | breaks
    )


def _inline(node: Node) -> str:
    inner = "".join(map(_inline, node.children))
    match node.type:
        case "text":
            text = node.content
        case "text_special":
            text = node.content if node.markup.startswith("&") else node.markup
        case "code_inline":
            text = _code(node.content, node.markup)
        case "softbreak" | "hardbreak":
            text = "\n"
        case "em" | "strong":
            text = f"{node.markup}{inner}{node.markup}"
        case "html_inline":
            text = _html(node.content)
        case "link":
            text = _link(inner, str(node.attrs.get("href", "")), node.markup)
        case _:
            text = inner
    return text


def _code(content: str, markup: str) -> str:
    pad = " " if content[:1] == "`" or content[-1:] == "`" else ""
    return f"{markup}{pad}{content}{pad}{markup}"


def _html(content: str) -> str:
    low = content.lower()
    if low.startswith("<!--"):
        return ""
    return "\n" if low.startswith("<br") else content


def _link(inner: str, href: str, markup: str) -> str:
    if markup == "autolink":
        return f"<{inner}>"
    return f"[{inner}]({href})" if _EXTERNAL.fullmatch(href) and inner else inner


def _write_paragraph(node: Node) -> str:
    return guarded("".join(map(inline, node.children)))


def _write_heading(node: Node) -> str:
    title = clean_title(node.children[0]) if node.children else ""
    return guarded(f"**{title}**") if title else ""


def _write_code(node: Node) -> str:
    return "\n\n".join(fence(part.text, part.info) for part in code_parts(node))


def _write_list(node: Node) -> str:
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    items = []
    for number, item in enumerate(map(_item, node.children), start):
        mark = f"{number}. " if node.type == "ordered_list" else "- "
        if item:  # a mark alone would underline the line above it
            items.append(f"{mark}{indented(item, len(mark))}")
    return "\n".join(items)


def _item(item: Node) -> str:
    text = ""
    for block in item.children:
        written = write_block(block)
        apart = "\n" if block.type in _HUGGED else "\n\n"
        text += f"{apart if text and written else ''}{written}"
    return text


def _write_quote(node: Node) -> str:
    text = write(node.children)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text else ""


def _write_table(node: Node) -> str:
    rows = [
        [_cell(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


def _cell(node: Node) -> str:
    return "".join(map(inline, node.children)).replace("|", "\\|")


def _write_html(node: Node) -> str:
    return guarded(html_text(node.content))


_HUGGED = {"bullet_list", "ordered_list", "fence", "code_block"}
_WRITERS: dict[str, Callable[[Node], str]] = {
    "paragraph": _write_paragraph,
    "heading": _write_heading,
    "fence": _write_code,
    "code_block": _write_code,
    "bullet_list": _write_list,
    "ordered_list": _write_list,
    "blockquote": _write_quote,
    "table": _write_table,
    "html_block": _write_html,
    "hr": lambda _node: "",
}
