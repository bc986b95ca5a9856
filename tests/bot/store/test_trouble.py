"""Every way a database can fail is a `StoreError` of one line, with the next step in it."""

import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.errors import StoreError
from bot.store.address import read_address
from bot.store.database import Database
from bot.store.memory import SqlMemory
from bot.store.schema import check, current, migrate, open_database, upgrade
from tests import postgres
from tests.bot.store.samples import PASTE, PLACE, answer

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder everybody may enter, as `tmp_path` lets only its owner in."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def shut_folder(folder: Path) -> Iterator[Path]:
    """Make a folder nobody but root may write in."""
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


async def as_nobody(work: Callable[[], Awaitable[str]]) -> str:
    """Do work as somebody whom file modes hold back: root reads and writes what it likes."""
    if os.geteuid() != 0:
        return await work()
    os.seteuid(NOBODY)
    try:
        return await work()
    finally:
        os.seteuid(0)


async def refusal(work: Awaitable[object]) -> str:
    """Return what the error says that this work must end with."""
    with pytest.raises(StoreError) as refused:
        await work
    said = str(refused.value)
    assert "\n" not in said
    assert not isinstance(refused.value, SQLAlchemyError | OSError)
    return said


async def fill(database: Database) -> None:
    """Let the file grow no further, then write."""
    async with database.write() as session:
        await session.execute(text("PRAGMA max_page_count=1"))  # SQLite: not below what is used
        await session.execute(
            text("INSERT INTO link VALUES ('C1', :long, '', '', '2026-11-23', '')"),
            {"long": "x" * 1_000_000},
        )


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


async def test_a_folder_that_cannot_be_written(shut_folder: Path) -> None:
    file = shut_folder / "netcheck.db"

    said = await as_nobody(lambda: refusal(upgrade(url_of(file))))

    assert f"database {file}: the file or its folder {shut_folder} cannot be written" in said


async def test_a_folder_that_cannot_be_made(shut_folder: Path) -> None:
    file = shut_folder / "data" / "netcheck.db"

    said = await as_nobody(lambda: refusal(upgrade(url_of(file))))

    assert "its folder cannot be made (Permission denied)" in said


async def test_a_file_that_cannot_be_written(folder: Path) -> None:
    file = folder / "netcheck.db"
    await migrate(url_of(file), "base")
    file.chmod(0o444)

    said = await as_nobody(lambda: refusal(upgrade(url_of(file))))

    assert "cannot be written: change its owner or rights" in said


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "var" / "lib" / "netcheck.db"

    await upgrade(url_of(file))

    assert file.exists()


async def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    assert "this is a folder: name a file in it" in await refusal(upgrade(url_of(tmp_path)))


async def test_a_full_disk(sqlite_database: Database) -> None:
    said = await refusal(fill(sqlite_database))

    assert "the disk is full: free some space" in said


async def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    file = tmp_path / "netcheck.db"
    file.write_text("not a database " * 100)

    assert "the file is not a SQLite database" in await refusal(upgrade(url_of(file)))
    assert "the file is not a SQLite database" in await refusal(open_database(url_of(file)))


async def test_a_file_another_process_keeps_locked(tmp_path: Path) -> None:
    file = tmp_path / "netcheck.db"
    await upgrade(url_of(file))
    async with await open_database(url_of(file), patience=0.05) as database:
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            said = await refusal(SqlMemory(database).remember(PASTE, answer(), PLACE))

    assert f"database {file}: another process keeps it locked" in said


@pytest.mark.parametrize("look", [open_database, current, check])
async def test_looking_at_a_missing_file_makes_none(
    tmp_path: Path, look: Callable[[str], Awaitable[object]]
) -> None:
    file = tmp_path / "netcheck.db"

    assert "does not exist: run `netcheck db upgrade`" in await refusal(look(url_of(file)))
    assert not file.exists()


@pytest.mark.parametrize("look", [open_database, check])
async def test_a_database_that_was_not_upgraded(
    url: str, look: Callable[[str], Awaitable[object]]
) -> None:
    await migrate(url, "base")
    newest = (await current(url)).newest

    said = await refusal(look(url))

    assert f"is empty and this netcheck needs {newest}: run `netcheck db upgrade`" in said


@pytest.mark.parametrize("look", [open_database, check, current, upgrade])
async def test_a_database_of_a_later_version(
    url: str, look: Callable[[str], Awaitable[object]]
) -> None:
    await upgrade(url)
    async with await open_database(url) as database, database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    said = await refusal(look(url))

    assert "revision 9999 is newer than this netcheck knows: run the version that made it" in said


async def test_tables_that_are_not_as_the_models_say(url: str) -> None:
    await upgrade(url)
    async with await open_database(url) as database, database.write() as session:
        await session.execute(text("ALTER TABLE link ADD COLUMN colour TEXT"))

    (difference,) = await check(url)

    assert "colour" in difference


async def test_no_server_at_that_address() -> None:
    said = await refusal(upgrade("postgresql://bot:hunter2@127.0.0.1:1/netcheck"))

    assert "database postgresql://bot:***@127.0.0.1:1/netcheck: no connection" in said
    assert "check host and port" in said


async def test_no_server_of_that_name() -> None:
    said = await refusal(upgrade("postgresql://bot:hunter2@db.invalid/netcheck"))

    assert "no connection" in said
    assert "hunter2" not in said


@pytest.mark.postgres
async def test_a_wrong_password(server: postgres.Server) -> None:
    said = await refusal(upgrade(server.url("postgres", password="hunter2")))

    assert "the password is not accepted" in said
    assert "hunter2" not in said


@pytest.mark.postgres
async def test_a_database_that_is_not_there(server: postgres.Server) -> None:
    said = await refusal(upgrade(server.url("nowhere")))

    assert 'database "nowhere" does not exist (there is no such database: make it' in said


@pytest.mark.postgres
async def test_an_option_nobody_knows(postgres_url: str) -> None:
    said = await refusal(upgrade(f"{postgres_url}&colour=red"))

    assert 'unrecognized configuration parameter "colour"' in said
    assert "leave it out" in said


@pytest.mark.postgres
async def test_a_user_who_may_make_no_tables(server: postgres.Server, postgres_url: str) -> None:
    async with Database(read_address(postgres_url)) as admin, admin.write() as session:
        await session.execute(text("CREATE ROLE guest LOGIN PASSWORD 'guest'"))
        await session.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    name = str(read_address(postgres_url).url.database)

    said = await refusal(upgrade(server.url(name, user="guest", password="guest")))

    assert "permission denied for schema public (the user lacks a right: GRANT it)" in said
