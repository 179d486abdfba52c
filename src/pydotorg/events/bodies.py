"""What is said of an event by who writes it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType, field

from pydotorg.kernel.http.bodies import Body, Check, Relation, Rules
from pydotorg.kernel.taxonomy import Taxonomy
from pydotorg.kernel.taxonomy.choosing import in_use, known
from pydotorg.kernel.text.addresses import LinkOrNothing
from pydotorg.kernel.text.plain import Line, LineOrNothing, Markdown

from . import terms
from .rules import RULE_CHARACTERS_MAX
from .schedule import Fault
from .schemas import EventDetail
from .times import MEMBERS, RULES, Overrides, SeveralSaid, WhenSaid, schedule_of

Name = Annotated[str, Meta(max_length=200)]
CalendarName = Annotated[Name, Meta(description="Id or slug.", examples=["python-events-calendar"])]
CategoryNames = Annotated[list[Name], Meta(max_length=20, description="Ids or slugs.", examples=[["conference"]])]
LocationName = Annotated[Name, Meta(description="Id or slug.", examples=["amsterdam-rai"])]
Title = Annotated[Line, Meta(examples=["Snake day"])]
Description = Annotated[Markdown, Meta(examples=["A day for **snakes**."])]
Venue = Annotated[LineOrNothing, Meta(description="Where it is, in words.", examples=["Hall 2"])]
Starts = Annotated[WhenSaid, Meta(description="When it first begins.")]
Ends = Annotated[
    WhenSaid,
    Meta(
        description="When its first occurrence ends; exclusive, so the day after the last of whole days. Without it, "
        "it takes one day or, if it is at a time, no time.",
        examples=["2027-03-27T17:00:00"],
    ),
]
Rule = Annotated[
    str,
    Meta(
        max_length=RULE_CHARACTERS_MAX, description="The rule by which it recurs (RFC 5545).",
        examples=["FREQ=YEARLY;COUNT=5"],
    ),
]  # fmt: skip

#: what a new event names must be in use; what a change names may be what the event has
TERMS: Mapping[str, Taxonomy[Any]] = {
    "calendar": terms.CALENDARS, "categories": terms.CATEGORIES, "location": terms.LOCATIONS,
}  # fmt: skip
MARKDOWN = ("description",)
PLAIN = ("title", "description", "venue", "url")


def faults_of_times(*said: Any) -> Iterable[tuple[str, str]]:
    """What is wrong with when it happens, as far as that can be told before anybody knows its calendar's zone."""
    given = {name: value for name, value in zip(MEMBERS, said, strict=True) if value is not UNSET}
    faults: list[Fault] = []
    schedule_of(given, None, None, faults)
    return faults


class NewEvent(Body):
    """An event to be: a draft, until it is submitted."""

    read_only: ClassVar[frozenset[str]] = frozenset(EventDetail.__struct_fields__) - {*PLAIN, *TERMS, *MEMBERS}
    references: ClassVar[Mapping[str, Check]] = in_use(TERMS)
    rules: ClassVar[Rules] = RULES
    markdown: ClassVar[tuple[str, ...]] = MARKDOWN
    relations: ClassVar[tuple[Relation, ...]] = (Relation(MEMBERS, faults_of_times),)
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Snake day", "description": "A day for **snakes**.", "calendar": "python-events-calendar",
        "venue": "Hall 2", "url": "https://example.org/snake-day", "timezone": "Europe/Amsterdam",
        "starts_at": "2027-03-27T09:00:00", "ends_at": "2027-03-27T17:00:00", "rrule": "FREQ=YEARLY;COUNT=5",
    }  # fmt: skip

    title: Title
    calendar: CalendarName
    starts_at: Starts
    ends_at: Ends | UnsetType = UNSET
    timezone: Annotated[terms.ZoneName, Meta(description="Without it, its calendar's.")] | UnsetType = UNSET
    all_day: bool = False
    rrule: Rule = ""
    rdates: Annotated[SeveralSaid, Meta(description="Starts beside those of the rule.")] = field(default_factory=list)
    exdates: Annotated[SeveralSaid, Meta(description="Starts of the rule that are left out.")] = field(
        default_factory=list
    )
    overrides: Annotated[Overrides, Meta(description="Occurrences that differ.")] = field(default_factory=list)
    description: Description = ""
    categories: CategoryNames = field(default_factory=list)
    location: LocationName | None = None
    venue: Venue = ""
    url: LinkOrNothing = ""


class EventChange(Body):
    """What is to be different; what is not named stays, and so does the slug. Only moderators set `featured`."""

    finds_mentioned: ClassVar[bool] = True
    read_only: ClassVar[frozenset[str]] = NewEvent.read_only - {"featured"}
    references: ClassVar[Mapping[str, Check]] = known(TERMS)
    rules: ClassVar[Rules] = RULES
    markdown: ClassVar[tuple[str, ...]] = MARKDOWN
    example: ClassVar[Mapping[str, Any]] = {"venue": "Hall 3"}

    title: Title | UnsetType = UNSET
    calendar: CalendarName | UnsetType = UNSET
    starts_at: Starts | UnsetType = UNSET
    ends_at: Ends | UnsetType = UNSET
    timezone: Annotated[terms.ZoneName, Meta(description="Its times stay as clocks show them.")] | UnsetType = UNSET
    all_day: bool | UnsetType = UNSET
    rrule: Rule | UnsetType = UNSET
    rdates: SeveralSaid | UnsetType = UNSET
    exdates: SeveralSaid | UnsetType = UNSET
    overrides: Overrides | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    categories: CategoryNames | UnsetType = UNSET
    location: LocationName | UnsetType | None = UNSET
    venue: Venue | UnsetType = UNSET
    url: LinkOrNothing | UnsetType = UNSET
    featured: bool | UnsetType = UNSET
