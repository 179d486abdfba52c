"""Calendars as iCalendar (RFC 5545, RFC 7986), for Google, Apple, Thunderbird and Outlook to subscribe to.

The bytes follow from what is given alone, so that they, and their ETag, stay the same until something changes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from pydotorg.events.schedule import Override, Schedule, normalised
from pydotorg.kernel.breathing import breathing

from .clock_changes import looking_up
from .content_lines import content_line, escaped, of_clock, of_day, of_days, of_hours, of_moment
from .entries import OVERRIDABLE, CalendarHead, Entry
from .vtimezones import vtimezone

PRODUCT = "-//python.org//pydotorg//EN"
IN_UTC = frozenset({"UTC", "Etc/UTC"})

#: of a content line: its name, with its parameters, and its value
Line = tuple[str, str]


def written(head: CalendarHead, entries: Iterable[Entry]) -> bytes:
    """A whole file. The entries' schedules must be without faults, and no text of theirs has control characters."""
    file = _File(head)
    for entry in entries:
        file.add(entry)
    return b"".join(file.parts(file.zones_defined()))


async def written_in_turns(head: CalendarHead, entries: Iterable[Entry]) -> bytes:
    """The same file; others have their turn meanwhile."""
    file = _File(head)
    async for entry in breathing(entries):
        file.add(entry)
    async for _ in breathing(file.zones_looked_up()):
        pass
    zones = [zone async for zone in breathing(file.zones_defined())]
    return b"".join(file.parts(zones))


class _File:
    """A file that grows event by event."""

    def __init__(self, head: CalendarHead) -> None:
        self.head = head
        self.events = list[bytes]()
        #: the zones that are named, each with the year before the first time
        self.zones = dict[str, int]()

    def add(self, entry: Entry) -> None:
        self.events.append(_joined(_lines_of(entry)))
        schedule = entry.schedule
        if not (schedule.all_day or schedule.timezone in IN_UTC):
            moved = (override.starts or override.recurrence_id for override in schedule.overrides)
            first = min([schedule.starts, *schedule.rdates, *schedule.exdates, *moved]).year - 1
            self.zones[schedule.timezone] = min(first, self.zones.get(schedule.timezone, first))

    def zones_looked_up(self) -> Iterator[object]:
        """Pieces of the work that is done once for each zone."""
        return chain.from_iterable(map(looking_up, self.zones))

    def zones_defined(self) -> Iterator[bytes]:
        """What is to be said of the zones, once all events are there."""
        return (vtimezone(name, since) for name, since in sorted(self.zones.items()))

    def parts(self, zones: Iterable[bytes]) -> Iterator[bytes]:
        """What the file consists of, in order; zones stand before the events that are in them."""
        yield _joined([("BEGIN", "VCALENDAR"), *_lines_of_head(self.head)])
        yield from zones
        yield from self.events
        yield content_line("END", "VCALENDAR")


def _joined(lines: Iterable[Line]) -> bytes:
    return b"".join([content_line(name, value) for name, value in lines])


def _lines_of_head(head: CalendarHead) -> Iterator[Line]:
    """Each twice where RFC 7986 came later than the usage that most clients follow."""
    yield from (("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH"))
    yield from (("NAME", escaped(head.name)), ("X-WR-CALNAME", escaped(head.name)))
    if head.description:
        yield from (("DESCRIPTION", escaped(head.description)), ("X-WR-CALDESC", escaped(head.description)))
    if head.url:
        yield "URL", head.url
    yield "REFRESH-INTERVAL;VALUE=DURATION", of_hours(head.refresh)
    yield "X-PUBLISHED-TTL", of_hours(head.refresh)


def _lines_of(entry: Entry) -> Iterator[Line]:
    """The event, and one more for each occurrence that differs."""
    schedule = normalised(entry.schedule)
    yield "BEGIN", "VEVENT"
    yield _time(schedule, "DTSTART", schedule.starts)
    if schedule.ends != schedule.starts:  # what takes no time has no end (RFC 5545 3.8.2.2)
        yield _time(schedule, "DTEND", schedule.ends)
    if schedule.rrule:
        yield "RRULE", schedule.rrule
    # one a line, as several clients want it
    yield from (_time(schedule, "RDATE", date) for date in schedule.rdates)
    yield from (_time(schedule, "EXDATE", date) for date in schedule.exdates)
    yield from _described(entry, cancelled=entry.cancelled)
    yield "END", "VEVENT"
    excluded = set(map(schedule.moment, schedule.exdates))
    for override in schedule.overrides:
        if schedule.moment(override.recurrence_id) not in excluded:
            yield from _lines_of_occurrence(entry, schedule, override)


def _lines_of_occurrence(entry: Entry, schedule: Schedule, override: Override) -> Iterator[Line]:
    said = {name: text for name, own in OVERRIDABLE.items() if (text := getattr(override, own)) is not None}
    if not override.title:  # which nothing is without
        said.pop("title", None)
    yield "BEGIN", "VEVENT"
    yield _time(schedule, "RECURRENCE-ID", override.recurrence_id)
    yield _time(schedule, "DTSTART", override.starts or override.recurrence_id)
    starts = override.starts or override.recurrence_id
    if override.ends is not None and override.ends != starts:
        yield _time(schedule, "DTEND", override.ends)
    elif schedule.all_day:
        yield "DURATION", of_days(schedule.ends - schedule.starts)
    elif override.ends is None and schedule.ends != schedule.starts:  # exactly as long, whatever clocks show then
        yield "DURATION", of_hours(schedule.ends_at - schedule.starts_at)
    yield from _described(replace(entry, **said), cancelled=override.cancelled or entry.cancelled)
    # the others may have one
    emptied = {"description": "DESCRIPTION", "location": "LOCATION", "url": "URL"}
    yield from ((name, "") for member, name in emptied.items() if said.get(member) == "")
    yield "END", "VEVENT"


def _described(entry: Entry, *, cancelled: bool) -> Iterator[Line]:
    yield "UID", escaped(entry.uid)
    yield "SEQUENCE", str(entry.sequence)
    yield "DTSTAMP", of_moment(entry.updated_at or entry.created_at or entry.schedule.starts_at)
    if entry.created_at:
        yield "CREATED", of_moment(entry.created_at)
    if entry.updated_at:
        yield "LAST-MODIFIED", of_moment(entry.updated_at)
    yield "SUMMARY", escaped(entry.title)
    if entry.description:
        yield "DESCRIPTION", escaped(entry.description)
    if entry.location:
        yield "LOCATION", escaped(entry.location)
    if entry.url:
        yield "URL", entry.url
    if entry.categories:
        yield "CATEGORIES", ",".join(map(escaped, entry.categories))
    yield "STATUS", "CANCELLED" if cancelled else "CONFIRMED"
    # a day on which something happens is not a day on which a subscriber is busy
    yield "TRANSP", "TRANSPARENT" if entry.schedule.all_day else "OPAQUE"


def _time(schedule: Schedule, name: str, time: datetime) -> Line:
    if schedule.all_day:
        return f"{name};VALUE=DATE", of_day(time)
    if schedule.timezone in IN_UTC:
        return name, f"{of_clock(time)}Z"
    return f"{name};TZID={schedule.timezone}", of_clock(time)
