"""Incidents and links: the use cases, each one transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.answer import Answer, Cause, Seen
from bot.core.incident import IncidentDetail, IncidentRow, incident_cause
from bot.core.ports import Link, Place, Watch
from bot.store import incidents, links
from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.trouble import ConflictError


class SqlMemory:
    """Fulfils `Memory`. Everything may raise `StoreError`."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def remember(self, paste: str, answer: Answer, place: Place) -> Seen | None:
        """Record one sighting; `paste` is masked already. The same event counts once."""
        cause = incident_cause(answer)
        if cause is None:
            return None
        try:
            return await self._remember(cause, paste, answer, place)
        except ConflictError:  # another replica has just recorded this very event
            return await self._remember(cause, paste, answer, place)

    async def link(self, link: Link) -> None:
        """Set the channel's cluster, replacing an earlier link."""
        async with self._database.write() as session:
            await links.put(session, link, self._now())

    async def link_of(self, channel: str) -> Link | None:
        """Return the channel's link."""
        return await self._database.peek(lambda connection: links.get(connection, channel))

    async def watch(self, channel: str, whom: Watch) -> None:
        """Set whose messages of a linked channel are watched."""
        async with self._database.write() as session:
            await links.watch(session, channel, whom)

    async def list_incidents(self, limit: int = 20) -> tuple[IncidentRow, ...]:
        """Return incidents, the last seen first."""
        async with self._database.read() as session:
            return await incidents.latest(session, limit)

    async def show(self, number: int) -> IncidentDetail | None:
        """Return one incident with timeline and newest sightings, None when there is none."""
        async with self._database.read() as session:
            return await incidents.detail(session, number)

    async def _remember(self, cause: Cause, paste: str, answer: Answer, place: Place) -> Seen:
        async def record(session: AsyncSession) -> Seen:
            known = await incidents.replayed(session, place.event)
            if known is not None:
                return known
            return await incidents.record(session, cause, paste, answer, place, self._now())

        return await self._database.change(record)
