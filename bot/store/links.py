"""Which cluster a channel asks about. Each function works in the caller's transaction."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.ports import Link
from bot.store.models import ChannelLink
from bot.store.sql import insert


async def put(session: AsyncSession, link: Link, now: datetime) -> None:
    """Set a channel's link; an earlier one is replaced."""
    values = {
        "cluster": link.cluster,
        "namespace": link.namespace,
        "set_by": link.by,
        "set_at": now,
    }
    statement = insert(session, ChannelLink).values(channel=link.channel, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[ChannelLink.channel], set_=values)
    )


async def get(session: AsyncSession, channel: str) -> Link | None:
    """Return a channel's link."""
    row = await session.get(ChannelLink, channel)
    if row is None:
        return None
    return Link(row.channel, row.cluster, row.namespace, row.set_by)
