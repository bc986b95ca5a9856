"""Write the next revision from what the models say: `python -m migrations 'teach from Slack'`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store import schema
from bot.store.address import read_address
from bot.store.database import Database


async def write_revision(message: str, config: Config) -> None:
    """Compare the models with a database built by the present migrations; write what differs."""
    with tempfile.TemporaryDirectory() as folder:
        address = read_address(f"sqlite:///{Path(folder) / 'scratch.db'}")
        async with Database(address) as database, database.connect() as connection:
            await connection.run_sync(_write, message, config)


def _write(connection: Connection, message: str, config: Config) -> None:
    config.attributes["connection"] = connection
    count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
    command.upgrade(config, "head")
    command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04d}")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    asyncio.run(write_revision(" ".join(sys.argv[1:]), schema.config()))
