"""A domain as a later issue might add it, for what the shipped ones do not do: bodies, writes, roles, failures."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct, field
from sqlalchemy import delete, insert, select

from pydotorg.kernel.access import Role, anyone, in_person, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain
from pydotorg.kernel.http.bodies import Body, Part
from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.http.operations import get, post, put
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.http.results import Created
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
    bolts: Annotated[list[Bolt], Meta(max_length=1000)] = field(default_factory=list)
    tags: Annotated[list[Line], Meta(max_length=1000)] = field(default_factory=list)


async def unknown_shelf(db: Database, name: str) -> str | None:
    """A shelf is known if there is an operating system of that name: a table that is there."""
    known = await db.fetch(select(tables.OperatingSystem.id).where(tables.OperatingSystem.slug == name))
    return None if known else f"names no shelf: {name}"


def rotten(wood: str) -> str | None:
    """Some wood does not last."""
    return "must not be rotten" if wood == "rotten" else None


class Plank(Part):
    """A part that lies on a shelf, and is longer than wide."""

    references: ClassVar = {"shelf": unknown_shelf}
    rules: ClassVar = {"wood": rotten}

    shelf: Line
    wood: str = "oak"
    length: int = 2
    width: int = 1

    def faults(self) -> Iterable[tuple[str, str]]:
        """Its sides must fit."""
        if self.length < self.width:
            yield "width", "must not be more than the length"


class Pile(Body):
    """Planks, on a shelf of their own."""

    references: ClassVar = {"shelf": unknown_shelf}

    shelf: Line
    planks: Annotated[list[Plank], Meta(max_length=10)]
    top: Plank | None = None

    def faults(self) -> Iterable[tuple[str, str]]:
        """There must be some."""
        if not self.planks:
            yield "planks", "must not be empty"


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


@post("/workshop/piles", by=anyone)
async def workshop_pile(db: Database, pile: Pile) -> Count:
    """Count the planks of a pile."""
    del db
    return Count(len(pile.planks))


@put("/workshop/tools/{tool:str}", by=role(Role.release_manager))
async def workshop_put(db: Database, tool: Tool, hurry: Hurry, bolt: Bolt) -> Bolt:
    """Put a tool that is not there: needs a role, a body and a row."""
    raise Conflict(f"There is no room for {tool}.")


@get("/workshop/drawer", by=in_person, shows="private")
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


class Ending(Query, frozen=True):
    """How a request ends after it has written."""

    how: Literal["failure", "refusal", "unspeakable", "well"] = "well"


@post("/workshop/systems/{number:str}", by=anyone)
async def workshop_add(db: Database, number: Tool, ending: Ending) -> Unspeakable:
    """Store a row, and then fail, refuse, answer what cannot be said, or end well."""
    row = {"id": UUID(int=int(number)), "number": int(number), "slug": f"system-{number}", "name": f"System {number}"}
    await db.execute(insert(tables.OperatingSystem), [row])
    if ending.how == "failure":
        raise RuntimeError(SECRET)
    if ending.how == "refusal":
        raise Conflict("There is no room for it.")
    return Unspeakable(object() if ending.how == "unspeakable" else number)


@get("/workshop/peek", by=anyone, shows="nothing")
async def workshop_peek(db: Database) -> Count:
    """Write, though a GET must not."""
    await db.execute(delete(tables.ReleaseFile))
    return Count(0)


@post("/workshop/count", by=anyone)
async def workshop_count(db: Database) -> Count:
    """Read a number, and write the next one."""
    counter = tables.OperatingSystem
    row = (await db.scalars(select(counter).where(counter.slug == "system-7000").with_for_update())).one()
    row.number += 1
    return Count(row.number)


workshop = Domain(
    name="workshop",
    description="What the shipped domains do not do yet.",
    routes=(
        workshop_make, workshop_put, workshop_drawer, workshop_tidy, workshop_broken, workshop_add, workshop_peek,
        workshop_count, workshop_pile,
    ),
    tables=(),
)  # fmt: skip
