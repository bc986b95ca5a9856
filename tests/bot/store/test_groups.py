import asyncio
from typing import TypeVar, cast

import pytest
from sqlalchemy import Connection

from bot.core.errors import StoreError
from bot.store.groups import Groups, Work

T = TypeVar("T")
NOWHERE = cast("Connection", None)


class Ledger:
    """Transactions that wait at a gate; `sizes` has how many works each did."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.sizes: list[int] = []
        self._works = 0

    async def transaction(self, work: Work[T]) -> T:
        """Do a work, counting those inside."""
        await self.gate.wait()
        self._works = 0
        try:
            return work(NOWHERE)
        finally:
            self.sizes.append(self._works)

    def work(self, number: int, error: Exception | None = None) -> Work[int]:
        """Return a work that gives its number, or fails."""

        def do(_: Connection) -> int:
            self._works += 1
            if error:
                raise error
            return number

        return do


async def test_what_comes_while_a_transaction_runs_shares_the_next_one() -> None:
    ledger = Ledger()
    groups = Groups(ledger.transaction)

    async with asyncio.TaskGroup() as group:
        first = group.create_task(groups.do(ledger.work(0)))
        await asyncio.sleep(0.01)
        rest = [group.create_task(groups.do(ledger.work(number))) for number in range(1, 6)]
        await asyncio.sleep(0.01)
        ledger.gate.set()

    assert [task.result() for task in (first, *rest)] == list(range(6))
    assert ledger.sizes == [1, 5]


async def test_one_that_fails_costs_no_other() -> None:
    ledger = Ledger()
    groups = Groups(ledger.transaction)
    errors = {2: StoreError("the disk is full"), 3: StoreError("a row is locked")}

    tasks = [
        asyncio.create_task(groups.do(ledger.work(number, errors.get(number))))
        for number in range(5)
    ]
    ledger.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert results == [0, 1, errors[2], errors[3], 4]


async def test_who_stops_waiting_leaves_the_others_alone() -> None:
    ledger = Ledger()
    groups = Groups(ledger.transaction)
    tasks = [asyncio.create_task(groups.do(ledger.work(number))) for number in range(3)]
    await asyncio.sleep(0)

    tasks[1].cancel()
    ledger.gate.set()

    assert await tasks[0] == 0
    assert await tasks[2] == 2
    with pytest.raises(asyncio.CancelledError):
        await tasks[1]
    assert await groups.do(ledger.work(9)) == 9
