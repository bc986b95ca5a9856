import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.address import read_address
from bot.store.database import Database
from bot.store.schema import open_database, upgrade
from tests import postgres

_numbers = count(1)


class Clock:
    """A time that stands still until it is moved on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def pass_by(self, time: timedelta) -> None:
        """Move on."""
        self.moment += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """One PostgreSQL server for the whole session."""
    programs = postgres.find_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(postgres.MISSING, pytrace=False)
        pytest.skip(postgres.MISSING)
    with postgres.running(programs) as server:
        yield server


async def create_database(server: postgres.Server, name: str, template: str) -> str:
    """Copy a database and return the copy's URL."""
    admin = create_async_engine(
        read_address(server.url("postgres")).url,
        isolation_level="AUTOCOMMIT",
        connect_args={"host": str(server.folder)},
    )
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    await admin.dispose()
    return server.url(name)


@pytest.fixture
async def postgres_url(server: postgres.Server) -> str:
    """Make an empty database of its own."""
    return await create_database(server, f"netcheck_{next(_numbers)}", "template0")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'netcheck.db'}"


@pytest.fixture(scope="session")
def migrated_server(server: postgres.Server) -> postgres.Server:
    """Build, once, by the migrations, what every test then gets a copy of."""
    url = asyncio.run(create_database(server, "migrated", "template0"))
    asyncio.run(upgrade(url))
    return server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build, once, by the migrations, what every test then gets a copy of."""
    file = tmp_path_factory.mktemp("store") / "migrated.db"
    asyncio.run(upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture
async def sqlite_database(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a file built by the migrations."""
    copy = shutil.copy(migrated_file, tmp_path / "netcheck.db")
    async with await open_database(f"sqlite:///{copy}") as database:
        yield database


@pytest.fixture
async def postgres_database(migrated_server: postgres.Server) -> AsyncIterator[Database]:
    """Open a database built by the migrations."""
    url = await create_database(migrated_server, f"netcheck_{next(_numbers)}", "migrated")
    async with await open_database(url) as database:
        yield database


SQL = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=SQL)
def url(request: pytest.FixtureRequest) -> str:
    """Name an empty database, of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(params=SQL)
def database(request: pytest.FixtureRequest) -> Database:
    """Open a database, of each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(params=["fake", *SQL])
def storage(request: pytest.FixtureRequest) -> Database | None:
    """Open a database of each kind, or none: then it is the fake's turn."""
    if request.param == "fake":
        return None
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
