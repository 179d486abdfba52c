"""When a VEVENT happens, as the clocks show it of the zone in which it is kept."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from pydotorg.events.rules import Unreadable, written_rule
from pydotorg.events.schedule import Override, Schedule
from pydotorg.events.zones import instant, wall, zone

from .drafts import NOT_FOR_EVERYBODY, SEVERAL, Draft
from .entries import OVERRIDABLE, Entry
from .foreign_zones import ForeignZones
from .lines import Component
from .local_times import Local, ShownTwice
from .values import Property, Stated, Unusable, lasts, stated

MIDNIGHT, A_DAY = time(), timedelta(days=1)
#: of which an event has one at most (RFC 5545 3.6.1): of two that differ, nobody could tell which is meant
ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "STATUS")


class Clocks(Struct, frozen=True):
    """By which the times of one event are read."""

    zones: ForeignZones
    #: its first start: what names no zone is meant there
    begin: Local
    #: the zone in which it is kept
    place: ZoneInfo
    all_day: bool

    @staticmethod
    def of(whole: Schedule, zones: ForeignZones) -> "Clocks":
        """Those of an event that is known."""
        return Clocks(zones, Local(whole.starts, whole.place), whole.place, whole.all_day)

    def local(self, said: Stated) -> Local:
        """A time where it is stated."""
        is_here = said.is_day or said.is_floating
        return Local(said.time, self.begin.place if is_here else self.zones.place(said))

    def start(self, said: Stated) -> datetime:
        """The start of an occurrence; a day means the occurrence on that day. Raises ShownTwice."""
        if self.all_day:
            return datetime.combine(self.within_days(said), MIDNIGHT)
        if said.is_day:
            said = Stated(datetime.combine(said.time, self.begin.time.time()))
        start = self.local(said).shown_in(self.place)
        # of a time that clocks skip, that by which others know the occurrence, not the later one that they show then
        as_ever = datetime.combine(start, self.begin.time.time())
        return as_ever if instant(as_ever, self.place) == instant(start, self.place) else start

    def within_days(self, said: Stated) -> datetime:
        """A time among whole days, which are the same days everywhere: so midnight, wherever it is, says a day too."""
        is_moment = said.is_utc and said.time.time() != MIDNIGHT
        return wall(self.local(said).moment, self.place) if is_moment else said.time

    def end(self, draft: Draft, begin: Local) -> Local:
        """When an occurrence ends that begins then, by what it says itself."""
        said = _end(draft)
        if said is None or said.name == "DURATION":
            return begin.after(*lasts(said.value)) if said else begin
        end = stated(said)[0]
        if end.is_day:
            draft.alter(f"Its DTEND names no time, and became midnight: {said.value[:40]!r}.")
        return self.local(end)

    def end_of_days(self, draft: Draft, begin: datetime) -> datetime:
        """The same of whole days, which last one day at least (RFC 5545 3.6.1)."""
        said = _end(draft)
        if said is None:
            return begin + A_DAY
        is_length = said.name == "DURATION"
        ends = begin + sum(lasts(said.value), timedelta()) if is_length else self.within_days(stated(said)[0])
        if ends != begin and ends.time() == MIDNIGHT:
            return ends
        draft.alter(f"Its {said.name} was rounded up to whole days: {said.value[:40]!r}.")
        return datetime.combine(ends, MIDNIGHT) + A_DAY


def schedule(draft: Draft) -> Schedule:
    """When all of it happens; not yet checked for faults. Raises Unusable.

    What happens by no rule is kept in UTC where its own clocks cannot say when.
    """
    component = draft.component
    _demand_readable(component)
    if draft.is_private:
        raise Unusable(NOT_FOR_EVERYBODY)
    if component.first("EXRULE"):
        raise Unusable("It has an EXRULE, which RFC 5545 no longer knows.")
    start = component.first("DTSTART")
    if start is None:
        raise Unusable("It has no DTSTART, so nobody knows when it begins.")
    said = stated(start)[0]
    place = draft.zones.place(said)
    clocks = Clocks(draft.zones, Local(said.time, place), place, said.is_day)
    try:
        return _schedule(draft, clocks)
    except ShownTwice as twice:
        utc = zone("UTC")
        if utc is None or component.first("RRULE"):
            raise
        found = _schedule(draft, replace(clocks, place=utc))
        draft.alter(f"It was taken in the zone UTC. {twice}")
        return found


def _schedule(draft: Draft, clocks: Clocks) -> Schedule:
    component, begin, place = draft.component, clocks.begin, clocks.place
    if clocks.all_day:
        starts, ends = begin.time, clocks.end_of_days(draft, begin.time)
    else:
        starts, ends = begin.shown_in(place), clocks.end(draft, begin).shown_in(place)
    once = Schedule(timezone=place.key, starts=starts, ends=ends, all_day=clocks.all_day)
    return replace(
        once,
        rrule=_rule(component, once),
        rdates=tuple(dict.fromkeys(map(clocks.start, _dates(component, "RDATE")))),
        exdates=tuple(dict.fromkeys(_excluded(component, clocks))),
        overrides=tuple({one.recurrence_id: one for one in _longer(component, once, clocks)}.values()),
    )


def override(draft: Draft, recurrence_id: datetime, entry: Entry) -> Override:
    """The occurrence of an event that a draft is, with what differs. Raises Unusable.

    Where it does not say when it begins, that is as for the others.
    """
    component, whole = draft.component, entry.schedule
    if draft.is_private:
        raise Unusable(NOT_FOR_EVERYBODY)
    _demand_readable(component)
    clocks, start = Clocks.of(whole, draft.zones), component.first("DTSTART")
    begin, starts = Local(recurrence_id, whole.place), recurrence_id
    if start is not None:
        said = stated(start)[0]
        if said.is_day != whole.all_day:
            raise Unusable("It is a whole day among times of day, or the other way round.")
        begin, starts = clocks.local(said), clocks.start(said)
    says_when = any(map(component.first, ("DTSTART", "DTEND", "DURATION")))
    texts = ((own, draft.texts.get(name), getattr(entry, name)) for name, own in OVERRIDABLE.items())
    if draft.texts.get("categories", entry.categories) != entry.categories:
        draft.alter("Its CATEGORIES became those of its event.")
    return Override(
        recurrence_id=recurrence_id,
        cancelled=draft.cancelled,
        starts=None if starts == recurrence_id else starts,
        ends=_own_end(draft, begin, whole, clocks) if says_when else None,
        **{own: text for own, text, known in texts if text is not None and text != known},
    )


def _own_end(draft: Draft, begin: Local, whole: Schedule, clocks: Clocks) -> datetime | None:
    """None for what lasts as long as the others."""
    if whole.all_day:
        last = clocks.end_of_days(draft, begin.time)
        return None if last - begin.time == whole.ends - whole.starts else last
    end = clocks.end(draft, begin)
    return None if end.moment - begin.moment == whole.ends_at - whole.starts_at else end.shown_in(whole.place)


def _demand_readable(component: Component) -> None:
    if component.excessive:
        raise Unusable(f"It has too much in {component.excessive}.")
    if not component.is_complete:
        raise Unusable("It has no END:VEVENT.")
    if several := next(filter(component.differ, ONCE), ""):
        raise Unusable(SEVERAL.format(several))


def _end(draft: Draft) -> Property | None:
    """The property that says when it ends."""
    end, duration = map(draft.component.first, ("DTEND", "DURATION"))
    if end and duration:
        draft.alter("Its DURATION was left out, since it has a DTEND.")
    return end or duration


def _dates(component: Component, name: str) -> Iterator[Stated]:
    named = (property for property in component.properties.get(name, ()) if property.value.strip(", "))
    return (date for property in named for date in stated(property))


def _excluded(component: Component, clocks: Clocks) -> Iterator[datetime]:
    """No start is the second of two times that are shown alike, so what excludes such a one excludes nothing."""
    for date in _dates(component, "EXDATE"):
        with suppress(ShownTwice):
            yield clocks.start(date)


def _longer(component: Component, once: Schedule, clocks: Clocks) -> Iterator[Override]:
    """Of single dates that are periods those of another length."""
    for property in component.properties.get("RDATE", ()):
        for text in property.value.split(",") if "/" in property.value and not once.all_day else ():
            starts = clocks.start(stated(replace(property, value=text))[0])
            end = _end_of_period(property, text.partition("/")[2].strip(), Local(starts, clocks.place), clocks)
            if end.moment != once.end_of(starts):
                yield Override(recurrence_id=starts, ends=end.shown_in(clocks.place))


def _end_of_period(property: Property, end: str, begin: Local, clocks: Clocks) -> Local:
    if end.upper().startswith("P"):
        return begin.after(*lasts(end))
    return clocks.local(stated(replace(property, value=end))[0])


def _rule(component: Component, once: Schedule) -> str:
    rules = {property.value.strip() for property in component.properties.get("RRULE", ())}
    if len(rules) > 1:
        raise Unusable("It has several rules (RRULE), which cannot be kept.")
    try:
        return written_rule(rules.pop(), once.place, all_day=once.all_day) if rules else ""
    except Unreadable as unreadable:
        raise Unusable(f"Its rule (RRULE) {unreadable}.") from None
