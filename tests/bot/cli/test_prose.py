"""What a terminal shows. Each test names the columns it has."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from bot.cli.prose import indent, page, wrap

LINK = "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/"
PAGE = f"""# Service has no endpoints

Long enough to be wrapped
where the author did not.

- a first item that is long enough to wrap
- a second

1. Scale it up.

   ```sh
   kubectl -n shop scale deployment/cart --replicas=1
     an indented line
   ```

- {LINK}
"""


def shown(columns: int, *, terminal: bool = True) -> Console:
    return Console(file=io.StringIO(), width=columns, force_terminal=terminal, color_system=None)


def text(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


@pytest.mark.parametrize(
    "line",
    [
        "If the labels differ, change the side that is wrong, in the chart too.",
        "label 對不上時，改寫錯的那一邊。Service 的 selector 可以直接改（記得改回 chart）。",
    ],
    ids=["English", "Chinese"],
)
@pytest.mark.parametrize("room", [10, 17, 40])
def test_a_line_is_broken_into_what_fits_and_loses_nothing(line: str, room: int) -> None:
    lines = wrap(line, room)

    assert all(cell_len(one) <= room for one in lines)
    assert "".join("".join(lines).split()) == "".join(line.split())


def test_chinese_is_broken_between_signs_and_a_stop_never_begins_a_line() -> None:
    assert wrap("可以直接改；記得同步", 10) == ["可以直接", "改；記得同", "步"]


def test_a_word_that_is_longer_than_the_line_stays_whole() -> None:
    assert wrap(f"see {LINK} first", 20) == ["see", LINK, "first"]
    assert wrap(f"- {LINK}", 20) == [f"- {LINK}"]


def test_an_empty_line_stays_one() -> None:
    assert wrap("", 20) == [""]


def test_what_is_wrapped_stands_under_the_text_not_under_its_number() -> None:
    out = shown(24)

    indent(out, "1. Scale the workload up again.", 4, hang=3)

    assert text(out) == "    1. Scale the\n       workload up\n       again.\n"


def test_a_pipe_gets_lines_as_they_are() -> None:
    out = shown(24, terminal=False)

    indent(out, "1. Scale the workload up again.\nThen wait.", 4, hang=3)

    assert text(out) == "    1. Scale the workload up again.\n       Then wait.\n"


def test_a_page_keeps_commands_and_links_whole_and_joins_paragraphs() -> None:
    out = shown(30)

    page(out, PAGE)

    assert text(out).splitlines() == [
        "Service has no endpoints",
        "",
        "Long enough to be wrapped",
        "where the author did not.",
        "",
        "- a first item that is long",
        "  enough to wrap",
        "- a second",
        "",
        "1. Scale it up.",
        "",
        "       kubectl -n shop scale deployment/cart --replicas=1",
        "         an indented line",
        "",
        f"- {LINK}",
        "",
    ]


def test_strong_letters_lose_their_marks_and_a_danger_is_red() -> None:
    out = Console(file=io.StringIO(), width=60, force_terminal=True, color_system="standard")

    page(out, "**Not** so.\n\n1. Flush.\n\n   **Danger:** cuts **all** of it.\n\n** server said no")

    lines = text(out).splitlines()
    assert lines[0] == "Not so."
    assert lines[4] == "\x1b[1;31m   Danger: cuts all of it.\x1b[0m"
    assert lines[6] == "** server said no"
