"""Queries as values."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlalchemy import BigInteger, ColumnElement, CompoundSelect, Select, bindparam, func

T = TypeVar("T", bound=Struct)
Statement = Select[Any] | CompoundSelect[Any]
ROWS_MAX, ROWS_PASSED = bindparam("rows_max", type_=BigInteger), bindparam("rows_passed", type_=BigInteger)
#: with no more rows than that, it is quicker to find all of them and to sort them than to go through others in order
FEW = 2000
#: for functions that make a `Rows` of their arguments: the same of the same, as long as they are asked for
remembered = lru_cache(512)


class Rows(Generic[T]):
    """A query as a value: a statement, and the Struct that each of its rows is (columns in the order of its fields).

    What is not simply that can be given as a function that makes it of the columns.

    The statement says where its rows come from (`select_from`), so that they can be counted without their columns.
    Who keeps a `Rows` (see `remembered`) spares SQLAlchemy to build the statement and to learn anew that it knows it,
    which takes longer than most queries. If it also says on which `dataset` they depend, they are counted once for each
    revision of it, since to count them takes longer than to find the first; by a statement for `counting` if there is
    one that is quicker. And by that number it is told whether there are `few`, for which another statement finds the
    same in the same order.
    """

    def __init__(
        self, struct: Callable[..., T], statement: Statement, *, dataset: str | None = None,
        counting: Select[Any] | None = None, few: Statement | None = None,
    ) -> None:  # fmt: skip
        self.struct, self.statement, self.dataset = struct, statement, dataset
        self.counting, self.few = counting, few

    def where(self, *conditions: ColumnElement[bool], order: Sequence[Any] = ()) -> "Rows[T]":
        """Those of the rows that meet these conditions, in an order."""
        if isinstance(self.statement, CompoundSelect):
            raise TypeError("what is put together of several statements has its conditions in each")
        return Rows(self.struct, self.statement.where(*conditions).order_by(*order))

    @cached_property
    def page(self) -> Statement:
        """Some of the rows: as many as `rows_max` says, after those that `rows_passed` says."""
        return self.statement.limit(ROWS_MAX).offset(ROWS_PASSED)

    @cached_property
    def page_of_few(self) -> Statement:
        """The same, if there are few."""
        return self.page if self.few is None else self.few.limit(ROWS_MAX).offset(ROWS_PASSED)

    @cached_property
    def beginning(self) -> Statement:
        """The first row."""
        return self.statement.limit(1)

    @cached_property
    def total(self) -> Select[Any]:
        """How many rows there are."""
        if self.counting is not None:
            return self.counting
        if isinstance(self.statement, CompoundSelect):
            raise TypeError("what is put together of several statements says how it is counted")
        return self.statement.with_only_columns(func.count()).order_by(None)
