"""Group commit: what several ask for while a transaction runs goes into the next one together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from bot.core.errors import StoreError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Work = Callable[[Connection], T]
"""Statements on a connection whose transaction belongs to somebody else."""

MOST = 100
"""How many works share a transaction at most; arbitrary, a work is a statement or two."""


class Transaction(Protocol):
    """Does one work in one transaction."""

    async def __call__(self, work: Work[T]) -> T:
        """Return what the work does. Raises `StoreError` and then keeps nothing."""


class Groups:
    """Does every work in order; each returns when its transaction is kept, or raises."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._queue: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """Return what a work does, kept. A work that fails costs no other one."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.append((work, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        while self._queue:
            group, self._queue = self._queue[:MOST], self._queue[MOST:]
            if len(group) == 1 or not await self._together(group):
                for work, done in group:
                    await _settle(done, self._transaction(work))
        self._task = None

    async def _together(self, group: list[tuple[Work[Any], "asyncio.Future[Any]"]]) -> bool:
        """Do a group in one transaction; False when that failed, and nothing was done."""
        works = [work for work, _ in group]
        try:
            results = await self._transaction(lambda connection: [do(connection) for do in works])
        except StoreError:
            return False
        for (_, done), result in zip(group, results, strict=True):
            if not done.done():  # whoever asked may have been cancelled
                done.set_result(result)
        return True


async def _settle(done: "asyncio.Future[Any]", doing: Awaitable[Any]) -> None:
    """Give whoever asked the result, or what went wrong."""
    task = asyncio.ensure_future(doing)
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()  # nothing where it has ended
    if done.done():
        return
    if task.cancelled():
        done.cancel()
    elif error := task.exception():
        done.set_exception(error)
    else:
        done.set_result(task.result())
