"""What the tables of all domains share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import DateTime, Index, MetaData, String, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

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


class Words(TypeDecorator[list[str]]):
    """Some words without spaces, in one text."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else " ".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str] | None:
        """The words."""
        del dialect
        return None if value is None else value.split()


class Members(TypeDecorator[dict[str, Any]]):
    """A JSON object, in one text: its members keep their order on both databases."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        """The members, as JSON has them: times and UUIDs are text."""
        del dialect
        return None if value is None else msgspec.json.decode(value, type=dict[str, Any])


class Encoded(TypeDecorator[Any]):
    """A value of a type that JSON can say, in one text."""

    impl = String
    cache_ok = True

    def __init__(self, type: Any) -> None:
        super().__init__()
        self.type = type

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value."""
        del dialect
        return None if value is None else msgspec.json.decode(value, type=self.type)


class WallDateTime(TypeDecorator[datetime]):
    """A time as clocks somewhere show it, to the second, without a zone."""

    impl = String(19)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        del dialect
        if value and value.tzinfo is not None:
            raise ValueError("a time on a wall has no zone")
        return value.isoformat(timespec="seconds") if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """The time."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def ordered_text(length: int) -> String:
    """Text that sorts by its bytes on both databases, whatever the locale that PostgreSQL was set up with."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of those rows alone that meet a condition, in SQL's words."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Base(DeclarativeBase):
    """Base of all tables.

    Each ends its `__table_args__` with `dataset("releases")`, which names what public answers computed from it depend
    on, with `derived()`, if it follows from others that do, or with `private()`: no public answer shows it.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime, str: String}


def dataset(name: str) -> dict[str, Any]:
    """The end of `__table_args__`: public answers that depend on `name` show this table."""
    return {"info": {"dataset": name}}


def private(*, moves: str | None = None, when: tuple[str, ...] = (), audited: bool = True) -> dict[str, Any]:
    """The end of `__table_args__`: no public answer shows this table.

    Some writes may move a revision all the same, of something that is remembered: those that `when` names, in SQL's
    words (`delete`, `update of role`). What is not `audited` is written without an entry in the audit log.
    """
    info: dict[str, Any] = {"private": True}
    info |= {"moves": moves, "when": when} if moves else {}
    info |= {} if audited else {"audited": False}
    return {"info": info}


def derived() -> dict[str, Any]:
    """The end of `__table_args__`: its rows follow from others, and are written in the transactions that write those.

    So public answers may show it, while the others' revision moves and the others' entry is in the audit log.
    """
    return {"info": {"derived": True, "audited": False}}


def secret(*arguments: Any, bookkeeping: bool = False, **options: Any) -> MappedColumn[Any]:
    """A column that nobody sees: of what is written to it the audit log only says that it changed."""
    return mapped_column(*arguments, info={"secret": True, "bookkeeping": bookkeeping}, **options)


def bookkeeping(*arguments: Any, **options: Any) -> MappedColumn[Any]:
    """A column that is kept by the way, such as a last use: that it changes is nothing for the audit log."""
    return mapped_column(*arguments, info={"bookkeeping": True}, **options)
