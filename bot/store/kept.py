"""Kept answers and what was said of them. Each function works in the caller's transaction."""

import json
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.answer import Answer, Seen
from bot.core.casebook import Kept, Opinion, Request
from bot.store import lessons
from bot.store.incidents import seen
from bot.store.models import Feedback, Incident, KeptAnswer
from bot.store.sql import changed, insert

T = TypeVar("T")
CAUSE = "cause"
HELPFUL = "helpful"


async def put(session: AsyncSession, kept: Kept, now: datetime) -> None:
    """Keep an answer; of one that is kept already the `run` stays."""
    known = kept.answer.seen if kept.answer else None
    values = {
        "channel": kept.channel,
        "thread": kept.thread,
        "request": write(kept.request),
        "answer": write(kept.answer),
        "incident_id": known.incident if known else None,
        "changed_at": now,
    }
    statement = insert(session, KeptAnswer).values(key=kept.key, run=0, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[KeptAnswer.key], set_=values)
    )


async def get(session: AsyncSession, key: str) -> Kept | None:
    """Return a kept answer with its incident as it is now and everybody's opinion."""
    row = await session.get(KeptAnswer, key)
    if row is None:
        return None
    said = await session.scalars(
        select(Feedback)
        .where(Feedback.key == key, Feedback.kind == CAUSE)
        .order_by(Feedback.at, Feedback.id)
    )
    return Kept(
        key=row.key,
        channel=row.channel,
        thread=row.thread,
        request=read(row.request, Request),
        answer=_answer(row, await state(session, row.incident_id)),
        run=row.run,
        opinions=tuple(Opinion(one.user, one.said) for one in said),
        lessons=await lessons.of(session, key),
    )


async def state(session: AsyncSession, incident: int | None) -> Seen | None:
    """Return what is known of an incident now, None when there is none."""
    row = None if incident is None else await session.get(Incident, incident)
    return None if row is None else seen(row)


async def say(
    session: AsyncSession, *, key: str, user: str, kind: str, said: str, now: datetime
) -> None:
    """Note what one person says of an answer, in place of what they said before."""
    row = await session.get(KeptAnswer, key)
    if row is None:
        return
    values = {
        "entry": _told(read(row.answer, Answer)),
        "said": said,
        "incident_id": row.incident_id,
        "at": now,
    }
    statement = insert(session, Feedback).values(key=key, user=user, kind=kind, **values)
    columns = [Feedback.key, Feedback.user, Feedback.kind]
    await session.execute(statement.on_conflict_do_update(index_elements=columns, set_=values))


async def prune(session: AsyncSession, before: datetime) -> int:
    """Forget answers unchanged since a time; return how many. What was said of them stays."""
    return await changed(session, delete(KeptAnswer).where(KeptAnswer.changed_at < before))


def write(value: msgspec.Struct | None) -> str:
    """Return JSON in ASCII, which any database takes whatever the text in it."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def read(text: str, kind: type[T]) -> T | None:
    """Return what was written, None where another version wrote it otherwise."""
    try:
        return msgspec.convert(json.loads(text), kind)
    except (ValueError, msgspec.ValidationError):
        return None


def _answer(row: KeptAnswer, known: Seen | None) -> Answer | None:
    answer = read(row.answer, Answer)
    return None if answer is None else msgspec.structs.replace(answer, seen=known)


def _told(answer: Answer | None) -> str:
    """Return the entry an answer named first."""
    if answer is None:
        return ""
    entries = [cause.entry for cause in answer.causes] or [one.entry for one in answer.matches]
    return entries[0] if entries else ""
