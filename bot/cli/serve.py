"""`netcheck serve` and `netcheck demo`."""

import logging

import click

from bot import app
from bot.cli import tables
from bot.cli.prose import indent
from bot.cli.running import run
from bot.cli.terminal import console

STYLES = {"head": "bold", "user": "bold cyan", "bot": "", "note": "dim"}


@click.command()
def serve() -> None:
    """Run the bot over Socket Mode until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    run(app.serve())


@click.command()
@click.option("--serve", "as_page", is_flag=True, help="As a page in the browser, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8_080, help="Of the page; 0: any.")
def demo(*, as_page: bool, port: int) -> None:
    """Play four pastes against a Slack stand-in and a sample cluster, then end."""
    out = console()
    if as_page:
        run(app.demo_page(port, lambda url: out.print(f"netcheck demo: {url} (Ctrl-C ends it)")))
        return
    out.print("The real bot, a stand-in for Slack, a sample cluster. Nothing leaves this machine.")

    def say(line: str, style: str) -> None:
        text = line.lstrip(" ")
        indent(out, text, len(line) - len(text), STYLES[style], hang=2 * text.startswith("│"))

    rows = run(app.demo(say))
    out.print("\nWhat it keeps in SQL", style="bold")
    tables.show_incidents(rows, as_json=False, drawn=True)
