"""The revision of each dataset, and what moves it."""

import sqlalchemy as sa
from alembic import op

from pydotorg.migrations.revising import revised, unrevised

revision = "0002"
down_revision = "0001"

DATASETS = {
    "operating_system": "releases",
    "release_cycle": "releases",
    "release": "releases",
    "release_file": "releases",
    "scheduled_release": "releases",
}

# The table is named with its schema: whoever writes may have another search path. One step a transaction is enough;
# thousands of them, on one row that stays locked, would each be slower than the one before.
REVISE = """
create function revise() returns trigger language plpgsql as $revise$
begin
    update {schema}.revision set number = number + 1
    where dataset = tg_argv[0] and xmin <> pg_current_xact_id()::xid;
    if found then
        perform pg_notify('pydotorg_revision', tg_argv[0]);
    end if;
    return null;
end
$revise$
"""


def upgrade() -> None:
    """Make the table, the function and the triggers."""
    op.create_table(
        "revision",
        sa.Column("dataset", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("dataset", name="revision_pkey"),
    )
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        schema = bind.scalar(sa.text("select quote_ident(current_schema())"))
        op.execute(REVISE.format(schema=schema))
    for table, dataset in DATASETS.items():
        revised(table, dataset)


def downgrade() -> None:
    """Remove them."""
    for table in DATASETS:
        unrevised(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function revise()")
    op.drop_table("revision")
