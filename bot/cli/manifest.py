"""`netcheck manifest`."""

import json

import click

from bot import app


def _public(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not value.startswith("https://"):
        raise click.BadParameter(f"{value!r}: Slack calls https:// only, as in https://bot.example")
    return value


@click.command()
@click.option("--watch", is_flag=True, help="With the scopes and events of watched channels.")
@click.option(
    "--http", default="", metavar="URL", callback=_public, help="For HTTP at URL, no Socket Mode."
)
def manifest(*, watch: bool, http: str) -> None:
    """Print the Slack app's manifest as JSON."""
    click.echo(json.dumps(app.slack_manifest(watch=watch, http=http), indent=2))
