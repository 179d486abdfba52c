"""The queue, as a worker sees it: each step is a transaction of its own, as short as can be.

A task belongs to whoever claimed it until his claim ends. He prolongs it while he works. What he says of the task later
counts only if it is still his: every statement names the claim (a *fence*), so a worker that was thought dead and is
not changes nothing.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions

from . import statements
from .tables import ERROR_CHARACTERS_MAX

#: after that, a worker of which nothing is heard is taken for dead
LEASE = timedelta(seconds=10)
#: what ends later than so many of them from now on was claimed by a clock that was wrong. Clocks may differ a little,
#: and who says "now" may then have to wait for his turn to write
LEASES_MAX = 2


class Claimed(Struct, frozen=True):
    """A task that is ours for now, with the number of this try."""

    id: UUID
    name: str
    payload: str
    attempt: int
    unanswered: int
    claim: UUID


class Room(Struct, frozen=True):
    """What a worker can take on: so many tasks of each kind, and none of those that it runs already."""

    #: in a transaction; a name that nobody knows counts here
    inside: int
    #: outside of one, so that it may have to wait for others
    outside: int = 0
    inside_names: Collection[str] = ()
    outside_names: Collection[str] = ()
    running: Collection[UUID] = ()

    @property
    def places(self) -> int:
        """For how many tasks in all."""
        return self.inside + self.outside

    @property
    def limits(self) -> dict[str, object]:
        """As the statements want to know it."""
        full = [*([] if self.inside else self.inside_names), *([] if self.outside else self.outside_names)]
        return {"besides": full, "running": [*self.running]}

    def first(self, tasks: Sequence[Claimed]) -> list[Claimed]:
        """Those of the tasks that there is room for."""
        outside = [each for each in tasks if each.name in self.outside_names]
        inside = [each for each in tasks if each.name not in self.outside_names]
        return [*inside[: self.inside], *outside[: self.outside]]


class Outlook(Struct, frozen=True):
    """When the next task is due, and whether somebody else is there to do it."""

    due: datetime | None
    is_led: bool


class Queue:
    """With `led`, of all workers that are only one claims tasks at a time: who holds the lease."""

    def __init__(self, transactions: Transactions, *, led: bool) -> None:
        self.transactions, self.led = transactions, led
        self.worker = uuid4()
        self.leads = False

    async def look(self, room: Room) -> Outlook:
        """What there is to do that there is room for. This only reads."""
        now = clock.now()

        async def look(db: Database) -> Outlook:
            ((due,),) = await db.fetch(statements.FIRST_DUE, room.limits)
            ((astray,),) = await db.fetch(statements.FIRST_ASTRAY, {**room.limits, "horizon": horizon(now)})
            due = due if astray is None else now
            if not self.led:
                return Outlook(due, is_led=False)
            (lease,) = await db.fetch(statements.LEADER)
            return Outlook(due, is_led=lease.holder != self.worker and not is_over(lease.until, now))

        return await self.transactions.read(look)

    async def claim(self, room: Room) -> list[Claimed]:
        """Take those that are due first, as many as there is room for; none if another worker leads."""
        now, claim = clock.now(), uuid4()
        wanted = {**room.limits, "at_most": room.places, "now": now}
        astray = {**room.limits, "at_most": room.places, "horizon": horizon(now)}

        async def take(db: Database) -> list[Claimed]:
            if self.led and not await self._lead(db):
                return []
            rows = [*await db.fetch(statements.DUE_ASTRAY, astray), *await db.fetch(statements.DUE, wanted)]
            due = [Claimed(row.id, row.name, row.payload, row.tries + 1, row.unanswered, claim) for row in rows]
            taken = room.first(due)
            if taken:
                ids = [each.id for each in taken]
                await db.execute(statements.CLAIM, {"ids": ids, "new_claim": claim, "new_due": now + LEASE})
            return taken

        return await self.transactions.write(take)

    async def _lead(self, db: Database) -> bool:
        now = clock.now()
        ours = {"worker": self.worker, "new_until": now + LEASE}
        taken = await db.execute(statements.LEAD, {**ours, "now": now, "horizon": horizon(now)})
        self.leads = taken.rowcount == 1
        return self.leads

    async def prolong(self, running: Collection[Claimed]) -> set[UUID]:
        """Say that we still work on these; answers the ids of those that are no longer ours."""

        async def prolong(db: Database) -> set[UUID]:
            if self.leads:
                await self._lead(db)
            kept = await db.execute(statements.PROLONG, {**fences(running), "new_due": clock.now() + LEASE})
            return {each.id for each in running} - set(kept.scalars())

        return await self.transactions.write(prolong)

    async def finish(self, done: Claimed) -> bool:
        """It is done: strike it off; False if it was no longer ours."""
        return await self.transactions.write(lambda db: struck_off(db, done))

    async def hand_over(self, ours: Claimed) -> bool:
        """Count this try as one without an answer, until it has one; False if it was no longer ours."""
        values = {**fences([ours]), "new_unanswered": ours.unanswered + 1}
        return await self.transactions.write(lambda db: changed(db, statements.HAND_OVER, values))

    async def postpone(self, failed: Claimed, reason: str, seconds: float, *, unanswered: int | None) -> bool:
        """Try it again after some time; False if it was no longer ours.

        `unanswered` is how many tries had no answer; None if nobody knows more than the queue does.
        """
        values = {**fences([failed]), "new_due": clock.now() + timedelta(seconds=seconds), "new_error": written(reason)}
        if unanswered is None:
            return await self.transactions.write(lambda db: changed(db, statements.POSTPONE, values))
        values["new_unanswered"] = unanswered
        return await self.transactions.write(lambda db: changed(db, statements.POSTPONE_AND_COUNT, values))

    async def bury(self, failed: Claimed, reason: str) -> bool:
        """Make it a dead letter; False if it was no longer ours."""
        values = {**fences([failed]), "new_error": written(reason)}
        return await self.transactions.write(lambda db: changed(db, statements.BURY, values))

    async def leave(self, unfinished: Sequence[Claimed]) -> None:
        """Let others have what we shall not finish, as if we had not tried it, and let another one lead."""
        now = clock.now()

        async def leave(db: Database) -> None:
            if unfinished:
                await db.execute(statements.LEAVE, {**fences(unfinished), "new_due": now})
            if self.leads:
                await db.execute(statements.GIVE_BACK, {"worker": self.worker, "new_until": now})

        if unfinished or self.leads:
            await self.transactions.write(leave)
        self.leads = False


async def struck_off(db: Database, done: Claimed) -> bool:
    """Strike a task off in this transaction; False if it is no longer ours, and what else happens here must not."""
    return await changed(db, statements.STRIKE_OFF, fences([done]))


async def changed(db: Database, statement: object, values: dict[str, object]) -> bool:
    """Whether there was such a row."""
    return bool((await db.execute(statement, values)).rowcount)


def fences(ours: Collection[Claimed]) -> dict[str, object]:
    """What statements must know to touch these only while they are ours."""
    return {"ids": [each.id for each in ours], "claims": [*{each.claim for each in ours}]}


def horizon(now: datetime) -> datetime:
    """Up to when a claim or a lease can last."""
    return now + LEASES_MAX * LEASE


def is_over(ends: datetime, now: datetime) -> bool:
    """As in `statements`."""
    return ends <= now or ends > horizon(now)


def written(reason: str) -> str:
    """As it can be stored and shown: one line, whatever a server has said."""
    line = " ".join(reason.encode("utf-8", "replace").decode().split())
    return "".join(each if each.isprintable() else "?" for each in line)[:ERROR_CHARACTERS_MAX]
