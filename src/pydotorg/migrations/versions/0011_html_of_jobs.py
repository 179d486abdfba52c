"""The HTML of jobs beside their Markdown: it is made once, when somebody writes."""

import sqlalchemy as sa
from alembic import op

from pydotorg.kernel.text.markdown import to_html

revision = "0011"
down_revision = "0010"

NAMES = ("company_description", "description", "requirements")
ON_THE_BOARD = sa.text("status = 'approved'")


def upgrade() -> None:
    """Add it, make it of what there is, and let jobs be found by category and by when they were approved."""
    for name in NAMES:
        op.add_column("job", sa.Column(f"{name}_html", sa.String, nullable=False, server_default=sa.text("''")))
    jobs = sa.table(
        "job", sa.column("id", sa.Uuid), *(sa.column(f"{name}{end}") for name in NAMES for end in ("", "_html"))
    )
    connection = op.get_bind()
    for job in connection.execute(sa.select(jobs.c.id, *(jobs.c[name] for name in NAMES))).all():
        made = {f"{name}_html": to_html(getattr(job, name)) for name in NAMES}
        connection.execute(sa.update(jobs).where(jobs.c.id == job.id).values(made))
    # what was counted until now were submissions
    _widen(20, 40)
    op.execute("update submission set kind = kind || ' submissions'")
    op.create_index("job_of_category", "job", ["category_id"])
    op.create_index(
        "job_by_published_at", "job", ["published_at", "document"],
        sqlite_where=ON_THE_BOARD, postgresql_where=ON_THE_BOARD,
    )  # fmt: skip


def _widen(before: int, after: int) -> None:
    with op.batch_alter_table("submission") as submission:
        submission.alter_column(
            "kind", existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False
        )  # fmt: skip


def downgrade() -> None:
    """Take it away."""
    op.drop_index("job_by_published_at", "job")
    op.drop_index("job_of_category", "job")
    op.execute("delete from submission where kind not like '% submissions'")
    op.execute("update submission set kind = replace(kind, ' submissions', '')")
    _widen(40, 20)
    for name in NAMES:
        op.drop_column("job", f"{name}_html")
