"""Calendars, and the categories and locations of events."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from pydotorg.kernel.access import Role
from pydotorg.kernel.database.fulltext.words import key_of
from pydotorg.kernel.http.bodies import Rules
from pydotorg.kernel.taxonomy import NewTerm, Taxonomy, TermChange
from pydotorg.kernel.taxonomy.tagging import Tagging, uses_in
from pydotorg.kernel.text.addresses import LinkOrNothing
from pydotorg.kernel.text.markdown import html_of
from pydotorg.kernel.text.plain import Line, LineOrNothing, Markdown

from . import schemas
from .renaming import category_differs, location_differs
from .sources import ANEW
from .tables import DATASET, Calendar, CategoryOfEvent, Event, EventCategory, EventLocation
from .zones import unknown

#: what a zone must be called
ZONES: Rules = {"timezone": unknown}
ZoneName = Annotated[str, Meta(max_length=200, examples=["Europe/Amsterdam"])]
Address = Annotated[LineOrNothing, Meta(examples=["Europaplein 24"])]


class NewCalendar(NewTerm):
    """A calendar to be; its slug follows from its name."""

    read_only: ClassVar[frozenset[str]] = NewTerm.read_only | {"description_html", "agenda"}
    rules: ClassVar[Rules] = ZONES
    markdown: ClassVar[tuple[str, ...]] = ("description",)

    name: Annotated[Line, Meta(examples=["Snake days"])]
    description: Markdown = ""
    url: LinkOrNothing = ""
    timezone: Annotated[ZoneName, Meta(description="Of its events, unless they say another.")] = "UTC"


class CalendarChange(TermChange):
    """What is to be different; the slug stays, and the events stay in their zones."""

    read_only: ClassVar[frozenset[str]] = NewCalendar.read_only
    rules: ClassVar[Rules] = ZONES
    markdown: ClassVar[tuple[str, ...]] = ("description",)
    example: ClassVar[Mapping[str, Any]] = {"description": "Days for **snakes**."}

    description: Markdown | UnsetType = UNSET
    url: LinkOrNothing | UnsetType = UNSET
    timezone: ZoneName | UnsetType = UNSET


class NewLocation(NewTerm):
    """A location to be; its slug follows from its name."""

    name: Annotated[Line, Meta(examples=["Amsterdam RAI"])]
    address: Address = ""
    city: Annotated[LineOrNothing, Meta(examples=["Amsterdam"])] = ""
    country: Annotated[LineOrNothing, Meta(examples=["Netherlands"])] = ""
    url: LinkOrNothing = ""


class LocationChange(TermChange):
    """What is to be different; the slug stays."""

    example: ClassVar[Mapping[str, Any]] = {"city": "Amsterdam"}

    address: Address | UnsetType = UNSET
    city: LineOrNothing | UnsetType = UNSET
    country: LineOrNothing | UnsetType = UNSET
    url: LinkOrNothing | UnsetType = UNSET


async def columns_of_calendar(said: dict[str, Any]) -> dict[str, Any]:
    """With the HTML of what is Markdown. In another zone, what is imported may be at other times: it is read anew."""
    html = {"description_html": await html_of(said["description"])} if "description" in said else {}
    return said | html | (ANEW if "timezone" in said else {})


async def columns_of_location(said: dict[str, Any]) -> dict[str, Any]:
    """With what its country is compared by."""
    return said | ({"country_key": key_of(said["country"])} if "country" in said else {})


CALENDARS = Taxonomy(
    called="calendar", path="/calendars", dataset=DATASET, table=Calendar, shown=schemas.Calendar,
    identifier=schemas.CalendarIdentifier, moderators=Role.event_moderator, uses=uses_in(Event.calendar_id),
    new=NewCalendar, changed=CalendarChange, columns_of=columns_of_calendar,
)  # fmt: skip
CATEGORIES = Taxonomy(
    called="event category", path="/event-categories", dataset=DATASET, table=EventCategory,
    shown=schemas.EventCategory, identifier=schemas.CategoryIdentifier, moderators=Role.event_moderator,
    uses=uses_in(CategoryOfEvent.category_id), follow=category_differs,
)  # fmt: skip
LOCATIONS = Taxonomy(
    called="event location", path="/event-locations", dataset=DATASET, table=EventLocation,
    shown=schemas.EventLocation, identifier=schemas.LocationIdentifier, moderators=Role.event_moderator,
    uses=uses_in(Event.location_id), new=NewLocation, changed=LocationChange, columns_of=columns_of_location,
    follow=location_differs,
)  # fmt: skip
OF_EVENTS = Tagging(
    CATEGORIES, CategoryOfEvent, thing=CategoryOfEvent.event_id, term=CategoryOfEvent.category_id, member="categories"
)  # fmt: skip
