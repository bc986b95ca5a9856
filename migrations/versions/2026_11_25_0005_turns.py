"""Turns at sending to a channel, an index of the messages that wait, and storms."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Go up to this revision."""
    op.create_table(
        "turn",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_turn"),
    )
    op.create_index("ix_turn_owner", "turn", ["owner"])
    waits = sa.text("sent < wanted AND dropped IS NULL")
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["channel", "id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_table(
        "storm",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_storm"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("storm")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_table("turn")
