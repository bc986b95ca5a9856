"""What waits, and which channels are linked."""

from sqlalchemy import func, select

from bot.core.registry import Backlog, Links
from bot.store import links
from bot.store.database import Database
from bot.store.models import ChannelLink, InboxEvent, OutboxMessage


class SqlRegistry:
    """Fulfils `Registry`. Everything may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def backlog(self) -> Backlog:
        """Return what waits: events not answered, messages whose newest form Slack has not got."""
        events = select(func.count(InboxEvent.id)).where(InboxEvent.done_at.is_(None))
        messages = select(func.count(OutboxMessage.id)).where(
            OutboxMessage.sent < OutboxMessage.wanted, OutboxMessage.dropped.is_(None)
        )
        async with self._database.read() as session:
            return Backlog(await session.scalar(events) or 0, await session.scalar(messages) or 0)

    async def links(self, most: int) -> Links:
        """Return which channels are linked to what."""
        async with self._database.read() as session:
            total = await session.scalar(select(func.count(ChannelLink.channel))) or 0
            ordered = select(ChannelLink).order_by(ChannelLink.cluster, ChannelLink.channel)
            rows = await session.scalars(ordered.limit(most))
            return Links(tuple(links.link(row) for row in rows), total)
