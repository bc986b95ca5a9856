"""${message.capitalize()}.

Runs while the bot may be serving: no step may rewrite or scan a large table under a lock. Add
columns as nullable or with a server default; on PostgreSQL build indexes of large tables with
`postgresql_concurrently=True` in an autocommit block.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision).replace("'", '"')}
down_revision: str | None = ${repr(down_revision).replace("'", '"')}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back down to the one before."""
    ${downgrades if downgrades else "pass"}
