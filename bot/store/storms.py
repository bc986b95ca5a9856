"""Storms: which reply stands for every message that tells the same trouble in a channel."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, select, update

from bot.core.answer import Answer
from bot.core.ports import Storm
from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.models import PasteStorm
from bot.store.sql import changed, insert

WINDOW = timedelta(minutes=15)
"""After the first message, in which the same trouble gets no reply of its own; arbitrary, long
enough for an alert that repeats every five minutes."""


class SqlStorms:
    """Fulfils `Storms`. Everything may raise `StoreError`."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def join(self, key: str, event: str, thread: str) -> Storm:
        """Return the storm a message belongs to; it begins one where there is none."""
        return await self._database.join(
            lambda connection: self._join(connection, key, event, thread)
        )

    async def tell(self, key: str, event: str, answer: Answer) -> Storm | None:
        """Keep a newer answer; return the storm with the newest, None when it has ended."""
        return await self._database.join(
            lambda connection: self._tell(connection, key, event, answer)
        )

    async def newest(self, key: str) -> Storm | None:
        """Return the storm as it stands."""
        return await self._database.peek(lambda connection: _read(connection, key))

    async def end(self, key: str, event: str) -> None:
        """Let the next message begin another."""
        ours = (PasteStorm.key == key, PasteStorm.event == event)
        statement = delete(PasteStorm).where(*ours)
        await self._database.join(lambda connection: connection.execute(statement))

    async def prune(self, before: datetime) -> int:
        """Forget storms that began before a time."""
        async with self._database.write() as session:
            return await changed(session, delete(PasteStorm).where(PasteStorm.began_at < before))

    def _join(self, connection: Connection, key: str, event: str, thread: str) -> Storm:
        now = self._now()
        new = {"event": event, "thread": thread, "began_at": now, "count": 0, "answer": ""}
        statement = insert(connection, PasteStorm).values(key=key, **new)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=[PasteStorm.key],
                set_=new,
                where=PasteStorm.began_at < now - WINDOW,
            )
        )
        return _read(connection, key) or Storm(event, thread)

    def _tell(self, connection: Connection, key: str, event: str, answer: Answer) -> Storm | None:
        seen = answer.seen.count if answer.seen else 0
        connection.execute(
            update(PasteStorm)
            .where(PasteStorm.key == key, PasteStorm.event == event, PasteStorm.count <= seen)
            .values(count=seen, answer=msgspec.json.encode(answer).decode())
        )
        storm = _read(connection, key)
        return storm if storm and storm.event == event else None


def _read(connection: Connection, key: str) -> Storm | None:
    columns = (PasteStorm.event, PasteStorm.thread, PasteStorm.answer)
    row = connection.execute(select(*columns).where(PasteStorm.key == key)).first()
    if row is None:
        return None
    answer = msgspec.json.decode(row.answer, type=Answer) if row.answer else None
    return Storm(row.event, row.thread, answer)
