"""What the tables of all domains share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

# every constraint has a name, so that a migration can change it and an error can be told by it
NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, to the microsecond, that comes back with its zone on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value and value.tzinfo is None:
            raise ValueError("a moment must say its zone")
        return value.astimezone(UTC) if value else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:  # noqa: ARG002
        """SQLite keeps text, which is read with its zone at once; PostgreSQL's driver gives it already."""
        return _from_sqlite if dialect.name == "sqlite" else None


def _from_sqlite(text: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{text}+00:00") if text else None


def ordered_text(length: int) -> String:
    """Text that sorts by its bytes on both databases, whatever the locale that PostgreSQL was set up with."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """Base of all tables.

    Each names the *dataset* that answers computed from it depend on, in `__table_args__` as
    `{"info": {"dataset": "releases"}}`, or says `{"info": {"private": True}}`: no public answer shows it.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime, str: String}


def dataset(name: str) -> dict[str, Any]:
    """The end of `__table_args__`: public answers that depend on `name` show this table."""
    return {"info": {"dataset": name}}
