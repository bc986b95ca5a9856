"""Kept answers and what people do and say about them: the use cases, each one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.answer import Answer
from bot.core.casebook import Kept, Lesson, Request
from bot.core.ports import Place
from bot.store import handling, kept, lessons
from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.models import KeptAnswer
from bot.store.trouble import ConflictError


class SqlCasebook:
    """Fulfils `Casebook`. Everything may raise `StoreError`."""

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now

    async def keep(self, answer: Kept) -> Kept:
        """Keep an answer, or the newer form of one, and return it as it is now."""

        async def put(session: AsyncSession) -> Kept:
            await kept.put(session, answer, self._now())
            return await kept.get(session, answer.key) or answer

        return await self._database.change(put)

    async def kept(self, key: str) -> Kept | None:
        """Return an answer with what is known of its incident now."""
        return await self._database.consult(lambda session: kept.get(session, key))

    async def look_again(self, key: str, run: int, answer: Answer, place: Place) -> None:
        """Keep what a check made again came to."""

        async def note(session: AsyncSession, row: KeptAnswer) -> None:
            if row.run != run:  # this very check was noted before the process died
                return
            now = self._now()
            request = kept.read(row.request, Request) or Request()
            row.answer, row.run, row.changed_at = kept.write(answer), run + 1, now
            if request.group:  # a command makes no incident
                return
            known = await handling.look_again(
                session, row.incident_id, request.text, answer, place, now
            )
            row.incident_id = known.incident if known else None

        await self._with(key, note)

    async def give_up(self, key: str, run: int) -> None:
        """Let a check be made again that failed."""

        async def note(_session: AsyncSession, row: KeptAnswer) -> None:
            if row.run == run:
                row.run = run + 1

        await self._with(key, note)

    async def own(self, key: str, place: Place) -> None:
        """Put somebody on it, or take them off."""

        async def note(session: AsyncSession, row: KeptAnswer) -> None:
            if row.incident_id is not None:
                await handling.own(session, row.incident_id, place, self._now())

        await self._with(key, note)

    async def resolve(self, key: str, how: str, place: Place) -> None:
        """Resolve the incident, saying what mended it."""

        async def note(session: AsyncSession, row: KeptAnswer) -> None:
            if row.incident_id is not None:
                await handling.resolve(session, row.incident_id, how, place, self._now())

        await self._with(key, note)

    async def rate(self, key: str, helpful: bool, place: Place) -> None:  # noqa: FBT001 (the port's)
        """Note whether an answer helped."""
        told = ("rated", "helpful" if helpful else "no help")
        await self._say(key, kept.HELPFUL, "yes" if helpful else "no", told, place)

    async def reject(self, key: str, entry: str, place: Place) -> None:
        """Note that it is not this cause."""
        told = ("disputed", entry or "none of the entries")
        await self._say(key, kept.CAUSE, entry, told, place)

    async def teach(self, lesson: Lesson, place: Place) -> None:
        """Keep a taught entry."""

        async def note(session: AsyncSession, row: KeptAnswer) -> None:
            now = self._now()
            await lessons.put(session, lesson, now)
            if row.incident_id is not None:
                turn = ("taught", lesson.files.slug)
                await handling.note(session, row.incident_id, *turn, place, now)

        await self._with(lesson.key, note)

    async def lessons(self) -> tuple[Lesson, ...]:
        """Return every taught entry, oldest first."""
        async with self._database.read() as session:
            return await lessons.every(session)

    async def prune(self, before: datetime) -> int:
        """Forget answers that were last touched before a time; return how many."""
        async with self._database.write() as session:
            return await kept.prune(session, before)

    async def _say(
        self, key: str, kind: str, said: str, turn: tuple[str, str], place: Place
    ) -> None:
        async def note(session: AsyncSession, row: KeptAnswer) -> None:
            now = self._now()
            await kept.say(session, key=key, user=place.user, kind=kind, said=said, now=now)
            if row.incident_id is not None:
                await handling.note(session, row.incident_id, *turn, place, now)

        await self._with(key, note)

    async def _with(
        self, key: str, note: Callable[[AsyncSession, KeptAnswer], Awaitable[None]]
    ) -> None:
        """Do something with a kept answer, locked, in one transaction; nothing where it is gone."""
        try:
            await self._do(key, note)
        except ConflictError:  # another replica has just added the same incident or sighting
            await self._do(key, note)

    async def _do(
        self, key: str, note: Callable[[AsyncSession, KeptAnswer], Awaitable[None]]
    ) -> None:
        async with self._database.write() as session:
            row = await session.scalar(
                select(KeptAnswer).where(KeptAnswer.key == key).with_for_update()
            )
            if row is not None:
                await note(session, row)
