"""What holds for every text that is imported."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.contract import problems
from knowledge.errors import HandbookError
from knowledge.importer import Draft, Import, import_handbook
from knowledge.load import Library, load_library
from knowledge.match import read

ANY = st.text(st.characters(), max_size=300)
PIECES = st.lists(
    st.sampled_from(
        [
            *("\n", "\n\n", "# ", "## ", "### Fix\n\n", "#\n", "Title\n===\n", "Sub\n---\n"),
            *("---\n", "```sh\n", "```\n", "~~~text\n", "~~~\n", "````\n", "    ", "\t", "> "),
            *("- ", "1. ", "10) ", "| a | b |\n|---|---|\n| 1 | 2 |\n", "!!! note\n\n    "),
            *(":::note\n", "[!CAUTION]", "<!-- ", "-->", "<br>", "<div>", "&lt;", "&#0;", "\\"),
            *("`", "``", "*", "_", "[a](", ")", "[a]: http://x.y\n", "[a][a]", "![i](x.png)"),
            *("{{< x >}}", "{% x %}", "\xa0", "\u2028", "\x00", "\r", "\r\n", "\ufeff", "\ud800"),
            *("\x0b", "\x85", "title: x\n", "null", "~", "$ kubectl get pods\n", "rm -rf /tmp/x\n"),
            *("kubectl delete pod x\n", "`setenforce 0`", "dial tcp 10.0.0.1:443: i/o timeout\n"),
            *('pods "a-b1" is forbidden: User "u" cannot\n', "Error: <Bad> hole <ip:foo> failed\n"),
            *("解決方法", "無法連線：", "Solution: ", "原因\n", "cat <<EOF\n", "EOF\n", "x" * 50),
            *("password=hunter2\n", "message: it failed to start\n"),
        ]
    ),
    max_size=40,
).map("".join)
HEADED = PIECES.map(lambda text: f"# It fails\n\n{text}")


def _imported(text: str) -> Import | None:
    """Import a text; None when it has no heading."""
    try:
        return import_handbook(text, "any.md", "2026-11-25")
    except HandbookError:
        return None


@given(ANY | PIECES | HEADED)
@settings(max_examples=500, deadline=None)
def test_any_text_is_imported_and_every_draft_loads_and_keeps_the_contract(text: str) -> None:
    done = _imported(text)
    if done is None or not done.drafts:
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in done.files().items():
            (folder / file).write_text(content, encoding="utf-8", newline="\n")

        library = load_library(folder)

        assert set(library.entries) == {draft.slug for draft in done.drafts}
        assert [str(one) for one in problems(library, frozenset())] == []
        for draft in done.drafts:
            _same(draft, library)


def _same(draft: Draft, library: Library) -> None:
    """Hold what was loaded to what was written."""
    entry = library.entries[draft.slug]
    page = entry.page(draft.lang)
    assert page.title == draft.title
    assert [one.text for one in entry.signatures] == list(draft.signatures)
    marks = [bool(step.dangers) for step in draft.parts.fix] or [False]
    assert [step.danger is not None for step in page.fix] == marks
    for hit in draft.hits:
        assert library.match(read(hit.error.paste)).matches[0].entry == draft.slug


def _calls(work: Callable[[], object]) -> int:
    """Count the calls made while something is done, those into C too."""
    count = 0

    def on_event(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


SHAPES = {
    "sections": "## Section {n} fails\n\nLook:\n\n```sh\n$ ls\nError {n}x failed here\n```\n",
    "lists": "## Section {n} fails\n\n- `rm -rf /x{n}`\n  - deeper\n\n| a |\n|---|\n| 1 |\n",
    "paragraphs": "Error line {n}q failed to be told\n\n",
    "marks": "<!-- <div> {{< [a](b `x *y _z \\ ",
    "quotes": "> > > quoted {n} failed\n",
    "code": "    Error: indented {n} failed\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_twice_the_text_takes_twice_the_work(shape: str) -> None:
    def work(count: int) -> Callable[[], object]:
        text = "# All of it fails\n\n" + "".join(shape.replace("{n}", str(n)) for n in range(count))
        return lambda: _imported(text)

    work(10)()  # what is done once and kept
    once, twice = _calls(work(60)), _calls(work(120))

    assert twice < 2.4 * once
