"""Which cluster a channel asks about. Each function works in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.ports import Link, Watch
from bot.store.models import ChannelLink
from bot.store.sql import insert


async def put(session: AsyncSession, link: Link, now: datetime) -> None:
    """Set a channel's link; an earlier one is replaced, all but its watch."""
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


async def watch(session: AsyncSession, channel: str, whom: Watch) -> None:
    """Set whose messages of a linked channel are watched."""
    await session.execute(
        update(ChannelLink).where(ChannelLink.channel == channel).values(watch=whom)
    )


def get(connection: Connection, channel: str) -> Link | None:
    """Return a channel's link."""
    statement = select(ChannelLink.__table__).where(ChannelLink.channel == channel)
    row = connection.execute(statement).first()
    return None if row is None else link(row)


def link(row: ChannelLink | Row[Any]) -> Link:
    """Return a row as a link."""
    return Link(row.channel, row.cluster, row.namespace, row.set_by, _watch(row.watch))


def _watch(kept: str) -> Watch:
    return "all" if kept == "all" else "people" if kept == "people" else ""
