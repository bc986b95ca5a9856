import textwrap

import pytest

from knowledge.clean import clean
from knowledge.model import Line
from knowledge.wrap import joined

MESSAGE = (
    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for "
    'sandbox "43bfe33be49adae839b1d34c695de7a5": plugin type="flannel" failed (add): open '
    "/run/flannel/subnet.env: no such file or directory"
)


def _cut(text: str, width: int) -> str:
    """Break a text as a terminal does: at the column, in the middle of words."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 160])
def test_a_message_a_terminal_broke_is_whole_again(width: int) -> None:
    _, whole = clean(_cut(MESSAGE, width))

    assert (Line(1, MESSAGE),) == whole


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 160])
def test_spaces_lost_at_the_edge_of_a_copied_terminal_come_back(width: int) -> None:
    trimmed = "\n".join(line.rstrip() for line in _cut(MESSAGE, width).split("\n"))

    _, whole = clean(trimmed)

    assert (Line(1, MESSAGE),) == whole


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_broken_message_is_whole_between_other_lines(width: int) -> None:
    _, whole = clean(f"look at this\n\n{_cut(MESSAGE, width)}\n\nwhat is it?")

    assert (Line(3, MESSAGE),) == whole


def test_an_indented_continuation_is_joined_with_a_space() -> None:
    folded = textwrap.fill(MESSAGE, 90, subsequent_indent="      ", break_long_words=False)

    _, whole = clean(folded)

    assert (Line(1, MESSAGE),) == whole


def test_log_lines_with_time_stamps_are_not_joined() -> None:
    line = f"2026-01-01T00:00:00Z {'x' * 60}"

    assert joined([Line(1, line), Line(2, line), Line(3, line)]) == ()


def test_short_lines_are_not_joined() -> None:
    assert joined([Line(1, "NAME READY"), Line(2, "cart 0/1")]) == ()
