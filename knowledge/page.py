"""An entry from its Markdown files: front matter, sections, the fix's steps."""

import itertools
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, cast, get_args

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.errors import EntryError
from knowledge.front import Node, nearest, parse
from knowledge.model import CheckLink, Entry, Lang, Page, Signature, Step
from knowledge.relate import relations
from knowledge.signature import BadHoleError, Pattern

AREAS = ("dns", "service", "pod", "node", "api", "cni", "policy", "ingress")
Maturity = Literal["draft", "trial", "stable"]
SECTIONS: Mapping[Lang, tuple[str, str, str, str]] = {
    "en": ("Meaning", "Confirm", "Fix", "If that was not it"),
    "zh-TW": ("意義", "確認方法", "修復", "如果不是這個原因"),
}
KEYS = (
    *("title", "area", "maturity", "reviewed", "from", "signatures", "symptoms"),
    *("relations", "yields_to", "checks", "applies", "references"),
)
REQUIRED = ("title", "area", "maturity", "reviewed", "from", "signatures")
_CHINESE_KEYS = ("title", "symptoms")
_ALONE = ", or name the file after its English page"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 500  # arbitrary, four times the longest shipped; RE2 refuses what is huge
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CAUTION = "[!CAUTION]"
_COMMANDS = frozenset({"sh", "bash", "shell", "console"})


def slug_of(path: Path) -> str:
    """Return the slug that a page or a cases file is named after."""
    return path.name.partition(".")[0]


def page_path(path: Path, lang: Lang) -> Path:
    """Return where the page in a language stands, from any file of the entry."""
    ending = "md" if lang == "en" else f"{lang}.md"
    return path.with_name(f"{slug_of(path)}.{ending}")


def read_entry(path: Path) -> Entry:
    """Read an entry from the page that holds its signatures. Raises `EntryError`.

    That is `<slug>.md`, with the Chinese page beside it if there is one, or a Chinese page
    `<slug>.zh-TW.md` that stands alone.
    """
    slug = slug_of(path)
    if not _SLUG.fullmatch(slug):
        raise EntryError(path, 1, "the file's name must be words joined by `-`, as dns-slow.md")
    lang: Lang = "en" if path == page_path(path, "en") else "zh-TW"
    front, body, first = _split(path)
    fields = _front(front, KEYS, REQUIRED, "" if lang == "en" else _ALONE)
    pages = {lang: _page(lang, _title(fields), _texts(fields, "symptoms"), body, path, first)}
    chinese = page_path(path, "zh-TW")
    if lang == "en" and os.path.lexists(chinese):
        pages["zh-TW"] = _chinese_page(chinese)
    return Entry(
        slug=slug,
        area=_choice(fields["area"], "area", AREAS),
        maturity=cast("Maturity", _choice(fields["maturity"], "maturity", get_args(Maturity))),
        reviewed=_date(fields["reviewed"]),
        origin=fields["from"].text("from"),
        pages=pages,
        signatures=tuple(_signatures(fields["signatures"])),
        relations=tuple(_relations(fields)),
        yields_to=_texts(fields, "yields_to"),
        checks=tuple(_checks(fields["checks"])) if "checks" in fields else (),
        applies=_applies(fields),
        references=_texts(fields, "references"),
    )


def _chinese_page(path: Path) -> Page:
    front, body, first = _split(path)
    fields = _front(front, _CHINESE_KEYS, ("title",))
    return _page("zh-TW", _title(fields), _texts(fields, "symptoms"), body, path, first)


def commands_in(markdown: str) -> list[str]:
    """Return what stands in the fences of commands."""
    fences = (token for token in _MARKDOWN.parse(markdown) if token.type == "fence")
    return [token.content for token in fences if token.info.strip() in _COMMANDS]


def read_text(path: Path) -> str:
    """Read a UTF-8 file. Raises `EntryError` naming the line that is not."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EntryError(path, 1, f"cannot be read ({error.strerror}): check it") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EntryError(path, line, "not UTF-8: save the file as UTF-8") from error


def _split(path: Path) -> tuple[Node, str, int]:
    """Return front matter, body, and the line of the file on which the body begins."""
    text = read_text(path)
    if not text.startswith("---\n"):
        raise EntryError(path, 1, "no front matter: begin the file with a line `---`")
    end = text.find("\n---\n", 3)
    if end < 0:
        raise EntryError(path, 1, "front matter has no end: close it with a line `---`")
    body = text[end + len("\n---\n") :]
    first = text.count("\n", 0, end) + 3
    return parse(text[4 : end + 1], path, 2), body, first


def _front(
    node: Node, known: Sequence[str], required: Sequence[str], hint: str = ""
) -> dict[str, Node]:
    fields = node.fields("the front matter", known)
    for key in required:
        if key not in fields or fields[key].is_null():
            raise node.fail(f"no {key} in the front matter: add a line `{key}: ...`{hint}")
    return fields


def _title(fields: Mapping[str, Node]) -> str:
    return fields["title"].text("title")


def _choice(node: Node, what: str, known: Collection[str]) -> str:
    text = node.text(what)
    if text not in known:
        raise node.fail(f"unknown {what} {text!r}: {nearest(text, known)}")
    return text


def _date(node: Node) -> str:
    text = node.text("reviewed")
    if not _DATE.fullmatch(text):
        raise node.fail(f"reviewed is {text!r}: write the day as 2026-11-23")
    return text


def _texts(fields: Mapping[str, Node], key: str) -> tuple[str, ...]:
    if key not in fields:
        return ()
    return tuple(node.text(f"each of {key}") for node in fields[key].items(key))


def _signatures(node: Node) -> Iterator[Signature]:
    seen: set[str] = set()
    for item in node.items("signatures"):
        fields = item.fields("a signature", ("text", "source", "anywhere"))
        if "text" not in fields:
            raise item.fail("a signature without text: add `text: '...'`")
        text = " ".join(fields["text"].text("text").split())
        if len(text) > _LONGEST:
            long = f"a signature of {len(text)} characters"
            raise fields["text"].fail(f"{long}: keep the part that tells, {_LONGEST} at most")
        try:
            pattern = Pattern(text)
        except BadHoleError as error:
            raise fields["text"].fail(str(error)) from error
        if not pattern.literal:
            raise fields["text"].fail("a signature of holes only: add literal text")
        if text.lower() in seen:
            raise fields["text"].fail("the same signature twice: delete one")
        seen.add(text.lower())
        source = fields["source"].text("source") if "source" in fields else ""
        anywhere = "anywhere" in fields and fields["anywhere"].flag("anywhere")
        yield Signature(text, source, anywhere)


def _relations(fields: Mapping[str, Node]) -> Iterator[str]:
    if "relations" in fields:
        for node in fields["relations"].items("relations"):
            yield _choice(node, "relation", relations())


def _checks(node: Node) -> Iterator[CheckLink]:
    for item in node.items("checks"):
        if item.is_scalar():
            yield CheckLink(item.text("a check"))
            continue
        for check, holes in item.fields("a check").items():
            fields = holes.fields("a check's holes")
            yield CheckLink(check, {key: one.text("a hole") for key, one in fields.items()})


def _applies(fields: Mapping[str, Node]) -> dict[str, str]:
    if "applies" not in fields:
        return {}
    return {key: node.text(key) for key, node in fields["applies"].fields("applies").items()}


def _page(
    lang: Lang, title: str, symptoms: tuple[str, ...], body: str, path: Path, first: int
) -> Page:
    sections = _sections(lang, body, path, first)
    meaning, confirm, fix, otherwise = (sections[name] for name in SECTIONS[lang])
    return Page(
        title=title,
        meaning=meaning.text,
        confirm=confirm.text,
        fix=tuple(_steps(fix, path, first)),
        otherwise=otherwise.text,
        symptoms=symptoms,
    )


class _Section(msgspec.Struct, frozen=True):
    """A section's Markdown, as written and parsed, and the line of the body it begins on."""

    text: str
    tokens: Sequence[Token]
    start: int


def _sections(lang: Lang, body: str, path: Path, first: int) -> dict[str, _Section]:
    """Return the sections by name; parsing is half of a load, so the body is parsed only once."""
    lines = body.split("\n")
    tokens = _MARKDOWN.parse(body)
    heads = [
        (index, token.map)
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h2" and token.level == 0 and token.map
    ]
    found: dict[str, _Section] = {}
    for (index, span), (after, (end, _)) in itertools.pairwise(
        (*heads, (len(tokens), [len(lines), 0]))
    ):
        name = tokens[index + 1].content.strip()
        if name not in SECTIONS[lang]:
            hint = nearest(name, SECTIONS[lang])
            raise EntryError(path, first + span[0], f"unknown section {name!r}: {hint}")
        start = next((at for at in range(span[1], end) if lines[at].strip()), span[1])
        text = "\n".join(lines[start:end]).rstrip("\n")
        found[name] = _Section(text, tokens[index + _HEADING : after], start)
    for name in SECTIONS[lang]:
        if name not in found or not found[name].text.strip():
            raise EntryError(path, first, f"no section `## {name}`, or nothing in it: write it")
    return found


_WIDE_BREAK = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")
_MARKDOWN = MarkdownIt("commonmark").disable(["html_block", "reference", "inline"])  # blocks do
_HEADING = 3  # tokens: it opens, its text, it closes


def _steps(fix: _Section, path: Path, first: int) -> Iterator[Step]:
    """Yield the numbered steps; `first` is the file's line on which the body begins.

    Raises `EntryError` when there is none.
    """
    tokens = fix.tokens
    items = [
        (index, token)
        for index, token in enumerate(tokens)
        if token.type == "list_item_open" and token.level == 1 and token.info
    ]
    if not items:
        raise EntryError(
            path, first + fix.start, "the fix has no numbered step: begin one with `1. `"
        )
    _refuse_loose(tokens, first, path)
    for index, token in items:
        end = next(
            i
            for i in range(index, len(tokens))
            if tokens[i].type == "list_item_close" and tokens[i].level == token.level
        )
        yield _step(tokens[index + 1 : end])


def _refuse_loose(tokens: Sequence[Token], first: int, path: Path) -> None:
    """Refuse text beside the numbered steps: an answer shows steps, and would lose it."""
    for token in tokens:
        loose = token.level == 0 and token.nesting >= 0 and token.type != "ordered_list_open"
        if loose and token.map:
            what = "text outside the numbered steps: put it into a step or another section"
            raise EntryError(path, first + token.map[0], what)


def _step(tokens: Sequence[Token]) -> Step:
    """Read one step: prose, commands in fences, and what a caution says it breaks."""
    prose: list[str] = []
    commands: list[str] = []
    cautions: list[str] = []
    quoted = 0
    for token in tokens:
        if token.type == "blockquote_open":
            quoted += 1
        elif token.type == "blockquote_close":
            quoted -= 1
        elif token.type == "fence" and token.info.strip() in _COMMANDS:
            commands.append(token.content.strip("\n"))
        elif token.type == "fence":
            prose.append(f"{token.markup}{token.info}\n{token.content}{token.markup}")
        elif token.type == "inline":
            (cautions if quoted else prose).append(unwrapped(token.content))
    danger = _danger(cautions)
    return Step("\n\n".join(prose), tuple(commands), danger)


def unwrapped(text: str) -> str:
    """Return a paragraph on one line: where the file breaks it is the author's affair.

    Chinese has no space where a line breaks.
    """
    return " ".join(_WIDE_BREAK.sub("", text).split())


def _danger(cautions: Sequence[str]) -> str | None:
    text = " ".join(" ".join(cautions).split())
    return text.removeprefix(_CAUTION).strip() if text.startswith(_CAUTION) else None
