"""`netcheck db`: upgrade, current, check."""

import click

from bot import app
from bot.cli.running import run


@click.group()
def db() -> None:
    """Prepare and inspect the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's schema."""
    click.echo(run(app.upgrade_database()))


@db.command()
def current() -> None:
    """Print the database's revision and this version's."""
    click.echo(run(app.current_revision()))


@db.command()
def check() -> None:
    """Say whether the database is at this version's schema and the models agree with it."""
    click.echo(run(app.check_database()))
