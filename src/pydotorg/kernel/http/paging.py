"""Lists: a bare array, its total in `X-Total-Count`, its neighbours in `Link` (RFC 8288), in both paging patterns."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from msgspec import Meta, Struct, field
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database

from .query import Query

T = TypeVar("T", bound=Struct)
PAGE_ROWS_MAX = 1000
LIMIT_DEFAULT = 100
PAGE_SIZE_DEFAULT = 20
OFFSET_MAX = 2**53  # what JSON's numbers hold exactly
PARAMETERS = frozenset({"limit", "offset", "currentPage", "pageSize"})

RowCount = Annotated[int, Meta(ge=1, le=PAGE_ROWS_MAX)]


class Page(Query, frozen=True):
    """Which part of a list: `limit` and `offset`, or `currentPage` and `pageSize`."""

    limit: Annotated[RowCount, Meta(description=f"How many rows; {LIMIT_DEFAULT} without it.")] | None = None
    offset: (
        Annotated[int, Meta(ge=0, le=OFFSET_MAX, description="How many rows to pass over; 0 without it.")] | None
    ) = None
    current_page: (
        Annotated[
            int, Meta(ge=1, le=OFFSET_MAX // PAGE_ROWS_MAX, description="Which page, from 1; not with limit or offset.")
        ]
        | None
    ) = field(name="currentPage", default=None)
    page_size: (
        Annotated[
            RowCount, Meta(description=f"Rows on a page; {PAGE_SIZE_DEFAULT} without it; not with limit or offset.")
        ]
        | None
    ) = field(name="pageSize", default=None)

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """The two patterns exclude each other."""
        if self.is_numbered:
            for name, value in (("limit", self.limit), ("offset", self.offset)):
                if value is not None:
                    yield name, "cannot be mixed with `currentPage` and `pageSize`"

    @property
    def is_numbered(self) -> bool:
        """Whether the page is named by its number."""
        return self.current_page is not None or self.page_size is not None

    @property
    def size(self) -> int:
        """How many rows at most."""
        return (self.page_size or PAGE_SIZE_DEFAULT) if self.is_numbered else (self.limit or LIMIT_DEFAULT)

    @property
    def start(self) -> int:
        """How many rows come before it."""
        return ((self.current_page or 1) - 1) * self.size if self.is_numbered else (self.offset or 0)

    async def of(self, db: Database, rows: Rows[T]) -> "Listing[T]":
        """This page of the rows. They are counted only where the page itself does not tell the total."""
        items = await db.some(rows, at_most=self.size, after=self.start)
        tells = len(items) < self.size and (items or self.start == 0)
        return Listing(items, self.start + len(items) if tells else await db.count(rows), self)


class Listing(Struct, Generic[T], frozen=True):
    """The answer to a list."""

    items: list[T]
    total: int
    page: Page

    def headers(self, address: str, query: str) -> dict[str, str]:
        """`X-Total-Count` and `Link`, for the absolute address and query string that were asked."""
        size, start = self.page.size, self.page.start
        kept = [(name, text) for name, text in parse_qsl(query, keep_blank_values=True) if name not in PARAMETERS]
        shift = start % size if self.total > start % size else 0  # where the pages of this walk begin
        last = shift + max(self.total - 1 - shift, 0) // size * size

        def link(relation: str, at: int) -> str:
            numbered = {"currentPage": at // size + 1, "pageSize": size}
            numbers = numbered if self.page.is_numbered else {"limit": size, "offset": at}
            return f'<{address}?{urlencode([*kept, *numbers.items()])}>; rel="{relation}"'

        places = {"first": 0, "prev": max(min(start - size, last), 0), "next": start + size, "last": last}
        absent = set() if start else {"prev"}
        absent |= set() if start + size < self.total else {"next"}
        links = ", ".join(link(relation, at) for relation, at in places.items() if relation not in absent)
        return {"X-Total-Count": str(self.total), "Link": links}


AnyColumn = ColumnElement[Any] | InstrumentedAttribute[Any]


def ordered(sort: str, keys: Mapping[str, ColumnElement[Any]], *ties: AnyColumn) -> list[ColumnElement[Any]]:
    """The order that `sort` names, made total by the ties, in the same direction."""
    key = keys[sort.removeprefix("-")]
    return [column.desc() if sort.startswith("-") else column.asc() for column in (key, *ties)]
