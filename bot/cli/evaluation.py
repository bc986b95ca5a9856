"""What `netcheck kb eval` prints: shares, tables by entry and form, reliability, misses."""

from collections.abc import Iterable, Sequence

import msgspec

from bot.cli.tables import show_table
from bot.cli.terminal import console
from knowledge.evaluate import Evaluation, Level, Miss, Tally

_TALLY = ("cases", "right_at_1", "right_at_3", "sure_right", "sure_wrong")


def show_evaluation(evaluation: Evaluation) -> None:
    """Print the shares, then the tables, then what was missed."""
    out = console()
    document = evaluation.document()
    del document["misses"]
    for name, value in document.items():
        shown = f"{value:.1%}" if isinstance(value, float) and not name.endswith("_ms") else value
        out.print(f"{name:16} {shown}")
    _show_tallies("entry", evaluation.by_label)
    _show_tallies("form", evaluation.by_form)
    _show_reliability(evaluation.reliability)
    _show_misses(evaluation.misses)


def _show_tallies(what: str, tallies: Iterable[Tally]) -> None:
    rows = [
        [tally.name or "(no entry)", *(str(getattr(tally, column)) for column in _TALLY)]
        for tally in tallies
    ]
    console().print()
    show_table((what, *(column.replace("_", " ") for column in _TALLY)), rows)


def _show_reliability(levels: Sequence[Level]) -> None:
    """Print how often the first offer was right beside how sure it was said to be."""
    rows = [
        [
            f"{level.low:.2f}",
            str(level.offers),
            f"{level.stated:.0%}",
            f"{level.right / level.offers:.0%}",
        ]
        for level in levels
    ]
    console().print()
    show_table(("confidence from", "offers", "stated", "right"), rows)


def _show_misses(misses: Sequence[Miss]) -> None:
    if not misses:
        return
    console().print()
    columns = ("id", "expected", "got", "answer")
    rows = [{**msgspec.structs.asdict(miss), "got": ", ".join(miss.got)} for miss in misses]
    show_table(columns, [[str(row[column] or "-") for column in columns] for row in rows])
