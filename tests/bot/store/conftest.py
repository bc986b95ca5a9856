import os
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


@pytest.fixture
async def postgres_url(server: postgres.Server) -> str:
    """Make an empty database of its own."""
    name = f"netcheck_{next(_numbers)}"
    admin = create_async_engine(
        read_address(server.url("postgres")).url,
        isolation_level="AUTOCOMMIT",
        connect_args={"host": str(server.folder)},
    )
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await admin.dispose()
    return server.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a file that is not there yet."""
    return f"sqlite:///{tmp_path / 'netcheck.db'}"


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """Open a file built by the migrations."""
    await upgrade(sqlite_url)
    async with await open_database(sqlite_url) as database:
        yield database


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """Open a database built by the migrations."""
    await upgrade(postgres_url)
    async with await open_database(postgres_url) as database:
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
