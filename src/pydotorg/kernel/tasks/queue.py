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


class Claimed(Struct, frozen=True):
    """A task that is ours for now, with the number of this try."""

    id: UUID
    name: str
    payload: str
    attempt: int
    unanswered: int
    claim: UUID


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

    async def look(self, besides: Collection[str] = ()) -> Outlook:
        """What there is to do, leaving out tasks of some names. This only reads."""

        async def look(db: Database) -> Outlook:
            ((due,),) = await db.fetch(statements.FIRST_DUE, {"besides": [*besides]})
            if not self.led:
                return Outlook(due, is_led=False)
            (lease,) = await db.fetch(statements.LEADER)
            return Outlook(due, is_led=lease.holder != self.worker and lease.until > clock.now())

        return await self.transactions.read(look)

    async def claim(self, at_most: int, same_max: int, besides: Collection[str] = ()) -> list[Claimed]:
        """Take those that are due first, at most so many of one name; none if another worker leads."""
        now, claim = clock.now(), uuid4()
        wanted = {"now": now, "besides": [*besides], "at_most": at_most}

        async def take(db: Database) -> list[Claimed]:
            if self.led and not await self._lead(db):
                return []
            rows = await db.fetch(statements.DUE, wanted)
            due = [Claimed(row.id, row.name, row.payload, row.tries + 1, row.unanswered, claim) for row in rows]
            taken = [each for place, each in enumerate(due) if names(due[:place]).count(each.name) < same_max]
            if taken:
                ids = [each.id for each in taken]
                await db.execute(statements.CLAIM, {"ids": ids, "new_claim": claim, "new_due": now + LEASE})
            return taken

        return await self.transactions.write(take)

    async def _lead(self, db: Database) -> bool:
        now = clock.now()
        taken = await db.execute(statements.LEAD, {"worker": self.worker, "now": now, "new_until": now + LEASE})
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

    async def postpone(self, failed: Claimed, reason: str, seconds: float, *, unanswered: int) -> bool:
        """Try it again after some time; False if it was no longer ours."""
        later = {"new_due": clock.now() + timedelta(seconds=seconds), "new_unanswered": unanswered}
        values = {**fences([failed]), **later, "new_error": written(reason)}
        return await self.transactions.write(lambda db: changed(db, statements.POSTPONE, values))

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


def names(tasks: Sequence[Claimed]) -> list[str]:
    return [each.name for each in tasks]


def written(reason: str) -> str:
    """As it can be stored and shown: one line, whatever a server has said."""
    line = " ".join(reason.encode("utf-8", "replace").decode().split())
    return "".join(each if each.isprintable() else "?" for each in line)[:ERROR_CHARACTERS_MAX]
