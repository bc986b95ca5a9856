"""Channels that are watched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Go up to this revision."""
    op.add_column("link", sa.Column("watch", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("link", "watch")
