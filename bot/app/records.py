"""What is kept in SQL, for the command line."""

import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.core.errors import NetcheckError
from bot.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.core.archive import Digest
    from bot.core.incident import IncidentDetail, IncidentRow
    from bot.store.memory import SqlMemory


async def upgrade_database() -> str:
    """Bring the configured database to this version's schema and say what was done."""
    from bot.store.schema import upgrade

    before, after = await upgrade(read_settings(os.environ).database_url)
    if before.at == after.at:
        return f"already at {after.at}"
    return f"{before.at or 'empty'} -> {after.at}"


async def current_revision() -> str:
    """Return the database's revision and this version's."""
    from bot.store.schema import current

    revision = await current(read_settings(os.environ).database_url)
    newest = "the newest" if revision.current else f"the newest is {revision.newest}"
    return f"{revision.at or 'empty'} ({newest})"


async def check_database() -> str:
    """Say that schema and models agree. Raises `NetcheckError` naming how they differ."""
    from bot.store.schema import check

    differences = await check(read_settings(os.environ).database_url)
    if differences:
        raise NetcheckError(f"the schema differs from the models: {'; '.join(differences)}")
    return "the schema is the newest, and as the models want it"


async def list_incidents(limit: int) -> "tuple[IncidentRow, ...]":
    """Return the incidents last seen first."""
    async with _memory() as memory:
        return await memory.list_incidents(limit)


async def show_incident(number: int) -> "IncidentDetail":
    """Return one incident. Raises `NetcheckError` when there is none by that number."""
    async with _memory() as memory:
        detail = await memory.show(number)
    if detail is None:
        raise NetcheckError(f"there is no incident #{number}: see `netcheck incidents list`")
    return detail


async def taught_files() -> "Mapping[str, str]":
    """Return the files of the entries taught in Slack, by name."""
    from bot.store.casebook import SqlCasebook
    from bot.store.schema import open_database

    async with await open_database(read_settings(os.environ).database_url) as database:
        lessons = await SqlCasebook(database).lessons()
    return {name: text for one in lessons for name, text in one.files.named().items()}


async def count_lately(span: timedelta) -> "Digest":
    """Return what happened from so long ago until now."""
    from bot.store.archive import SqlArchive
    from bot.store.schema import open_database

    until = datetime.now(UTC)
    async with await open_database(read_settings(os.environ).database_url) as database:
        return await SqlArchive(database).digest(until - span, until)


@asynccontextmanager
async def _memory() -> "AsyncIterator[SqlMemory]":
    from bot.store.memory import SqlMemory
    from bot.store.schema import open_database

    async with await open_database(read_settings(os.environ).database_url) as database:
        yield SqlMemory(database)
