"""Cases beside an entry: pastes, and what the whole library must answer to each."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast, get_args

import msgspec

from knowledge.front import Node, nearest, parse
from knowledge.model import Answer
from knowledge.page import read_text, slug_of

FORMS = ("line", "log", "describe", "question", "mixed")
_KEYS = ("paste", "expect", "answer", "form", "entities", "note")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One paste of an entry's file; `expect` is the slug that must come first, None for none.

    `answer` is the least that must be said with it, `entities` what must be read from it.
    """

    path: Path
    line: int
    paste: str
    expect: str | None
    answer: Answer = "match"
    form: str = ""
    entities: Mapping[str, str] = {}
    note: str = ""


def cases_path(page: Path) -> Path:
    """Return where the cases of an entry stand, from one of its pages."""
    return page.with_name(f"{slug_of(page)}.cases.yaml")


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read a cases file. Raises `EntryError` naming the line."""
    node = parse(read_text(path), path)
    return tuple(_cases(node))


def _cases(node: Node) -> Iterator[Case]:
    for item in node.items("a cases file"):
        fields = item.fields("a case", _KEYS)
        for key in ("paste", "expect"):
            if key not in fields:
                raise item.fail(f"a case without {key}: add a line `{key}: ...`")
        yield Case(
            path=item.path,
            line=item.line,
            paste=fields["paste"].text("paste"),
            expect=None if fields["expect"].is_null() else fields["expect"].text("expect"),
            answer=cast("Answer", _one_of(fields, "answer", get_args(Answer), "match")),
            form=_one_of(fields, "form", FORMS, ""),
            entities=_entities(fields),
            note=fields["note"].text("note") if "note" in fields else "",
        )


def _one_of(fields: Mapping[str, Node], key: str, known: tuple[str, ...], default: str) -> str:
    if key not in fields:
        return default
    text = fields[key].text(key)
    if text not in known:
        raise fields[key].fail(f"unknown {key} {text!r}: {nearest(text, known)}")
    return text


def _entities(fields: Mapping[str, Node]) -> dict[str, str]:
    if "entities" not in fields:
        return {}
    return {key: node.text(key) for key, node in fields["entities"].fields("entities").items()}
