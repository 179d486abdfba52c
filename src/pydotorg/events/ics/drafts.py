"""One VEVENT by itself, understood as far as that goes without the others of its UID."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.parser.property import split_on_unescaped_comma
from msgspec import Struct
from msgspec.structs import replace

from pydotorg.events.rules import Unreadable, written_rule
from pydotorg.events.schedule import Override, Schedule
from pydotorg.events.zones import instant, wall
from pydotorg.kernel.text.addresses import URL_PATTERN

from .entries import Entry
from .foreign_zones import ForeignZones
from .lines import Component
from .values import Property, Stated, Unusable, lasts, line, moment, prose, unescaped
from .values import stated as stated_anywhen

TITLE_CHARACTERS_MAX = 200
LOCATION_CHARACTERS_MAX = 200
CATEGORY_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 100_000
URL_CHARACTERS_MAX = 500
UID_CHARACTERS_MAX = 255
CATEGORIES_MAX = 20
UNTITLED = "Untitled event"
A_DAY = timedelta(days=1)
#: outside of these years, zones' clocks cannot be computed with
YEARS_UNDERSTOOD = range(1900, 2301)
CHANGES_ALL_AFTER = "It changes all occurrences from one on (RANGE=THISANDFUTURE), which cannot be kept."


class Draft(Struct, kw_only=True):
    """An event that may be the whole of its UID, or one occurrence of it."""

    #: its UID, or where it stands if it has none
    place: str
    component: Component
    zones: ForeignZones
    uid: str
    title: str
    sequence: int
    created_at: datetime | None
    updated_at: datetime | None
    cancelled: bool
    #: what it says of itself; what it does not name is not there
    texts: dict[str, Any]
    #: what was dropped or cut, as sentences
    altered: list[str]

    @property
    def version(self) -> tuple[int, float]:
        """What is greater in a newer one."""
        return self.sequence, self.updated_at.timestamp() if self.updated_at else 0

    @property
    def is_private(self) -> bool:
        """Whether who wrote it does not want everybody to see it (RFC 5545 3.8.1.3)."""
        return self.component.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL")

    @property
    def changes_all_after(self) -> bool:
        """Whether it stands for all occurrences from one on."""
        original = self.component.first("RECURRENCE-ID")
        return original is not None and bool(original.parameters.get("RANGE"))

    def overridden(self) -> Stated | None:
        """The start of the occurrence that it is, if it is one. Raises Unusable."""
        original = self.component.first("RECURRENCE-ID")
        if original is None:
            return None
        if self.changes_all_after:
            raise Unusable(CHANGES_ALL_AFTER)
        return stated(original)[0]


def draft(component: Component, zones: ForeignZones) -> Draft:
    """What a VEVENT says, its times apart: `schedule` and `override` read those."""
    altered: list[str] = []
    texts = _texts(component, altered)
    sequence = component.text("SEQUENCE")
    return Draft(
        place=line(component.text("UID"), UID_CHARACTERS_MAX) or f"line {component.line}",
        component=component,
        zones=zones,
        uid=_uid(component),
        title=texts.get("title") or UNTITLED,
        sequence=int(sequence) if re.fullmatch(r"\d{1,9}", sequence, re.ASCII) else 0,
        created_at=moment(component.first("CREATED")),
        updated_at=moment(component.first("LAST-MODIFIED")) or moment(component.first("DTSTAMP")),
        cancelled=component.text("STATUS").upper() == "CANCELLED",
        texts=texts,
        altered=altered,
    )


def schedule(draft: Draft) -> Schedule:
    """When all of it happens; not yet checked for faults. Raises Unusable."""
    component, zones = draft.component, draft.zones
    _demand_complete(component)
    if draft.is_private:
        raise Unusable("It is not for everybody (CLASS:PRIVATE or CONFIDENTIAL).")
    if component.first("EXRULE"):
        raise Unusable("It has an EXRULE, which RFC 5545 no longer knows.")
    begin = _start(component)
    once = Schedule(
        timezone=zones.place(begin).key, starts=begin.time, ends=_end(component, begin, zones), all_day=begin.is_day
    )
    rdates, longer = _rdates(component, once, zones)
    return replace(
        once,
        rrule=_rule(component, once),
        rdates=rdates,
        exdates=_dates(component, "EXDATE", once, zones),
        overrides=longer,
    )


def override(draft: Draft, original: Stated, entry: Entry) -> Override:
    """The occurrence that a draft is, with what differs from its event. Raises Unusable."""
    component, zones, whole = draft.component, draft.zones, entry.schedule
    _demand_complete(component)
    recurrence_id = _within(original, whole, zones)
    begin = _start(component)
    if begin.is_day != whole.all_day:
        raise Unusable("It is a whole day among times of day, or the other way round.")
    starts = _within(begin, whole, zones)
    there, ends = zones.place(begin), _end(component, begin, zones)
    if whole.all_day:
        as_long = ends - starts == whole.ends - whole.starts
    else:
        as_long = _length(component, begin, ends, there) == whole.ends_at - whole.starts_at
        ends = ends if there is whole.place else wall(instant(ends, there), whole.place)
    texts = {name: text for name, text in draft.texts.items() if name != "categories"}
    return Override(
        recurrence_id=recurrence_id,
        cancelled=draft.cancelled,
        starts=None if starts == recurrence_id else starts,
        ends=None if as_long else ends,
        **{name: text for name, text in texts.items() if text != getattr(entry, name)},
    )


def _length(component: Component, begin: Stated, ends: datetime, place: ZoneInfo) -> timedelta:
    """In seconds, as exact as it is said."""
    duration = component.first("DURATION")
    if duration and not component.first("DTEND"):
        days, exact = lasts(duration.value)
        return instant(begin.time + days, place) - instant(begin.time, place) + exact
    return instant(ends, place) - instant(begin.time, place)


def _demand_complete(component: Component) -> None:
    if component.excessive:
        raise Unusable(f"It has too much in {component.excessive}.")
    if not component.is_complete:
        raise Unusable("It has no END:VEVENT.")


def stated(property: Property) -> list[Stated]:
    """The times of a property, in years in which that means something. Raises Unusable."""
    times = stated_anywhen(property)
    if strange := next((time for time in times if time.time.year not in YEARS_UNDERSTOOD), None):
        raise Unusable(f"Its {property.name} is in the year {strange.time.year}.")
    return times


def _start(component: Component) -> Stated:
    begin = component.first("DTSTART")
    if begin is None:
        raise Unusable("It has no DTSTART, so nobody knows when it begins.")
    return stated(begin)[0]


def _end(component: Component, begin: Stated, zones: ForeignZones) -> datetime:
    """As clocks show it where it begins; a whole day lasts one day at least (RFC 5545 3.6.1)."""
    place, starts = zones.place(begin), begin.time
    end, duration = component.first("DTEND"), component.first("DURATION")
    if end is not None:
        said = stated(end)[0]
        ends = said.time if said.is_day or begin.is_day else _shown(said, place, zones)
    elif duration is not None:
        days, exact = lasts(duration.value)
        ends = wall(instant(starts + days, place) + exact, place) if exact else starts + days
    else:
        ends = starts
    if not begin.is_day:
        return ends
    if ends.time() != datetime.min.time():
        ends = ends.replace(hour=0, minute=0, second=0) + A_DAY
    return max(ends, starts + A_DAY)


def _shown(said: Stated, place: ZoneInfo, zones: ForeignZones) -> datetime:
    """A time as the clocks of a place show it."""
    there = zones.place(said)
    return said.time if there is place else wall(instant(said.time, there), place)


def _within(said: Stated, whole: Schedule, zones: ForeignZones) -> datetime:
    """A time of an occurrence, as the clocks of the event's zone show it; a day means its occurrence on that day."""
    if whole.all_day:
        day = said.time if said.is_day or said.is_floating else _shown(said, whole.place, zones)
        return day.replace(hour=0, minute=0, second=0)
    if said.is_day:
        return datetime.combine(said.time, whole.starts.time())
    return _shown(said, whole.place, zones)


def _dates(component: Component, name: str, once: Schedule, zones: ForeignZones) -> tuple[datetime, ...]:
    named = (property for property in component.properties.get(name, ()) if property.value.strip(", "))
    said = (date for property in named for date in stated(property))
    return tuple(dict.fromkeys(_within(date, once, zones) for date in said))


def _rdates(
    component: Component, once: Schedule, zones: ForeignZones
) -> tuple[tuple[datetime, ...], tuple[Override, ...]]:
    """Single starts, and overrides for those that are periods of another length."""
    longer = dict[datetime, Override]()
    for property in component.properties.get("RDATE", ()):
        for text in property.value.split(",") if "/" in property.value else ():
            _, _, end = text.partition("/")
            start = _within(stated(Property("RDATE", property.parameters, text))[0], once, zones)
            ends = _period_end(end.strip(), property, start, once, zones)
            if instant(ends, once.place) != once.end_of(start):
                longer[start] = Override(recurrence_id=start, ends=ends)
    return _dates(component, "RDATE", once, zones), tuple(longer.values())


def _period_end(end: str, property: Property, start: datetime, once: Schedule, zones: ForeignZones) -> datetime:
    if not end.upper().startswith("P"):
        return _within(stated(Property("RDATE", property.parameters, end))[0], once, zones)
    days, exact = lasts(end)
    return wall(instant(start + days, once.place) + exact, once.place)


def _rule(component: Component, once: Schedule) -> str:
    rules = {property.value.strip() for property in component.properties.get("RRULE", ())}
    if len(rules) > 1:
        raise Unusable("It has several rules (RRULE), which cannot be kept.")
    try:
        return written_rule(rules.pop(), once.place, all_day=once.all_day) if rules else ""
    except Unreadable as unreadable:
        raise Unusable(f"Its rule (RRULE) {unreadable}.") from None


def _uid(component: Component) -> str:
    said = line(unescaped(component.text("UID")), UID_CHARACTERS_MAX * 2)
    names = ("SUMMARY", "DTSTART", "RRULE", "LOCATION", "URL")
    return bounded_uid(said) if said else digest("\n".join(component.text(name) for name in names))


def bounded_uid(said: str) -> str:
    """A UID, or what stands for one that is too long, the same each time."""
    return said if len(said) <= UID_CHARACTERS_MAX else digest(said)


def digest(content: str) -> str:
    """A UID made of what an event says."""
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _texts(component: Component, altered: list[str]) -> dict[str, Any]:
    texts: dict[str, Any] = {}
    for name, field, clean, most in (
        ("SUMMARY", "title", line, TITLE_CHARACTERS_MAX),
        ("DESCRIPTION", "description", prose, DESCRIPTION_CHARACTERS_MAX),
        ("LOCATION", "location", line, LOCATION_CHARACTERS_MAX),
    ):
        if component.first(name):
            text = clean(unescaped(component.text(name)), most + 1)
            texts[field] = clean(text, most)
            if text != texts[field]:
                altered.append(f"Its {name} was cut to {most} characters.")
    if not texts.get("title", UNTITLED):
        del texts["title"]
    if component.first("URL"):
        texts["url"] = _url(component.text("URL"), altered)
    if component.first("CATEGORIES"):
        said = (one for property in component.properties["CATEGORIES"] for one in _categories(property.value))
        texts["categories"] = tuple(dict.fromkeys(filter(None, said)))[:CATEGORIES_MAX]
    return texts


def _url(text: str, altered: list[str]) -> str:
    if not text or (len(text) <= URL_CHARACTERS_MAX and re.fullmatch(URL_PATTERN, text)):
        return text
    altered.append(f"Its URL was left out, since it is no address of a page: {line(text, 80)!r}.")
    return ""


def _categories(value: str) -> Iterable[str]:
    return (line(text, CATEGORY_CHARACTERS_MAX) for text in split_on_unescaped_comma(value))
