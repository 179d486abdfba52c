"""The audit log, and what keeps its entries as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

FILTERED = ("account_id", "username_key", "action", "resource", "resource_id", "flagged")
SAID = "entries of the audit log stay as they are"
SQLITE = """
create trigger audit_entry_{moment}_is_refused before {moment} on audit_entry {condition}
begin select raise(abort, '{said}'); end
"""
# SQLite asks no trigger for deletes about a row that an `insert or replace` replaces
CONDITIONS = {"update": "", "delete": "", "insert": "when exists (select 1 from audit_entry where id = new.id)"}
FUNCTION = """
create function refuse_change() returns trigger language plpgsql as $refuse_change$
begin
    raise exception '{said}' using errcode = 'integrity_constraint_violation';
end
$refuse_change$
"""
POSTGRESQL = """
create trigger audit_entry_change_is_refused before update or delete or truncate on audit_entry
for each statement execute function refuse_change()
"""


def upgrade() -> None:
    """Make the table, and the triggers that refuse to change or delete an entry."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("username", sa.String(150), nullable=False),
        sa.Column("username_key", sa.String(150), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("token_id", sa.Uuid),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("change", sa.String(10), nullable=False),
        sa.Column("resource", sa.String(63), nullable=False),
        sa.Column("resource_id", sa.String(200), nullable=False),
        sa.Column("before", sa.String),
        sa.Column("after", sa.String),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_entry_pkey"),
        sa.CheckConstraint("change in ('create', 'change', 'delete')", name=op.f("audit_entry_change_is_known_check")),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_entry_moment", "audit_entry", ["moment", "id"])
    for column in FILTERED:
        op.create_index(f"audit_entry_{column}", "audit_entry", [column, "moment", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for moment, condition in CONDITIONS.items():
            op.execute(SQLITE.format(moment=moment, condition=condition, said=SAID))
    else:
        op.execute(FUNCTION.format(said=SAID))
        op.execute(POSTGRESQL)


def downgrade() -> None:
    """Remove them, and every entry."""
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function refuse_change()")
