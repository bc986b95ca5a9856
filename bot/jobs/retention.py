"""What is forgotten, and when."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Protocol

FINISHED_AGE = timedelta(days=1)
"""Finished events are kept this long. Slack's last retry comes after about five minutes, so a
memory of a day leaves wide room before a redelivery could be taken for a new event."""

KEPT_AGE = timedelta(days=90)
"""Answers are kept this long for the buttons under them; arbitrary, a quarter's incidents."""

log = logging.getLogger(__name__)


class Prunable(Protocol):
    """A store of finished things that can forget the old ones."""

    async def prune(self, before: datetime) -> int:
        """Forget what was finished before a time, and return how many."""


async def forget_finished(
    store: Prunable, now: datetime | None = None, age: timedelta = FINISHED_AGE
) -> int:
    """Forget what was finished more than `age` ago; return how many."""
    count = await store.prune((now or datetime.now(UTC)) - age)
    if count:
        log.info("forgot %d finished rows of %s", count, type(store).__name__)
    return count
