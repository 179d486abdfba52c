"""Files to subscribe to: an event, a calendar, or what any filter finds. The guide describes them."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.events import subscribing, terms
from pydotorg.events.filters import OccurrenceFilters, Within
from pydotorg.events.ics.entries import CalendarHead, Entry
from pydotorg.events.ics.writing import written_in_turns
from pydotorg.events.review import EVENTS
from pydotorg.events.schemas import CalendarIdentifier, EventIdentifier
from pydotorg.events.tables import DATASET
from pydotorg.kernel.access import anyone
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import found
from pydotorg.kernel.http.operations import get
from pydotorg.kernel.http.results import Text
from pydotorg.kernel.text.slugs import slug_of

from .calendars import in_calendar
from .events import IN_CALENDAR, REFERS

ICALENDAR = "text/calendar; charset=utf-8"


@get("/events.ics", by=anyone, shows=DATASET, refers=REFERS, documented=False)
async def events_file(db: Database, where: OccurrenceFilters) -> Text:
    """Get a file of all events, or of those that are asked for, to subscribe to."""
    return await _file(subscribing.EVERYTHING, await subscribing.entries_of(db, where))


@get("/calendars/{id:str}.ics", by=anyone, shows=DATASET, refers=IN_CALENDAR, documented=False)
async def calendars_file(db: Database, id: CalendarIdentifier, where: Within) -> Text:
    """Get a calendar as a file, to subscribe to."""
    calendar = await terms.CALENDARS.one(db, id)
    entries = await subscribing.entries_of(db, in_calendar(OccurrenceFilters, where, calendar))
    return await _file(subscribing.head_of(calendar), entries)


@get("/events/{id:str}.ics", by=anyone, shows=DATASET, documented=False)
async def events_file_of_one(db: Database, id: EventIdentifier) -> Text:
    """Get an event as a file, if it is public."""
    entries = await subscribing.entry_named(db, id)
    entry = found(next(iter(entries), None), EVENTS.missing.format(id))
    return await _file(CalendarHead(name=entry.title), entries)


async def _file(head: CalendarHead, entries: list[Entry]) -> Text:
    name = slug_of(head.name) or "events"
    return Text(await written_in_turns(head, entries), ICALENDAR, f"{name}.ics")


routes: tuple[HTTPRouteHandler, ...] = (events_file, calendars_file, events_file_of_one)
