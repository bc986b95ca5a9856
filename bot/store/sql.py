"""The few statements that SQLAlchemy spells differently for each database."""

from typing import Any, TypeVar

from sqlalchemy import (
    Case,
    Connection,
    CursorResult,
    Executable,
    Result,
    SQLColumnExpression,
    case,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Base

T = TypeVar("T")

Insert = postgresql.Insert | sqlite.Insert
"""An insert that knows `on_conflict_do_update`, and `excluded` for the row it could not add."""


def insert(where: AsyncSession | Connection, table: type[Base]) -> Insert:
    """Start an insert into a table that can turn into an update."""
    bound = where if isinstance(where, Connection) else where.get_bind()
    if bound.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def later(one: SQLColumnExpression[T], other: SQLColumnExpression[T] | T) -> Case[T]:
    """Return the greater of two; `max` and `greatest` are each known to one database only."""
    return case((one < other, other), else_=one)


async def changed(session: AsyncSession, statement: Executable) -> int:
    """Run a statement that changes rows; return how many it changed."""
    result: Result[Any] = await session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0
