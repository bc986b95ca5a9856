"""Whose turn it is to send to a channel, where several processes serve from one database."""

import time
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, or_, update

from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.inbox import LEASE
from bot.store.models import ChannelTurn
from bot.store.sql import insert

ERRAND = timedelta(seconds=12)
"""What is kept back of a lease: who begins to send has that long to get done."""


class SqlTurns:
    """Fulfils `Turns`. Everything may raise `StoreError`. On SQLite every turn is ours."""

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
        self._held: dict[str, float] = {}
        self.shared = not database.single_process

    async def hold(self, channel: str) -> bool:
        """Take or keep the turn at a channel; False while another process has it."""
        if not self.shared or time.monotonic() < self._held.get(channel, 0.0):
            return True
        sure = self._sure()
        if await self._database.join(lambda connection: self._take(connection, channel)):
            self._held[channel] = sure
            return True
        self._held.pop(channel, None)
        return False

    async def release(self, channel: str) -> None:
        """Leave the turn to others."""
        if self._held.pop(channel, None) is None:
            return
        mine = ChannelTurn.owner == self._owner
        statement = delete(ChannelTurn).where(ChannelTurn.channel == channel, mine)
        await self._database.join(lambda connection: connection.execute(statement))

    async def renew(self) -> None:
        """Keep every turn this process has."""
        if not self._held:
            return
        sure = self._sure()
        statement = (
            update(ChannelTurn)
            .where(ChannelTurn.owner == self._owner)
            .values(held_until=self._now() + self._lease)
            .returning(ChannelTurn.channel)
        )
        kept = set(
            await self._database.hurry(lambda connection: connection.scalars(statement).all())
        )
        self._held = {one: sure for one in self._held if one in kept}

    def _sure(self) -> float:
        """Return until when what is claimed now is ours beyond doubt, by our own clock."""
        return time.monotonic() + (self._lease - min(ERRAND, self._lease / 2)).total_seconds()

    def _take(self, connection: Connection, channel: str) -> bool:
        now = self._now()
        mine = {"owner": self._owner, "held_until": now + self._lease}
        statement = insert(connection, ChannelTurn).values(channel=channel, **mine)
        free = or_(ChannelTurn.owner == self._owner, ChannelTurn.held_until < now)
        taken = connection.execute(
            statement.on_conflict_do_update(
                index_elements=[ChannelTurn.channel], set_=mine, where=free
            )
        )
        return taken.rowcount == 1
