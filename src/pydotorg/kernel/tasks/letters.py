"""What those who run the service do to queued tasks: look at them, have dead letters sent again, drop them.

Orders are not shown: they hold addresses, and a finished mail all that it says.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from pydotorg.kernel import clock

from .queue import horizon, is_over
from .statements import task
from .tables import DEAD, WAITING

RUNNING = "running"
columns = [task.c.id, task.c.name, task.c.state, task.c.tries, task.c.due, task.c.claim, task.c.error]


class Letter(Struct, frozen=True):
    """One task, as it is shown. One that is claimed by a living worker is running."""

    id: UUID
    task: str
    state: str
    tries: int
    due: datetime
    error: str


async def letters(connection: AsyncConnection, *, dead: bool = False) -> list[Letter]:
    """Those that wait and run, then the dead ones; or only these."""
    every = select(*columns).order_by(task.c.state.desc(), task.c.due, task.c.id)
    rows = (await connection.execute(every.where(is_dead) if dead else every)).all()
    now = clock.now()
    return [Letter(row.id, row.name, state_of(row, now), row.tries, row.due, row.error) for row in rows]


def state_of(row: Any, now: datetime) -> str:
    """Its state in words."""
    return RUNNING if row.state == WAITING and row.claim is not None and not is_over(row.due, now) else str(row.state)


async def retry(connection: AsyncConnection, which: Sequence[UUID] | None) -> int:
    """Have these, or all dead letters, tried at once, as if they were new; answers how many."""
    afresh = {"state": WAITING, "due": clock.now(), "claim": None, "tries": 0, "unanswered": 0}
    return (await connection.execute(update(task).where(named(which)).values(afresh))).rowcount


async def drop(connection: AsyncConnection, which: Sequence[UUID] | None) -> int:
    """Remove these, or all dead letters; answers how many."""
    return (await connection.execute(delete(task).where(named(which)))).rowcount


is_dead = task.c.state == DEAD


def named(which: Sequence[UUID] | None) -> ColumnElement[bool]:
    """Those that are meant; one that runs is left alone."""
    if which is None:
        return is_dead
    now = clock.now()
    runs = task.c.claim.is_not(None) & (task.c.due > now) & (task.c.due <= horizon(now))
    return and_(task.c.id.in_(which), is_dead | ~runs)
