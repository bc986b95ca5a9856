"""What the bot itself has to do and is told: its queues, the links of channels."""

from typing import Protocol

import msgspec

from bot.core.ports import Link


class Backlog(msgspec.Struct, frozen=True):
    """How many events wait for an answer, and how many messages for Slack to take them."""

    events: int
    messages: int


class Links(msgspec.Struct, frozen=True):
    """Linked channels in the order of their clusters, as many as fit, and how many there are."""

    links: tuple[Link, ...]
    total: int


class Registry(Protocol):
    """Kept in SQL. Everything may raise `StoreError`."""

    async def backlog(self) -> Backlog:
        """Return what waits."""

    async def links(self, most: int) -> Links:
        """Return which channels are linked to what."""
