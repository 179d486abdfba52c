"""Lists and single rows, as either edition answers them."""

import re
from urllib.parse import urlencode

from sqlalchemy import func

from pydotorg.kernel.access import Caller, Role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import BadRequest, Fault, NotFound
from pydotorg.kernel.http.query import Verbatim
from pydotorg.kernel.http.results import Encoded

from .dialects import refuse_credentials
from .editions import V1, V2, Edition, Resource, marks
from .filters import NUMBER, conditions_in_v1, conditions_in_v2
from .rows import SOURCES, Spelling, item, shown

LIMIT_DEFAULT, LIMIT_MAX = 20, 1000
#: beyond any row, and within what a database can pass over
OFFSET_MAX = 2**53
WHOLE_NUMBER = re.compile(r"[0-9]{1,1000}")


async def all_rows(db: Database, resource: Resource, asked: Verbatim, caller: Caller, base: str) -> Encoded:
    """A list of v2: everything at once, however many rows that are."""
    refuse_credentials(asked)
    conditions = conditions_in_v2(resource.name, asked)
    statement = SOURCES[resource.name].rows(*conditions, everything=sees_all(caller, resource))
    spelling = Spelling(V2, base)
    rows = await db.fetch(statement)
    headers = {"X-Total-Count": str(len(rows)), **marks(base, resource.successor)}
    return Encoded(spelling.encoded(shown(resource, rows, spelling)), headers=headers)


async def one_page(db: Database, resource: Resource, asked: Verbatim, caller: Caller, base: str) -> Encoded:
    """A list of v1: a page, and where the others are."""
    refuse_credentials(asked)
    source = SOURCES[resource.name]
    limit, offset = _number(asked, "limit", LIMIT_DEFAULT), _number(asked, "offset", 0)
    limit = min(limit or LIMIT_MAX, LIMIT_MAX)
    conditions = conditions_in_v1(resource.name, asked, source.members)
    statement = source.rows(*conditions, everything=sees_all(caller, resource))
    rows = await db.fetch(statement.limit(limit).offset(offset))
    ((total,),) = await db.fetch(statement.with_only_columns(func.count()).order_by(None))
    spelling = Spelling(V1, base)
    meta = {
        "limit": limit, "next": _page(resource, asked, limit, offset + limit) if offset + limit < total else None,
        "offset": offset, "previous": _page(resource, asked, limit, offset - limit) if offset >= limit else None,
        "total_count": total,
    }  # fmt: skip
    body = spelling.encoded({"meta": meta, "objects": shown(resource, rows, spelling)})
    return Encoded(body, headers={"X-Total-Count": str(total), **marks(base, resource.successor)})


async def one_row(
    db: Database, edition: Edition, resource: Resource, number: str, asked: Verbatim, caller: Caller, base: str
) -> Encoded:  # fmt: skip
    """A row by its number; it exists for whom it is shown."""
    refuse_credentials(asked)
    row = None
    if NUMBER.fullmatch(number):
        wanted = SOURCES[resource.name].of_number(int(number), everything=sees_all(caller, resource))
        row = next(iter(await db.fetch(wanted)), None)
    if row is None:
        raise NotFound(f"There is no {resource.called} {number}.")
    return item(resource, row, Spelling(edition, base), base)


def sees_all(caller: Caller, resource: Resource) -> bool:
    """Whether no row is hidden from this caller, who is asked only where some are hidden from others."""
    return not SOURCES[resource.name].has_drafts or caller.has(Role.release_manager)


def _number(asked: Verbatim, name: str, default: int) -> int:
    """`limit` or `offset`."""
    text = asked.last(name)
    if text is None:
        return default
    if not WHOLE_NUMBER.fullmatch(text):
        message = f"Invalid {name} '{text}' provided. Please provide a positive integer."
        raise BadRequest([Fault(name, "query", message)], message)
    return min(int(text), OFFSET_MAX)


def _page(resource: Resource, asked: Verbatim, limit: int, offset: int) -> str:
    """The address of another page, with all other parameters kept."""
    kept = [(name, text) for name, texts in asked.given.items() for text in texts if name not in ("limit", "offset")]
    query = urlencode([*kept, ("limit", limit), ("offset", offset)])
    return f"{V1.path}/{resource.name}/?{query}"
