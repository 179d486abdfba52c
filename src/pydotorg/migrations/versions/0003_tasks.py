"""Queued tasks, who works them off, and the schedule."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the lease is there from the beginning, and free."""
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("payload", sa.String, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due", Moment, nullable=False),
        sa.Column("claim", sa.Uuid),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("unanswered", sa.Integer, nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="task_pkey"),
        sa.CheckConstraint("state in ('waiting', 'dead')", name=op.f("task_state_is_known_check")),
    )
    op.create_index("task_due", "task", ["state", "due"])
    claimed = sa.text("claim is not null")
    op.create_index("task_claimed", "task", ["due"], sqlite_where=claimed, postgresql_where=claimed)
    lease = op.create_table(
        "lease",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("holder", sa.Uuid, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="lease_pkey"),
    )
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("moment", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name="schedule_pkey"),
    )
    long_ago = datetime(1970, 1, 1, tzinfo=UTC)
    op.bulk_insert(lease, [{"name": "tasks", "holder": UUID(int=0), "until": long_ago}])


def downgrade() -> None:
    """Remove them, and all that is in them."""
    for name in ("schedule", "lease", "task"):
        op.drop_table(name)
