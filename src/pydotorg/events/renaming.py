"""What follows when categories and locations are made or changed, in the same transaction.

Events say it with them, so files of events are other versions; and calendars from elsewhere name them.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select, update

from pydotorg.kernel import clock
from pydotorg.kernel.batches import batched
from pydotorg.kernel.database.transaction import Database

from .finding import AT_ONCE, OF_LOCATION, keep_events_findable
from .sources import read_anew
from .tables import CategoryOfEvent, Event, EventCategory, EventLocation

#: what is looked for where a calendar from elsewhere names one
NAMING = ("name", "active")


async def category_differs(db: Database, category: EventCategory, different: Collection[str]) -> None:
    """Let subscribers see what a category is called now."""
    await _read_all_anew(db, different)
    if "name" in different:
        of_it = select(CategoryOfEvent.event_id).where(CategoryOfEvent.category_id == category.id)
        await _number_anew(db, Event.id.in_(of_it))


async def location_differs(db: Database, location: EventLocation, different: Collection[str]) -> None:
    """Let events be found by what is said of their location now, and subscribers see it."""
    await _read_all_anew(db, different)
    if {*OF_LOCATION} & {*different}:
        at_it = Event.location_id == location.id
        await _number_anew(db, at_it)
        shown = await db.fetch(select(Event.id).where(at_it, Event.document.is_not(None)).order_by(Event.id))
        for ids in batched((row.id for row in shown), AT_ONCE):
            events = (await db.execute(select(Event).where(Event.id.in_(ids)))).scalars()
            await keep_events_findable(db, events, {location.id: location})


async def _number_anew(db: Database, which: ColumnElement[bool]) -> None:
    """Count one more version of these events, if anybody was shown one; what they say themselves is the same."""
    shown = update(Event).where(which, Event.digest != "")
    other = shown.values(sequence=Event.sequence + 1, updated_at=clock.now())
    await db.execute(other.execution_options(synchronize_session=False))


async def _read_all_anew(db: Database, different: Collection[str]) -> None:
    """Let all calendars be read when they are imported next: what their files say may mean something else now."""
    if {*NAMING} & {*different}:
        await read_anew(db)
