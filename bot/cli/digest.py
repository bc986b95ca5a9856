"""`netcheck digest`."""

from datetime import timedelta

import click
import msgspec

from bot import app
from bot.cli import tables
from bot.cli.running import run
from bot.cli.terminal import console, print_json
from bot.core.archive import Digest
from bot.core.since import SinceError, read_since


def _span(_context: click.Context, _option: click.Parameter, value: str) -> timedelta:
    try:
        return read_since(value)
    except SinceError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.option(
    "--since",
    "span",
    default="7d",
    show_default=True,
    metavar="TIME",
    callback=_span,
    help="How far back: 30m, 24h, 7d, 2w.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def digest(span: timedelta, *, as_json: bool) -> None:
    """Count what happened lately: new and open incidents, the most frequent causes."""
    counted = run(app.count_lately(span))
    if as_json:
        print_json(msgspec.to_builtins(counted))
    else:
        _show(counted)


def _show(digest: Digest) -> None:
    out = console()
    out.print(f"from {tables.minute(digest.since)} to {tables.minute(digest.until)} UTC")
    if digest.quiet:
        still = f"; {digest.open} still open" if digest.open else ""
        out.print(f"nothing happened{still}")
        return
    out.print(
        f"{digest.new} new, {digest.again} seen again, {digest.resolved} resolved, "
        f"{digest.open} open now, pastes: {digest.sightings}"
    )
    if digest.unmatched:
        out.print(f"pastes that nothing known fitted: {digest.unmatched}")
    out.print()
    causes = [[str(one.count), one.entry] for one in digest.causes]
    tables.show_table(("count", "cause"), causes, drawn=True)
    subjects = [
        [f"#{one.incident}", str(one.count), one.entry, one.subject, one.cluster]
        for one in digest.subjects
    ]
    out.print()
    tables.show_table(("id", "count", "cause", "subject", "cluster"), subjects, drawn=True)
