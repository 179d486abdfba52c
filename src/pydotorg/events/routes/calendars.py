"""What is in a calendar, and what comes into it from elsewhere."""

from collections.abc import Callable
from typing import TypeVar

from litestar.handlers import HTTPRouteHandler
from msgspec import structs

from pydotorg.events import terms
from pydotorg.events.filters import EventFilters, EventsOfCalendar, Within
from pydotorg.events.importing import Importer
from pydotorg.events.importing.bodies import Import, ImportReport
from pydotorg.events.schemas import Calendar, CalendarIdentifier, Event
from pydotorg.events.tables import DATASET
from pydotorg.kernel.access import Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.operations import get, post
from pydotorg.kernel.http.paging import Listing, Page

from .events import IN_CALENDAR, listed

F = TypeVar("F", bound=Within)


def in_calendar(filters: Callable[..., F], where: Within, calendar: Calendar) -> F:
    """The same conditions, in this calendar."""
    return filters(**structs.asdict(where), calendar=str(calendar.id))


@get("/calendars/{id:str}/events", by=anyone, shows=DATASET, refers=IN_CALENDAR)
async def calendars_events(
    db: Database, id: CalendarIdentifier, page: Page, where: EventsOfCalendar
) -> Listing[Event]:  # fmt: skip
    """List the events of a calendar, by when they first begin.

    As `/events?calendar=` has it. `/calendars/{id}.ics` is the same to subscribe to.
    """
    calendar = await terms.CALENDARS.one(db, id)
    return await listed(db, page, in_calendar(EventFilters, where, calendar))


@post("/calendars/{id:str}/import", by=role(Role.event_moderator))
async def calendars_import(
    id: CalendarIdentifier, given: Import, importer: Importer
) -> ImportReport:  # fmt: skip
    """Take the events of an iCalendar file into a calendar.

    They are approved. A repeated import changes what is different, and cancels what is not in the file any more. An
    event that cannot be taken is skipped, with the reason; all others are taken.
    """
    return await importer.take(id, given)


routes: tuple[HTTPRouteHandler, ...] = (calendars_events, calendars_import)
