"""Conditions for which a database looks something up before it reads rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def looked_up(column: Any, values: Select[Any]) -> ColumnElement[bool]:
    """That a column has one of the values that this finds, for rows of which there are few then, by an index.

    PostgreSQL would otherwise guess how many values there are, mostly far too many, and then read all rows.
    """
    return _LookedUp(column, values.scalar_subquery())


class _LookedUp(FunctionElement[bool]):
    """A column, and the values."""

    inherit_cache = True


@compiles(_LookedUp)
def _looked_up(element: _LookedUp, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN {values}"


@compiles(_LookedUp, "postgresql")
def _looked_up_in_postgresql(element: _LookedUp, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY (ARRAY {values})"
