"""The database: an engine, and transactions to read and to write in."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from bot.store.address import Address
from bot.store.trouble import translating

BUSY = 5.0
"""Seconds to wait for another SQLite writer, and for a PostgreSQL server to answer."""

PAUSE = 0.02  # seconds between attempts to have a file for oneself


class Database:
    """One database. `read` and `write` are transactions; whoever opens one owns it.

    Everything in them that fails raises `StoreError` and leaves nothing half done.
    """

    def __init__(self, address: Address, *, patience: float = BUSY) -> None:
        self.address = address
        self._patience = patience
        self._engine = make_engine(address, patience)
        self._reading = async_sessionmaker(
            self._engine.execution_options(begin="BEGIN"), expire_on_commit=False
        )
        self._writing = async_sessionmaker(self._engine, expire_on_commit=False)
        # SQLite has one writer at a time; queueing here is fair, its busy handler is not.
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.single_process else nullcontext()
        )

    @property
    def single_process(self) -> bool:
        """Whether no other process serves from this database (SQLite)."""
        return self.address.file is not None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Give a session that sees one moment of the database."""
        with translating(self.address):
            async with self._reading.begin() as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Give a session whose changes are kept at the end, all or none."""
        with translating(self.address):
            async with self._turn, self._writing.begin() as session:
                yield session

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction, for work on the schema."""
        with translating(self.address):
            async with self._engine.begin() as connection:
                yield connection

    async def use_wal(self) -> None:
        """Let readers go on while somebody writes (SQLite); the file remembers it.

        The switch needs the file to itself for a moment, and SQLite does not wait for that.
        """
        if not self.single_process:
            return
        plain = self._engine.execution_options(begin="")
        deadline = time.monotonic() + self._patience
        with translating(self.address):
            # There is no event to wait for: the other one is another process.
            while not await _switched(plain, last=time.monotonic() > deadline):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def make_engine(address: Address, patience: float = BUSY) -> AsyncEngine:
    """Return an engine set up for SQLite or PostgreSQL; it connects when first used."""
    if address.file is None:
        options = {"dsn": address.options} if address.options else {}
        settings = {"application_name": "netcheck"}
        arguments = {"timeout": patience, "server_settings": settings, **options}
        return create_async_engine(address.url, connect_args=arguments, pool_pre_ping=True)
    engine = create_async_engine(address.url, connect_args={"timeout": patience})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """Take BEGIN over from sqlite3, which leaves DDL and reads outside of transactions."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin, as a writer unless told otherwise: a reader that turns writer could be refused."""
    begin = connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
    if begin:
        connection.exec_driver_sql(begin)


async def _switched(engine: AsyncEngine, *, last: bool) -> bool:
    """Try to switch to WAL; False when somebody is at the file, the last time an error."""
    async with engine.connect() as connection:
        try:
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if last or getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
            return False
    return True
