"""What is not for everybody: one's own things in every state, and the queue of moderators."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any, Generic, Literal, TypeVar, cast

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from pydotorg.kernel.access import Caller, role, signed_in
from pydotorg.kernel.database.transaction import Database, Rows
from pydotorg.kernel.http.operations import PRIVATE, described, get, id_of
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.query import Query

from . import Review
from .columns import Reviewed
from .lifecycle import Lifecycle
from .suspicion import LINKS_MAX

R = TypeVar("R", bound=Reviewed)
#: what is made of the rows of a page
Items = Callable[[Database, list[Any]], Awaitable[list[Any]]]
#: of small numbers
WORDS = ("no", "one", "two", "three", "four", "five")


class Views(Struct, Generic[R], frozen=True, kw_only=True):
    """How a kind of thing is shown to its owner and to moderators, and which operation shows one to everybody."""

    one: HTTPRouteHandler
    #: the type of what names one in an address
    identifier: Any
    #: one of them, as a caller sees it
    detail: Callable[[Database, str, Caller], Awaitable[Any]]
    #: one's own, and a thing in the queue, as answers have them
    own: Any
    queued: Any
    #: those of a caller, in this state if it is given, the latest first
    owned_by: Callable[[Caller, str | None], Rows[Any]]
    #: those in the queue, the oldest first; only those that look like spam, or only the others
    waiting: Callable[[bool | None], Rows[Any]]
    as_owned: Items
    as_queued: Items


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


def lists_of(review: Review[R], views: Views[R]) -> Iterator[HTTPRouteHandler]:
    """GET of one's own, and of the queue."""

    async def own(db: Database, page: Page, where: Any, caller: Caller) -> Listing[Any]:
        listing = await page.of(db, views.owned_by(caller, where.status))
        return Listing(await views.as_owned(db, listing.items), listing.total, listing.page)

    async def queue(db: Database, page: Page, where: QueueFilters) -> Listing[Any]:
        listing = await page.of(db, views.waiting(where.suspected_spam))
        return Listing(await views.as_queued(db, listing.items), listing.total, listing.page)

    path, page_of = review.path, cast("Any", Listing)
    text = f"List one's own {review.called}s, the latest first.\n\nThey are there in every state."
    types = {"where": own_filters(review.lifecycle), "return": page_of[views.own]}
    mine = get(f"{path}/mine", by=signed_in(review.scope), shows=PRIVATE, id=id_of(path, "mine"))
    yield mine(described(own, text, types))
    text = (
        f"List the {review.called}s that wait for review, the oldest first.\n\nWhat has more than {WORDS[LINKS_MAX]} "
        "links, or one to a listed host, is suspected to be spam, whoever has submitted it."
    )
    waiting = get(f"{path}/review", by=role(review.moderators), shows=PRIVATE, id=id_of(path, "review"))
    yield waiting(described(queue, text, {"return": page_of[views.queued]}))
