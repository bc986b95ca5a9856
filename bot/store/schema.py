"""The database's schema: bring it up to date, say where it stands, hold it to the models."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import migrations
from bot.core.errors import StoreError
from bot.store.address import Address, read_address
from bot.store.database import BUSY, Database
from bot.store.models import Base
from bot.store.trouble import translating

ADVISORY_LOCK = 0x6E65_7463_6865_636B
"""Says `netcheck`; any number would do that no other program takes in the same database."""

TURN = "60s"  # another process that started at the same time is migrating
LOCK = "5s"  # a migration that waits for a table holds up everybody queueing behind it
STATEMENT = "10min"


class Revision(msgspec.Struct, frozen=True):
    """Where a database stands: its revision ("" before the first) and this program's newest."""

    at: str
    newest: str

    @property
    def current(self) -> bool:
        """Whether the database is as this program wants it."""
        return self.at == self.newest


async def open_database(url: str, *, patience: float = BUSY) -> Database:
    """Open a database whose schema is current; close it when done.

    `patience` is how long to wait for a lock or for the server, in seconds. Raises `StoreError`
    when it cannot be used, or needs `upgrade` first.
    """
    revision = await current(url, patience=patience)
    address = read_address(url)
    if not revision.current:
        raise StoreError(_behind(address, revision))
    return Database(address, patience=patience)


async def upgrade(url: str, *, patience: float = BUSY) -> tuple[Revision, Revision]:
    """Bring a database to the newest schema and return where it stood and stands.

    Makes a missing SQLite file and its folder. Safe when several processes start at once.
    """
    return await migrate(url, "head", patience=patience)


async def migrate(url: str, target: str, *, patience: float = BUSY) -> tuple[Revision, Revision]:
    """Bring a database to a revision, up or down: `head`, `base`, `0001`."""
    address = read_address(url)
    _make_folder(address)
    await _reach(address, patience)
    step = command.downgrade if target == "base" else command.upgrade
    async with Database(address, patience=patience) as database:
        async with database.connect() as connection:
            await connection.run_sync(_wait_for_turn)
            before = await connection.run_sync(_revision, address)
            await connection.run_sync(_run, step, target)
            after = await connection.run_sync(_revision, address)
        await database.use_wal()
    return before, after


async def current(url: str, *, patience: float = BUSY) -> Revision:
    """Return where a database stands."""
    address = read_address(url)
    _refuse_missing(address)
    await _reach(address, patience)
    async with Database(address, patience=patience) as database, database.connect() as connection:
        return await connection.run_sync(_revision, address)


async def check(url: str, *, patience: float = BUSY) -> tuple[str, ...]:
    """Return how the tables differ from the models, one line each; empty when they agree.

    Raises `StoreError` when the schema is not the newest.
    """
    database = await open_database(url, patience=patience)
    async with database, database.connect() as connection:
        return await connection.run_sync(_differences)


def config() -> Config:
    """Return Alembic's configuration, found from the installed package."""
    found = Config()
    found.set_main_option("script_location", str(Path(migrations.__file__).parent))
    found.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    return found


def _revision(connection: Connection, address: Address) -> Revision:
    """Return where the database stands; refuse one that a later version of netcheck has made."""
    scripts = ScriptDirectory.from_config(config())
    at = MigrationContext.configure(connection).get_current_revision() or ""
    if at and at not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"database {address.shown}: revision {at} is newer than this netcheck knows: "
            "run the version that made it, or restore the backup from before"
        )
    return Revision(at, scripts.get_current_head() or "")


def _wait_for_turn(connection: Connection) -> None:
    """Migrate one after the other, giving up rather than blocking a database in use.

    SQLite's transaction has locked the file already. Waiting here, before Alembic starts, also
    matters within one process: Alembic's context is global to it.
    """
    if connection.dialect.name != "postgresql":
        return
    _set_timeouts(connection, lock=TURN, statement=TURN)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    _set_timeouts(connection, lock=LOCK, statement=STATEMENT)


def _set_timeouts(connection: Connection, *, lock: str, statement: str) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{lock}'"))
    connection.execute(text(f"SET LOCAL statement_timeout = '{statement}'"))


def _run(connection: Connection, step: Callable[[Config, str], None], target: str) -> None:
    step(_joined(connection), target)


def _joined(connection: Connection) -> Config:
    """Return a configuration with which `migrations/env.py` works on this connection."""
    found = config()
    found.attributes["connection"] = connection
    return found


def _differences(connection: Connection) -> tuple[str, ...]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return tuple(str(one) for one in compare_metadata(context, Base.metadata))


def _refuse_missing(address: Address) -> None:
    """Refuse a SQLite file that is not there, as looking at it would make an empty one."""
    if address.file is not None and not address.file.exists():
        raise StoreError(f"database {address.shown} does not exist: run `netcheck db upgrade`")


async def _reach(address: Address, patience: float) -> None:
    """Open a SQLite file plainly, once.

    When aiosqlite cannot open one, its thread lives on for a moment; should the event loop end
    in that moment, as a command's does, the thread prints a traceback.
    """
    if address.file is not None:
        with translating(address):
            await asyncio.to_thread(_read_header, address.file, patience)


def _read_header(file: Path, patience: float) -> None:
    with closing(sqlite3.connect(file, timeout=patience)) as connection:
        connection.execute("PRAGMA schema_version")


def _make_folder(address: Address) -> None:
    if address.file is None:
        return
    try:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"database {address.shown}: its folder cannot be made ({error.strerror}): "
            "make it, or name another one"
        ) from error


def _behind(address: Address, revision: Revision) -> str:
    at = f"at revision {revision.at}" if revision.at else "empty"
    return (
        f"database {address.shown} is {at} and this netcheck needs {revision.newest}: "
        "run `netcheck db upgrade`"
    )
