"""Accounts, their roles, and the credentials by which they are known."""

import sqlalchemy as sa
from alembic import op

from pydotorg.migrations.revising import revised

revision = "0004"
down_revision = "0003"

Moment = sa.DateTime(timezone=True)
DIGEST = sa.String(64)
TABLES = ("failed_logins", "mailed_link", "api_token", "session", "account_role", "account")


def upgrade() -> None:
    """Make the tables; what is remembered of who is who ends with some of the writes to them."""
    _create_account()
    _create_session()
    _create_api_token()
    _create_mailed_link()
    op.create_table(
        "failed_logins",
        sa.Column("whom", DIGEST, nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("period", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("whom", "network", "period", name="failed_logins_pkey"),
    )
    revised("account", "identities", ("delete", "update of username, is_active"))
    revised("account_role", "identities", ("insert", "delete"))
    revised("session", "identities", ("delete",))
    revised("api_token", "identities", ("delete",))


def _create_account() -> None:
    ordered = sa.String(150).with_variant(sa.String(150, collation="C"), "postgresql")
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("username", sa.String(150), nullable=False),
        sa.Column("username_key", ordered, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("email_verified", sa.Boolean, nullable=False),
        sa.Column("new_email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("first_name", sa.String(200), nullable=False),
        sa.Column("last_name", sa.String(200), nullable=False),
        sa.Column("bio", sa.String, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("public_profile", sa.Boolean, nullable=False),
        sa.Column("email_privacy", sa.String(10), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("last_login_at", Moment),
        sa.PrimaryKeyConstraint("id", name="account_pkey"),
        sa.UniqueConstraint("username_key", name="account_username_key_key"),
        sa.CheckConstraint(
            "email_privacy in ('public', 'members', 'never')", name=op.f("account_email_privacy_is_known_check")
        ),
    )
    op.create_index(
        "account_email", "account", ["email_key"], unique=True,
        sqlite_where=sa.text("email_verified = 1"), postgresql_where=sa.text("email_verified"),
    )  # fmt: skip
    op.create_index("account_email_key", "account", ["email_key"])
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "role", name="account_role_pkey"),
        _of_account("account_role"),
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name_digest", DIGEST, nullable=False),
        sa.Column("refresh_digest", DIGEST, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.PrimaryKeyConstraint("id", name="session_pkey"),
        sa.UniqueConstraint("name_digest", name="session_name_digest_key"),
        _of_account("session"),
    )
    op.create_index("session_account_id", "session", ["account_id"])
    op.create_index("session_expires_at", "session", ["expires_at"])


def _create_api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("scopes", sa.String(500), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("last_used_at", Moment),
        sa.PrimaryKeyConstraint("id", name="api_token_pkey"),
        sa.UniqueConstraint("digest", name="api_token_digest_key"),
        _of_account("api_token"),
    )
    op.create_index("api_token_account_id", "api_token", ["account_id"])


def _create_mailed_link() -> None:
    op.create_table(
        "mailed_link",
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("task_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("spent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="mailed_link_pkey"),
        _of_account("mailed_link"),
    )
    op.create_index("mailed_link_account_id", "mailed_link", ["account_id"])
    op.create_index("mailed_link_email_key", "mailed_link", ["email_key"])
    op.create_index("mailed_link_expires_at", "mailed_link", ["expires_at"])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"{table}_account_id_fkey", ondelete="CASCADE")


def downgrade() -> None:
    """Remove them, and their triggers with them."""
    for table in TABLES:
        op.drop_table(table)
