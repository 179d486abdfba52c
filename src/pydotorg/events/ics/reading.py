"""Calendars that others wrote, read as entries, with a report of what could not be taken.

One bad event never stops the others, and nothing in a file makes reading it slow. It is computing alone: `apart` has
it done in a process of its own.
"""

from collections.abc import Iterable

from msgspec import Struct

from pydotorg.events.zones import zone

from .drafts import TITLE_CHARACTERS_MAX, Draft, draft
from .entries import Entry, Remark
from .foreign_zones import ForeignZones, named
from .joining import joined
from .lines import EVENTS_MAX, Calendar, calendars
from .values import line, unescaped


class Reading(Struct, frozen=True):
    """What a file says."""

    name: str
    entries: list[Entry]
    #: events, or single occurrences, that were left out
    skipped: list[Remark]
    #: events that were taken, but not as they are
    altered: list[Remark]


def read(raw: bytes, *, timezone: str) -> Reading:
    """The events of an iCalendar file.

    Times that name no zone, and whole days, are meant in the calendar's own zone (X-WR-TIMEZONE), or else in the given
    one. Raises NotACalendar or TooLarge, each with a sentence; LookupError if the given zone is none.
    """
    default = zone(timezone)
    if default is None:
        raise LookupError(timezone)
    found = calendars(raw)
    drafts, skipped = list[Draft](), list[Remark]()
    for calendar in found:
        zones = ForeignZones(calendar.zones, named(calendar.text("X-WR-TIMEZONE")) or default)
        room = EVENTS_MAX - len(drafts)
        drafts.extend(draft(event, zones) for event in calendar.events[:room])
        if len(calendar.events) > room:
            skipped.append(Remark("the file", "", f"It has more than {EVENTS_MAX} events; the others are left out."))
            break
    entries = list(joined(drafts, skipped))
    altered = [Remark(one.place, one.title, reason) for one in drafts for reason in one.altered]
    return Reading(_name(found), entries, skipped, altered)


def _name(found: Iterable[Calendar]) -> str:
    names = (
        line(unescaped(calendar.text(name)), TITLE_CHARACTERS_MAX)
        for calendar in found
        for name in ("X-WR-CALNAME", "NAME")
    )
    return next(filter(None, names), "")
