"""A domain with files beside its resources: addresses that end in a suffix."""

from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import select

from pydotorg.kernel.access import Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http.errors import NotFound
from pydotorg.kernel.http.operations import get
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.http.results import Text
from pydotorg.kernel.text.plain import Line
from pydotorg.releases.tables import DATASET, OperatingSystem

SHELF, WHOLE = "/api/v1/shelf", "/api/v1/shelf.ics"
CALENDAR = "text/calendar; charset=utf-8"

Name = Annotated[str, Meta(examples=["source"])]


class Thing(Struct, frozen=True):
    """What is on the shelf."""

    name: str


class Wanted(Query, frozen=True):
    """What is wanted of the shelf."""

    most: Annotated[int, Meta(ge=1, le=100)] = 100
    name: tuple[Line, ...] = ()


async def name_of(db: Database, slug: str) -> str:
    """The name of something on the shelf."""
    found: str | None = await db.scalar(select(OperatingSystem.name).where(OperatingSystem.slug == slug))
    if found is None:
        raise NotFound(f"There is no {slug} on the shelf.")
    return found


@get("/shelf/{id:str}", by=anyone, shows=DATASET, documented=False)
async def shelf_get(db: Database, id: Name) -> Thing:
    """Show one thing."""
    return Thing(await name_of(db, id))


@get("/shelf/{id:str}.ics", by=anyone, shows=DATASET, documented=False)
async def shelf_file(db: Database, id: Name) -> Text:
    """Give one thing as a file."""
    return Text((await name_of(db, id)).encode() * 500, CALENDAR, f"{id}.ics")


@get("/shelf.ics", by=anyone, shows=DATASET, documented=False)
async def shelf_whole(db: Database, where: Wanted) -> Text:
    """Give the whole shelf as a file."""
    names = await db.fetch(select(OperatingSystem.name).order_by(OperatingSystem.slug).limit(where.most))
    return Text("\n".join(row.name for row in names if not where.name or row.name in where.name), CALENDAR)


@get("/shelf/{id:str}.txt", by=role(Role.release_manager), shows="nothing", documented=False)
async def shelf_secret(id: Name) -> Text:
    """Give what only release managers may have."""
    return Text(id)


shelf = Domain(
    name="shelf", description="For tests.", routes=(shelf_get, shelf_file, shelf_whole, shelf_secret), tables=()
)
