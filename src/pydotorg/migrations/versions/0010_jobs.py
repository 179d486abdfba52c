"""The job board, and what is kept about reviews of whatever is submitted."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pydotorg.migrations.revising import revised

revision = "0010"
down_revision = "0009"

Moment = sa.DateTime(timezone=True)
DATASET = "jobs"
TERMS = ("job_category", "job_type")
STATES = ("draft", "review", "approved", "rejected", "expired", "archived", "removed")
ON_THE_BOARD = sa.text("status = 'approved'")
NARROWED_BY = ("country_key", "region_key", "city_key", "company_key", "category_id")


def upgrade() -> None:
    """Make the tables; all that is shown of jobs is one dataset."""
    for table in TERMS:
        _terms(table)
    _jobs()
    _types_of_jobs()
    for table in (*TERMS, "job", "type_of_job"):
        revised(table, DATASET)
    _submissions()
    _comments()


def _terms(table: str) -> None:
    key = sa.String(600).with_variant(sa.String(600, collation="C"), "postgresql")
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", key, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
        sa.UniqueConstraint("name_key", name=f"{table}_name_key_key"),
        sa.UniqueConstraint("slug", name=f"{table}_slug_key"),
    )


def _jobs() -> None:
    op.create_table(
        "job",
        *_reviewed("job"),
        *(sa.Column(name, sa.String(200), nullable=False) for name in ("job_title", "company_name")),
        sa.Column("company_description", sa.String, nullable=False),
        *(sa.Column(name, sa.String(200), nullable=False) for name in ("city", "region", "country")),
        *(
            sa.Column(name, sa.Boolean, nullable=False)
            for name in ("telecommuting", "agencies", "visa_sponsorship", "relocation")
        ),
        *(sa.Column(name, sa.BigInteger) for name in ("salary_min", "salary_max")),
        sa.Column("salary_currency", sa.String(3), nullable=False),
        sa.Column("salary_period", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("description", "requirements")),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("category_id", sa.Uuid, nullable=False),
        sa.Column("is_featured", sa.Boolean, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("document", sa.BigInteger),
        *(sa.Column(name, sa.String(400), nullable=False) for name in NARROWED_BY if name.endswith("_key")),
        sa.ForeignKeyConstraint(["category_id"], ["job_category.id"], name="job_category_id_fkey"),
        sa.CheckConstraint("salary_min >= 0 and salary_max >= salary_min", name=op.f("job_salary_is_a_range_check")),
    )
    op.create_index("job_of_owner", "job", ["owner_id", "created_at", "id"])
    op.create_index("job_in_queue", "job", ["status", "submitted_at", "id"])
    _index_of_the_board("job_newest", "document", "expires_at")
    _index_of_the_board("job_expiring", "expires_at")
    for name in NARROWED_BY:
        _index_of_the_board(f"job_by_{name}", name, "document")


def _types_of_jobs() -> None:
    op.create_table(
        "type_of_job",
        sa.Column("job_id", sa.Uuid, nullable=False),
        sa.Column("type_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "type_id", name="type_of_job_pkey"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="type_of_job_job_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["type_id"], ["job_type.id"], name="type_of_job_type_id_fkey"),
    )
    op.create_index("type_of_job_type_id", "type_of_job", ["type_id"])


def _reviewed(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("slug", sa.String(200), nullable=False),
        sa.Column("owner_id", sa.Uuid),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(10000), nullable=False),
        sa.Column("suspicion", sa.String(500), nullable=False),
        *(sa.Column(name, Moment) for name in ("submitted_at", "published_at")),
        *(sa.Column(name, Moment, nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
        sa.UniqueConstraint("slug", name=f"{table}_slug_key"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=f"{table}_owner_id_fkey", ondelete="SET NULL"),
        sa.CheckConstraint(
            f"status in ({', '.join(repr(state) for state in STATES)})", name=op.f(f"{table}_status_is_known_check")
        ),
    ]


def _index_of_the_board(name: str, *columns: str) -> None:
    op.create_index(name, "job", [*columns], sqlite_where=ON_THE_BOARD, postgresql_where=ON_THE_BOARD)


def _submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("moment", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="submission_pkey"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="submission_account_id_fkey", ondelete="CASCADE"),
    )
    op.create_index("submission_of_account", "submission", ["account_id", "kind", "moment"])


def _comments() -> None:
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("author_id", sa.Uuid),
        sa.Column("by_moderator", sa.Boolean, nullable=False),
        sa.Column("text", sa.String(10000), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="review_comment_pkey"),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name="review_comment_author_id_fkey", ondelete="SET NULL"
        ),
    )
    op.create_index("review_comment_of_row", "review_comment", ["kind", "row_id", "created_at", "id"])
    op.create_index("review_comment_author_id", "review_comment", ["author_id"])


def downgrade() -> None:
    """Remove them, and all that is in them."""
    for name in ("review_comment", "submission", "type_of_job", "job", *reversed(TERMS)):
        op.drop_table(name)
