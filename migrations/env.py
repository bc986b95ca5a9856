"""Runs migrations on the connection that `bot.store.schema` hands over, in its transaction."""

from typing import TYPE_CHECKING, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from bot.store.models import Base

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def render(kind: str, item: object, _context: "AutogenContext") -> str | Literal[False]:
    """Write column types of our own as what they are in the database."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render,
    transactional_ddl=True,  # on SQLite too, as the store begins transactions itself
)
with context.begin_transaction():
    context.run_migrations()
