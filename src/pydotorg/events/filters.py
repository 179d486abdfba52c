"""Which events are asked for."""

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta, field, structs

from pydotorg.kernel.http.query import Query
from pydotorg.kernel.text.moments import NEVER, DayOrTime, moment_of
from pydotorg.kernel.text.plain import SearchText, SearchWords

Featured = Annotated[bool, Meta(description="Only what moderators recommend, or only the rest.")]
InCalendar = Annotated[SearchText, Meta(description="In this calendar.", examples=["python-events-calendar"])]
AtLocation = Annotated[
    SearchText, Meta(description="At this location, whatever single occurrences say.", examples=["amsterdam-rai"])
]
InCountry = Annotated[
    SearchText, Meta(description="In this country, whatever single occurrences say.", examples=["Netherlands"])
]


class Asked(Query, frozen=True):
    """Events of whatever calendar is asked for otherwise, and whenever they are."""

    category: Annotated[
        tuple[SearchText, ...], Meta(description="Of this category, or one of several.", examples=[["conference"]])
    ] = ()
    location: AtLocation | None = None
    country: InCountry | None = None
    q: SearchWords | None = None


class FeaturedFilters(Asked, frozen=True):
    """Of which events that moderators recommend."""

    calendar: InCalendar | None = None

    def upcoming(self) -> "UpcomingFilters":
        """The same, as `/events/upcoming` would be asked."""
        return UpcomingFilters(**structs.asdict(self), featured=True)


class UpcomingFilters(FeaturedFilters, frozen=True):
    """Of which events the occurrences are listed."""

    featured: Featured | None = None


class Within(Asked, frozen=True):
    """The same, within a time."""

    featured: Featured | None = None
    since: Annotated[DayOrTime, Meta(description="What has not ended by this day or time.")] | None = field(
        name="from", default=None
    )
    until: Annotated[DayOrTime, Meta(description="What begins before it.", examples=["2027-10-09"])] | None = field(
        name="to", default=None
    )

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """What the parameters say against each other."""
        said = {name: text for name, text in (("from", self.since), ("to", self.until)) if text is not None}
        moments = {name: moment_of(text) for name, text in said.items()}
        yield from ((name, NEVER) for name, moment in moments.items() if moment is None)
        since, until = moments.get("from"), moments.get("to")
        if since and until and until < since:
            yield "to", "must not be before `from`"


class OccurrenceFilters(Within, frozen=True):
    """Which occurrences."""

    calendar: InCalendar | None = None


class EventsOfCalendar(Within, frozen=True):
    """Which events of a calendar."""

    status: Annotated[
        Literal["approved", "cancelled"], Meta(title="PublicStatus", description="What happens, or was cancelled.")
    ] = "approved"


class EventFilters(EventsOfCalendar, frozen=True):
    """Which events."""

    calendar: InCalendar | None = None
