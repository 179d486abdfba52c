"""How what is reviewed is made and changed: alike for all kinds of things, but for what follows from what is said."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body, said
from pydotorg.kernel.http.errors import Fault, Forbidden, Invalid
from pydotorg.kernel.taxonomy import Taxonomy
from pydotorg.kernel.taxonomy.choosing import named_in
from pydotorg.kernel.text.english import with_article
from pydotorg.kernel.text.markdown import html_of
from pydotorg.kernel.text.slugs import distinct_slug

from . import Review
from .columns import Reviewed
from .desk import Desk, demand_right
from .directory import demand_stays
from .lifecycle import APPROVED, CHANGE, DRAFT
from .submissions import demand_room

R = TypeVar("R", bound=Reviewed)
R_contra = TypeVar("R_contra", bound=Reviewed, contravariant=True)
Columns = dict[str, Any]
#: what is wrong, as (member, message)
Wrong = Iterable[tuple[str, str]]


class Follows(Protocol[R_contra]):
    """What follows from what a body says, which makes a new row or changes one: more columns, and what is wrong."""

    async def __call__(
        self, db: Database, body: Any, row: R_contra | None, columns: Columns, /
    ) -> tuple[Columns, Wrong]: ...


async def nothing_more(db: Database, body: Any, row: Any, columns: Columns) -> tuple[Columns, Wrong]:
    """Nothing follows."""
    del db, body, row, columns
    return {}, ()


async def whatever_it_says(db: Database, row: Any, different: Columns) -> None:
    """All that can be said is possible."""
    del db, row, different


def no_more_columns(id: UUID) -> Columns:
    """A new row has what was said of it."""
    del id
    return {}


class Authoring(Struct, Generic[R], frozen=True, kw_only=True):
    """How a kind of thing is written by its owners, and changed by them or by moderators."""

    review: Review[R]
    #: what bodies say as it is stored; Markdown with its HTML
    plain: tuple[str, ...]
    #: of which terms bodies name some, by the member: one that becomes the column `…_id`, or those of the tagging
    terms: Mapping[str, Taxonomy[Any]]
    #: what makes its slug
    titled: tuple[str, ...]
    #: what moderators alone say, of what is there
    featured: str
    #: what its owner changes of a published one without another review
    freely: Collection[str] = ()
    #: what else a new row has, by its id
    begins: Callable[[UUID], Columns] = no_more_columns
    follows: Follows[R] = nothing_more
    #: refuses with a 409 what a row cannot come to say
    demand_possible: Callable[[Database, R, Columns], Awaitable[None]] = whatever_it_says

    async def make(self, db: Database, new: Body, caller: Caller) -> UUID:
        """Make a draft; a 401 for whose account has just been closed, an error for who has very many."""
        review = self.review
        await demand_stays(db, caller)
        await turn_of(db, review.dataset)
        await demand_room(db, review, caller)
        columns, terms = await self._said(db, new, self.plain)
        id, now, title = new_id(), clock.now(), " ".join(columns[name] for name in self.titled)
        row = review.table(
            id=id, slug=distinct_slug(title, id, review.called), owner_id=caller.account, status=DRAFT, reason="",
            suspicion="", created_at=now, updated_at=now, **{self.featured: False}, **self.begins(id), **columns,
            **await html_columns_of(columns, new.markdown),
        )  # fmt: skip
        db.add(row)
        await db.flush()
        await review.tagging.give(db, id, terms or ())
        await review.settle(db, row, anew=False)
        return id

    async def change(self, db: Database, desk: Desk, identifier: str, change: Body, caller: Caller) -> UUID:
        """Change what one says; a published one waits for review then, unless it is a moderator's or free to change."""
        review = self.review
        row = await review.take(db, identifier, caller)
        demand_right(review, review.lifecycle.move(CHANGE), row, caller)
        if getattr(change, self.featured) is not UNSET and not review.is_moderator(caller):
            raise Forbidden(f"Whether {with_article(review.called)} is featured is set by moderators.")
        had = await review.tagging.terms(db, row.id)
        given, named = await self._said(db, change, (*self.plain, self.featured), row, had)
        different, terms = differing(row, given), None if named == had else named
        if different.keys() - {self.featured} or terms is not None:
            await review.demand_ours(db, row, CHANGE)
        await self.demand_possible(db, row, different)
        is_free = different.keys() <= {*self.freely} and terms is None

        async def apply() -> None:
            for name, value in (different | await html_columns_of(different, change.markdown)).items():
                setattr(row, name, value)
            if terms is not None:
                await review.tagging.give(db, row.id, terms)

        something = apply if different or terms is not None else None
        keeps_state = is_free or self._decides(row, caller)
        await desk.change(db, review, row, caller, something, keeps_state=keeps_state)
        return row.id

    def _decides(self, row: R, caller: Caller) -> bool:
        """Whether a moderator changes it as such; what of his own is over comes back as everybody's does."""
        is_theirs = row.state_at(clock.now()) == APPROVED or not self.review.is_owner(caller, row)
        return is_theirs and self.review.is_moderator(caller)

    async def _said(
        self, db: Database, body: Body, names: Iterable[str], row: R | None = None, had: Collection[UUID] = ()
    ) -> tuple[Columns, set[UUID] | None]:  # fmt: skip
        """The columns of what a body says, and the terms that it names, unless it names none; a 422 if it cannot be."""
        ids = {getattr(row, f"{member}_id", None) for member in self.terms}
        chosen, faults = await named_in(db, body, self.terms, {*had, *ids})
        terms = next((chosen.pop(member) for member, ids in chosen.items() if isinstance(ids, set)), None)
        columns = columns_of(body, names) | {f"{member}_id": id for member, id in chosen.items()}
        more, wrong = await self.follows(db, body, row, columns)
        if faults := [*faults, *(Fault(member, "body", message) for member, message in wrong)]:
            raise Invalid(faults)
        return columns | more, terms


def columns_of(body: Body, names: Iterable[str]) -> Columns:
    """The columns of what a body says, without the spaces around a line."""
    given = said(body, names)
    lines = {name: text.strip() for name, text in given.items() if isinstance(text, str) and name not in body.markdown}
    return given | lines


def differing(row: Reviewed, given: Mapping[str, Any]) -> Columns:
    """Those of these columns that the row does not say already."""
    return {name: value for name, value in given.items() if getattr(row, name) != value}


async def html_columns_of(said: Mapping[str, Any], markdown: Iterable[str]) -> Columns:
    """The columns with the HTML of what is said in Markdown."""
    return {f"{name}_html": await html_of(said[name]) for name in markdown if name in said}
