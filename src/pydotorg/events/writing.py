"""Events: written and changed by their owners, or by moderators."""

from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import said
from pydotorg.kernel.http.errors import Conflict, Fault
from pydotorg.kernel.review.desk import Desk
from pydotorg.kernel.review.writing import (
    Columns,
    apply,
    begin,
    columns_of,
    demand_features,
    differing,
    draft,
    html_columns_of,
    take_to_change,
)
from pydotorg.kernel.taxonomy.choosing import Choosing

from . import tables, terms
from .bodies import MARKDOWN, PLAIN, EventChange, NewEvent
from .happening import write_occurrences
from .review import EVENTS
from .schedule import Fault as TimeFault
from .tables import Calendar, Event
from .times import MEMBERS, schedule_of


async def make(db: Database, new: NewEvent, caller: Caller) -> UUID:
    """Make a draft."""
    await begin(db, EVENTS, caller)
    choosing = Choosing(db)
    calendar = await choosing.one(terms.CALENDARS, "calendar", new.calendar)
    categories = await choosing.many(terms.CATEGORIES, "categories", new.categories)
    location = None if new.location is None else await choosing.one(terms.LOCATIONS, "location", new.location)
    faults: list[TimeFault] = []
    schedule = schedule_of(said(new, MEMBERS), None, await _zone_of(db, calendar), faults)
    choosing.faults += in_body(faults)
    choosing.demand_faultless()
    columns = columns_of(new, PLAIN, markdown=MARKDOWN)
    made = draft(EVENTS, caller, new.title)
    event = Event(
        **made, **columns, **await html_columns_of(columns, MARKDOWN), **tables.columns_of(schedule),
        calendar_id=calendar, location_id=location, featured=False, uid=str(made["id"]), sequence=0, digest="",
        origin="",
    )  # fmt: skip
    db.add(event)
    await db.flush()
    await terms.OF_EVENTS.give(db, event.id, categories)
    await write_occurrences(db, event)
    return event.id


async def _zone_of(db: Database, calendar: UUID | None) -> str:
    found = await db.fetch(select(Calendar.timezone).where(Calendar.id == calendar))
    return found[0][0] if found else "UTC"


def in_body(faults: list[TimeFault]) -> list[Fault]:
    """What is wrong with when it happens, as faults of a body."""
    return [Fault(member, "body", message) for member, message in faults]


async def change(db: Database, desk: Desk, identifier: str, change: EventChange, caller: Caller) -> UUID:
    """Change what an event says; an approved one waits for review then, unless a moderator changes it."""
    event = await take_to_change(db, EVENTS, identifier, caller)
    demand_features(EVENTS, caller, change.featured)
    different, categories = await _different(db, event, change)
    if different.keys() - {"featured"} or categories is not None:
        EVENTS.demand_ours(event, "change")
    columns = {**different, **await html_columns_of(different, MARKDOWN)}
    await apply(db, desk, EVENTS, event, caller, columns, categories, keeps_state=EVENTS.is_moderator(caller))
    return event.id


async def _different(db: Database, event: Event, change: EventChange) -> tuple[Columns, set[UUID] | None]:
    """What a change makes different: columns, and the categories if they do."""
    given = columns_of(change, (*PLAIN, "featured"), markdown=MARKDOWN)
    had = await terms.OF_EVENTS.terms(db, event.id)
    faults: list[TimeFault] = []
    schedule = schedule_of(said(change, MEMBERS), event.schedule, event.timezone, faults)
    choosing = Choosing(db, in_body(faults))
    if change.calendar is not UNSET:
        given["calendar_id"] = await choosing.one(terms.CALENDARS, "calendar", change.calendar, {event.calendar_id})
    if change.location is not UNSET:
        kept = {event.location_id} if event.location_id else set()
        name = change.location
        given["location_id"] = name and await choosing.one(terms.LOCATIONS, "location", name, kept)
    names = change.categories
    categories = had if names is UNSET else await choosing.many(terms.CATEGORIES, "categories", names, had)
    choosing.demand_faultless()
    different = differing(event, given | tables.columns_of(schedule))
    if "calendar_id" in different:
        await _demand_movable(db, event, different["calendar_id"])
    return different, None if categories == had else categories


async def _demand_movable(db: Database, event: Event, calendar: UUID) -> None:
    """Refuse another calendar to what would come back in its own, and to what the other has."""
    if event.origin == "import":
        raise Conflict("This event stays in its calendar: the next import would bring it back there.", "calendar")
    same = select(Event.slug).where(Event.calendar_id == calendar, Event.uid == event.uid)
    if found := (await db.execute(same)).scalar_one_or_none():
        raise Conflict(f"That calendar has this event already, as {found}.", "calendar", slug=found)
