"""Thousands of rows by a few statements, each of which brings its rows as one JSON array.

Given to a driver one by one, each row would cost as much as a statement; and where a thread works for SQLite, each
would wait anew until Python lets that go on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import String, Table, TextClause, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession

from pydotorg.kernel.batches import batched

#: what is made of so many takes about a millisecond
ROWS_AT_ONCE = 200
#: by the name of a database: the rows of the array, and one value of a row
READING = {
    "sqlite": ("json_each(:rows)", "json_extract(value, '$[{}]')"),
    "postgresql": ("json_array_elements(cast(:rows as json))", "value ->> {}"),
}
Process = Callable[[Any], Any]


async def insert_at_once(session: AsyncSession, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert these rows, of which each says all columns; others have their turn meanwhile."""
    connection = await session.connection()
    statement, processes = _insert(table, connection.dialect)
    for some in batched(rows, ROWS_AT_ONCE):
        said = [[process(row[name]) for name, process in processes] for row in some]
        await connection.execute(statement, {"rows": msgspec.json.encode(said).decode()})


@lru_cache
def _insert(table: Table, dialect: Dialect) -> tuple[TextClause, Sequence[tuple[str, Process]]]:
    """The statement, and each column with what makes a value as this database has it."""
    if table.info.get("audited", True):
        raise TypeError(f"what is written to {table.name} must pass the session, which tells the audit log")
    array, value = READING[dialect.name]
    quoted = dialect.identifier_preparer.format_table(table)
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in table.columns)
    values = ", ".join(_typed(value.format(n), column.type, dialect) for n, column in enumerate(table.columns))
    statement = text(f"insert into {quoted} ({names}) select {values} from {array}")  # noqa: S608  names of ours
    implemented = [(column.name, column.type.dialect_impl(dialect)) for column in table.columns]
    return statement, [(name, type.bind_processor(dialect) or _as_it_is) for name, type in implemented]


def _typed(value: str, type: Any, dialect: Dialect) -> str:
    """A value as what it is, where JSON gives text, and the database is strict; a cast to text could cut it off."""
    named = type.dialect_impl(dialect)
    is_right = dialect.name == "sqlite" or isinstance(named, String)
    return value if is_right else f"cast({value} as {named.compile(dialect)})"


def _as_it_is(value: Any) -> Any:
    return value
