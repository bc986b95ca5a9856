"""What the buttons under an answer need: kept answers, who does what, feedback, taught entries."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"

_TABLES = ("taught", "feedback", "kept")
_HANDLING = ("owner", "mended_by", "mended_how")
_MOMENTS = ("owned_at", "mended_at")


def upgrade() -> None:
    """Go up to this revision."""
    for name in _HANDLING:
        op.add_column("incident", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in _MOMENTS:
        op.add_column("incident", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("timeline", sa.Column("source", sa.Text(), nullable=False, server_default=""))
    op.add_column("timeline", sa.Column("event", sa.Text(), nullable=True))
    op.create_index("ix_timeline_event", "timeline", ["event"], unique=True)
    _kept()
    _feedback()
    _taught()


def downgrade() -> None:
    """Go back to the revision before."""
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_timeline_event", "timeline")
    for name in ("event", "source"):
        op.drop_column("timeline", name)
    for name in (*_MOMENTS, *_HANDLING):
        op.drop_column("incident", name)


def _kept() -> None:
    op.create_table(
        "kept",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_kept"),
    )
    op.create_index("ix_kept_changed_at", "kept", ["changed_at"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint("key", "user", "kind", name="uq_feedback_key_user_kind"),
    )


def _taught() -> None:
    op.create_table(
        "taught",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("taught_by", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taught"),
        sa.UniqueConstraint("slug", name="uq_taught_slug"),
        sa.UniqueConstraint("event", name="uq_taught_event"),
    )
    op.create_index("ix_taught_key", "taught", ["key"])
