"""An iCalendar file taken apart into its events, each by itself, in linear time and whatever it contains.

What does not follow RFC 5545 is common: files without CRLF, folded within a character, in UTF-16 or Windows' code page,
without ends of components. So only the structure is looked at here, and only the lines that matter are taken apart, by
icalendar.
"""

import codecs
import re
from collections.abc import Iterator
from enum import Enum, auto

from icalendar.parser import Contentline
from msgspec import Struct, field

from .refusals import NotACalendar, demand_size
from .values import Property

LINE_BYTES_MAX = 1024 * 1024
EVENTS_MAX = 10_000
#: of one name in one event
SAME_PROPERTIES_MAX = 2000

OF_CALENDARS = {"X-WR-CALNAME", "NAME", "X-WR-TIMEZONE"}
OF_ZONES = {"TZID", "X-LIC-LOCATION", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"}
OF_EVENTS = {
    "UID", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CATEGORIES",
    "STATUS", "CLASS", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
}  # fmt: skip
_UNFOLDED = re.compile(rb"[^\n]+(?:\n[ \t][^\n]*)*")
_FOLD = re.compile(rb"\n[ \t]")
_NAME = re.compile(rb"\s*([A-Za-z0-9-]+)\s*[:;]")


class Component(Struct, kw_only=True):
    """What stands between a BEGIN and its END: the properties that matter."""

    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)
    is_complete: bool = False
    #: a property that is too long, or of which there are too many
    excessive: str = ""

    def first(self, name: str) -> Property | None:
        """The property of that name, and the first if there are several."""
        found = self.properties.get(name)
        return found[0] if found else None

    def differ(self, name: str) -> bool:
        """Whether properties of that name say different things."""
        found = self.properties.get(name) or []
        return any(one != found[0] for one in found)

    def text(self, name: str) -> str:
        """Its value as it was written, or nothing."""
        found = self.first(name)
        return found.value.strip() if found else ""


class Calendar(Component, kw_only=True):
    """One calendar of a file."""

    events: list[Component] = field(default_factory=list)
    #: of each definition of a zone what it says itself, and its parts
    zones: list[list[Component]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of its end is missing."""
        return self.is_complete and all(event.is_complete for event in self.events[-1:])


def calendars(raw: bytes) -> list[Calendar]:
    """Those of a file; events that stand in none belong to the one before.

    Raises NotACalendar or TooLarge.
    """
    demand_size(raw)
    text = _in_utf8(raw)
    structure = _Structure()
    if b"BEGIN:VCALENDAR" in text.upper():
        for number, line in _lines(text):
            found = _NAME.match(line)
            if found:
                structure.take(number, found[1].upper().decode(), line)
    if not structure.calendars:
        raise NotACalendar(_what_it_is(raw))
    return structure.calendars


def _what_it_is(raw: bytes) -> str:
    begin = raw.lstrip(codecs.BOM_UTF8).lstrip()[:1]
    kind = {b"": "is empty", b"<": "is a web page or XML", b"{": "is JSON", b"[": "is JSON"}.get(begin)
    return f"The file {kind or 'has no BEGIN:VCALENDAR'}; an iCalendar file is needed."


def _in_utf8(raw: bytes) -> bytes:
    """Without a mark of its coding, and with one kind of line break."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode()
    return raw.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Unfolded lines, without empty ones, each with the number of its first line; folds may cut characters."""
    number, seen = 1, 0
    for found in _UNFOLDED.finditer(text):
        number += text.count(b"\n", seen, found.start())
        seen = found.start()
        yield number, _FOLD.sub(b"", found[0])


class _Within(Enum):
    nothing = auto()
    calendar = auto()
    event = auto()
    zone = auto()


class _Structure:
    """Follows BEGIN and END without a stack: nesting, however deep, costs a number.

    What is nested within an event (an alarm) is passed over. An event that begins before the last one has ended cuts
    that short.
    """

    def __init__(self) -> None:
        self.calendars: list[Calendar] = []
        self.within = _Within.nothing
        self.depth = 0
        self.open: Component | None = None

    def take(self, number: int, name: str, line: bytes) -> None:
        if name in {"BEGIN", "END"}:
            what = line.partition(b":")[2].strip().upper()
            if name == "BEGIN":
                self._begin(number, what)
            else:
                self._end(what)
        elif self.within == _Within.zone:
            self._keep(OF_ZONES, name, line)
        elif self.depth == 0:
            self._keep(OF_EVENTS if self.within == _Within.event else OF_CALENDARS, name, line)

    def _begin(self, number: int, what: bytes) -> None:
        if what == b"VCALENDAR":
            self.open = Calendar(line=number)
            self.calendars.append(self.open)
            self.within, self.depth = _Within.calendar, 0
        elif not self.calendars:
            return
        elif what == b"VEVENT":
            self.open = Component(line=number)
            self.calendars[-1].events.append(self.open)
            self.within, self.depth = _Within.event, 0
        elif what == b"VTIMEZONE" and self.within != _Within.event:
            self.open = Component(line=number)
            self.calendars[-1].zones.append([self.open])
            self.within, self.depth = _Within.zone, 0
        elif self.within == _Within.zone:
            self.open = Component(line=number)
            self.calendars[-1].zones[-1].append(self.open)
        else:
            self.depth += 1

    def _end(self, what: bytes) -> None:
        if what in {b"VEVENT", b"VTIMEZONE"} and self.within in {_Within.event, _Within.zone}:
            if self.open:
                self.open.is_complete = True
            self.open = self.calendars[-1]
            self.within, self.depth = _Within.calendar, 0
        elif what == b"VCALENDAR":
            if self.calendars:
                self.calendars[-1].is_complete = True
            self.open, self.within, self.depth = None, _Within.nothing, 0
        elif self.within != _Within.zone:
            self.depth = max(self.depth - 1, 0)

    def _keep(self, wanted: set[str], name: str, line: bytes) -> None:
        if self.open is None or name not in wanted:
            return
        same = self.open.properties.setdefault(name, [])
        if len(line) > LINE_BYTES_MAX or len(same) == SAME_PROPERTIES_MAX:
            self.open.excessive = name
        elif read := _property(line):
            same.append(read)


def _property(line: bytes) -> Property | None:
    """None for a line that cannot be taken apart."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("cp1252", "replace")
    try:
        name, parameters, value = Contentline(text).raw_parts()
    except ValueError:
        return None
    return Property(
        name.upper(),
        {key.upper(): said if isinstance(said, str) else ",".join(said) for key, said in parameters.items()},
        value,
    )
