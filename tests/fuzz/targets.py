"""What holds for every input of a part, as functions a fuzzer can call; none may raise."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from knowledge.cases import read_cases
from knowledge.clean import clean, plain
from knowledge.entities import mentions, resolve
from knowledge.errors import EntryError, HandbookError
from knowledge.importer import import_handbook
from knowledge.load import Library, load_library
from knowledge.match import read
from knowledge.model import Line
from knowledge.page import read_entry
from knowledge.redact import redact

PLANTED = "Zq9xK7vT3mWp5RdY"
"""A secret no input holds, put behind it to see whether it comes out again."""
_APART = "\n=====\n"  # between the English and the Chinese page of one input


def check_clean(text: str) -> None:
    lines, joined = clean(text)
    count = text.count("\n") + 1
    assert plain(text).count("\n") + 1 == count
    assert all(1 <= line.number <= count for line in (*lines, *joined))
    assert all(line.text and "\n" not in line.text for line in (*lines, *joined))


def check_redact(text: str) -> None:
    masked = redact(text)
    assert masked.count("\n") == text.count("\n")
    assert masked == redact(masked)
    assert PLANTED not in redact(f"{text}\nDB_PASSWORD={PLANTED}")


def check_match(text: str) -> None:
    paste = read(f"{text}\nDB_PASSWORD={PLANTED}\n")
    matching = _library().match(paste)
    assert matching == _library().match(paste)
    said = [line.text for line in (*paste.lines, *paste.joined)]
    said += [because.text for match in matching.matches for because in match.because]
    said += [value for match in matching.matches for value in match.entities.values()]
    assert not any(PLANTED in one for one in said)


def check_entities(text: str) -> None:
    lines = tuple(Line(number, line) for number, line in enumerate(text.split("\n"), 1))
    said = mentions(lines)
    assert all(1 <= one.line <= len(lines) for one in said)
    assert resolve(said) == resolve(mentions(lines))


def check_entry(text: str) -> None:
    english, _, chinese = text.partition(_APART)
    page = _folder() / "fuzzed.md"
    for path, content in (
        (page, english),
        (page.with_name("fuzzed.zh-TW.md"), chinese or english),
        (page.with_name("fuzzed.cases.yaml"), text),
    ):
        path.write_text(content, encoding="utf-8", errors="replace")
    for load in (lambda: read_entry(page), lambda: read_cases(page.with_name("fuzzed.cases.yaml"))):
        with suppress(EntryError):
            load()


def check_import(text: str) -> None:
    with suppress(HandbookError):
        done = import_handbook(text, "fuzzed.md", "2026-11-25", None, _library())
        assert all(name and "/" not in name for name in done.files())


TARGETS: dict[str, Callable[[str], None]] = {
    "clean": check_clean,
    "redact": check_redact,
    "match": check_match,
    "entities": check_entities,
    "entry": check_entry,
    "import": check_import,
}
"""A further target is one more line here; it is seeded with pastes unless `seeds` knows better."""


@cache
def _library() -> Library:
    library = load_library()
    library.prepare()
    return library


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="netcheck-fuzz-"))
