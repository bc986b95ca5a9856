"""Every shipped hit, mangled as terminals, loggers and chats mangle pastes, is still found."""

import json
import textwrap
from collections.abc import Callable
from functools import cache

import pytest

from knowledge.cases import Case, cases_path, read_cases
from knowledge.load import Library, load_library
from knowledge.match import read

Mangle = Callable[[str], str]


def _each_line(change: Mangle) -> Mangle:
    return lambda text: "\n".join(change(line) for line in text.strip("\n").split("\n"))


def _broken_at(width: int) -> Mangle:
    """Break lines in the middle of words, as a terminal of this width does."""
    return _each_line(
        lambda line: "\n".join(line[at : at + width] for at in range(0, len(line) or 1, width))
    )


def _as_json(line: str) -> str:
    return json.dumps({"ts": 1, "level": "error", "msg": line}, ensure_ascii=False)


def _as_logfmt(line: str) -> str:
    message = json.dumps(line, ensure_ascii=False)
    return f'time="2026-01-01T00:00:00Z" level=error msg={message}'


MANGLES: dict[str, Mangle] = {
    "terminal 80": _broken_at(80),
    "terminal 100": _broken_at(100),
    "terminal 80, quoted": lambda text: textwrap.indent(_broken_at(80)(text), "> "),
    "quoted": lambda text: textwrap.indent(text, "> ", lambda _: True),
    "fenced": lambda text: f"```\n{text}\n```",
    "escaped for HTML": lambda text: (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ),
    "smart quotes": lambda text: text.replace('"', "\u201d").replace("'", "\u2019"),
    "coloured": _each_line(lambda line: f"\x1b[31m{line}\x1b[0m"),
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "JSON lines": _each_line(lambda line: _as_json(line.removeprefix("> "))),
    "logfmt": _each_line(lambda line: _as_logfmt(line.removeprefix("> "))),
}


@cache
def _library() -> Library:
    return load_library()


def _hits() -> list[Case]:
    pages = load_library().files.values()
    cases = [case for page in pages for case in read_cases(cases_path(page))]
    return [case for case in cases if case.expect and case.answer == "match"]


@pytest.mark.parametrize("name", MANGLES)
def test_a_mangled_hit_is_still_a_match(name: str) -> None:
    lost = []
    for case in _hits():
        matching = _library().match(read(MANGLES[name](case.paste)))
        if matching.answer != "match" or matching.matches[0].entry != case.expect:
            lost.append(f"{case.path.name}:{case.line}")

    assert lost == []
