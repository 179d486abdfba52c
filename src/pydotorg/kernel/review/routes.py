"""The addresses that all reviewed things have alike: lists for owners and moderators, moves, comments, many at once."""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, TypeVar
from uuid import UUID

from litestar.handlers import HTTPRouteHandler
from msgspec import Meta, Struct

from pydotorg.kernel.access import Caller, role, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.errors import Conflict, Fault, Forbidden, Invalid, NotFound, TooManyRequests
from pydotorg.kernel.http.identifiers import checked
from pydotorg.kernel.http.operations import PRIVATE, delete, described, get, id_of, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created
from pydotorg.kernel.text.english import with_article
from pydotorg.kernel.text.plain import Statement

from . import Review, comments
from .columns import Reviewed
from .comments import Comment, NewComment
from .desk import Desk
from .directory import Directory
from .lifecycle import CHANGE, DELETE, REJECT, REVIEW, REVISE, By, Move
from .views import Views, lists_of

R = TypeVar("R", bound=Reviewed)
D = TypeVar("D", bound=Struct)
AT_ONCE_MAX = 100
Reason = Annotated[Statement, Meta(examples=["Please say which country this is in."])]


class Rejection(Body):
    """Why something is rejected; its owner is told."""

    reason: Reason


class Rejections(Body):
    """What is to be rejected, all for one reason."""

    ids: Annotated[
        list[Annotated[str, Meta(max_length=200)]],
        Meta(min_length=1, max_length=AT_ONCE_MAX, description="Ids or slugs.", examples=[["learn-snakes-fast"]]),
    ]
    reason: Reason


class Rejected(Struct, frozen=True):
    """What has been rejected."""

    rejected: Annotated[list[UUID], Meta(description="Their ids.")]


def routes_of(
    views: Views[R, D], one: HTTPRouteHandler, identifier: Any, *, own: tuple[str, ...] = ()
) -> tuple[HTTPRouteHandler, ...]:  # fmt: skip
    """All of them for this kind of thing; `one` is the operation that shows one.

    A domain has those moves of its `own` that say more.
    """
    review, unnamed = views.review, {CHANGE, REVISE, DELETE, *own}
    moves = [move for move in review.lifecycle.moves if move.by is not By.clock and move.name not in unnamed]
    shown = Shown(views, one, identifier)
    made = (transition(shown, move) for move in moves)
    return (*lists_of(views), *made, *discussion(review, identifier), rejections(review), deletion(shown))


class Shown(NamedTuple):
    """How a thing is shown, by which operation, and the type of what names one in an address."""

    views: Views[Any, Any]
    by: HTTPRouteHandler
    identifier: Any


def by_of(review: Review[R], move: Move) -> Any:
    """Who may ask for a move, as far as the address can tell."""
    return role(review.moderators) if move.by is By.moderator else signed_in(review.scope)


def transition(shown: Shown, move: Move) -> HTTPRouteHandler:
    """POST of a move by its name; to reject something needs a reason."""
    views, review = shown.views, shown.views.review
    declared = post(
        f"{review.path}/{{id:str}}/{move.name}", by=by_of(review, move), of=shown.by, id=id_of(review.path, move.name),
        raises=raised_by(move),
    )  # fmt: skip

    async def step(db: Database, id: str, caller: Caller, desk: Desk) -> Any:
        row = await desk.carry_out(db, review, move.name, id, caller)
        return await views.one(db, str(row.id), caller)

    async def reject(db: Database, id: str, rejection: Rejection, caller: Caller, desk: Desk) -> Any:
        row = await desk.carry_out(db, review, move.name, id, caller, reason=rejection.reason)
        return await views.one(db, str(row.id), caller)

    types = {"id": shown.identifier, "return": views.detail}
    return declared(described(reject if move.name == REJECT else step, move.purpose, types))


def raised_by(move: Move) -> tuple[Any, ...]:
    """The errors of a move besides those of every write."""
    refused = () if move.by is By.moderator else (Forbidden,)
    return (*refused, *((TooManyRequests,) if move.target == REVIEW else ()))


def deletion(shown: Shown) -> HTTPRouteHandler:
    """DELETE, while the state allows it."""
    review = shown.views.review
    move, by = review.lifecycle.move(DELETE), signed_in(review.scope)
    declared = delete(
        f"{review.path}/{{id:str}}", by=by, of=shown.by, id=id_of(review.path, DELETE), raises=(Forbidden,)
    )

    async def deleted(db: Database, id: str, caller: Caller, desk: Desk) -> None:
        await desk.delete(db, review, id, caller)

    kept = " or ".join(state for state in review.lifecycle.states if state not in move.sources)
    text = f"While it is its owner's to change: one that is {kept} stays."
    text = text if kept else move.purpose.partition("\n\n")[2]
    text = f"Delete {with_article(review.called)}.\n\n{text}"
    return declared(described(deleted, text, {"id": shown.identifier}))


def discussion(review: Review[R], identifier: Any) -> Iterator[HTTPRouteHandler]:
    """The comments: to read them and to add one."""
    address, by = f"{review.path}/{{id:str}}/comments", signed_in(review.scope)
    concerned = f"Comments are for its owner, and for those with the role `{review.moderators}`."

    async def listed(db: Database, id: str, page: Page, caller: Caller) -> Listing[Comment]:
        return await page.of(db, await comments.about(db, review, id, caller))

    async def added(
        db: Database, id: str, new: NewComment, caller: Caller, directory: Directory
    ) -> Created[Comment]:  # fmt: skip
        said = await comments.add(db, review, directory, id, new.text, caller)
        return Created(said, f"/api/v1{review.path}/{id}/comments")

    types = {"id": identifier}
    what = with_article(review.called)
    reading = described(listed, f"List what was said about {what}, in order.\n\n{concerned}", types)
    writing = described(added, f"Comment on {what}.\n\nThe others are told. {concerned}", types)
    yield get(address, by=by, shows=PRIVATE, id=id_of(review.path, "comments"), raises=(Forbidden,))(reading)
    yield post(address, by=by, id=id_of(review.path, "comment"), raises=(Forbidden, TooManyRequests))(writing)


def rejections(review: Review[R]) -> HTTPRouteHandler:
    """POST that rejects many at once, or none of them."""
    declared = post(f"{review.path}/review/reject", by=role(review.moderators), id=id_of(review.path, "reject_many"))

    async def reject_many(db: Database, rejections: Rejections, caller: Caller, desk: Desk) -> Rejected:
        taken = [await _taken(db, review, each, index, caller) for index, each in enumerate(rejections.ids)]
        faults = [each for each in taken if isinstance(each, Fault)]
        if faults:
            raise Invalid(faults)
        rows = {each.id: each for each in taken if not isinstance(each, Fault)}
        astray = ", ".join(f"{row.slug} is {row.status}" for row in rows.values() if row.status != REVIEW)
        if astray:
            raise Conflict(f"Only what is in review can be rejected: {astray}.")
        await desk.reject_all(db, review, [*rows.values()], rejections.reason, caller)
        return Rejected([*rows])

    text = (
        f"Reject many {review.several} at once, for one reason.\n\nAll of them, or, if one is not in the "
        "queue, none: then the answer names those."
    )
    return declared(described(reject_many, text, {}))


async def _taken(db: Database, review: Review[R], identifier: str, index: int, caller: Caller) -> R | Fault:
    """What the identifier names, or that it names nothing."""
    try:
        return await review.take(db, checked(identifier), caller)
    except NotFound as error:
        return Fault(f"ids.{index}", "body", error.detail)
