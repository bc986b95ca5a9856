"""What a look at a cluster has cost so far, held against its budget."""

import time
from collections.abc import Callable

from bot.core.errors import BudgetSpentError
from bot.core.ports import Budget
from checks.snapshot import Ledger

MEGA = 1_000_000
NOTHING = Ledger()


class Meter:
    """Counts requests, bytes and seconds, and refuses what would go beyond the budget.

    The ledger counts bytes as they came over the wire, compressed or not. The budget limits them
    unpacked, for that is what takes time to decode, and what memory holds is a part of. `spent` is
    what an earlier part of the look took.
    """

    def __init__(
        self, budget: Budget, spent: Ledger = NOTHING, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._started = clock() - spent.seconds
        self._requests = spent.requests
        self._received = spent.bytes
        self._unpacked = spent.bytes
        self._refused = 0
        self._busy = ""

    @property
    def seconds_left(self) -> float:
        """How long the look may still take; never negative."""
        return max(0.0, self._started + self._budget.seconds - self._clock())

    @property
    def ledger(self) -> Ledger:
        """What has been spent."""
        seconds = round(self._clock() - self._started, 3)
        return Ledger(requests=self._requests, bytes=self._received, seconds=seconds)

    def count_request(self) -> None:
        """Count a request that is about to be sent, or raise `BudgetSpentError`."""
        if self._requests - self._refused >= self._budget.requests:
            raise BudgetSpentError(f"budget spent: {self._budget.requests} requests")
        self._requests += 1

    def count_refused(self, reason: str) -> None:
        """Count a request that the server was too busy for: it has cost time, and will again.

        The budget of seconds limits these, or that of requests would hide why nothing was read.
        """
        self._refused += 1
        self._busy = reason

    def count_received(self, size: int) -> None:
        """Count bytes that have come over the wire."""
        self._received += size

    def count_unpacked(self, size: int) -> None:
        """Count bytes that are to be decoded, or raise `BudgetSpentError`."""
        self._unpacked += size
        if self._unpacked > self._budget.bytes:
            raise BudgetSpentError(f"budget spent: {self._budget.bytes / MEGA:g} MB")

    def late(self) -> BudgetSpentError:
        """Return the error for a look that took too long."""
        spent = f"budget spent: {self._budget.seconds:g} s"
        return BudgetSpentError(f"{spent}, waiting for {self._busy}" if self._busy else spent)
