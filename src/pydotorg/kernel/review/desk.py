"""Where moves are carried out: who may, whether the state allows it, what follows, and who is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden

from . import Review, submissions
from .columns import Reviewed
from .directory import Directory
from .lifecycle import APPROVED, CHANGE, REJECTED, REVIEW, REVISE, By, Move
from .mails import tell
from .suspicion import suspicion

R = TypeVar("R", bound=Reviewed)
#: what a domain does to a row besides, at this moment; it may refuse
Effect = Callable[[Any, datetime], None]


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
        row, move = await review.take(db, identifier, caller), review.lifecycle.move(name)
        demand_right(review, move, row, caller)
        review.lifecycle.demand(move, row.state)
        await self._move(db, review, move, row, caller, reason=reason, effect=effect)
        return row

    async def changed(self, db: Database, review: Review[R], row: R, move: Move, caller: Caller) -> None:
        """Heed that a row says something else now, and what `change_of` has said that this means."""
        if move.target is not None:
            await self._move(db, review, move, row, caller)
            return
        row.suspicion = await suspicion(review.texts(row), self.spam_hosts) if row.status == REVIEW else row.suspicion
        row.updated_at = clock.now()
        await db.flush()
        await review.settle(db, row, False)  # noqa: FBT003  as declared

    async def _move(
        self, db: Database, review: Review[R], move: Move, row: R, caller: Caller, *, reason: str = "",
        effect: Effect = nothing_more,
    ) -> None:  # fmt: skip
        now, target, before = clock.now(), move.target, row.state
        if target == REVIEW:
            await self._receive(db, review, row, caller, now)
        if target == APPROVED and before != APPROVED:
            row.published_at, row.reason, row.suspicion = now, "", ""
        if target == REJECTED:
            row.reason = reason
        effect(row, now)
        row.status, row.updated_at = target or row.status, now
        await db.flush()
        await review.settle(db, row, target == APPROVED and before != APPROVED)
        await tell(db, self.directory, review, row, done=move.done, reason=reason, caller=caller)

    async def _receive(self, db: Database, review: Review[R], row: R, caller: Caller, now: datetime) -> None:
        most = submissions.A_DAY_FOR_MODERATORS if review.is_moderator(caller) else submissions.A_DAY
        await submissions.count(db, review.called, caller.account, most)
        row.submitted_at, row.reason = now, ""
        row.suspicion = await suspicion(review.texts(row), self.spam_hosts)


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


def change_of(review: Review[R], row: R, *, keeps_state: bool) -> Move:
    """What it means to change a row: that it stays in its state, or is to be reviewed anew; a 409 if neither may be."""
    lifecycle, state = review.lifecycle, row.state
    change, revise = lifecycle.move(CHANGE), lifecycle.move(REVISE)
    move = revise if state in revise.sources and not keeps_state else change
    lifecycle.demand(move, state)
    return move
