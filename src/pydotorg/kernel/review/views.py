"""What of a thing is for whom: all of it, one's own things in every state, and the queue of moderators."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar, cast

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Meta, Struct
from sqlalchemy import Select

from pydotorg.kernel.access import Caller, role, signed_in
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.shapes import Shape
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import PRIVATE, described, get, id_of
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.english import in_words

from . import Review
from .columns import Reviewed, in_state
from .directory import NAMES
from .fields import OF_MODERATORS, Seen, seen, waiting_seconds
from .lifecycle import REVIEW, Lifecycle
from .suspicion import LINKS_MAX

R = TypeVar("R", bound=Reviewed)
D = TypeVar("D", bound=Struct)


class Views(Struct, Generic[R, D], frozen=True, kw_only=True, dict=True):
    """How a kind of thing is shown: in full to everybody, and in lists to its owner and to moderators."""

    review: Review[R]
    #: what answers have of one of them: in lists for everybody; and all, where members that may be unset are for its
    #: owner and moderators only
    listed: type[Struct]
    detail: type[D]
    #: how rows become such Structs, and the rows for that: all there are, in whatever state
    shaped: Callable[[Any], Shape[Any]]
    everything: Callable[[Shape[Any]], Select[Any]]
    #: the state in which one is now
    status: Any

    @cached_property
    def seen(self) -> Seen:
        """What its owner and moderators see."""
        return seen(self.review.called, self.listed, self.detail)

    @cached_property
    def rows(self) -> Rows[Any]:
        """All, as far as lists have it."""
        return self._rows(self.seen.row)

    @cached_property
    def whole(self) -> Rows[Any]:
        """All, with what is long."""
        return self._rows(self.seen.whole)

    def _rows(self, struct: Any) -> Rows[Any]:
        shape = self.shaped(struct)
        return Rows(shape, self.everything(shape).outerjoin(NAMES, NAMES.c.id == self.review.table.owner_id))

    async def one(self, db: Database, identifier: str, caller: Caller) -> D:
        """One of them with all that this caller may know of it, or a 404."""
        wanted = self.whole.where(self.review.names(identifier), self.review.visible_to(caller))
        row = found(await db.first(wanted), self.review.missing.format(identifier))
        await self.review.tagging.complete(db, [row])
        is_moderator = self.review.is_moderator(caller)
        is_concerned = is_moderator or self.review.is_owner(caller, row)
        fields = msgspec.structs.fields(self.detail)
        names = {field.name for field in fields if field.default is not UNSET or is_concerned}
        return self._told(row, names - (set() if is_moderator else {*OF_MODERATORS}))

    def _told(self, row: Any, names: set[str]) -> D:
        return self.detail(**{name: value for name, value in _said(row).items() if name in names})

    def owned_by(self, caller: Caller, status: str | None = None) -> Rows[Any]:
        """The caller's own, the latest first."""
        table = self.review.table
        conditions = [table.owner_id == caller.account] + ([] if status is None else [self.status.in_([status])])
        return self.rows.where(*conditions, order=(table.created_at.desc(), table.id.desc()))

    def waiting(self, suspected_spam: bool | None) -> Rows[Any]:  # noqa: FBT001  as declared
        """Those that wait for review, the oldest first."""
        table = self.review.table
        conditions = [in_state(table, REVIEW)]
        if suspected_spam is not None:
            conditions.append((table.suspicion != "") if suspected_spam else (table.suspicion == ""))
        return self.rows.where(*conditions, order=(table.submitted_at, table.id))

    async def shown(self, db: Database, rows: list[Any], struct: Any) -> list[Any]:
        """Rows of a list as answers have them."""
        await self.review.tagging.complete(db, rows)
        names = set(struct.__struct_fields__)
        return [struct(**{name: value for name, value in _said(row).items() if name in names}) for row in rows]

    async def exported(self, db: Database, of: Caller) -> list[Any]:
        """All that an account has, in full."""
        table = self.review.table
        rows = await db.all(self.whole.where(table.owner_id == of.account, order=(table.id,)))
        await self.review.tagging.complete(db, rows)
        names = {*self.detail.__struct_fields__} - {*OF_MODERATORS}
        return [self._told(row, names) for row in rows]


def _said(row: Any) -> dict[str, Any]:
    """All that a row says, and what follows from it."""
    follows = {"suspected_spam": bool(row.suspicion), "waiting_seconds": waiting_seconds(row.submitted_at)}
    return msgspec.structs.asdict(row) | follows


class QueueFilters(Query, frozen=True):
    """Which of those that wait for review."""

    suspected_spam: Annotated[bool, Meta(description="Only those that look like spam, or only the others.")] | None = (
        None
    )


def own_filters(lifecycle: Lifecycle) -> Any:
    """The parameters of a list of one's own: a state of this kind of thing."""
    literal: Any = Literal
    state: Any = Annotated[
        literal[tuple(lifecycle.states)],
        Meta(title=f"{lifecycle.called.title()}Status", description="In this state.", examples=["approved"]),
    ]
    fields: list[Any] = [("status", state | None, None)]
    return msgspec.defstruct("OwnFilters", fields, bases=(Query,), frozen=True)


def lists_of(views: Views[R, D]) -> Iterator[HTTPRouteHandler]:
    """GET of one's own, and of the queue."""
    review = views.review

    async def own(db: Database, page: Page, where: Any, caller: Caller) -> Listing[Any]:
        listing = await page.of(db, views.owned_by(caller, where.status))
        return Listing(await views.shown(db, listing.items, views.seen.own), listing.total, listing.page)

    async def queue(db: Database, page: Page, where: QueueFilters) -> Listing[Any]:
        listing = await page.of(db, views.waiting(where.suspected_spam))
        return Listing(await views.shown(db, listing.items, views.seen.queued), listing.total, listing.page)

    path, page_of = review.path, cast("Any", Listing)
    text = f"List one's own {review.several}, the latest first.\n\nThey are there in every state."
    types = {"where": own_filters(review.lifecycle), "return": page_of[views.seen.own]}
    mine = get(f"{path}/mine", by=signed_in(review.scope), shows=PRIVATE, id=id_of(path, "mine"))
    yield mine(described(own, text, types))
    text = (
        f"List the {review.several} that wait for review, the oldest first.\n\nWhat has more than "
        f"{in_words(LINKS_MAX)} links, or one to a listed host, is suspected to be spam, whoever has submitted it."
    )
    waiting = get(f"{path}/review", by=role(review.moderators), shows=PRIVATE, id=id_of(path, "review"))
    yield waiting(described(queue, text, {"return": page_of[views.seen.queued]}))
