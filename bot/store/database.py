"""The database: an engine, and transactions to read and to write in.

Two ways lead to it. `read` and `write` give an ORM session. `peek`, `apply` and `join` do a work, a
function of a plain connection, `consult` and `change` one of a session; these are for what happens
for every message: on SQLite a whole work costs one trip to a thread, where a session that was given
makes one for every statement.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import Session

from bot.store.address import Address
from bot.store.groups import Groups, Work
from bot.store.trouble import translating

T = TypeVar("T")
SessionWork = Callable[[AsyncSession], Coroutine[Any, Any, T]]

BUSY = 5.0
"""Seconds to wait for another SQLite writer, and for a PostgreSQL server to answer."""

PAUSE = 0.02  # seconds between attempts to have a file for oneself
_THREADS = 3  # for works on SQLite: a writer, and readers who need not wait for it
_WRITERS = 8  # of 15 connections to PostgreSQL; the others are for what is urgent and for readers


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
        # SQLite has one writer at a time; queueing here is fair, its busy handler is not. Whoever
        # is urgent does not stand in the first queue, and so waits for two others at most.
        self._queue = asyncio.Semaphore(1 if self.single_process else _WRITERS)
        self._turn: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.single_process else nullcontext()
        )
        self._plain = _Plain(address, patience) if self.single_process else None
        self._groups = {False: Groups(self.apply), True: Groups(self.hurry)}

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
            async with self._queue, self._turn, self._writing.begin() as session:
                yield session

    async def peek(self, work: Work[T]) -> T:
        """Return what a work reads of one moment of the database."""
        with translating(self.address):
            if self._plain is not None:
                return await self._plain.do(work, begin="BEGIN")
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def apply(self, work: Work[T]) -> T:
        """Do a work in a transaction of its own."""
        async with self._queue:
            return await self.hurry(work)

    async def hurry(self, work: Work[T]) -> T:
        """Do a work in a transaction of its own, before those who `apply` or `write`."""
        with translating(self.address):
            async with self._turn:
                if self._plain is not None:
                    return await self._plain.do(work)
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)

    async def join(self, work: Work[T], *, hurry: bool = False) -> T:
        """Do a work in one transaction with whatever else is asked for at the same time.

        PostgreSQL gets each by itself: there, several rows locked in any order can be a deadlock,
        and the server joins commits anyway.
        """
        if self.single_process:
            return await self._groups[hurry].do(work)
        return await (self.hurry(work) if hurry else self.apply(work))

    async def consult(self, work: SessionWork[T]) -> T:
        """Return what a work reads that takes a session and waits for nothing else, as in `read`.

        On SQLite all of it is one trip to a thread.
        """
        if self.single_process:
            return await self.peek(lambda connection: _at_once(work, connection))
        async with self.read() as session:
            return await work(session)

    async def change(self, work: SessionWork[T]) -> T:
        """Do a work that takes a session and waits for nothing else, as in `write`.

        On SQLite all of it is one trip to a thread, statements and commit.
        """
        if self.single_process:
            return await self.apply(lambda connection: _at_once(work, connection))
        async with self.write() as session:
            return await work(session)

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
        if self._plain is not None:
            self._plain.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Plain:
    """SQLite without asyncio: works run in threads, each with a connection of its own."""

    def __init__(self, address: Address, patience: float) -> None:
        url = address.url.set(drivername="sqlite+pysqlite")
        self._engine = create_engine(
            url, connect_args={"timeout": patience, "check_same_thread": False}
        )
        _set_up(self._engine)
        self._threads = ThreadPoolExecutor(_THREADS, "sqlite")

    async def do(self, work: Work[T], begin: str = "BEGIN IMMEDIATE") -> T:
        """Do a work in a transaction. One that is cancelled is done all the same."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transact, work, begin)

    def close(self) -> None:
        """Let go of the threads and their connections."""
        self._threads.shutdown()
        self._engine.dispose()

    def _transact(self, work: Work[T], begin: str) -> T:
        with self._engine.execution_options(begin=begin).begin() as connection:
            return work(connection)


def make_engine(address: Address, patience: float = BUSY) -> AsyncEngine:
    """Return an engine set up for SQLite or PostgreSQL; it connects when first used."""
    if address.file is None:
        options = {"dsn": address.options} if address.options else {}
        settings = {"application_name": "netcheck"}
        arguments = {"timeout": patience, "server_settings": settings, **options}
        return create_async_engine(address.url, connect_args=arguments, pool_pre_ping=True)
    engine = create_async_engine(address.url, connect_args={"timeout": patience})
    _set_up(engine.sync_engine)
    return engine


def _set_up(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


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


def _at_once(work: SessionWork[T], connection: Connection) -> T:
    """Run a coroutine to its end: a session on a plain connection has nothing to wait for."""
    with Session(connection, expire_on_commit=False) as plain:
        # "Session subclass or other callable", says SQLAlchemy's documentation of the argument
        steps = work(AsyncSession(sync_session_class=lambda **_: plain))  # type: ignore[arg-type]
        try:
            steps.send(None)
        except StopIteration as end:
            plain.flush()
            result: T = end.value
            return result
        steps.close()
        raise RuntimeError("the work waits for something beside its session")


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
