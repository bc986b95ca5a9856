"""Lists and details of the knowledge base and of incidents, set out for reading."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
import msgspec
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from bot.cli.terminal import console, print_json
from bot.core import words
from bot.core.incident import IncidentDetail, IncidentRow, SightingRow
from checks.text import Lang
from knowledge.model import Entry, Page, Step

if TYPE_CHECKING:
    from knowledge.contract import Problem
    from knowledge.evaluate import Evaluation


def show_entries(entries: Mapping[str, Entry], lang: Lang, *, as_json: bool) -> None:
    """List entries: slug, area, maturity, title."""
    rows = [
        {
            "slug": entry.slug,
            "area": entry.area,
            "maturity": entry.maturity,
            "title": entry.pages[lang].title,
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
    page = entry.pages[lang]
    out = console()
    text = _markdown(entry, page, lang)
    out.print(Markdown(text) if out.is_terminal else text)


def show_problems(problems: "Sequence[Problem]", *, count: int, as_json: bool) -> None:
    """Say which entries break their contract, one line each."""
    if as_json:
        print_json({"entries": count, "problems": [msgspec.to_builtins(one) for one in problems]})
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
        _table(columns, [[str(miss.get(column) or "-") for column in columns] for miss in misses])


def show_incidents(rows: Sequence[IncidentRow], *, as_json: bool) -> None:
    """List incidents, or say that there are none."""
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
    )


def show_incident(detail: IncidentDetail, *, as_json: bool) -> None:
    """Show one incident: its row, its timeline, its sightings with what the checks found."""
    if as_json:
        print_json(msgspec.to_builtins(detail))
        return
    show_incidents([detail.incident], as_json=False)
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
        out.print(f"  | {line}")
    for finding in sighting.findings:
        out.print(f"  {finding.check}: {finding.verdict}: {finding.summary.en}")
        for quote in finding.evidence:
            out.print(f"    - {quote}")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns: drawn on a terminal, separated by tabs in a pipe."""
    out = console()
    if not out.is_terminal:
        for row in (columns, *rows):
            click.echo("\t".join(row))  # rich would make spaces of the tabs
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


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
        lines.append(f"   **{words.DANGER.to(lang)}:** {step.danger}")
    for command in step.commands:
        body = "\n".join(f"   {line}" for line in command.splitlines())
        lines.append(f"   ```sh\n{body}\n   ```")
    return "\n\n".join(lines)
