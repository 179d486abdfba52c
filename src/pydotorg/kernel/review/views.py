"""What of a thing is for whom: all of it, one's own things in every state, and the queue of moderators."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any, Generic, Literal, TypeVar, cast

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, Meta, Struct
from sqlalchemy import Select

from pydotorg.kernel.access import Caller, role, signed_in
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import PRIVATE, described, get, id_of
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.english import in_words

from . import Review
from .columns import Reviewed, in_state
from .fields import OF_MODERATORS, Seen, waiting_seconds
from .lifecycle import REVIEW, Lifecycle
from .suspicion import LINKS_MAX

R = TypeVar("R", bound=Reviewed)
D = TypeVar("D", bound=Struct)


class Views(Struct, Generic[R, D], frozen=True, kw_only=True):
    """How a kind of thing is shown: in full to everybody, and in lists to its owner and to moderators."""

    review: Review[R]
    #: what answers have of one of them; members that may be unset are for its owner and moderators only
    detail: type[D]
    #: what they have in lists
    seen: Seen
    #: all there are, in whatever state, and what their rows become; `whole` has what is long, too
    everything: Select[Any]
    shape: Callable[..., Any]
    whole: Select[Any]
    whole_shape: Callable[..., Any]
    #: the state in which one is now
    status: Any
    #: fills in what rows do not have
    complete: Callable[[Database, list[Any]], Awaitable[Any]]

    async def one(self, db: Database, identifier: str, caller: Caller) -> D:
        """One of them with all that this caller may know of it, or a 404."""
        wanted = self.whole.where(self.review.names(identifier), self.review.visible_to(caller))
        row = found(await db.first(Rows(self.whole_shape, wanted)), self.review.missing.format(identifier))
        await self.complete(db, [row])
        is_moderator = self.review.is_moderator(caller)
        is_concerned = is_moderator or self.review.is_owner(caller, row)
        fields = msgspec.structs.fields(self.detail)
        seen = {field.name for field in fields if field.default is not UNSET or is_concerned}
        return self._told(row, seen - (set() if is_moderator else {*OF_MODERATORS}))

    def _told(self, row: Any, names: set[str]) -> D:
        return self.detail(**{name: value for name, value in _said(row).items() if name in names})

    def owned_by(self, caller: Caller, status: str | None = None) -> Rows[Any]:
        """The caller's own, the latest first."""
        table = self.review.table
        own = self.everything.where(table.owner_id == caller.account)
        own = own if status is None else own.where(self.status.in_([status]))
        return Rows(self.shape, own.order_by(table.created_at.desc(), table.id.desc()))

    def waiting(self, suspected_spam: bool | None) -> Rows[Any]:  # noqa: FBT001  as declared
        """Those that wait for review, the oldest first."""
        table = self.review.table
        waiting = self.everything.where(in_state(table, REVIEW))
        if suspected_spam is not None:
            waiting = waiting.where((table.suspicion != "") if suspected_spam else (table.suspicion == ""))
        return Rows(self.shape, waiting.order_by(table.submitted_at, table.id))

    async def shown(self, db: Database, rows: list[Any], struct: Any) -> list[Any]:
        """Rows of a list as answers have them."""
        await self.complete(db, rows)
        names = set(struct.__struct_fields__)
        return [struct(**{name: value for name, value in _said(row).items() if name in names}) for row in rows]

    async def exported(self, db: Database, of: Caller) -> list[Any]:
        """All that an account has, in full."""
        own = self.whole.where(self.review.table.owner_id == of.account).order_by(self.review.table.id)
        rows = await db.all(Rows(self.whole_shape, own))
        await self.complete(db, rows)
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
