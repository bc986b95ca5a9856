"""Entries taught in Slack. Each function works in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.casebook import Lesson, Opinion
from bot.store.models import TaughtEntry
from bot.store.sql import insert
from checks.text import LANGS
from knowledge.teaching import Files


async def put(session: AsyncSession, lesson: Lesson, now: datetime) -> None:
    """Keep a taught entry; the same event again changes nothing. A slug is taken once."""
    statement = insert(session, TaughtEntry).values(
        slug=lesson.files.slug,
        page=lesson.files.page,
        cases=lesson.files.cases,
        lang=lesson.files.lang,
        key=lesson.key,
        taught_by=lesson.by,
        event=lesson.event,
        at=now,
    )
    await session.execute(statement.on_conflict_do_nothing(index_elements=[TaughtEntry.event]))


async def every(session: AsyncSession) -> tuple[Lesson, ...]:
    """Return every taught entry, oldest first."""
    rows = await session.scalars(select(TaughtEntry).order_by(TaughtEntry.id))
    return tuple(_lesson(row) for row in rows)


async def of(session: AsyncSession, key: str) -> tuple[Opinion, ...]:
    """Return who taught which entry from an answer, oldest first."""
    rows = await session.scalars(
        select(TaughtEntry).where(TaughtEntry.key == key).order_by(TaughtEntry.id)
    )
    return tuple(Opinion(row.taught_by, row.slug) for row in rows)


def _lesson(row: TaughtEntry) -> Lesson:
    lang = next((lang for lang in LANGS if lang == row.lang), LANGS[0])
    files = Files(row.slug, row.page, row.cases, lang)
    return Lesson(files, by=row.taught_by, event=row.event, key=row.key)
