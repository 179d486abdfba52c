"""A domain as a later issue might add it, for what the shipped ones do not do: bodies, writes, roles, failures."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import delete, insert, select, update

from pydotorg.kernel.access import Role, anyone, role, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.http.operations import Created, get, post, put
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.plain import Line
from pydotorg.releases import tables

SECRET = "postgresql://admin:hunter2@db.internal/python"
TOOL = "/api/v1/workshop/tools/hammer"

Tool = Annotated[str, Meta(examples=["hammer"])]


class Bolt(Body):
    """A part of a part."""

    name: Line
    length: Annotated[int, Meta(ge=1, le=1000)]


class Maker(Body):
    """A part that may be absent."""

    name: Line
    founded: date | None = None


class Bench(Body):
    """Members of every sort."""

    title: Line
    height: Annotated[int, Meta(ge=0, le=10_000)]
    weight: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    colour: Literal["red", "green"] = "red"
    ready: bool = False
    maker: Maker | None = None
    bolts: Annotated[list[Bolt], Meta(max_length=1000)] = []
    tags: Annotated[list[Line], Meta(max_length=1000)] = []


class Made(Struct, frozen=True):
    """What became of it."""

    bench: Bench


class Count(Struct, frozen=True):
    """A number."""

    number: int


class Unspeakable(Struct, frozen=True):
    """What JSON cannot say."""

    thing: Any


class Hurry(Query, frozen=True):
    """One parameter."""

    fast: bool = False


@post("/workshop/benches", by=anyone)
async def workshop_make(bench: Bench) -> Created[Made]:
    """Make a bench; nothing is stored."""
    return Created(Made(bench), "/api/v1/workshop/benches/1")


@put("/workshop/tools/{tool:str}", by=role(Role.release_manager))
async def workshop_put(db: Database, tool: Tool, hurry: Hurry, bolt: Bolt) -> Bolt:
    """Put a tool that is not there: needs a role, a body and a row."""
    raise Conflict(f"There is no room for {tool}.")


@get("/workshop/drawer", by=signed_in, shows="private")
async def workshop_drawer() -> Count:
    """Look into the drawer that every account has."""
    return Count(1)


@post("/workshop/tidy", by=anyone)
async def workshop_tidy() -> None:
    """Tidy up: needs no body."""


@get("/workshop/broken", by=anyone, shows="nothing")
async def workshop_broken() -> Count:
    """Fail, for a reason that is nobody's business."""
    raise RuntimeError(SECRET)


def numbered(number: int) -> dict[str, Any]:
    """A row to write."""
    return {"id": UUID(int=number), "number": number, "slug": f"system-{number}", "name": f"System {number}"}


@post("/workshop/systems/{number:int}", by=anyone)
async def workshop_add(db: Database, number: str) -> Count:
    """Store a row."""
    await db.execute(insert(tables.OperatingSystem), [numbered(int(number))])
    return Count(int(number))
