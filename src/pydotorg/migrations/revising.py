"""For migrations: the triggers by which a write to a table moves the revision of its dataset, in its own transaction.

A migration calls `revised` for every new table that names a dataset, and again after `op.batch_alter_table` has rebuilt
one: SQLite drops the triggers of a table together with the table that they were on.
"""

import time
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

#: what migration 0002 made
revision = sa.table("revision", sa.column("dataset"), sa.column("number"))


def revised(table: str, dataset: str, when: Sequence[str] = ("insert", "update", "delete")) -> None:
    """From here on, such writes to `table` move the revision of `dataset`; `when` may also say `update of column`."""
    known = sa.exists().where(revision.c.dataset == dataset)
    # counted from 0, a number could come back after a downgrade, while a server runs that knows it
    now = time.time_ns() // 1000
    first = sa.select(sa.literal(dataset), sa.literal(now, sa.BigInteger)).where(~known)
    op.execute(revision.insert().from_select(["dataset", "number"], first))
    for statement in _triggers(table, dataset, when):
        op.execute(statement)


def unrevised(table: str, when: Sequence[str] = ("insert", "update", "delete")) -> None:
    """The opposite; the row of the dataset stays."""
    names = [f"{_quoted(f'{table}_revises')} on {_quoted(table)}"]
    if _is_sqlite():
        names = [_quoted(_name(table, write)) for write in when]
    for name in names:
        op.execute(f"drop trigger {name}")


def _triggers(table: str, dataset: str, when: Sequence[str]) -> list[str]:
    on, said = f"on {_quoted(table)}", "'" + dataset.replace("'", "''") + "'"
    if _is_sqlite():
        step = f"update revision set number = number + 1 where dataset = {said}"  # noqa: S608 - it is quoted
        return [
            f"create trigger {_quoted(_name(table, write))} after {write} {on} for each row begin {step}; end"
            for write in when
        ]
    # before: who writes to a dataset waits for another who does, and only then takes the locks of rows
    moment = f"before {' or '.join([*when, 'truncate'])}"
    return [
        f"create trigger {_quoted(f'{table}_revises')} {moment} {on} for each statement execute function revise({said})"
    ]


def _name(table: str, write: str) -> str:
    return f"{table}_{write.partition(' ')[0]}_revises"


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _quoted(name: str) -> str:
    return op.get_bind().dialect.identifier_preparer.quote_identifier(name)
