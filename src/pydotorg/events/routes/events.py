"""`/api/v1/events`: what there is, what comes next, and how events are written."""

from litestar.handlers import HTTPRouteHandler

from pydotorg.events import queries, terms
from pydotorg.events.bodies import EventChange, NewEvent
from pydotorg.events.filters import EventFilters, FeaturedFilters, OccurrenceFilters, UpcomingFilters
from pydotorg.events.schemas import Event, EventDetail, EventIdentifier, EventOccurrence
from pydotorg.events.tables import DATASET
from pydotorg.events.views import VIEWS
from pydotorg.events.writing import AUTHORING
from pydotorg.kernel.access import Caller, Scope, anyone, signed_in
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden, TooManyRequests
from pydotorg.kernel.http.operations import PRIVATE, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created
from pydotorg.kernel.http.signatures import Refers
from pydotorg.kernel.review.desk import Desk

IN_CALENDAR: Refers = {"category": terms.OF_EVENTS.unknown, "location": terms.LOCATIONS.unknown}
REFERS: Refers = {**IN_CALENDAR, "calendar": terms.CALENDARS.unknown}


@get("/events", by=anyone, shows=DATASET, refers=REFERS)
async def events_list(db: Database, page: Page, where: EventFilters) -> Listing[Event]:
    """List events, by when they first begin.

    Those that moderators have approved, each once, however often it happens; `from` and `to` are about all of its
    occurrences. Filters can be combined: an event must pass all of them. `/events.ics` is the same to subscribe to.
    """
    return await listed(db, page, where)


async def listed(db: Database, page: Page, where: EventFilters) -> Listing[Event]:
    """A page of events."""
    await db.heed(queries.ENDS_NEXT)
    listing = await page.of(db, queries.listed(where))
    await terms.OF_EVENTS.complete(db, listing.items)
    return listing


@get("/events/upcoming", by=anyone, shows=DATASET, refers=REFERS)
async def events_upcoming(db: Database, page: Page, where: UpcomingFilters) -> Listing[Event]:
    """List what happens from now on, soonest first.

    Each event with one of its occurrences, in `next_occurrence`; so an event may be there more than once. What runs now
    is there until it ends, and what begins within two years.
    """
    return await _soon(db, page, where)


@get("/events/featured", by=anyone, shows=DATASET, refers=REFERS)
async def events_featured(db: Database, page: Page, where: FeaturedFilters) -> Listing[Event]:
    """List what happens from now on of what moderators recommend, soonest first.

    As `/events/upcoming` has it.
    """
    return await _soon(db, page, where.upcoming())


async def _soon(db: Database, page: Page, where: UpcomingFilters) -> Listing[Event]:
    await db.heed(queries.ENDS_NEXT)
    found = await page.of(db, queries.upcoming(where))
    return Listing(await queries.events_of(db, found.items), found.total, found.page)


@get("/event-occurrences", by=anyone, shows=DATASET, refers=REFERS)
async def event_occurrences_list(db: Database, page: Page, where: OccurrenceFilters) -> Listing[EventOccurrence]:
    """List when events happen, by start.

    What overlaps the time between `from` and `to`, or, without `from`, what has not ended yet. Of events that recur,
    the occurrences from a year ago to two years ahead are known, and at least the next one.
    """
    if where.since is None:
        await db.heed(queries.ENDS_NEXT)
    found = await page.of(db, queries.occurrences(where))
    return Listing(await queries.named_of(db, found.items), found.total, found.page)


@get("/events/{id:str}", by=anyone, shows=PRIVATE)
async def events_get(db: Database, id: EventIdentifier, caller: Caller) -> EventDetail:
    """Get an event, by id or slug.

    One that was never approved is there for its owner and for moderators only, and so are some members of all others.
    `/events/{id}.ics` is what calendars read of it.
    """
    return await VIEWS.one(db, id, caller)


@post("/events", by=signed_in(Scope.events_write), of=events_get, raises=(TooManyRequests,))
async def events_create(db: Database, new: NewEvent, caller: Caller) -> Created[EventDetail]:
    """Write an event.

    It is a draft, which its owner and moderators alone see, until it is submitted and approved. Times without an offset
    are as clocks in its zone show them: an event that recurs stays at nine when summer time begins.
    """
    id = await AUTHORING.make(db, new, caller)
    return Created(await VIEWS.one(db, str(id), caller), f"/api/v1/events/{id}")


@patch("/events/{id:str}", by=signed_in(Scope.events_write), of=events_get, raises=(Forbidden, TooManyRequests))
async def events_change(
    db: Database, id: EventIdentifier, change: EventChange, caller: Caller, desk: Desk
) -> EventDetail:  # fmt: skip
    """Change an event.

    Its owner changes it while it is a draft, in review, rejected or approved; then it waits for review again. What
    moderators change does not. Subscribers see a new version of the same event.
    """
    changed = await AUTHORING.change(db, desk, id, change, caller)
    return await VIEWS.one(db, str(changed), caller)


routes: tuple[HTTPRouteHandler, ...] = (
    events_list, events_upcoming, events_featured, event_occurrences_list, events_get, events_create, events_change,
)  # fmt: skip
