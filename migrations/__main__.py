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


async def write_revision(message: str) -> None:
    """Compare the models with a database built by the present migrations; write what differs."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        await schema.upgrade(url)
        async with Database(read_address(url)) as database, database.connect() as connection:
            await connection.run_sync(_write, schema.config(), message)


def _write(connection: Connection, config: Config, message: str) -> None:
    config.attributes["connection"] = connection
    count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
    command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04d}")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    asyncio.run(write_revision(" ".join(sys.argv[1:])))
