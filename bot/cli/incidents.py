"""`netcheck incidents`: list and show."""

import click

from bot import app
from bot.cli import tables
from bot.cli.running import run

LAST = 2**31 - 1  # what the database's INTEGER holds


class IncidentNumber(click.IntRange):
    """An incident's number, as the list prints it or without the sign: `#7`, `7`."""

    def __init__(self) -> None:
        super().__init__(1, LAST)

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        number: int = super().convert(str(value).removeprefix("#"), param, ctx)  # type: ignore[arg-type]
        return number


@click.group()
def incidents() -> None:
    """Read the incidents the bot has kept."""


@incidents.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_incidents(limit: int, *, as_json: bool) -> None:
    """List incidents, last seen first."""
    tables.show_incidents(run(app.list_incidents(limit)), as_json=as_json)


@incidents.command()
@click.argument("number", metavar="ID", type=IncidentNumber())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(number: int, *, as_json: bool) -> None:
    """Show one incident: sightings, findings, timeline."""
    tables.show_incident(run(app.show_incident(number)), as_json=as_json)
