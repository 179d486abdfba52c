"""docs/data.md describes the tables as they are; run as a program, this file writes the columns there anew."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects import postgresql

from pydotorg.app import DOMAINS
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.revisions import Revision
from pydotorg.kernel.http.idempotency import KeptAnswer
from pydotorg.kernel.review.tables import ReviewComment, Submission
from pydotorg.kernel.tasks.tables import Lease, Schedule, Task

PAGE = Path(__file__).parents[2] / "docs" / "data.md"
COMMAND = ".venv/bin/python tests/house/test_documents_data.py"
#: narrower types first: a BigInteger is an Integer too
WORDS: tuple[tuple[type, str], ...] = (
    (BigInteger, "integer of 64 bits"),
    (Integer, "integer"),
    (Boolean, "true or false"),
    (Uuid, "UUID"),
    (DateTime, "time"),
    (Date, "day"),
)

#: what becomes of a row when that which it names is deleted
ALONG = {"CASCADE": ", and goes with it", "SET NULL": ", and names none once that is gone"}


def tables() -> list[Table]:
    """The tables of all domains, in their order, and those of the kernel."""
    every: list[type[Base]] = [
        *(each for domain in DOMAINS for each in domain.tables),
        Revision,
        Task,
        Lease,
        Schedule,
        KeptAnswer,
        Submission,
        ReviewComment,
        SearchDocument,
    ]
    return [table for each in every if isinstance(table := each.__table__, Table)]


def described(table: Table) -> str:
    """What the code alone tells about a table."""
    rows = [f"| `{column.name}` | {form(column)} | {remarks(column)}".rstrip() + " |" for column in table.columns]
    whole = ["| column | holds | |", "| --- | --- | --- |", *rows, "", *sorted(over_several(table))]
    public = table.info.get("dataset")
    whole.append(f"- dataset `{public}`" if public else "- private" if table.info.get("private") else "- derived")
    return "\n".join(whole)


def form(column: Column[object]) -> str:
    type_ = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(type_, String):
        length = f"text of at most {type_.length}" if type_.length else "text"
        ordered = type_.dialect_impl(postgresql.dialect())  # type: ignore[no-untyped-call]
        return length + (", in byte order" if getattr(ordered, "collation", None) == "C" else "")
    return next(word for kind, word in WORDS if isinstance(type_, kind))


def remarks(column: Column[object]) -> str:
    said = [
        "primary key" if column.primary_key else "",
        "unique" if column.unique else "",
        "index" if column.index else "",
        "may be null" if column.nullable else "",
    ]
    return ", ".join(filter(None, said))


def over_several(table: Table) -> Iterator[str]:
    """Constraints and indexes that are not said at a single column."""
    for constraint in table.constraints:
        columns = ", ".join(f"`{column.name}`" for column in getattr(constraint, "columns", ()))
        if isinstance(constraint, ForeignKeyConstraint):
            along = ALONG.get(constraint.ondelete or "", "")
            yield f"- {columns} names a row of `{constraint.referred_table.name}`{along}"
        elif isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1:
            yield f"- unique together: {columns}"
        elif isinstance(constraint, CheckConstraint):
            yield f"- always `{constraint.sqltext}`"
    for index in table.indexes:
        columns = ", ".join(f"`{column.name}`" for column in index.columns)
        where = index.dialect_options["postgresql"]["where"]
        if len(index.columns) > 1 or where is not None:
            unique = "unique index" if index.unique else "index"
            yield f"- {unique}: {columns}" + (f", where `{where}`" if where is not None else "")


def sections(page: str) -> dict[str, str]:
    """What stands below each heading that names a table."""
    parts = re.split(r"^## `(\w+)`\n", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def why(section: str) -> str:
    """The part of a section that is written by hand."""
    return re.split(r"^\|", section, maxsplit=1, flags=re.MULTILINE)[0].strip()


def renewed(page: str) -> str:
    """The page with what the code tells; what people wrote stays."""
    beginning, written = page.partition("\n## `")[0], sections(page)
    parts = [
        f"## `{table.name}`\n\n{why(written.get(table.name, '')) or 'Why does it exist?'}\n\n{described(table)}"
        for table in tables()
    ]
    return "\n\n".join([beginning.strip(), *parts]) + "\n"


def test_the_page_shows_the_tables_as_they_are() -> None:
    page = PAGE.read_text("utf-8")
    assert page == renewed(page), f"docs/data.md is not up to date: run `{COMMAND}`"


def test_each_table_says_why_it_exists() -> None:
    reasons = {name: why(section) for name, section in sections(PAGE.read_text("utf-8")).items()}
    assert reasons.keys() == {table.name for table in tables()}
    assert all(reason and reason != "Why does it exist?" for reason in reasons.values()), reasons


def test_each_table_is_on_the_page() -> None:
    assert {table.name for table in tables()} == set(Base.metadata.tables)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8")
    sys.stdout.write("docs/data.md is up to date.\n")
