"""The statements of this room, built once. SQLite leaves `for update` out: who writes there is alone anyway."""

from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Select, Table, and_, bindparam, delete, func, insert, or_, select, update

from . import tables
from .tables import DEAD, WAITING

#: of the one row of `lease`
TASKS = "tasks"

task, lease, schedule = (cast("Table", each.__table__) for each in (tables.Task, tables.Lease, tables.Schedule))
OURS = and_(
    task.c.id.in_(bindparam("ids", expanding=True)), task.c.claim.in_(bindparam("claims", expanding=True))
)  # fmt: skip
TAKEABLE = and_(
    task.c.name.not_in(bindparam("besides", expanding=True)), task.c.id.not_in(bindparam("running", expanding=True))
)  # fmt: skip
WANTED = and_(task.c.state == WAITING, TAKEABLE)
#: claimed, which no dead letter is, until a moment that is too far away for a claim: by a clock that was wrong
ASTRAY = and_(task.c.claim.is_not(None), task.c.due > bindparam("horizon"), TAKEABLE)
LED = and_(lease.c.name == TASKS, lease.c.holder == bindparam("worker"))


def new(column: Column[Any]) -> dict[str, Any]:
    """What a column is set to comes as a parameter of this name."""
    return {column.name: bindparam(f"new_{column.name}", type_=column.type)}


def is_over(ends: Column[Any]) -> ColumnElement[bool]:
    """Whether a claim or a lease has ended; one that ends beyond all measure was made by a clock that was wrong."""
    return or_(ends <= bindparam("now"), ends > bindparam("horizon"))


def due(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Tasks that can be claimed, the oldest first; what others are just claiming is passed over."""
    columns = [task.c.id, task.c.name, task.c.payload, task.c.tries, task.c.unanswered]
    chosen = select(*columns).where(*conditions).order_by(task.c.due).limit(bindparam("at_most"))
    return chosen.with_for_update(skip_locked=True)


QUEUE = insert(task)
FIRST_DUE: Select[Any] = select(func.min(task.c.due)).where(WANTED)
FIRST_ASTRAY: Select[Any] = select(func.min(task.c.due)).where(ASTRAY)
LEADER: Select[Any] = select(*[lease.c.holder, lease.c.until]).where(lease.c.name == TASKS)
DUE = due(WANTED, task.c.due <= bindparam("now"))
DUE_ASTRAY = due(ASTRAY)
CLAIM = (
    update(task)
    .where(task.c.id.in_(bindparam("ids", expanding=True)))
    .values(**new(task.c.claim), **new(task.c.due), tries=task.c.tries + 1)
)
LEAD = (
    update(lease)
    .where(lease.c.name == TASKS, (lease.c.holder == bindparam("worker")) | is_over(lease.c.until))
    .values(**new(lease.c.until), holder=bindparam("worker"))
)
PROLONG = update(task).where(OURS).values(**new(task.c.due)).returning(task.c.id)
STRIKE_OFF = delete(task).where(OURS)
HAND_OVER = update(task).where(OURS).values(**new(task.c.unanswered))
POSTPONE = update(task).where(OURS).values(claim=None, **new(task.c.due), **new(task.c.error))
POSTPONE_AND_COUNT = POSTPONE.values(**new(task.c.unanswered))
BURY = update(task).where(OURS).values(claim=None, state=DEAD, **new(task.c.error))
LEAVE = update(task).where(OURS).values(claim=None, **new(task.c.due), tries=task.c.tries - 1)
GIVE_BACK = update(lease).where(LED).values(**new(lease.c.until))
COUNTS: Select[Any] = select(*[task.c.state, func.count().label("tasks")]).group_by(task.c.state)

MOMENTS: Select[Any] = select(*[schedule.c.name, schedule.c.moment])
BEGIN = insert(schedule)
MOVE_ON = (
    update(schedule)
    .where(schedule.c.name == bindparam("its_name"), schedule.c.moment == bindparam("known"))
    .values(**new(schedule.c.moment))
)
