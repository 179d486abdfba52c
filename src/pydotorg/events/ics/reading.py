"""Calendars that others wrote, read as entries, with a report of what could not be taken.

One bad event never stops the others, and nothing in a file makes reading it slow. It is computing alone: `apart` has
it done in a process of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from zoneinfo import ZoneInfo

from msgspec import Struct

from pydotorg.events.zones import zone

from .drafts import TITLE_CHARACTERS_MAX, Draft, draft
from .entries import Entry, Remark
from .foreign_zones import ForeignZones, named
from .joining import joined, unread
from .lines import EVENTS_MAX, Calendar, calendars
from .mishaps import mishap
from .values import line, unescaped


class Reading(Struct, frozen=True):
    """What a file says."""

    name: str
    entries: list[Entry]
    #: events, or single occurrences, that were left out
    skipped: list[Remark]
    #: events that were taken, but not as they are
    altered: list[Remark]
    #: UIDs of events that are there, but could not be taken
    unread: list[str]
    #: whether there is no more of it: what is not in it is gone
    is_whole: bool


def read(raw: bytes, *, timezone: str) -> Reading:
    """The events of an iCalendar file.

    Times that name no zone, and whole days, are meant in the calendar's own zone (X-WR-TIMEZONE), or else in the given
    one. Raises NotACalendar or TooLarge, each with a sentence; LookupError if the given zone is none.
    """
    default = zone(timezone)
    if default is None:
        raise LookupError(timezone)
    found = calendars(raw)
    skipped = [Remark("the file", "", reason) for reason in _missing(found)]
    drafts = list(islice(_drafts(found, default, skipped), EVENTS_MAX))
    is_whole = not skipped  # of an event that is no draft, nobody knows the UID
    taken = list(joined(drafts, skipped))
    entries = [entry for entry, _ in taken]
    altered = [
        Remark(one.place, one.title, reason) for _, made_of in taken for one in made_of for reason in one.altered
    ]
    return Reading(_name(found), entries, skipped, altered, unread(drafts, entries), is_whole)


def _drafts(found: Iterable[Calendar], default: ZoneInfo, skipped: list[Remark]) -> Iterator[Draft]:
    for calendar in found:
        zones = ForeignZones(calendar.zones, named(calendar.text("X-WR-TIMEZONE")) or default)
        for event in calendar.events:
            try:
                made = draft(event, zones)
            except Exception:  # noqa: BLE001  one bad event never stops the others
                skipped.append(Remark(f"line {event.line}", "", mishap()))
            else:
                yield made


def _missing(found: Sequence[Calendar]) -> Iterator[str]:
    """Why there may be more events than are looked at."""
    if sum(len(calendar.events) for calendar in found) > EVENTS_MAX:
        yield f"It has more than {EVENTS_MAX} events: the others are left out. What is not in it was not cancelled."
    if not all(calendar.is_whole for calendar in found):
        yield "The file ends before its end: what is not in it was not cancelled."


def _name(found: Iterable[Calendar]) -> str:
    names = (
        line(unescaped(calendar.text(name)), TITLE_CHARACTERS_MAX)
        for calendar in found
        for name in ("X-WR-CALNAME", "NAME")
    )
    return next(filter(None, names), "")
