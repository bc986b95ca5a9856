"""Lists and details of the knowledge base and of incidents, set out for reading."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from bot.cli.prose import indent, page
from bot.cli.terminal import console, print_json
from bot.core import words
from bot.core.incident import IncidentDetail, IncidentRow, SightingRow
from checks.text import Lang
from knowledge.model import Entry, Page, Step

if TYPE_CHECKING:
    from knowledge.contract import Problem
    from knowledge.evaluate import Evaluation

GAP = "  "  # between columns


def show_entries(entries: Mapping[str, Entry], lang: Lang, *, as_json: bool) -> None:
    """List entries: slug, area, maturity, title."""
    rows = [
        {
            "slug": entry.slug,
            "area": entry.area,
            "maturity": entry.maturity,
            "title": entry.page(lang).title,
        }
        for entry in entries.values()
    ]
    if as_json:
        print_json(rows)
    else:
        _table(("slug", "area", "maturity", "title"), [list(row.values()) for row in rows])


def show_entry(entry: Entry, lang: Lang, *, as_json: bool) -> None:
    """Show one entry as a page, or everything it holds as JSON."""
    if as_json:
        print_json(msgspec.to_builtins(entry))
        return
    out = console()
    text = _markdown(entry, entry.page(lang), lang)
    if out.is_terminal:
        page(out, text)
    else:
        out.print(text)


def show_problems(problems: "Sequence[Problem]", *, count: int, as_json: bool) -> None:
    """Say which entries break their contract, one line each."""
    if as_json:
        print_json(
            {
                "entries": count,
                "problems": [msgspec.to_builtins(one, enc_hook=str) for one in problems],
            }
        )
        return
    out = console()
    for problem in problems:
        out.print(str(problem))
    out.print(f"{count} entries, {len(problems)} problems")


def show_evaluation(evaluation: "Evaluation") -> None:
    """Print the shares, then what was missed."""
    document = evaluation.document()
    misses = document.pop("misses")
    out = console()
    for name, value in document.items():
        shown = f"{value:.1%}" if isinstance(value, float) and not name.endswith("_ms") else value
        out.print(f"{name:16} {shown}")
    if misses:
        out.print()
        columns = ("id", "expected", "got", "answer")
        rows = [{**miss, "got": ", ".join(miss["got"])} for miss in misses]
        _table(columns, [[str(row.get(column) or "-") for column in columns] for row in rows])


def show_incidents(rows: Sequence[IncidentRow], *, as_json: bool, drawn: bool = False) -> None:
    """List incidents, or say that there are none; `drawn` sets them out in a pipe too."""
    if as_json:
        print_json([msgspec.to_builtins(row) for row in rows])
        return
    if not rows:
        console().print("no incidents yet: paste an error to the bot first")
        return
    columns = ("id", "entry", "subject", "cluster", "status", "count", "first seen", "last seen")
    _table(
        columns,
        [
            [
                f"#{row.id}",
                row.entry,
                row.subject,
                row.cluster,
                row.status,
                str(row.count),
                _minute(row.first_seen),
                _minute(row.last_seen),
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
        out.print(f"  {_minute(turn.at)}  {turn.what}  {turn.who}  {turn.detail}".rstrip())
    for sighting in detail.sightings:
        _show_sighting(out, sighting)


def _show_sighting(out: Console, sighting: SightingRow) -> None:
    place = " ".join(part for part in (sighting.source, sighting.channel, sighting.user) if part)
    out.print(f"\nsighting {_minute(sighting.at)}  {place}  {sighting.standing}", style="bold")
    for line in sighting.paste.splitlines():
        indent(out, f"| {line}", 2, hang=2)
    for finding in sighting.findings:
        indent(out, f"{finding.check}: {finding.verdict}: {finding.summary.en}", 2, hang=2)
        for quote in finding.evidence:
            indent(out, f"- {quote}", 4, hang=2)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, drawn: bool = False) -> None:
    """Print columns: set out on a terminal or when `drawn`, separated by tabs in a pipe."""
    out = console()
    table = [columns, *rows]
    if not (out.is_terminal or drawn):
        for row in table:
            click.echo("\t".join(row))  # rich would make spaces of the tabs
        return
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    if out.is_terminal and sum(widths) + len(GAP) * len(widths) > out.width:
        _stack(out, columns, table[1:])
        return
    for number, row in enumerate(table):
        cells = [set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True)]
        style = "" if number else "bold"
        out.print(GAP.join(cells).rstrip(), style=style, soft_wrap=True)


def _stack(out: Console, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print each row on two lines or more, for a terminal too narrow for all its columns."""
    for row in rows:
        out.print(GAP.join(row[:2]), style="bold", soft_wrap=True)
        rest = zip(columns[2:], row[2:], strict=True)
        indent(out, " · ".join(f"{column} {cell}" for column, cell in rest), 4)


def _minute(moment: str) -> str:
    """Return an ISO 8601 time to the minute: `2026-11-23 09:15`."""
    return moment[:16].replace("T", " ")


def _markdown(entry: Entry, page: Page, lang: Lang) -> str:
    parts = [f"# {page.title}", f"`{entry.slug}` · {entry.area} · {entry.maturity}", page.meaning]
    parts += [f"## {words.CONFIRM.to(lang)}", page.confirm, f"## {words.FIX.to(lang)}"]
    parts += [_step(number, step, lang) for number, step in enumerate(page.fix, 1)]
    parts += [f"## {words.OTHERWISE.to(lang)}", page.otherwise]
    parts += [f"## {words.REFERENCES.to(lang)}", "\n".join(f"- {one}" for one in entry.references)]
    return "\n\n".join(parts)


def _step(number: int, step: Step, lang: Lang) -> str:
    lines = [f"{number}. {step.text}"]
    if step.danger is not None:
        lines.append(f"   **{words.DANGER.to(lang)}{words.COLON.to(lang).rstrip()}** {step.danger}")
    for command in step.commands:
        body = "\n".join(f"   {line}" for line in command.splitlines())
        lines.append(f"   ```sh\n{body}\n   ```")
    return "\n\n".join(lines)
