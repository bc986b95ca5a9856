"""Languages of channels and people, and what finds incidents by person and by time."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Go up to this revision."""
    op.create_table(
        "channel_language",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_language"),
    )
    op.create_table(
        "person",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", name="pk_person"),
    )
    op.create_index("ix_sighting_user_incident_id", "sighting", ["user", "incident_id"])
    op.create_index("ix_sighting_at", "sighting", ["at"])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index("ix_sighting_at", "sighting")
    op.drop_index("ix_sighting_user_incident_id", "sighting")
    op.drop_table("person")
    op.drop_table("channel_language")
