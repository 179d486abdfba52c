"""Events as clients see them."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from pydotorg.kernel.review.fields import concerning
from pydotorg.kernel.taxonomy import Named
from pydotorg.kernel.taxonomy.chosen import Chosen, such_as
from pydotorg.kernel.text.addresses import LinkOrNothing
from pydotorg.kernel.text.plain import HTML, Time

EventIdentifier = Annotated[str, Meta(description="Id or slug of an event.", examples=["snake-day-5fa3b2c1"])]
CalendarIdentifier = Annotated[str, Meta(description="Id or slug of a calendar.", examples=["python-events-calendar"])]
CategoryIdentifier = Annotated[str, Meta(description="Id or slug of an event category.", examples=["conference"])]
LocationIdentifier = Annotated[str, Meta(description="Id or slug of an event location.", examples=["amsterdam-rai"])]
Status = Annotated[
    Literal["draft", "review", "approved", "rejected", "cancelled"], Meta(title="EventStatus", examples=["approved"])
]
ZoneName = Annotated[
    str, Meta(description="The zone in whose time it is meant (tz database).", examples=["Europe/Amsterdam"])
]
Wall = Annotated[datetime, Meta(tz=False, examples=["2027-03-27T09:00:00"])]
Description = Annotated[str, Meta(description="Markdown.", examples=["A day for **snakes**."])]
Link = Annotated[LinkOrNothing, Meta(description="Where there is more.", examples=["https://example.org/snake-day"])]
Address = Annotated[str, Meta(examples=["Europaplein 24"])]
City = Annotated[str, Meta(examples=["Amsterdam"])]
Country = Annotated[str, Meta(examples=["Netherlands"])]
Title = Annotated[str, Meta(examples=["Snake day"])]
HTMLOfDescription = Annotated[HTML, Meta(examples=["<p>A day for <strong>snakes</strong>.</p>\n"])]
#: of one that comes with the snapshot
CALENDAR_ID = "00000000-0000-70d1-aefb-00f7f8de4f27"


class Calendar(Named, frozen=True):
    """A calendar; nothing new goes into one that is not active, or has an agenda."""

    surrogate_key: ClassVar[str] = "calendar:{0.id}"

    id: Annotated[UUID, Meta(examples=[CALENDAR_ID])]
    name: Annotated[str, Meta(examples=["Python Events Calendar"])]
    slug: Annotated[str, Meta(examples=["python-events-calendar"])]
    description: Annotated[str, Meta(description="Markdown.", examples=[""])]
    description_html: Annotated[HTML, Meta(examples=[""])]
    url: Annotated[LinkOrNothing, Meta(description="Where there is more.", examples=[""])]
    timezone: Annotated[str, Meta(description="The zone of its events, unless they say another.", examples=["UTC"])]
    agenda: Annotated[str, Meta(description="Why nobody writes its events, if nobody does.", examples=[""])]

    @property
    def refusal(self) -> str:
        """Its agenda says all that is in it."""
        return f"{self.name} takes no other events" if self.agenda else super().refusal


class EventCategory(Named, frozen=True):
    """What events are; one that is not active cannot be chosen any more."""

    surrogate_key: ClassVar[str] = "event-category:{0.id}"

    id: UUID
    name: Annotated[str, Meta(examples=["Conference"])]
    slug: Annotated[str, Meta(examples=["conference"])]


class EventLocation(Named, frozen=True):
    """Where events are; one that is not active cannot be chosen any more."""

    surrogate_key: ClassVar[str] = "event-location:{0.id}"

    id: UUID
    name: Annotated[str, Meta(examples=["Amsterdam RAI"])]
    slug: Annotated[str, Meta(examples=["amsterdam-rai"])]
    address: Address
    city: City
    country: Country
    url: Annotated[LinkOrNothing, Meta(examples=["https://example.org/rai"])]


class Location(Chosen, frozen=True):
    """Where an event is."""

    address: Address
    city: City
    country: Country


class Span(Struct, frozen=True):
    """When an occurrence begins and ends."""

    starts_at: Annotated[Time, Meta(examples=["2027-03-27T08:00:00Z"])]
    ends_at: Annotated[Time, Meta(description="Exclusive.", examples=["2027-03-27T16:00:00Z"])]


class Event(Struct, frozen=True):
    """An event, as everybody may see it."""

    id: UUID
    slug: Annotated[str, Meta(description="A name that no other event has; it stays.", examples=["snake-day-5fa3b2c1"])]
    title: Title
    description: Description
    calendar: Annotated[Chosen, such_as("Python Events Calendar", "python-events-calendar", id=CALENDAR_ID)]
    categories: list[Annotated[Chosen, such_as("Conference", "conference")]]
    location: Annotated[
        Location | None,
        such_as("Amsterdam RAI", "amsterdam-rai", address="Europaplein 24", city="Amsterdam", country="Netherlands"),
    ]
    venue: Annotated[str, Meta(description="Where it is, in words.", examples=["Hall 2"])]
    url: Link
    featured: Annotated[bool, Meta(description="Whether moderators recommend it.", examples=[True])]
    status: Status
    timezone: ZoneName
    starts_at: Annotated[Time, Meta(description="When it first begins.", examples=["2027-03-27T08:00:00Z"])]
    ends_at: Annotated[
        Time, Meta(description="When its first occurrence ends; exclusive.", examples=["2027-03-27T16:00:00Z"])
    ]
    starts: Annotated[Wall, Meta(description="`starts_at`, as the clocks of its zone show it.")]
    ends: Annotated[Wall, Meta(description="`ends_at`, likewise.", examples=["2027-03-27T17:00:00"])]
    all_day: Annotated[bool, Meta(description="Whether it takes whole days, from midnight to midnight in its zone.")]
    rrule: Annotated[
        str,
        Meta(
            description="The rule by which it recurs (RFC 5545); empty if there is none.",
            examples=["FREQ=YEARLY;COUNT=5"],
        ),
    ]
    next_occurrence: Annotated[Span, Meta(description="What runs now, or begins next; null if nothing does.")] | None
    published_at: Annotated[Time, Meta(description="When it was approved last; null before.")] | None
    created_at: Time
    updated_at: Time


@concerning
class EventDetail(Event, frozen=True):
    """All of an event; what is not for everybody is there for its owner and for moderators only."""

    description_html: HTMLOfDescription
    rdates: Annotated[
        list[Wall], Meta(description="Starts beside those of the rule.", examples=[["2027-10-09T09:00:00"]])
    ]
    exdates: Annotated[
        list[Wall],
        Meta(description="Starts of the rule at which it does not happen.", examples=[["2028-03-27T09:00:00"]]),
    ]
    overrides: Annotated[list["Difference"], Meta(description="Occurrences that differ from the others.")]
    uid: Annotated[
        str, Meta(description="By which calendars know it.", examples=["01999853-9800-7a4c-8d33-b3adba5eab68"])
    ]
    sequence: Annotated[int, Meta(description="Of the version that calendars show; it grows.", examples=[0])]


class Difference(Struct, frozen=True):
    """How one occurrence differs from the others, as stored overrides say it; what is null is as with the others."""

    recurrence_id: Annotated[
        Wall, Meta(description="When it would begin by the rule.", examples=["2029-03-27T09:00:00"])
    ]
    cancelled: Annotated[bool, Meta(description="Whether it does not happen.")]
    starts: Annotated[Wall, Meta(examples=["2029-03-27T10:00:00"])] | None
    ends: Annotated[Wall, Meta(examples=["2029-03-27T18:00:00"])] | None
    title: Annotated[str, Meta(examples=["Snake day and night"])] | None
    description: Description | None
    url: Link | None
    venue: (
        Annotated[str, Meta(description="Where it is, in words; no filter looks for it.", examples=["Hall 2"])] | None
    )


class EventOccurrence(Struct, frozen=True):
    """One time at which an event happens."""

    event: "EventName"
    title: Annotated[str, Meta(description="The event's, unless this occurrence has another.", examples=["Snake day"])]
    starts_at: Annotated[Time, Meta(examples=["2027-03-27T08:00:00Z"])]
    ends_at: Annotated[Time, Meta(description="Exclusive.", examples=["2027-03-27T16:00:00Z"])]
    timezone: ZoneName
    all_day: bool
    recurrence_id: Annotated[
        Time, Meta(description="When it begins by the rule, even if it was moved.", examples=["2027-03-27T08:00:00Z"])
    ]


class EventName(Struct, frozen=True):
    """The event of an occurrence."""

    id: UUID
    slug: Annotated[str, Meta(examples=["snake-day-5fa3b2c1"])]
    title: Title
    calendar: Annotated[str, Meta(description="The slug of its calendar.", examples=["python-events-calendar"])]
