"""Events as the files to which people subscribe."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import select

from pydotorg.kernel.database.rows import Rows
from pydotorg.kernel.database.shapes import Shape
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.taxonomy.chosen import Chosen

from . import schemas, terms
from .filters import Within
from .ics.entries import CalendarHead, Entry
from .lifecycle import CANCELLED
from .origins import AGENDA
from .queries import IS_PUBLIC, LOCATION, demanded, happens_within
from .review import EVENTS
from .schedule import Override, schedule_in
from .tables import Event, EventLocation

EVERYTHING = CalendarHead(name="Python events", description="Events that moderators of python.org have approved.")


class Listed(Struct, frozen=True):
    """As much of an event as a calendar shows."""

    id: UUID
    uid: str
    sequence: int
    timezone: str
    starts: datetime
    ends: datetime
    all_day: bool
    rrule: str
    rdates: tuple[datetime, ...]
    exdates: tuple[datetime, ...]
    overrides: tuple[Override, ...]
    title: str
    description: str
    location: schemas.Location | None
    venue: str
    url: str
    status: str
    origin: str
    categories: list[Chosen]
    created_at: datetime
    updated_at: datetime


LISTED = Shape(Listed, Event, inside={"location": LOCATION}, lists=("categories",))
PUBLIC = (
    select(*LISTED.columns)
    .select_from(Event)
    .outerjoin(EventLocation, EventLocation.id == Event.location_id)
    .where(IS_PUBLIC)
    .order_by(Event.starts_at, Event.id)
)


async def entries_of(db: Database, where: Within) -> list[Entry]:
    """The events that meet these conditions, those that were cancelled, too.

    What is in several calendars, by its UID, is there once: as an agenda has it, or else rather as it takes place, and
    as it was changed last.
    """
    statement = PUBLIC.where(*demanded(where), *happens_within(where))
    by_uid: dict[str, Listed] = {}
    for row in await db.all(Rows(LISTED, statement)):
        by_uid[row.uid] = max(by_uid.get(row.uid, row), row, key=_precedence)
    return await _entries(db, by_uid.values())


def _precedence(row: Listed) -> tuple[bool, bool, int]:
    return row.origin == AGENDA, row.status != CANCELLED, row.sequence


async def entry_named(db: Database, identifier: str) -> list[Entry]:
    """The event with this id or slug, if it is public."""
    return await _entries(db, await db.all(Rows(LISTED, PUBLIC.where(EVENTS.names(identifier)))))


async def _entries(db: Database, rows: Collection[Listed]) -> list[Entry]:
    return [_entry(row) for row in await terms.OF_EVENTS.complete(db, rows)]


def _entry(row: Listed) -> Entry:
    return Entry(
        uid=row.uid,
        schedule=schedule_in(row),
        title=row.title,
        sequence=row.sequence,
        description=row.description,
        location=place_of(row.venue, row.location),
        url=row.url,
        categories=tuple(category.name for category in row.categories),
        cancelled=row.status == CANCELLED,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def place_of(venue: str, location: schemas.Location | None) -> str:
    """Where something is, in one line."""
    named = () if location is None else (location.name, location.address, location.city, location.country)
    return ", ".join(filter(None, (venue, *named)))


def head_of(calendar: schemas.Calendar) -> CalendarHead:
    """What the file of a calendar says of itself."""
    return CalendarHead(name=calendar.name, description=calendar.description, url=calendar.url)
