"""Entries taught in Slack. Each function works in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.casebook import Lesson
from bot.store.models import TaughtEntry
from bot.store.sql import insert


async def put(session: AsyncSession, lesson: Lesson, now: datetime) -> None:
    """Keep a taught entry; the same event again changes nothing. A slug is taken once."""
    statement = insert(session, TaughtEntry).values(
        slug=lesson.slug,
        page=lesson.page,
        cases=lesson.cases,
        taught_by=lesson.by,
        event=lesson.event,
        at=now,
    )
    await session.execute(statement.on_conflict_do_nothing(index_elements=[TaughtEntry.event]))


async def every(session: AsyncSession) -> tuple[Lesson, ...]:
    """Return every taught entry, oldest first."""
    rows = await session.scalars(select(TaughtEntry).order_by(TaughtEntry.id))
    return tuple(
        Lesson(row.slug, row.page, row.cases, by=row.taught_by, event=row.event) for row in rows
    )
