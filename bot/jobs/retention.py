"""What is forgotten, and when."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Protocol

INBOX_AGE = timedelta(days=1)
"""Finished events are kept this long. Slack's last retry comes after about five minutes, so a
memory of a day leaves wide room before a redelivery could be taken for a new event."""

log = logging.getLogger(__name__)


class Prunable(Protocol):
    """A store of finished things that can forget the old ones."""

    async def prune(self, before: datetime) -> int:
        """Forget what was finished before a time, and return how many."""


async def forget_finished_events(inbox: Prunable, now: datetime | None = None) -> int:
    """Forget events answered more than `INBOX_AGE` ago; return how many."""
    count = await inbox.prune((now or datetime.now(UTC)) - INBOX_AGE)
    if count:
        log.info("forgot %d finished events", count)
    return count
