"""Where moves are carried out: who may, whether the state allows it, what follows, and who is told."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.fulltext.index import forget
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden

from . import Review, comments, submissions
from .bounds import SUBMISSIONS
from .columns import Reviewed
from .directory import Directory
from .lifecycle import APPROVED, CHANGE, DELETE, REJECT, REJECTED, REVIEW, REVISE, By, Move
from .mails import tell, tell_moderators_of_all
from .suspicion import Links, links_of

R = TypeVar("R", bound=Reviewed)
#: what a domain does to a row besides, at this moment; it may refuse
Effect = Callable[[Any, datetime], None]
#: makes a row say something else
Apply = Callable[[], Awaitable[None]]


def nothing_more(row: Any, now: datetime) -> None:
    """No effect."""
    del row, now


class Desk(Struct, frozen=True):
    """Carries out moves, with what is known of the whole service: whom mails reach, and which hosts are listed."""

    directory: Directory
    spam_hosts: frozenset[str]

    async def carry_out(
        self, db: Database, review: Review[R], name: str, identifier: str, caller: Caller, *, reason: str = "",
        effect: Effect = nothing_more,
    ) -> R:  # fmt: skip
        """Do this with what the identifier names; answers the row as it is then."""
        row, move, now = await review.take(db, identifier, caller), review.lifecycle.move(name), clock.now()
        demand_right(review, move, row, caller)
        await review.demand_ours(db, row, move.name)
        review.lifecycle.demand(move, row.state_at(now))
        await self._move(db, review, move, row, caller, now, reason=reason, effect=effect)
        return row

    async def reject_all(
        self, db: Database, review: Review[R], rows: Sequence[R], reason: str, caller: Caller
    ) -> None:  # fmt: skip
        """Reject rows that have been taken and are in the queue; other moderators are told once."""
        move, now = review.lifecycle.move(REJECT), clock.now()
        for row in rows:
            await self._move(db, review, move, row, caller, now, reason=reason, moderators=False)
        await tell_moderators_of_all(db, self.directory, review, rows, done=move.done, reason=reason, caller=caller)

    async def change(
        self, db: Database, review: Review[R], row: R, caller: Caller, apply: Apply | None, *, keeps_state: bool
    ) -> None:  # fmt: skip
        """Make a row say something else, if its state allows it; without `apply`, nothing is different.

        A published one waits for review then, unless it `keeps_state`. So it does, too, if it looks like spam now.
        """
        now, lifecycle = clock.now(), review.lifecycle
        move = change_of(review, row.state_at(now), keeps_state=keeps_state)
        if apply is None:
            return
        is_watched = move.name == CHANGE and row.state_at(now) in lifecycle.move(REVISE).sources
        is_watched = is_watched and not review.is_moderator(caller)
        before = await self._links(review, row) if is_watched else Links()
        await apply()
        if is_watched and (await self._links(review, row)).is_worse_than(before):
            move = lifecycle.move(REVISE)
        if move.target is None:
            row.suspicion = (await self._links(review, row)).suspicion if row.status == REVIEW else ""
        await self._move(db, review, move, row, caller, now)

    async def delete(self, db: Database, review: Review[R], identifier: str, caller: Caller) -> None:
        """Delete a row with what was said about it, while its state allows it."""
        row, move = await review.take(db, identifier, caller), review.lifecycle.move(DELETE)
        demand_right(review, move, row, caller)
        await review.demand_ours(db, row, move.name)
        review.lifecycle.demand(move, row.state_at(clock.now()))
        await tell(db, self.directory, review, row, done=move.done, caller=caller, is_gone=True)
        await discard(db, review, row)

    async def _move(
        self, db: Database, review: Review[R], move: Move, row: R, caller: Caller, now: datetime, *, reason: str = "",
        effect: Effect = nothing_more, moderators: bool = True,
    ) -> None:  # fmt: skip
        target = move.target
        becomes_public = target == APPROVED and row.state_at(now) != APPROVED
        if target == REVIEW:
            await submissions.count(db, review, SUBMISSIONS, caller)
            row.submitted_at, row.reason, row.suspicion = now, "", (await self._links(review, row)).suspicion
        if becomes_public:
            row.published_at, row.reason, row.suspicion = now, "", ""
        if target == REJECTED:
            row.reason = reason
        effect(row, now)
        row.status, row.updated_at = target or row.status, now
        await db.flush()
        await review.settle(db, row, anew=becomes_public)
        await tell(
            db, self.directory, review, row, done=move.done, reason=reason, caller=caller, moderators=moderators
        )  # fmt: skip

    async def _links(self, review: Review[R], row: R) -> Links:
        return await links_of(review.markup(row), self.spam_hosts)


def demand_right(review: Review[R], move: Move, row: R, caller: Caller) -> None:
    """Refuse who sees something, but must not do this with it."""
    may: dict[By, Callable[[], bool]] = {
        By.owner: lambda: review.is_owner(caller, row),
        By.moderator: lambda: review.is_moderator(caller),
        By.either: lambda: review.is_owner(caller, row) or review.is_moderator(caller),
        By.clock: lambda: False,
    }  # fmt: skip
    if not may[move.by]():
        raise Forbidden(f"Only the {move.by} can {move.name} this {review.called}.")


def change_of(review: Review[R], state: str, *, keeps_state: bool) -> Move:
    """What it means to change a row: that it stays in its state, or is to be reviewed anew; a 409 if neither may be."""
    lifecycle = review.lifecycle
    change, revise = lifecycle.move(CHANGE), lifecycle.move(REVISE)
    move = revise if state in revise.sources and not keeps_state else change
    lifecycle.demand(move, state)
    return move


async def discard(db: Database, review: Review[R], row: R) -> None:
    """Delete a row with all that belongs to it."""
    await forget(db, review.called, row.id)
    await review.tagging.give(db, row.id, ())
    await review.discard(db, row)
    await comments.forget(db, review.called, row.id)
    await db.delete(row)
    await db.flush()


def leaving(review: Review[R]) -> Callable[[Database, UUID], Awaitable[None]]:
    """Lets somebody go who closes his account: what he has published stays, without him; the rest goes with him."""
    return partial(_leave, review)


async def _leave(review: Review[R], db: Database, account: UUID) -> None:
    await turn_of(db, review.dataset)
    for row in (await db.execute(select(review.table).where(review.table.owner_id == account))).scalars().all():
        if row.published_at is None:
            await discard(db, review, row)
        else:
            row.owner_id = None
            review.disown(row)
    await db.flush()
