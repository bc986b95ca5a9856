"""Messages wanted in Slack, kept until Slack has their newest form."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from bot.core.ports import Message
from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.models import OutboxMessage
from bot.store.sql import changed, insert, later


class SqlOutbox:
    """Fulfils `Outbox`. Everything may raise `StoreError`."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def want(self, key: str, channel: str, thread: str, payload: str, ts: str = "") -> None:
        """Ask for a message, or for a new form of the one with this key (the newest wins).

        `ts` is where it stands in Slack, of a message that may have been pruned. A message that
        was given up stays so.
        """
        new = {"payload": payload, "changed_at": self._now()}
        async with self._database.write() as session:
            statement = insert(session, OutboxMessage).values(
                key=key,
                channel=channel,
                thread=thread,
                ts=ts,
                attempted=bool(ts),
                wanted=1,
                sent=0,
                **new,
            )
            newer = {"wanted": OutboxMessage.wanted + 1, **new}
            await session.execute(
                statement.on_conflict_do_update(index_elements=[OutboxMessage.key], set_=newer)
            )

    async def waiting(self) -> tuple[Message, ...]:
        """Return the messages whose newest form Slack has not got, oldest first."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.sent < OutboxMessage.wanted, OutboxMessage.dropped.is_(None))
                .order_by(OutboxMessage.id)
            )
            return tuple([_message(row) for row in rows])

    async def attempt(self, key: str) -> None:
        """Record, before it is sent, that a first post is being tried."""
        await self._set(key, {"attempted": True})

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Record that Slack has form `form` of the message, under `ts`.

        A newer form asked for meanwhile keeps waiting.
        """
        await self._set(key, {"ts": ts, "sent": later(OutboxMessage.sent, form)})

    async def drop(self, key: str, why: str) -> None:
        """Give up a message Slack will never take, keeping the reason."""
        await self._set(key, {"dropped": why})

    async def prune(self, before: datetime) -> int:
        """Forget messages that Slack has, or that were given up, unchanged since a time."""
        settled = or_(
            OutboxMessage.sent >= OutboxMessage.wanted, OutboxMessage.dropped.is_not(None)
        )
        async with self._database.write() as session:
            return await changed(
                session, delete(OutboxMessage).where(settled, OutboxMessage.changed_at < before)
            )

    async def _set(self, key: str, values: Mapping[str, object]) -> None:
        async with self._database.write() as session:
            await session.execute(
                update(OutboxMessage).where(OutboxMessage.key == key).values(values)
            )


def _message(row: OutboxMessage) -> Message:
    return Message(
        key=row.key,
        channel=row.channel,
        thread=row.thread,
        payload=row.payload,
        ts=row.ts,
        attempted=row.attempted,
        wanted=row.wanted,
        sent=row.sent,
    )
