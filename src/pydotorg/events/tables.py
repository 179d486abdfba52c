"""Events, when they happen, and where and in which calendars they are, as they are stored."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import asdict
from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel.database.columns import (
    Base,
    Encoded,
    WallDateTime,
    bookkeeping,
    dataset,
    derived,
    partial_index,
)
from pydotorg.kernel.database.fulltext.words import KEY_CHARACTERS_MAX
from pydotorg.kernel.fetching import ADDRESS_CHARACTERS_MAX, VALIDATOR_CHARACTERS_MAX
from pydotorg.kernel.review.columns import IS_APPROVED, Reviewed, reviewed
from pydotorg.kernel.taxonomy import Term

from .ics.entries import UID_CHARACTERS_MAX
from .lifecycle import LIFECYCLE
from .schedule import Override, Schedule, schedule_in

DATASET = "events"
DIGEST_CHARACTERS = 32
#: what takes more than that is `long`
LONG = timedelta(days=1)
#: by what occurrences are listed, and what is asked of each
BY_START = ("starts_at", "event_id", "recurrence_id", "ends_at")


class Calendar(Term):
    """Events that belong together, to subscribe to."""

    __tablename__ = "calendar"
    __table_args__ = (dataset(DATASET),)

    description: Mapped[str]
    description_html: Mapped[str] = bookkeeping()
    url: Mapped[str] = mapped_column(String(500))
    timezone: Mapped[str] = mapped_column(String(64))
    #: from where it was last imported, what that said of the version that it sent, and how often files were taken
    source: Mapped[str] = bookkeeping(String(ADDRESS_CHARACTERS_MAX), default="")
    source_etag: Mapped[str] = bookkeeping(String(VALIDATOR_CHARACTERS_MAX), default="")
    source_last_modified: Mapped[str] = bookkeeping(String(VALIDATOR_CHARACTERS_MAX), default="")
    imports: Mapped[int] = bookkeeping(default=0)
    #: why nobody decides about its events, if they are kept the same as an agenda: then it takes no others
    agenda: Mapped[str] = bookkeeping(default="")


class EventCategory(Term):
    """What events are, such as conferences; an event has any number."""

    __tablename__ = "event_category"
    __table_args__ = (dataset(DATASET),)


class EventLocation(Term):
    """Where events are."""

    __tablename__ = "event_location"
    __table_args__ = (dataset(DATASET),)

    address: Mapped[str] = mapped_column(String(500))
    city: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(500))
    country_key: Mapped[str] = bookkeeping(String(KEY_CHARACTERS_MAX), index=True)


class Event(Reviewed):
    """An event, with all times at which it happens."""

    __tablename__ = "event"
    __table_args__ = (
        *reviewed("event", LIFECYCLE),
        UniqueConstraint("calendar_id", "uid"),
        Index("event_of_calendar", "calendar_id", "starts_at", "id"),
        partial_index("event_by_start", "starts_at", "id", where=IS_APPROVED),
        partial_index("event_featured", "id", where="featured"),
        dataset(DATASET),
    )  # fmt: skip

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str]
    description_html: Mapped[str] = bookkeeping()
    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("calendar.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_location.id"), index=True)
    #: where it is, in words
    venue: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(String(500))
    featured: Mapped[bool]
    timezone: Mapped[str] = mapped_column(String(64))
    starts: Mapped[datetime] = mapped_column(WallDateTime)
    ends: Mapped[datetime] = mapped_column(WallDateTime)
    all_day: Mapped[bool]
    rrule: Mapped[str] = mapped_column(String(500))
    rdates: Mapped[tuple[datetime, ...]] = mapped_column(Encoded(tuple[datetime, ...]))
    exdates: Mapped[tuple[datetime, ...]] = mapped_column(Encoded(tuple[datetime, ...]))
    overrides: Mapped[tuple[Override, ...]] = mapped_column(Encoded(tuple[Override, ...]))
    #: by which calendars know it, in whatever version
    uid: Mapped[str] = mapped_column(String(UID_CHARACTERS_MAX))
    #: the number of its version, and what subscribers were shown of that
    sequence: Mapped[int] = bookkeeping(BigInteger)
    digest: Mapped[str] = bookkeeping(String(DIGEST_CHARACTERS))
    #: what it is kept the same as, if anything, and what becomes of it by that
    origin: Mapped[str] = mapped_column(String(20))
    there: Mapped[str] = mapped_column(String(20), default="")
    #: whether it was cancelled here, whatever is said there
    cancelled_here: Mapped[bool] = mapped_column(default=False)
    #: its first occurrence
    starts_at: Mapped[datetime] = bookkeeping()
    ends_at: Mapped[datetime] = bookkeeping()

    @property
    def schedule(self) -> Schedule:
        """When it happens."""
        return schedule_in(self)


class CategoryOfEvent(Base):
    """That an event is of a category."""

    __tablename__ = "category_of_event"
    __table_args__ = (dataset(DATASET),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("event_category.id"), primary_key=True, index=True)


class Occurrence(Base):
    """One time at which an event happens, within the years that are written down."""

    __tablename__ = "occurrence"
    __table_args__ = (
        Index("occurrence_of_event", "event_id", "ends_at", "starts_at"),
        partial_index("occurrence_ending", "ends_at", "starts_at", where="shown"),
        partial_index("occurrence_short", *BY_START, where="shown and not long"),
        partial_index("occurrence_long", *BY_START, where="shown and long"),
        derived(),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    recurrence_id: Mapped[datetime] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: if it is another than the event's
    title: Mapped[str] = mapped_column(String(200))
    #: whether its event is approved
    shown: Mapped[bool]
    #: whether it takes more than a day: of those, what runs now may have begun long ago
    long: Mapped[bool]


def columns_of(schedule: Schedule) -> dict[str, Any]:
    """The columns of an event that happens then."""
    return asdict(schedule) | {"starts_at": schedule.starts_at, "ends_at": schedule.ends_at}
