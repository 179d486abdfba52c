"""Things that have any number of terms, such as the types of a job: the rows between them, read and written."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.columns import Base
from pydotorg.kernel.database.transaction import Database

from . import Taxonomy
from .chosen import Chosen

#: whatever has an id, and a list
Tagged = TypeVar("Tagged", bound=Any)
#: PostgreSQL takes no more than 32,767 values with a statement
THINGS_AT_ONCE = 1000


class Tagging:
    """The table between things and the terms of a list, its two columns, and the member that things have for them."""

    def __init__(self, taxonomy: Taxonomy[Any], table: type[Base], *, thing: Any, term: Any, member: str) -> None:
        self.taxonomy, self.table, self.thing, self.term, self.member = taxonomy, table, thing, term, member
        named = taxonomy.table
        columns: list[Any] = [thing, named.id, named.name, named.slug]
        self.given = select(*columns).join(named, named.id == term).order_by(named.name_key)

    async def rows(self, db: Database, thing: UUID) -> Sequence[Any]:
        """Which terms a thing has, as rows to write."""
        wanted = select(self.table).where(self.thing == thing).order_by(self.term)
        return [*(await db.execute(wanted)).scalars()]

    async def terms(self, db: Database, thing: UUID) -> set[UUID]:
        """The ids of the terms that a thing has."""
        return (await self.terms_of_all(db, [thing]))[thing]

    async def terms_of_all(self, db: Database, things: Collection[UUID]) -> Mapping[UUID, set[UUID]]:
        """The same of several things."""
        found: dict[UUID, set[UUID]] = {thing: set() for thing in things}
        for row in await db.fetch(select(self.thing, self.term).where(self.thing.in_(things))):
            thing, term = tuple(row)
            found[thing].add(term)
        return found

    async def give(self, db: Database, thing: UUID, terms: Collection[UUID]) -> None:
        """Let a thing have these terms and no others, each so that the audit log tells of it."""
        had = {getattr(row, self.term.key): row for row in await self.rows(db, thing)}
        for id in had.keys() - set(terms):
            await db.delete(had[id])
        db.add_all(self.table(**self.between(thing, id)) for id in set(terms) - had.keys())
        await db.flush()

    def between(self, thing: UUID, term: UUID) -> Mapping[str, UUID]:
        """The columns of a row: that a thing has a term."""
        return {self.thing.key: thing, self.term.key: term}

    async def complete(self, db: Database, things: Collection[Tagged]) -> list[Tagged]:
        """The same things, with their terms in the lists that they have for them, by name."""
        lists: dict[UUID, list[Chosen]] = {thing.id: getattr(thing, self.member) for thing in things}
        for some in batched(lists, THINGS_AT_ONCE):
            for row in await db.fetch(self.given.where(self.thing.in_(some))):
                thing, *said = tuple(row)
                lists[thing].append(Chosen(*said))
        return [*things]

    def has_any(self, thing: Any, names: Iterable[str]) -> ColumnElement[bool]:
        """That a thing has one of the terms with these ids or slugs."""
        terms = select(self.taxonomy.table.id).where(or_(*map(self.taxonomy.names, names)))
        return exists().where(self.thing == thing, self.term.in_(terms))

    async def unknown(self, db: Database, names: Sequence[str]) -> str | None:
        """What is wrong with the names of terms in a query string, if anything is."""
        found = [await self.taxonomy.unknown(db, name) for name in names]
        return next((f"`{name}` {wrong}" for name, wrong in zip(names, found, strict=True) if wrong), None)


def uses_in(column: Any) -> Any:
    """Counts how many rows have a term in this column, for `Taxonomy.uses`."""

    async def uses(db: Database, id: UUID) -> int:
        ((number,),) = await db.fetch(select(func.count()).select_from(column.class_).where(column == id))
        return int(number)

    return uses
