"""The board in words: a table for a terminal, a page for `docs/`, one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.scoreboard.ask import Said
    from tests.scoreboard.faults import Healthy
    from tests.scoreboard.rivals import Contest
    from tests.scoreboard.score import Board, Count, Result

COMMAND = "python -m tests.scoreboard --markdown docs/scoreboard.md"
HEAD = (
    f"Printed by `{COMMAND}`. What is counted, and how a fault is added, stands in "
    "[tests/scoreboard](../tests/scoreboard/README.md); the targets are a recall of 97 %, a "
    "precision of 98 %, no false alarm and no wrong cause."
)
ASKED = (
    "Each fault is asked about twice, by `netcheck check all` and by `netcheck diagnose` with what "
    "a person would paste; the same paste is asked of the cluster without the fault. Where a cause "
    "takes a question to find, `check all` is not expected to name it."
)
OTHERS = (
    "On the same faults. They name no causes, so a fault counts as found by them when they say "
    "something of an object that is expected or touched by the fault, and do not say it of the "
    "healthy cluster. An error they report in a healthy cluster is a false alarm."
)


def summary(board: Board) -> str:
    """Return the figures on one line."""
    return (
        f"{len(board.results)} faults, {len(board.alarms)} healthy clusters: "
        f"recall {board.recall:.1%} ({board.right} of {board.right + board.missed}), "
        f"precision {board.precision:.1%}, false alarms {board.false_alarms}, "
        f"wrong causes {board.wrong}"
    )


def line(result: Result) -> str:
    """Return what came of one fault on one line."""
    words = [mark(result.checked), mark(result.diagnosed), mark(result.calm)]
    return f"{result.fault.name:42} {'  '.join(f'{one:6}' for one in words)} {result.seconds:5.1f}"


def mark(count: Count) -> str:
    """Say in one word how a question went."""
    if count.wrong:
        return "wrong"
    return "missed" if count.missed else "ok"


def troubles(board: Board) -> Iterator[str]:
    """Yield a line for whatever is missed, wrong or a false alarm."""
    for name, alarms in board.alarms.items():
        yield from (f"{name}: false alarm: {said(one)}" for one in alarms)
    for one in board.results:
        questions = {"check all": one.checked, "diagnose": one.diagnosed, "healthy": one.calm}
        for question, count in questions.items():
            where = f"{one.fault.name}: {question}"
            yield from (f"{where}: missed: {lost.cause} of {lost.subject}" for lost in count.missed)
            yield from (f"{where}: wrong: {said(wrong)}" for wrong in count.wrong)


def said(one: Said) -> str:
    """Write a cause that was named."""
    return f"{one.cause} of {one.subject} ({one.check})"


def document(board: Board) -> dict[str, Any]:
    """Return everything as one JSON document."""
    return {
        "faults": len(board.results),
        "recall": round(board.recall, 4),
        "precision": round(board.precision, 4),
        "false_alarms": board.false_alarms,
        "wrong_causes": board.wrong,
        "seconds": round(board.seconds, 1),
        "by_check": {
            check: {"right": right, "wrong": wrong}
            for check, (right, wrong) in board.by_check().items()
        },
        "troubles": list(troubles(board)),
        "results": {one.fault.name: outcome(one) for one in board.results},
    }


def outcome(result: Result) -> dict[str, Any]:
    """Return one fault's part of the document."""
    return {
        "over": result.fault.told.over,
        "check_all": mark(result.checked),
        "diagnose": mark(result.diagnosed),
        "healthy": mark(result.calm),
        "seconds": round(result.seconds, 2),
    }


def page(board: Board, clusters: Sequence[Healthy], contest: Contest) -> str:
    """Return `docs/scoreboard.md`."""
    parts = [
        "# Scoreboard",
        HEAD,
        f"{summary(board)}.",
        ASKED,
        "## Healthy clusters",
        table(("cluster", "what it is", "findings"), healthy_rows(board, clusters)),
        "## By check",
        "How often it named an expected cause, and how often another.",
        table(("check", "right", "wrong"), check_rows(board)),
        *beside(board, contest),
        "## Faults",
        table(("fault", "cluster", "what is broken", "check all", "diagnose"), fault_rows(board)),
    ]
    told = [f"- {one}" for one in troubles(board)]
    if told:
        parts += ["## Missed, wrong and false", "\n".join(told)]
    return "\n\n".join(parts) + "\n"


def beside(board: Board, contest: Contest) -> Iterator[str]:
    """Yield the section about other tools, if any was asked."""
    if contest.rivals:
        yield "## Other tools"
        yield OTHERS
        head = ("tool", "faults found", "errors in healthy clusters")
        yield table(head, compared(board, contest))


def compared(board: Board, contest: Contest) -> Iterator[tuple[str, str, str]]:
    """Yield for each other tool what it found, and its errors where nothing is broken."""
    for one in contest.rivals:
        found = f"{len(contest.found[one.name])} of {len(board.results)}"
        yield one.name, found, str(contest.alarms[one.name])


def healthy_rows(board: Board, clusters: Sequence[Healthy]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each healthy cluster that was asked."""
    for one in clusters:
        if one.name in board.alarms:
            yield one.name, one.settings.title, str(len(board.alarms[one.name]))


def check_rows(board: Board) -> Iterator[tuple[str, ...]]:
    """Yield a row for each check that found something."""
    for check, (right, wrong) in board.by_check().items():
        yield f"[`{check}`](checks.md#{check})", str(right), str(wrong)


def fault_rows(board: Board) -> Iterator[tuple[str, ...]]:
    """Yield a row for each fault."""
    for one in board.results:
        told = one.fault.told
        yield one.fault.name, told.over, told.title, mark(one.checked), mark(one.diagnosed)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Write a table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
