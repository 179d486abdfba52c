"""Named lists with slugs, such as the types of jobs: a table and a word for it make all of its addresses.

A name is enough to make one, and no two differ in case or spaces alone. What is not `active` cannot be chosen any more;
what has chosen it keeps it. A list can say more of its terms than their names: then it has bodies of its own.
`choosing` finds what bodies name, `tagging` gives things any number of terms, `routes` makes the addresses.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType
from sqlalchemy import ColumnElement, ScalarSelect, String, select
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel import clock
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.columns import Base, bookkeeping, ordered_text
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body, said
from pydotorg.kernel.http.errors import Conflict, found
from pydotorg.kernel.http.identifiers import means_another, named
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.english import plural, with_article
from pydotorg.kernel.text.plain import Line
from pydotorg.kernel.text.slugs import distinct_slug, slug_of

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
    active: Annotated[bool, Meta(description="Whether it is in use; if not, it cannot be chosen.", examples=[True])]

    @property
    def refusal(self) -> str:
        """Why it cannot be chosen, if it cannot."""
        return "" if self.active else f"{self.name} is not in use any more"


class TermFilters(Query, frozen=True):
    """Which of them."""

    active: Annotated[bool, Meta(description="Only those in use, or only the others.")] | None = None


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


async def as_said(columns: dict[str, Any]) -> dict[str, Any]:
    """Nothing follows from it."""
    return columns


async def nothing_more(db: Database, row: Any, different: Collection[str]) -> None:
    """Nothing else is to be done."""
    del db, row, different


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
    new: type[NewTerm] = NewTerm
    changed: type[TermChange] = TermChange
    #: the columns for what is said of a term besides its name, with those that follow from it
    columns_of: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]] = as_said
    #: what is to be done once a term is there, or another in these columns
    follow: Callable[[Database, Any, Collection[str]], Awaitable[None]] = nothing_more

    @property
    def terms(self) -> str:
        """The word for several."""
        return plural(self.called)

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

    def id_of(self, identifier: str) -> ScalarSelect[UUID]:
        """The id of the one with this id or slug, in a statement."""
        return select(self.table.id).where(self.names(identifier)).scalar_subquery()

    async def one(self, db: Database, identifier: str) -> T:
        """The one with this id or slug, or a 404."""
        return found(await db.first(self.rows(self.names(identifier))), self.missing.format(identifier))

    async def named(self, db: Database, name: str) -> T | None:
        """The one that is called so, in whatever spelling."""
        return await db.first(self.rows(self.table.name_key == key_of(name)))

    async def unknown(self, db: Database, identifier: str) -> str | None:
        """What is wrong with what shall name one, if anything is."""
        known = await self._all(db)
        if called_so(known, identifier):
            return None
        return f"names no {self.called}; there are {listed(each for each in known if each.active)}"

    async def not_to_choose(self, db: Database, identifier: str) -> str | None:
        """What is wrong with choosing it, if anything is."""
        known = await self._all(db)
        chosen = called_so(known, identifier)
        wrong = f"names no {self.called}" if chosen is None else chosen.refusal
        return f"{wrong}; there are {listed(each for each in known if not each.refusal)}" if wrong else None

    async def _all(self, db: Database) -> list[T]:
        """All that there are, asked for once however many are named; so no database sees what somebody calls one."""
        if self.path not in db.info:
            db.info[self.path] = await db.all(self.rows())
        known: list[T] = db.info[self.path]
        return known

    async def make(self, db: Database, new: NewTerm, id: UUID | None = None) -> T:
        """Make one."""
        await turn_of(db, self.dataset)
        id, now, columns = id or new_id(), clock.now(), await self._said(new)
        await self._demand_free(db, new.name)
        slug = await self._slug_for(db, columns["name"], id)
        row = self.table(id=id, slug=slug, created_at=now, updated_at=now, **columns)
        db.add(row)
        await db.flush()
        await self.follow(db, row, columns)
        return await self._again(db, row.id)

    async def change(self, db: Database, identifier: str, change: TermChange) -> T:
        """Call one otherwise, let it be chosen or not, or say something else of it."""
        row = await self._take(db, identifier)
        if change.name is not UNSET:
            await self._demand_free(db, change.name, but=row.id)
        different = {name: value for name, value in (await self._said(change)).items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        row.updated_at = clock.now()
        await db.flush()
        await self.follow(db, row, different)
        return await self._again(db, row.id)

    async def remove(self, db: Database, identifier: str) -> None:
        """Remove one that nothing has been given."""
        row = await self._take(db, identifier)
        if uses := await self.uses(db, row.id):
            raise Conflict(f"{row.name} is in use: {uses}. Let it not be `active` instead.", uses=uses)
        await db.delete(row)

    async def _said(self, body: NewTerm | TermChange) -> dict[str, Any]:
        """The columns of what a body says, and of what follows from that."""
        columns = await self.columns_of(said(body, body.__struct_fields__))
        if "name" in columns:
            columns |= {"name": spaced(columns["name"]), "name_key": key_of(columns["name"])}
        return columns

    async def _take(self, db: Database, identifier: str) -> Term:
        await turn_of(db, self.dataset)
        wanted = select(self.table).where(self.names(identifier))
        return found(await db.to_change(wanted), self.missing.format(identifier))

    async def _again(self, db: Database, id: UUID) -> T:
        return found(await db.first(self.rows(self.table.id == id)), self.missing.format(id))

    async def _demand_free(self, db: Database, name: str, but: UUID | None = None) -> None:
        other = await self.named(db, name)
        if other is not None and other.id != but:
            raise Conflict(f"There is {with_article(self.called)} {other.name} already.", "name", slug=other.slug)

    async def _slug_for(self, db: Database, name: str, id: UUID) -> str:
        """What the name makes, if it is there to be had: not for `C#` where there is `C++`, nor for a name in Kanji."""
        slug = slug_of(name)
        is_free = slug and not means_another(slug) and await db.first(self.rows(self.table.slug == slug)) is None
        return slug if is_free else distinct_slug(name, id, "term")


def spaced(name: str) -> str:
    """A name with one space where it has any."""
    return " ".join(name.split())


def key_of(name: str) -> str:
    """What is the same for all spellings of a name."""
    return spaced(name).casefold()


def called_so(known: Iterable[T], identifier: str) -> T | None:
    """The one of these with this id or slug."""
    return next((each for each in known if identifier == each.slug or identifier.lower() == str(each.id)), None)


def listed(terms: Iterable[Named]) -> str:
    """These, as a sentence has them."""
    slugs = [f"`{each.slug}`" for each in terms]
    shown = ", ".join(slugs[:NAMED_MAX]) or "none"
    return f"{shown} and {len(slugs) - NAMED_MAX} more" if len(slugs) > NAMED_MAX else shown
