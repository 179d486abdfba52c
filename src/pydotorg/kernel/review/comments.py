"""What the owner of something and its moderators say to each other about it."""

from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import ColumnElement, select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.keys import new_id
from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.errors import Forbidden, found
from pydotorg.kernel.text.english import with_article
from pydotorg.kernel.text.plain import Statement, Time

from . import Owned, Review
from .bounds import COMMENTS
from .columns import Reviewed
from .directory import NAMES, OWNER, Directory
from .mails import tell
from .submissions import count
from .tables import ReviewComment

R = TypeVar("R", bound=Reviewed)


class Comment(Struct, frozen=True):
    """What the owner of something, or a moderator, says about it."""

    id: UUID
    author: Annotated[str, Meta(description="A username; empty once the account is closed.", examples=["ada"])]
    by_moderator: Annotated[bool, Meta(description="Whether it was said as a moderator.")]
    text: Annotated[str, Meta(examples=["Is the salary before taxes?"])]
    created_at: Time


class NewComment(Body):
    """Something to say."""

    read_only: ClassVar[frozenset[str]] = frozenset(Comment.__struct_fields__) - {"text"}

    text: Annotated[Statement, Meta(examples=["Is the salary before taxes?"])]


def said_about(kind: str, row: UUID) -> Rows[Comment]:
    """All that was said about a row, in order."""
    return _comments(ReviewComment.kind == kind, ReviewComment.row_id == row)


def _comments(*conditions: ColumnElement[bool]) -> Rows[Comment]:
    author = OWNER.label("author")
    said = [getattr(ReviewComment, name) for name in ("id", "by_moderator", "text", "created_at")]
    joined = select(said[0], author, *said[1:]).select_from(ReviewComment)
    joined = joined.outerjoin(NAMES, NAMES.c.id == ReviewComment.author_id)
    return Rows(Comment, joined.where(*conditions).order_by(ReviewComment.created_at, ReviewComment.id))


async def exported(db: Database, of: Caller) -> list[Comment]:
    """All that an account has said."""
    return await db.all(_comments(ReviewComment.author_id == of.account))


exports = {"comments": exported}


def demand_concerned(review: Review[R], row: Owned, caller: Caller) -> None:
    """Refuse who sees the thing, but not what is said about it."""
    if not (review.is_owner(caller, row) or review.is_moderator(caller)):
        raise Forbidden(f"Comments on {with_article(review.called)} are for its owner and for moderators.")


async def about(db: Database, review: Review[R], identifier: str, caller: Caller) -> Rows[Comment]:
    """All that was said about what this identifier names, for those whom it concerns."""
    columns: list[Any] = [review.table.id, review.table.owner_id]
    named = select(*columns).where(review.names(identifier), review.visible_to(caller))
    row: Any = found(next(iter(await db.fetch(named)), None), review.missing.format(identifier))
    demand_concerned(review, row, caller)
    return said_about(review.called, row.id)


async def add(
    db: Database, review: Review[R], directory: Directory, identifier: str, text: str, caller: Caller
) -> Comment:
    """Say something; the others concerned are told."""
    row = await review.take(db, identifier, caller)
    demand_concerned(review, row, caller)
    await count(db, review, COMMENTS, caller)
    is_owner = review.is_owner(caller, row)
    said = ReviewComment(
        id=new_id(), kind=review.called, row_id=row.id, author_id=caller.account, by_moderator=not is_owner, text=text,
        created_at=clock.now(),
    )  # fmt: skip
    db.add(said)
    await db.flush()
    await tell(
        db, directory, review, row, done="commented on", reason=text, caller=caller,
        owner=not is_owner, moderators=is_owner,
    )  # fmt: skip
    return Comment(said.id, caller.identity.username, said.by_moderator, text, said.created_at)


async def forget(db: Database, kind: str, row: UUID) -> None:
    """Delete what was said about something that is no more, each so that the audit log tells of it."""
    about = select(ReviewComment).where(ReviewComment.kind == kind, ReviewComment.row_id == row)
    for comment in (await db.execute(about)).scalars().all():
        await db.delete(comment)


async def leave(db: Database, account: UUID) -> None:
    """Let somebody go who closes his account: what he has said stays, without his name."""
    said = select(ReviewComment).where(ReviewComment.author_id == account)
    for comment in (await db.execute(said)).scalars().all():
        comment.author_id = None
    await db.flush()
