"""What a database looks like, as it tells it itself."""

from typing import Any

from sqlalchemy import Connection, inspect

IGNORED = {"alembic_version"}


def schema_of(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys, constraints and indexes, under their names."""
    inspector = inspect(connection)
    tables = set(inspector.get_table_names()) - IGNORED
    return {table: _table(connection, table) for table in sorted(tables)}


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
    }
    return {
        "columns": columns, "key": (key["name"], key["constrained_columns"]), "foreign": foreign, "unique": unique,
        "checks": checks, "indexes": indexes,
    }  # fmt: skip


def said(options: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in options.items()}
