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
@click.option(
    "--groups", is_flag=True, help="With the scope to read user groups, as in NETCHECK_ADMINS."
)
def manifest(*, watch: bool, http: str, groups: bool) -> None:
    """Print the Slack app's manifest as JSON."""
    document = app.slack_manifest(watch=watch, http=http, groups=groups)
    click.echo(json.dumps(document, indent=2))
