"""What must hold of releases whoever writes them, and which numbers have been given."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

from pydotorg.migrations.revising import revised

revision = "0008"
down_revision = "0007"

HOST = "https://www.python.org/"
SIDECARS = (
    "gpg_signature_file", "sigstore_signature_file", "sigstore_cert_file", "sigstore_bundle_file", "sbom_spdx2_file",
)  # fmt: skip
#: those that a table refers to come before it
CHECKS: dict[str, dict[str, str]] = {
    "operating_system": {"slug_is_said": "slug <> ''", "name_is_said": "name <> ''"},
    "release_cycle": {"cycle_is_said": "cycle <> ''"},
    "release": {
        **{f"{column}_is_said": f"{column} <> ''" for column in ("name", "slug", "version")},
        "reason_is_of_a_yanked_one": "yanked or yanked_reason = ''",
    },
    "release_file": {
        **{f"{column}_is_said": f"{column} <> ''" for column in ("name", "slug", "filename")},
        "url_has_no_dot_segments": "url not like '%/./%' and url not like '%/../%' and url not like '%/.' "
        "and url not like '%/..'",
        **{f"{name}_is_ours": f"{name} = '' or substr({name}, 1, 23) = '{HOST}'" for name in SIDECARS},
        "md5_sum_is_one": "length(md5_sum) in (0, 32) and ltrim(md5_sum, '0123456789abcdef') = ''",
        "sha256_sum_is_one": "length(sha256_sum) in (0, 64) and ltrim(sha256_sum, '0123456789abcdef') = ''",
    },
    "scheduled_release": {"version_is_said": "version <> ''"},
}
UNIQUE = ("release_file_release_id_filename_key", "release_file", ["release_id", "filename"])


def upgrade() -> None:
    """Add the constraints, and a table for numbers."""
    op.create_table(
        "numbering",
        sa.Column("resource", sa.String(63), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("resource", name="numbering_pkey"),
    )
    if _is_sqlite():
        _remake(_add)
        return
    for table, checks in CHECKS.items():
        for name, condition in checks.items():
            op.create_check_constraint(_named(table, name), table, condition)
    op.create_unique_constraint(*UNIQUE)


def downgrade() -> None:
    """Remove them."""
    op.drop_table("numbering")
    if _is_sqlite():
        _remake(_remove)
        return
    op.drop_constraint(UNIQUE[0], UNIQUE[1])
    for table, checks in CHECKS.items():
        for name in checks:
            op.drop_constraint(_named(table, name), table)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _named(table: str, check: str) -> str:
    return op.f(f"{table}_{check}_check")


def _add(table: str, remade: BatchOperations) -> None:
    for name, condition in CHECKS[table].items():
        remade.create_check_constraint(_named(table, name), condition)
    if table == UNIQUE[1]:
        remade.create_unique_constraint(UNIQUE[0], UNIQUE[2])


def _remove(table: str, remade: BatchOperations) -> None:
    for name in CHECKS[table]:
        remade.drop_constraint(_named(table, name), type_="check")
    if table == UNIQUE[1]:
        remade.drop_constraint(UNIQUE[0], type_="unique")


def _remake(change: Callable[[str, BatchOperations], None]) -> None:
    """Make the tables anew, changed like this, as SQLite must to change them; what they had besides, they keep.

    To drop a table there deletes its rows, and with them those that refer to them. So all rows wait aside.
    """
    for table in CHECKS:
        op.execute(f"create temporary table aside_{table} as select * from {table}")  # noqa: S608 - a name of ours
    for table in reversed(CHECKS):
        op.execute(f"delete from {table}")  # noqa: S608 - as above
    for table in CHECKS:
        with op.batch_alter_table(table, recreate="always") as remade:
            change(table, remade)
    for table in CHECKS:
        op.execute(f"insert into {table} select * from aside_{table}")  # noqa: S608 - as above
        op.execute(f"drop table aside_{table}")
        revised(table, "releases")
