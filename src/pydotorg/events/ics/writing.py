"""Calendars as iCalendar (RFC 5545, RFC 7986), for Google, Apple, Thunderbird and Outlook to subscribe to.

The bytes follow from what is given alone, so that they, and their ETag, stay the same until something changes.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar, Component, Event, vDuration, vRecur, vText, vUri
from msgspec.structs import replace

from pydotorg.events.schedule import Override, Schedule, normalised

from .entries import CalendarHead, Entry
from .vtimezones import vtimezone

PRODUCT = "-//python.org//pydotorg//EN"


class _Exactly(vDuration):
    """A duration in hours, since a day is as long as clocks make it (RFC 5545 3.3.6)."""

    def to_ical(self) -> bytes:
        minutes, seconds = divmod(self.td // timedelta(seconds=1), 60)
        hours, minutes = divmod(minutes, 60)
        return f"PT{hours}H{minutes}M{seconds}S".encode()


def written(head: CalendarHead, entries: Iterable[Entry]) -> bytes:
    """A whole file. The entries' schedules must be without faults, and no text of theirs has control characters."""
    calendar = Calendar()
    for name, value in _properties_of_head(head):
        calendar.add(name, value)
    listed = list(entries)
    for name, since in sorted(_zones_of(listed).items()):
        calendar.add_component(vtimezone(name, since))
    for entry in listed:
        for component in _components_of(entry):
            calendar.add_component(component)
    ical: bytes = calendar.to_ical()
    return ical


def _properties_of_head(head: CalendarHead) -> Iterator[tuple[str, Any]]:
    """Each twice where RFC 7986 came later than the usage that most clients follow."""
    yield from (("PRODID", PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH"))
    yield from (("NAME", _text(head.name)), ("X-WR-CALNAME", _text(head.name)))
    if head.description:
        yield from (("DESCRIPTION", _text(head.description)), ("X-WR-CALDESC", _text(head.description)))
    if head.url:
        yield "URL", vUri(head.url)
    if head.timezone:
        yield "X-WR-TIMEZONE", head.timezone
    yield "REFRESH-INTERVAL", vDuration(head.refresh, params={"VALUE": "DURATION"})
    yield "X-PUBLISHED-TTL", vDuration(head.refresh)


def _zones_of(entries: Iterable[Entry]) -> dict[str, int]:
    """The zones that entries name, each with the year before the first time."""
    since = dict[str, int]()
    for schedule in (entry.schedule for entry in entries):
        if not (schedule.all_day or _is_utc(schedule)):
            moved = (override.starts or override.recurrence_id for override in schedule.overrides)
            first = min([schedule.starts, *schedule.rdates, *schedule.exdates, *moved]).year - 1
            since[schedule.timezone] = min(first, since.get(schedule.timezone, first))
    return since


def _components_of(entry: Entry) -> Iterator[Event]:
    """The event, and one more for each occurrence that differs."""
    schedule = normalised(entry.schedule)
    event = _described(entry)
    if entry.cancelled:
        event["STATUS"] = "CANCELLED"
    _add_time(event, schedule, "DTSTART", schedule.starts)
    _add_time(event, schedule, "DTEND", schedule.ends)
    if schedule.rrule:
        event.add("RRULE", vRecur.from_ical(schedule.rrule))
    # one a line, as several clients want it
    for date in schedule.rdates:
        _add_time(event, schedule, "RDATE", date)
    for date in schedule.exdates:
        _add_time(event, schedule, "EXDATE", date)
    yield event
    for override in schedule.overrides:
        yield _occurrence(entry, schedule, override)


def _occurrence(entry: Entry, schedule: Schedule, override: Override) -> Event:
    said = {name: getattr(override, name) for name in ("title", "description", "url", "location")}
    event = _described(replace(entry, **{name: text for name, text in said.items() if text is not None}))
    for name, text in said.items():
        if text == "":  # the others have one
            event[name] = vText("")
    if override.cancelled or entry.cancelled:
        event["STATUS"] = "CANCELLED"
    _add_time(event, schedule, "RECURRENCE-ID", override.recurrence_id)
    _add_time(event, schedule, "DTSTART", override.starts or override.recurrence_id)
    if override.ends is not None:
        _add_time(event, schedule, "DTEND", override.ends)
    elif schedule.all_day:
        event.add("DURATION", schedule.ends - schedule.starts)
    else:  # exactly as long as the others, whatever clocks show then
        event.add("DURATION", _Exactly(schedule.ends_at - schedule.starts_at))
    return event


def _described(entry: Entry) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", entry.updated_at or entry.created_at or entry.schedule.starts_at)
    if entry.created_at:
        event.add("CREATED", entry.created_at)
    if entry.updated_at:
        event.add("LAST-MODIFIED", entry.updated_at)
    event.add("SUMMARY", _text(entry.title))
    for name, text in (("DESCRIPTION", entry.description), ("LOCATION", entry.location)):
        if text:
            event.add(name, _text(text))
    if entry.url:
        event.add("URL", vUri(entry.url))
    if entry.categories:
        event.add("CATEGORIES", list(entry.categories))
    event.add("STATUS", "CONFIRMED")
    # a day on which something happens is not a day on which a subscriber is busy
    event.add("TRANSP", "TRANSPARENT" if entry.schedule.all_day else "OPAQUE")
    return event


def _text(text: str) -> vText:
    """With the one kind of line break that iCalendar knows how to write within a line."""
    return vText(text.replace("\r\n", "\n").replace("\r", "\n"))


def _add_time(component: Component, schedule: Schedule, name: str, time: datetime) -> None:
    if schedule.all_day:
        component.add(name, time.date(), parameters={"VALUE": "DATE"})
    elif _is_utc(schedule):
        component.add(name, time.replace(tzinfo=UTC))
    else:
        component.add(name, time, parameters={"TZID": schedule.timezone})


def _is_utc(schedule: Schedule) -> bool:
    return schedule.timezone in {"UTC", "Etc/UTC"}
