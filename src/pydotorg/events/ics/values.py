"""Values as other programs write them: times, durations, and text that becomes safe here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from icalendar.parser.property import unescape_backslash
from icalendar.prop import vDuration
from msgspec import Struct

from pydotorg.events.rules import YEARS
from pydotorg.events.schedule import DURATION_DAYS_MAX
from pydotorg.kernel.text.plain import FORBIDDEN

_FORBIDDEN_IN_LINES = re.compile(rf"[{FORBIDDEN}\s]+")
_FORBIDDEN_IN_PROSE = re.compile(rf"(?![\t\n\u0085\u2028\u2029])[{FORBIDDEN}]")
#: dates as text: a day, or a time, in UTC if there is a Z
_TIME = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?", re.ASCII)
ELLIPSIS = "…"
#: outside of these years, zones' clocks cannot be computed with
YEARS_UNDERSTOOD = range(1900, 2301)


class Unusable(ValueError):
    """Why something cannot be taken: a whole sentence for whoever maintains the calendar."""


class Property(Struct, frozen=True):
    """One content line; its value is still as it was written."""

    name: str
    parameters: Mapping[str, str]
    value: str


class Stated(Struct, frozen=True):
    """A day, or a time as clocks show it: in UTC, in a zone as the file calls it, or wherever one is (floating)."""

    time: datetime
    is_day: bool = False
    is_utc: bool = False
    tzid: str = ""

    @property
    def is_floating(self) -> bool:
        """Whether it names no zone."""
        return not (self.is_utc or self.tzid)


def stated(property: Property) -> list[Stated]:
    """The times of a property, at least one; of a period, its start. Raises Unusable."""
    times = stated_anywhen(property)
    if strange := next((time for time in times if time.time.year not in YEARS_UNDERSTOOD), None):
        raise Unusable(f"Its {property.name} is in the year {strange.time.year}.")
    return times


def stated_anywhen(property: Property) -> list[Stated]:
    """The same, in whatever year."""
    tzid = property.parameters.get("TZID", "").strip()
    texts = [text for text in property.value.split(",") if text.strip()] or [""]
    return [_stated(text.partition("/")[0].strip(), tzid, property.name) for text in texts]


def _stated(text: str, tzid: str, name: str) -> Stated:
    found = _TIME.fullmatch(text.upper())
    try:
        read = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S") if found else None
    except ValueError:
        read = None
    if not found or not read:
        raise Unusable(f"Its {name} is no time: {text[:40]!r}.")
    return Stated(read, not found[2], bool(found[3]), "" if found[3] else tzid)


def moment(property: Property | None) -> datetime | None:
    """A moment in UTC, such as a DTSTAMP; None where it says none that can be understood and meant."""
    try:
        read = stated_anywhen(property)[0].time if property else None
    except Unusable:
        return None
    return read.replace(tzinfo=UTC) if read and read.year in YEARS else None


def lasts(text: str) -> tuple[timedelta, timedelta]:
    """A duration: the days, which are as long as the clocks' days are, and the exact rest. Raises Unusable."""
    if text.strip().startswith("-"):  # as those of alarms may be, but of no event (RFC 5545 3.8.2.5)
        raise Unusable(f"Its DURATION is negative: {text[:40]!r}.")
    date, mark, time = text.strip().upper().partition("T")
    try:
        days, exact = vDuration.from_ical(date), vDuration.from_ical(f"PT{time}") if mark else timedelta()
    except ValueError:
        raise Unusable(f"Its DURATION is none: {text[:40]!r}.") from None
    if max(days, exact) > timedelta(days=DURATION_DAYS_MAX):
        raise Unusable(f"It lasts more than {DURATION_DAYS_MAX} days.")
    return days, exact


def unescaped(text: str) -> str:
    """Text whose line breaks, commas and semicolons were written with backslashes (RFC 5545 3.3.11)."""
    plain: str = unescape_backslash(text)
    return plain


def line(text: str, most: int) -> str:
    """One line without control characters; cut, with an ellipsis, to so many characters."""
    return cut(_FORBIDDEN_IN_LINES.sub(" ", text).strip(), most)


def prose(text: str, most: int) -> str:
    """Text of several lines without control characters, cut as a line is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return cut(_FORBIDDEN_IN_PROSE.sub("", lines), most)


def cut(text: str, most: int) -> str:
    """As much of a text as fits."""
    return text if len(text) <= most else text[: most - len(ELLIPSIS)] + ELLIPSIS
