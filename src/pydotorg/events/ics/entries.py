"""Events and calendars, as iCalendar sees them."""

from datetime import datetime, timedelta

from msgspec import Struct

from pydotorg.events.schedule import Schedule

#: as much of a UID as is kept; of a longer one, a digest
UID_CHARACTERS_MAX = 255
#: what of an entry an occurrence may have otherwise, and what an override calls it
OVERRIDABLE = {"title": "title", "description": "description", "url": "url", "location": "venue"}


class CalendarHead(Struct, frozen=True, kw_only=True):
    """What a file says of itself."""

    name: str
    description: str = ""
    #: where people read about it
    url: str = ""
    #: how long subscribers may wait before they ask again
    refresh: timedelta = timedelta(hours=1)


class Entry(Struct, frozen=True, kw_only=True):
    """One event with all of its occurrences."""

    uid: str
    schedule: Schedule
    title: str
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    cancelled: bool = False
    #: None where the one who wrote it does not say
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Remark(Struct, frozen=True):
    """Something about an event in the file, for whoever maintains the calendar."""

    #: the event's UID, or where it stands in the file
    place: str
    title: str
    reason: str
