"""Named lists with slugs, such as the types of jobs: a table and a word for it make all of its addresses.

A name is enough to make one, and no two differ in case or spaces alone. What is not `active` cannot be chosen any more;
what has chosen it keeps it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import ColumnElement, String, select
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .access import Role, anyone, role
from .database.columns import Base, bookkeeping, ordered_text
from .database.keys import new_id
from .database.revisions import turn_of
from .database.transaction import Database, Rows
from .http.bodies import Body
from .http.errors import Conflict, Fault, Invalid, found
from .http.identifiers import means_another, named
from .http.operations import delete, described, get, id_of, patch, post
from .http.paging import Listing, Page
from .http.query import Query
from .http.results import Created
from .text.plain import Line
from .text.slugs import distinct_slug, slug_of

#: of those that there are, where one is named that there is not
NAMED_MAX = 20


class Term(Base):
    """A name that things are given, as it is stored."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    #: what is the same for all spellings of the name, and its place in the list
    name_key: Mapped[str] = mapped_column(ordered_text(600), unique=True)
    slug: Mapped[str] = mapped_column(String(200), unique=True)
    active: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = bookkeeping()


class Named(Struct, frozen=True):
    """The base of what answers say of a term."""

    id: UUID
    name: Line
    slug: str
    active: Annotated[bool, Meta(description="Whether it can be chosen.", examples=[True])]


class TermFilters(Query, frozen=True):
    """Which of them."""

    active: Annotated[bool, Meta(description="Only those that can be chosen, or only the others.")] | None = None


class NewTerm(Body):
    """One to be; its slug follows from its name."""

    read_only: ClassVar[frozenset[str]] = frozenset({"id", "slug", "created_at", "updated_at"})

    name: Annotated[Line, Meta(examples=["Web"])]
    active: bool = True


class TermChange(Body):
    """What is to be different; the slug stays."""

    read_only: ClassVar[frozenset[str]] = NewTerm.read_only
    example: ClassVar[Mapping[str, Any]] = {"active": False}

    name: Line | UnsetType = UNSET
    active: bool | UnsetType = UNSET


T = TypeVar("T", bound=Named)


class Taxonomy(Struct, Generic[T], frozen=True, kw_only=True):
    """One such list: its word, its table, and what its terms are for."""

    called: str
    path: str
    dataset: str
    table: type[Term]
    shown: type[T]
    #: how a path names one
    identifier: Any
    moderators: Role
    #: how many things have been given it
    uses: Callable[[Any, UUID], Awaitable[int]]

    @property
    def terms(self) -> str:
        """The word for several."""
        return f"{self.called[:-1]}ies" if self.called.endswith("y") else f"{self.called}s"

    @property
    def missing(self) -> str:
        """What is said of one that is not there."""
        return f"There is no {self.called} {{}}."

    def rows(self, *conditions: ColumnElement[bool]) -> Rows[T]:
        """Those that meet these conditions, by their names."""
        columns: list[Any] = [getattr(self.table, name) for name in self.shown.__struct_fields__]
        wanted = select(*columns).select_from(self.table).where(*conditions)
        return Rows(self.shown, wanted.order_by(self.table.name_key))

    def names(self, identifier: str) -> ColumnElement[bool]:
        """The one with this id or slug."""
        return named(identifier, self.table.id, self.table.slug)

    async def unknown(self, db: Database, identifier: str) -> str | None:
        """What is wrong with what shall name one, if anything is."""
        known = await self._all(db)
        return None if _called(known, identifier) else f"names no {self.called}; there are {_to_choose(known)}"

    async def not_to_choose(self, db: Database, identifier: str) -> str | None:
        """What is wrong with choosing it, if anything is."""
        known = await self._all(db)
        chosen = _called(known, identifier)
        if chosen is None or chosen.active:
            return await self.unknown(db, identifier)
        return f"{chosen.name} is not in use any more; there are {_to_choose(known)}"

    async def _all(self, db: Database) -> list[T]:
        """All that there are, asked for once however many are named; so no database sees what somebody calls one."""
        if self.path not in db.info:
            db.info[self.path] = await db.all(self.rows())
        known: list[T] = db.info[self.path]
        return known

    async def make(self, db: Database, new: NewTerm) -> T:
        """Make one."""
        await turn_of(db, self.dataset)
        id, name, now = new_id(), spaced(new.name), clock.now()
        await self._demand_free(db, name)
        row = self.table(
            id=id, name=name, name_key=key_of(name), slug=await self._slug_for(db, name, id), active=new.active,
            created_at=now, updated_at=now,
        )  # fmt: skip
        db.add(row)
        await db.flush()
        return await self._again(db, row.id)

    async def change(self, db: Database, identifier: str, change: TermChange) -> T:
        """Call one otherwise, or let it be chosen or not."""
        row = await self._take(db, identifier)
        if change.name is not UNSET:
            await self._demand_free(db, change.name, but=row.id)
            row.name, row.name_key = spaced(change.name), key_of(change.name)
        if change.active is not UNSET:
            row.active = change.active
        row.updated_at = clock.now()
        await db.flush()
        return await self._again(db, row.id)

    async def remove(self, db: Database, identifier: str) -> None:
        """Remove one that nothing has been given."""
        row = await self._take(db, identifier)
        if uses := await self.uses(db, row.id):
            raise Conflict(f"{row.name} is in use: {uses}. Let it not be `active` instead.", uses=uses)
        await db.delete(row)

    async def _take(self, db: Database, identifier: str) -> Term:
        await turn_of(db, self.dataset)
        wanted = select(self.table).where(self.names(identifier))
        return found(await db.to_change(wanted), self.missing.format(identifier))

    async def _again(self, db: Database, id: UUID) -> T:
        return found(await db.first(self.rows(self.table.id == id)), self.missing.format(id))

    async def _demand_free(self, db: Database, name: str, but: UUID | None = None) -> None:
        same = self.rows(self.table.name_key == key_of(name), *([self.table.id != but] if but else []))
        other = await db.first(same)
        if other is not None:
            raise Conflict(f"There is a {self.called} {other.name} already.", "name", slug=other.slug)

    async def _slug_for(self, db: Database, name: str, id: UUID) -> str:
        """What the name makes, if it is there to be had: not for `C#` where there is `C++`, nor for a name in Kanji."""
        slug = slug_of(name)
        is_free = slug and not means_another(slug) and await db.first(self.rows(self.table.slug == slug)) is None
        return slug if is_free else distinct_slug(name, id, "term")


class Choosing:
    """Finds what a body names, as it is now: it may have been removed, or put out of use, since the body was read."""

    def __init__(self, db: Database, faults: Iterable[Fault] = ()) -> None:
        self.db, self.faults = db, [*faults]
        self.known: dict[str, list[Named]] = {}

    async def one(
        self, taxonomy: Taxonomy[Any], member: str, name: str, had: Collection[UUID] = ()
    ) -> UUID | None:  # fmt: skip
        """The id of what this member names; of what is not in use any more only for who `had` it."""
        if taxonomy.path not in self.known:
            self.known[taxonomy.path] = await self.db.all(taxonomy.rows())
        chosen = _called(self.known[taxonomy.path], name)
        if chosen is not None and (chosen.active or chosen.id in had):
            return chosen.id
        self.faults.append(Fault(member, "body", await taxonomy.not_to_choose(self.db, name) or "cannot be chosen"))
        return None

    async def many(
        self, taxonomy: Taxonomy[Any], member: str, names: Iterable[str], had: Collection[UUID] = ()
    ) -> set[UUID]:  # fmt: skip
        """The ids of all that it names."""
        found = [await self.one(taxonomy, f"{member}.{place}", name, had) for place, name in enumerate(names)]
        return {id for id in found if id is not None}

    def demand_faultless(self) -> None:
        """A 422 if something cannot be chosen, or is wrong besides."""
        if self.faults:
            raise Invalid(self.faults)


def spaced(name: str) -> str:
    """A name with one space where it has any."""
    return " ".join(name.split())


def key_of(name: str) -> str:
    """What is the same for all spellings of a name."""
    return spaced(name).casefold()


def _called(known: Iterable[T], identifier: str) -> T | None:
    return next((each for each in known if identifier == each.slug or identifier.lower() == str(each.id)), None)


def _to_choose(known: Iterable[Named]) -> str:
    slugs = [f"`{each.slug}`" for each in known if each.active]
    shown = ", ".join(slugs[:NAMED_MAX]) or "none"
    return f"{shown} and {len(slugs) - NAMED_MAX} more" if len(slugs) > NAMED_MAX else shown


def routes_of(taxonomy: Taxonomy[Any]) -> tuple[HTTPRouteHandler, ...]:
    """All addresses of such a list: anybody reads it, moderators write it."""
    get_one, reads = reads_of(taxonomy)
    return (*reads, *writes_of(taxonomy, get_one))


def reads_of(taxonomy: Taxonomy[Any]) -> tuple[HTTPRouteHandler, tuple[HTTPRouteHandler, ...]]:
    """GET of one, and both reads."""
    path, shown = taxonomy.path, taxonomy.shown

    async def terms_list(db: Database, page: Page, where: TermFilters) -> Listing[Any]:
        conditions = [] if where.active is None else [taxonomy.table.active.is_(where.active)]
        return await page.of(db, taxonomy.rows(*conditions))

    async def term_get(db: Database, id: str) -> Any:
        return found(await db.first(taxonomy.rows(taxonomy.names(id))), taxonomy.missing.format(id))

    text = f"List the {taxonomy.terms}, by their names.\n\nThose that are not active cannot be chosen any more."
    listing = described(terms_list, text, {"return": Listing[shown]})  # type: ignore[valid-type]
    text = f"Get a {taxonomy.called}, by id or slug.\n\nIts slug is what others name it by."
    getting = described(term_get, text, {"id": taxonomy.identifier, "return": shown})
    common: dict[str, Any] = {"by": anyone, "shows": taxonomy.dataset}
    get_one = get(f"{path}/{{id:str}}", id=id_of(path, "get"), **common)(getting)
    return get_one, (get(path, id=id_of(path, "list"), **common)(listing), get_one)


def writes_of(taxonomy: Taxonomy[Any], get_one: HTTPRouteHandler) -> tuple[HTTPRouteHandler, ...]:
    """POST, PATCH and DELETE, for moderators."""
    path, noun, shown = taxonomy.path, taxonomy.called, taxonomy.shown

    async def term_create(db: Database, new: NewTerm) -> Created[Any]:
        made = await taxonomy.make(db, new)
        return Created(made, f"/api/v1{path}/{made.id}")

    async def term_change(db: Database, id: str, change: TermChange) -> Any:
        return await taxonomy.change(db, id, change)

    async def term_delete(db: Database, id: str) -> None:
        await taxonomy.remove(db, id)

    text = f"Make a {noun}; a name is enough.\n\nIts slug follows from the name."
    making = described(term_create, text, {"return": Created[shown]})  # type: ignore[valid-type]
    text = f"Change a {noun}.\n\nIts slug stays: addresses lead to it."
    changing = described(term_change, text, {"id": taxonomy.identifier, "return": shown})
    text = f"Remove a {noun} that is not in use.\n\nOne that is in use can be made not active."
    removing = described(term_delete, text, {"id": taxonomy.identifier})
    address, common = f"{path}/{{id:str}}", {"by": role(taxonomy.moderators), "of": get_one}
    return (
        post(path, id=id_of(path, "create"), **common)(making),  # type: ignore[arg-type]
        patch(address, id=id_of(path, "change"), **common)(changing),  # type: ignore[arg-type]
        delete(address, id=id_of(path, "delete"), **common)(removing),  # type: ignore[arg-type]
    )
