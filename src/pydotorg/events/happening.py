"""The occurrences of events, as rows: written with the event, and day by day for the time that comes into sight."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy import Select, Table, delete, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.at_once import insert_at_once
from pydotorg.kernel.database.engine import is_away
from pydotorg.kernel.database.revisions import revise, turn_of
from pydotorg.kernel.database.transaction import Database, answering
from pydotorg.kernel.review.lifecycle import APPROVED
from pydotorg.kernel.tasks.declaring import Work, task
from pydotorg.kernel.tasks.schedule import Scheduled

from . import recurrence
from .tables import DATASET, LONG, Event, Occurrence, columns_of
from .window import rows_of

log = structlog.get_logger(__name__)
Row = dict[str, Any]
TABLE = cast("Table", Occurrence.__table__)
SAID = ("recurrence_id", "starts_at", "ends_at", "title", "shown", "long")
KNOWN: Select[Any] = select(Occurrence.event_id, *(getattr(Occurrence, name) for name in SAID))
_said_in = itemgetter(*SAID)
#: while so many are looked through, others wait to write
EVENTS_AT_ONCE, ROWS_AT_ONCE = 50, 3000
#: so many share a savepoint, and fail or not; then each has its own
TOGETHER = 5
#: ten thousand events take half a minute, or more beside others; a try that is cut off begins with the first again
SIGHT_SECONDS_MAX = 600


async def write_occurrences(db: Database, event: Event) -> None:
    """Write down when an event happens, instead of what was written before."""
    await replace_rows(db, {event.id: await rows_for(event)})


async def rows_for(event: Event) -> list[Row]:
    """The rows of an event; a rule may take a while, beside the event loop."""
    if event.rrule:
        found = await asyncio.to_thread(rows_of, event.schedule, now=clock.now())
    else:
        found = rows_of(event.schedule, now=clock.now())
    return [*as_rows(event, found)]


def as_rows(event: Event, found: Iterable[recurrence.Occurrence]) -> Iterator[Row]:
    """Occurrences of an event, as rows."""
    shown = event.status == APPROVED
    for one in found:
        yield {
            "event_id": event.id, "recurrence_id": one.recurrence_id, "starts_at": one.starts_at,
            "ends_at": one.ends_at, "title": (one.override and one.override.title) or "", "shown": shown,
            "long": one.ends_at - one.starts_at > LONG,
        }  # fmt: skip


async def add_rows(db: Database, rows: Iterable[Row]) -> None:
    """Write these rows."""
    await insert_at_once(db, TABLE, rows)


async def forget_occurrences(db: Database, events: Iterable[UUID]) -> None:
    """Drop all rows of these events."""
    gone = delete(Occurrence).where(Occurrence.event_id.in_([*events]))
    await db.execute(gone.execution_options(synchronize_session=False))


async def hide_rows(db: Database, events: Iterable[UUID]) -> None:
    """Let these events happen no more."""
    hidden = update(Occurrence).where(Occurrence.event_id.in_([*events])).values(shown=False)
    await db.execute(hidden.execution_options(synchronize_session=False))


async def replace_rows(db: Database, rows: Mapping[UUID, Sequence[Row]]) -> bool:
    """Let these be the rows of these events; answers whether any are others than before."""
    known: dict[UUID, set[tuple[Any, ...]]] = {event: set() for event in rows}
    for row in await db.fetch(KNOWN.where(Occurrence.event_id.in_([*rows]))):
        known[row.event_id].add(tuple(row)[1:])
    fresh = list[Row]()
    for event, wanted in rows.items():
        there = known[event] & set(map(_said_in, wanted))
        await _forget_some(db, event, [recurrence_id for recurrence_id, *_ in known[event] - there])
        fresh += [row for row in wanted if _said_in(row) not in there]
    await add_rows(db, fresh)
    return bool(fresh) or any(len(known[event]) > len(rows[event]) for event in rows)


async def _forget_some(db: Database, event: UUID, recurrence_ids: Sequence[datetime]) -> None:
    if recurrence_ids:
        gone = delete(Occurrence).where(
            Occurrence.event_id == event, Occurrence.recurrence_id.in_(recurrence_ids)
        )  # fmt: skip
        await db.execute(gone.execution_options(synchronize_session=False))


class ComingIntoSight(Struct):
    """What a new day brings."""


@task("events.coming_into_sight", seconds_max=SIGHT_SECONDS_MAX)
async def come_into_sight(work: Work, _: ComingIntoSight) -> None:
    """Write down the occurrences of a day more, and forget those of a day of a year ago.

    It looks at every event: a new version of the tz database can move any of them. An event that cannot be followed is
    logged and left as it is. And agendas are made true again, whatever was written past this service.
    """
    after: UUID | None = None

    async def further(db: Database) -> UUID | None:
        await turn_of(db, DATASET)
        wanted = select(Event.id).order_by(Event.id).limit(EVENTS_AT_ONCE)
        wanted = wanted if after is None else wanted.where(Event.id > after)
        done, looked_at, has_moved = None, 0, False
        for some in batched((row.id for row in await db.fetch(wanted)), TOGETHER):
            moves, rows = await _look_again(db, some)
            done, looked_at, has_moved = some[-1], looked_at + rows, has_moved or moves
            if looked_at > ROWS_AT_ONCE:
                break
        if has_moved:
            await revise(db, [DATASET])
        return done

    while (last := await work.transactions.write(further)) is not None:
        after = last
    async with work.transactions.begin(writes=True) as db:
        for each in work.transactions.following:
            await each.follow(db)


async def _look_again(db: Database, events: Sequence[UUID]) -> tuple[bool, int]:
    """Whether any rows of these events are others than before, and how many they are; one that fails stops no other."""
    try:
        with answering():
            async with db.begin_nested():
                wanted = select(Event).where(Event.id.in_(events)).with_for_update()
                rows = {event.id: await _again(event) for event in (await db.execute(wanted)).scalars()}
                return await replace_rows(db, rows), sum(map(len, rows.values()))
    except Exception as error:
        if is_away(error):
            raise
        if len(events) == 1:
            log.exception("event cannot be followed", event_id=str(events[0]))
            return False, 0
    alone = [await _look_again(db, [event]) for event in events]
    return any(moves for moves, _ in alone), sum(rows for _, rows in alone)


async def _again(event: Event) -> list[Row]:
    """The rows of an event whose clocks may have come to go otherwise."""
    for name, value in columns_of(event.schedule).items():
        if getattr(event, name) != value:
            setattr(event, name, value)
    return await rows_for(event)


schedule = (Scheduled("9 0 * * *", come_into_sight),)
