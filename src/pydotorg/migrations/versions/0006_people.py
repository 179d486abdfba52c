"""Memberships and user groups."""

import sqlalchemy as sa
from alembic import op

from pydotorg.migrations.revising import revised

revision = "0006"
down_revision = "0005"

Moment = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; user groups are a dataset of their own."""
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("legal_name", sa.String(200), nullable=False),
        sa.Column("preferred_name", sa.String(200), nullable=False),
        sa.Column("email_address", sa.String(254), nullable=False),
        sa.Column("city", sa.String(200), nullable=False),
        sa.Column("region", sa.String(200), nullable=False),
        sa.Column("country", sa.String(200), nullable=False),
        sa.Column("postal_code", sa.String(200), nullable=False),
        sa.Column("psf_code_of_conduct", sa.Boolean),
        sa.Column("psf_announcements", sa.Boolean),
        sa.Column("votes_affirmed_at", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="membership_pkey"),
        sa.UniqueConstraint("account_id", name="membership_account_id_key"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="membership_account_id_fkey", ondelete="CASCADE"),
        sa.CheckConstraint(
            "kind in ('basic', 'supporting', 'sponsor', 'contributing', 'fellow')",
            name=op.f("membership_kind_is_known_check"),
        ),
    )
    name = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
    op.create_table(
        "user_group",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", name, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("location", sa.String(200), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("trusted", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="user_group_pkey"),
        sa.UniqueConstraint("slug", name="user_group_slug_key"),
    )
    revised("user_group", "user-groups")


def downgrade() -> None:
    """Remove them, and all that is in them."""
    for name in ("user_group", "membership"):
        op.drop_table(name)
