"""Columns, and incidents set out in them."""

from collections.abc import Iterable, Iterator, Sequence

import click
import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from bot.cli.prose import indent, wrap
from bot.cli.terminal import console, print_json
from bot.core.incident import IncidentDetail, IncidentRow, SightingRow

GAP = "  "  # between columns
ROOM = 20  # cells of a last column worth wrapping into


def show_incidents(rows: Sequence[IncidentRow], *, as_json: bool, drawn: bool = False) -> None:
    """List incidents, or say that there are none; `drawn` sets them out in a pipe too."""
    if as_json:
        print_json([msgspec.to_builtins(row) for row in rows])
        return
    if not rows:
        console().print("no incidents yet: paste an error to the bot first")
        return
    columns = ("id", "entry", "subject", "cluster", "status", "count", "first seen", "last seen")
    show_table(
        columns,
        [
            [
                f"#{row.id}",
                row.entry,
                row.subject,
                row.cluster,
                row.status,
                str(row.count),
                minute(row.first_seen),
                minute(row.last_seen),
            ]
            for row in rows
        ],
        drawn=drawn,
    )


def show_incident(detail: IncidentDetail, *, as_json: bool) -> None:
    """Show one incident: its row, its timeline, its sightings with what the checks found."""
    if as_json:
        print_json(msgspec.to_builtins(detail))
        return
    show_incidents([detail.incident], as_json=False, drawn=True)
    out = console()
    out.print("\ntimeline", style="bold")
    for turn in detail.timeline:
        told = (turn.what, turn.who, turn.detail, turn.source)
        out.print(f"  {minute(turn.at)}  {'  '.join(filter(None, told))}")
    for sighting in detail.sightings:
        _show_sighting(out, sighting)


def _show_sighting(out: Console, sighting: SightingRow) -> None:
    place = " ".join(part for part in (sighting.source, sighting.channel, sighting.user) if part)
    out.print(f"\nsighting {minute(sighting.at)}  {place}  {sighting.standing}", style="bold")
    for line in sighting.paste.splitlines():
        indent(out, f"| {line}", 2, hang=2)
    for finding in sighting.findings:
        indent(out, f"{finding.check}: {finding.verdict}: {finding.summary.en}", 2, hang=2)
        for quote in finding.evidence:
            indent(out, f"- {quote}", 4, hang=2)


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    drawn: bool = False,
    prose: bool = False,
) -> None:
    """Print columns: set out on a terminal or when `drawn`, separated by tabs in a pipe.

    `prose` says that the last column is text, which may be wrapped where the terminal is narrow.
    """
    out = console()
    lines = [columns, *rows]
    if not (out.is_terminal or drawn):
        for line in lines:
            click.echo("\t".join(line))  # rich would make spaces of the tabs
        return
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    before = sum(widths[:-1]) + len(GAP) * len(widths[:-1])
    if out.is_terminal and before + widths[-1] > out.width:
        room = out.width - before
        if not prose or room < ROOM:
            _stack(out, columns, lines[1:])
            return
        lines = [part for line in lines for part in _wrapped(line, room)]
    for number, line in enumerate(lines):
        cells = [set_cell_size(cell, width) for cell, width in zip(line, widths, strict=True)]
        style = "" if number else "bold"
        out.print(GAP.join(cells).rstrip(), style=style, soft_wrap=True)


def _wrapped(line: Sequence[str], room: int) -> Iterator[Sequence[str]]:
    """Yield a row with its last cell broken into lines, those before it empty after it."""
    first, *rest = wrap(line[-1], room)
    yield [*line[:-1], first]
    for part in rest:
        yield [*("" for _ in line[:-1]), part]


def _stack(out: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print each row on two lines or more, for a terminal too narrow for all its columns."""
    for row in rows:
        out.print(GAP.join(row[:2]), style="bold", soft_wrap=True)
        rest = zip(columns[2:], row[2:], strict=True)
        indent(out, " · ".join(f"{column} {cell}" for column, cell in rest), 4)


def minute(moment: str) -> str:
    """Return an ISO 8601 time to the minute: `2026-11-23 09:15`."""
    return moment[:16].replace("T", " ")
