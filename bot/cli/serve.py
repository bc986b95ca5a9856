"""`netcheck serve` and `netcheck demo`."""

import asyncio
import logging

import click

from bot import app


@click.command()
def serve() -> None:
    """Run the bot over Socket Mode until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    asyncio.run(app.serve())


@click.command()
def demo() -> None:
    """Play four pastes against a Slack stand-in and a sample cluster, then end."""
    asyncio.run(app.demo())
