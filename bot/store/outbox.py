"""Messages wanted in Slack, kept until Slack has their newest form."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, not_, select, true, update

from bot.core.ports import Message
from bot.store import unsent
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
        message = Message(key, channel, thread, payload, ts, attempted=bool(ts))
        await self._database.join(lambda connection: self._want(connection, message))

    async def waiting(self, channel: str = "") -> tuple[Message, ...]:
        """Return the messages whose newest form Slack has not got, oldest first."""
        there = OutboxMessage.channel == channel if channel else true()
        statement = select(*_FIELDS).where(_waits(), there).order_by(OutboxMessage.id)
        rows = await self._database.peek(lambda connection: connection.execute(statement).all())
        return tuple([Message(*row) for row in rows])

    async def channels(self) -> tuple[str, ...]:
        """Return the channels for which messages wait."""
        statement = select(OutboxMessage.channel).where(_waits()).distinct()
        rows = await self._database.peek(lambda connection: connection.scalars(statement).all())
        return tuple(rows)

    async def attempt(self, key: str) -> None:
        """Record, before it is sent, that a first post is being tried."""
        await self._set(key, {"attempted": True})

    async def sent(self, key: str, ts: str, form: int) -> None:
        """Record that Slack has form `form` of the message, under `ts`.

        A newer form asked for meanwhile keeps waiting.
        """
        await self._set(key, {"ts": ts, "sent": later(OutboxMessage.sent, form)})

    async def drop(self, key: str, why: str) -> None:
        """Give up a message Slack will never take, keeping the reason, also with its incident."""
        await self._database.join(lambda connection: self._drop(connection, key, why))

    async def prune(self, before: datetime) -> int:
        """Forget messages that Slack has, or that were given up, unchanged since a time."""
        async with self._database.write() as session:
            return await changed(
                session,
                delete(OutboxMessage).where(not_(_waits()), OutboxMessage.changed_at < before),
            )

    async def _set(self, key: str, values: Mapping[str, object]) -> None:
        statement = update(OutboxMessage).where(OutboxMessage.key == key).values(values)
        await self._database.join(lambda connection: connection.execute(statement))

    def _want(self, connection: Connection, message: Message) -> None:
        new = {"payload": message.payload, "changed_at": self._now()}
        statement = insert(connection, OutboxMessage).values(
            key=message.key,
            channel=message.channel,
            thread=message.thread,
            ts=message.ts,
            attempted=message.attempted,
            wanted=1,
            sent=0,
            **new,
        )
        newer = {"wanted": OutboxMessage.wanted + 1, **new}
        kept = connection.scalar(
            statement.on_conflict_do_update(
                index_elements=[OutboxMessage.key], set_=newer
            ).returning(OutboxMessage.dropped)
        )
        if kept is not None:  # given up before the incident was known
            unsent.note(connection, message.key, kept, self._now())

    def _drop(self, connection: Connection, key: str, why: str) -> None:
        connection.execute(
            update(OutboxMessage).where(OutboxMessage.key == key).values(dropped=why)
        )
        unsent.note(connection, key, why, self._now())


_FIELDS = [getattr(OutboxMessage, name) for name in Message.__struct_fields__]


def _waits() -> ColumnElement[bool]:
    """Tell a message that waits, as the index over those does."""
    return and_(OutboxMessage.sent < OutboxMessage.wanted, OutboxMessage.dropped.is_(None))
