"""Events, when they happen, and calendars."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from pydotorg.migrations.revising import revised

revision = "0012"
down_revision = "0011"

Moment = sa.DateTime(timezone=True)
DATASET = "events"
TERMS = ("calendar", "event_category", "event_location")
STATES = ("draft", "review", "approved", "rejected", "cancelled")
IN_REVIEW = sa.text("status = 'review'")
IS_APPROVED = sa.text("status = 'approved'")
IS_FEATURED = sa.text("featured")


def upgrade() -> None:
    """Make the tables; all that is shown of events is one dataset."""
    for table in TERMS:
        _terms(table)
    _events()
    _categories_of_events()
    _occurrences()
    # an index by state would be taken for lists of all that is approved
    op.drop_index("job_in_queue", "job")
    _index("job", "job_in_queue", ("submitted_at", "id"), IN_REVIEW)
    for table in (*TERMS, "event", "category_of_event"):
        revised(table, DATASET)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _terms(table: str) -> None:
    key = sa.String(600).with_variant(sa.String(600, collation="C"), "postgresql")
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        _text("name", 200),
        sa.Column("name_key", key, nullable=False),
        _text("slug", 200),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        *_said_of(table),
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
        sa.UniqueConstraint("name_key", name=f"{table}_name_key_key"),
        sa.UniqueConstraint("slug", name=f"{table}_slug_key"),
    )
    if table == "event_location":
        op.create_index("event_location_country_key", table, ["country_key"])


def _said_of(table: str) -> list[sa.Column[Any]]:
    """What is said of a term beside its name."""
    if table == "calendar":
        plain = [_text("description"), _text("description_html"), _text("url", 500), _text("timezone", 64)]
        source = [_text("source", 2000), _text("source_etag", 500), _text("source_last_modified", 500)]
        return [*plain, *source, sa.Column("imports", sa.Integer, nullable=False), _text("agenda")]
    if table == "event_location":
        plain = [_text("address", 500), _text("city", 200), _text("country", 200), _text("url", 500)]
        return [*plain, _text("country_key", 400)]
    return []


def _events() -> None:
    op.create_table(
        "event",
        *_reviewed(),
        _text("title", 200), _text("description"), _text("description_html"),
        sa.Column("calendar_id", sa.Uuid, nullable=False),
        sa.Column("location_id", sa.Uuid),
        _text("venue", 500), _text("url", 500),
        sa.Column("featured", sa.Boolean, nullable=False),
        _text("timezone", 64), _text("starts", 19), _text("ends", 19),
        sa.Column("all_day", sa.Boolean, nullable=False),
        _text("rrule", 500), _text("rdates"), _text("exdates"), _text("overrides"), _text("uid", 255),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _text("digest", 32), _text("origin", 20), _text("there", 20),
        sa.Column("cancelled_here", sa.Boolean, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name="event_calendar_id_fkey"),
        sa.ForeignKeyConstraint(["location_id"], ["event_location.id"], name="event_location_id_fkey"),
        sa.UniqueConstraint("calendar_id", "uid", name="event_calendar_id_uid_key"),
    )  # fmt: skip
    op.create_index("event_of_owner", "event", ["owner_id", "created_at", "id"])
    _index("event", "event_in_queue", ("submitted_at", "id"), IN_REVIEW)
    op.create_index("event_of_calendar", "event", ["calendar_id", "starts_at", "id"])
    op.create_index("event_location_id", "event", ["location_id"])
    _index("event", "event_by_start", ("starts_at", "id"), IS_APPROVED)
    _index("event", "event_featured", ("id",), IS_FEATURED)


def _reviewed() -> list[Any]:
    """What is the same of all that is reviewed."""
    states = ", ".join(f"'{state}'" for state in STATES)
    return [
        sa.Column("id", sa.Uuid, nullable=False), _text("slug", 200), sa.Column("owner_id", sa.Uuid),
        _text("status", 20), _text("reason", 10_000), _text("suspicion", 500),
        sa.Column("submitted_at", Moment), sa.Column("published_at", Moment),
        sa.Column("created_at", Moment, nullable=False), sa.Column("updated_at", Moment, nullable=False),
        sa.Column("document", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="event_pkey"),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name="event_owner_id_fkey", ondelete="SET NULL"),
        sa.UniqueConstraint("slug", name="event_slug_key"),
        sa.CheckConstraint(f"status in ({states})", name=op.f("event_status_is_known_check")),
    ]  # fmt: skip


def _categories_of_events() -> None:
    op.create_table(
        "category_of_event",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("category_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "category_id", name="category_of_event_pkey"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="category_of_event_event_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["category_id"], ["event_category.id"], name="category_of_event_category_id_fkey"),
    )
    op.create_index("category_of_event_category_id", "category_of_event", ["category_id"])


def _occurrences() -> None:
    op.create_table(
        "occurrence",
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("recurrence_id", Moment, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        _text("title", 200),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("long", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "recurrence_id", name="occurrence_pkey"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="occurrence_event_id_fkey", ondelete="CASCADE"),
    )
    op.create_index("occurrence_of_event", "occurrence", ["event_id", "ends_at", "starts_at"])
    _index("occurrence", "occurrence_ending", ("ends_at", "starts_at"), sa.text("shown"))
    by_start = ("starts_at", "event_id", "recurrence_id", "ends_at")
    _index("occurrence", "occurrence_short", by_start, sa.text("shown and not long"))
    _index("occurrence", "occurrence_long", by_start, sa.text("shown and long"))


def _index(table: str, name: str, columns: tuple[str, ...], condition: sa.TextClause) -> None:
    op.create_index(name, table, [*columns], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Take it all away, with what was kept of events elsewhere."""
    op.drop_index("job_in_queue", "job")
    op.create_index("job_in_queue", "job", ["status", "submitted_at", "id"])
    for table in ("occurrence", "category_of_event", "event", *reversed(TERMS)):
        op.drop_table(table)
    for table, column in (("search_document", "kind"), ("review_comment", "kind")):
        op.execute(f"delete from {table} where {column} = 'event'")  # noqa: S608 - nothing in it is anybody's
    op.execute("delete from submission where kind like 'event %'")
