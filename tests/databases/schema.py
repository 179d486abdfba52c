"""What a database looks like, as it tells it itself."""

from typing import Any

from sqlalchemy import Connection, inspect

#: Alembic's own, and what finds rows by their words, which only migrations make: tables of FTS5, or an index
IGNORED = ("alembic_version", "search_words")


def schema_of(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys, constraints and indexes, under their names."""
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if is_compared(name)]
    return {table: _table(connection, table) for table in sorted(tables)}


def is_compared(name: str | None, *_: object) -> bool:
    """Whether something of this name is declared in the code."""
    return name is None or not name.startswith(IGNORED)


def _table(connection: Connection, table: str) -> dict[str, Any]:
    inspector = inspect(connection)
    keys = ("type", "nullable", "default")
    columns = {column["name"]: [repr(column.get(key)) for key in keys] for column in inspector.get_columns(table)}
    key = inspector.get_pk_constraint(table)
    foreign = {
        str(each["name"]): (
            each["constrained_columns"],
            each["referred_table"],
            each["referred_columns"],
            each["options"],
        )
        for each in inspector.get_foreign_keys(table)
    }
    unique = {str(each["name"]): each["column_names"] for each in inspector.get_unique_constraints(table)}
    # a list: a check may be there twice
    checks = sorted((str(each["name"]), each["sqltext"]) for each in inspector.get_check_constraints(table))
    indexes = {
        str(each["name"]): (each["column_names"], bool(each["unique"]), said(each.get("dialect_options", {})))
        for each in inspector.get_indexes(table)
        if is_compared(each["name"])
    }
    return {
        "columns": columns, "key": (key["name"], key["constrained_columns"]), "foreign": foreign, "unique": unique,
        "checks": checks, "indexes": indexes,
    }  # fmt: skip


def said(options: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in options.items()}
