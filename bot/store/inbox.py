"""Events stored before they are acknowledged, each answered effectively once."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, delete, select, true, update

from bot.core.ports import Event
from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.models import InboxEvent
from bot.store.sql import changed, insert

LEASE = timedelta(seconds=20)
"""How long a claim stands unless it is renewed, which is done several times meanwhile."""


class SqlInbox:
    """Fulfils `Inbox`. Everything may raise `StoreError`.

    Each process has its own `owner`, new at every start. On SQLite nobody else serves, so that
    what another owner has claimed was left by a process that died. On PostgreSQL it may live, and
    its claim stands until the lease is over.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner: str | None = None,
        lease: timedelta = LEASE,
        now: Clock = utc_now,
    ) -> None:
        self._database = database
        self._owner = owner or uuid4().hex
        self._lease = lease
        self._now = now

    async def take(self, event: Event) -> bool:
        """Store and claim an event. False when it is answered, or somebody is at it."""
        return await self._database.join(
            lambda connection: self._take(connection, event), hurry=True
        )

    async def done(self, event_id: str) -> None:
        """Mark an event answered and forget what it said."""
        statement = (
            update(InboxEvent)
            .where(InboxEvent.event == event_id, InboxEvent.done_at.is_(None))
            .values(done_at=self._now(), body={})
        )
        await self._database.join(lambda connection: connection.execute(statement))

    async def renew(self) -> None:
        """Keep the claims on what this process is answering."""
        statement = (
            update(InboxEvent)
            .where(InboxEvent.done_at.is_(None), InboxEvent.owner == self._owner)
            .values(claimed_until=self._now() + self._lease)
        )
        await self._database.hurry(lambda connection: connection.execute(statement))

    async def unfinished(self, most: int) -> tuple[Event, ...]:
        """Return and claim events left by processes that died, the oldest, first things first.

        Never one that this process is answering, so that it may be called at any time; on
        PostgreSQL it must be, every now and then, as a claim there ends with its lease.
        """
        return await self._database.apply(lambda connection: self._take_over(connection, most))

    async def prune(self, before: datetime) -> int:
        """Forget events answered before a time; return how many."""
        async with self._database.write() as session:
            return await changed(session, delete(InboxEvent).where(InboxEvent.done_at < before))

    def _take(self, connection: Connection, event: Event) -> bool:
        now = self._now()
        claim = {"owner": self._owner, "claimed_until": now + self._lease}
        statement = insert(connection, InboxEvent).values(
            event=event.id, kind=event.kind, body=event.body, received_at=now, **claim
        )
        taken = connection.execute(
            statement.on_conflict_do_update(
                index_elements=[InboxEvent.event], set_=claim, where=self._left(now)
            )
        )
        return taken.rowcount == 1

    def _left(self, now: datetime) -> ColumnElement[bool]:
        """Events to answer that nobody alive is at."""
        ended = true() if self._database.single_process else InboxEvent.claimed_until < now
        return and_(InboxEvent.done_at.is_(None), InboxEvent.owner != self._owner, ended)

    def _take_over(self, connection: Connection, most: int) -> tuple[Event, ...]:
        now = self._now()
        left = (
            select(InboxEvent.id)
            .where(self._left(now))
            .order_by(InboxEvent.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(InboxEvent)
            .where(InboxEvent.id.in_(left.scalar_subquery()))
            .values(owner=self._owner, claimed_until=now + self._lease)
            .returning(InboxEvent.id, InboxEvent.event, InboxEvent.kind, InboxEvent.body)
        )
        rows = sorted(connection.execute(statement).all(), key=lambda row: row.id)
        return tuple([Event(row.event, row.kind, row.body) for row in rows])
