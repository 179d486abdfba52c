"""When the clocks of a zone are set, as the files of tzdata (RFC 8536) say: by a list, and by rules from its end on.

The files say when, and the zone itself what its clocks show from then on.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from struct import Struct as Layout
from struct import unpack_from
from zoneinfo import ZoneInfo

from msgspec import Struct

from pydotorg.events.rules import YEARS
from pydotorg.events.zones import zone

#: an event may be in a zone in the first days of these years, where it is still the year before
LOOKED_UP_FROM = YEARS.start - 1
#: beyond, tzdata has rules only, and since 28 years before; so whoever wants to know for longer can tell those
LOOKED_UP_UNTIL = 2116
NOTHING = timedelta()
DAYS_A_WEEK = 7
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: no rule sets a clock more than that before or after midnight, and no two rules are so near to each other
LONG_BEFORE = timedelta(days=8)
#: the numbers of what follows: two kinds of indicators, leap seconds, times, kinds of time, characters
_HEADER = Layout(">20x6l")
#: month, week and weekday of a rule, and the hours, minutes and seconds after midnight, if it is not at two
_RULE = re.compile(r",M(\d+)\.(\d)\.(\d)(?:/([+-]?)(\d+)(?::(\d+))?(?::(\d+))?)?", re.ASCII)


class Change(Struct, frozen=True):
    """The clocks of a zone are set, at a time that they show before it."""

    wall: datetime
    offset_before: timedelta
    offset: timedelta
    name: str
    daylight: bool

    @property
    def moment(self) -> datetime:
        """The first moment of the new time, in UTC."""
        return (self.wall - self.offset_before).replace(tzinfo=UTC)

    @property
    def kind(self) -> tuple[timedelta, timedelta, str, bool]:
        """What changes of one observance share."""
        return (self.offset_before, self.offset, self.name, self.daylight)


@cache
def changes_of(name: str) -> Sequence[Change]:
    """Each change of a zone in the years that are looked up, in order. Raises LookupError for a name that is none."""
    place = zone(name)
    if place is None:
        raise LookupError(name)
    return [*_changes(place, _moments(name, place))]


def observed(there: datetime) -> tuple[timedelta, str, bool]:
    """Offset, name, and whether it is daylight saving time.

    tzdata has a few zones the other way round: their summers are standard, and their winters save a negative hour.
    """
    saved, saved_in_winter = there.dst() or NOTHING, there.replace(month=1, day=1).dst() or NOTHING
    daylight = saved > NOTHING or (not saved and saved_in_winter < NOTHING)
    return there.utcoffset() or NOTHING, there.tzname() or "", daylight


def _changes(place: ZoneInfo, moments: Iterable[datetime]) -> Iterator[Change]:
    begin = datetime(LOOKED_UP_FROM, 1, 1, tzinfo=UTC).astimezone(place)
    before, offset = _told(begin), begin.utcoffset() or NOTHING
    for moment in moments:
        there = moment.astimezone(place)
        told = _told(there)
        if told != before:
            change = Change((moment + offset).replace(tzinfo=None), offset, *observed(there))
            yield change
            before, offset = told, change.offset


def _told(there: datetime) -> tuple[timedelta | None, str | None, timedelta | None]:
    """All that tzdata tells of a moment: when it is the same, clocks have not been set."""
    return there.utcoffset(), there.tzname(), there.dst()


def _moments(name: str, place: ZoneInfo) -> Sequence[datetime]:
    """Moments at which clocks may be set, in order; they are at no other."""
    raw = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    listed = [EPOCH + timedelta(seconds=seconds) for seconds in _listed(raw)]
    since = max(listed[-1].year if listed else LOOKED_UP_FROM, LOOKED_UP_FROM)
    rules = _RULE.findall(raw.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii"))
    made = (
        _moment(_midnight(year, rule) + _after_midnight(rule), place)
        for year in range(since, LOOKED_UP_UNTIL)
        for rule in rules
    )
    return sorted({*(moment for moment in listed if moment.year >= LOOKED_UP_FROM), *made})


def _listed(raw: bytes) -> Sequence[int]:
    """The times of the list, in seconds of Unix; before what is meant stands the same for programs of long ago."""
    indicators, others, leaps, times, kinds, characters = _HEADER.unpack_from(raw)
    begin = _HEADER.size + indicators + others + 8 * leaps + 5 * times + 6 * kinds + characters
    _, _, _, times, _, _ = _HEADER.unpack_from(raw, begin)
    return unpack_from(f">{times}q", raw, begin + _HEADER.size)


def _midnight(year: int, rule: Sequence[str]) -> datetime:
    """Of the day that a rule names: the first such weekday of a month, or a later one; the fifth is the last."""
    month, week, weekday = (int(number) for number in rule[:3])
    first = date(year, month, 1)
    # its weeks begin with Sunday
    days = (weekday - first.isoweekday()) % DAYS_A_WEEK + (week - 1) * DAYS_A_WEEK
    day = first + timedelta(days=days)
    if day.month != month:
        day -= timedelta(days=DAYS_A_WEEK)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _after_midnight(rule: Sequence[str]) -> timedelta:
    sign, hours, minutes, seconds = rule[3:]
    after = timedelta(hours=int(hours or 2), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -after if sign == "-" else after


def _moment(wall: datetime, place: ZoneInfo) -> datetime:
    """When clocks show it that have not been set for some days."""
    return wall - ((wall - LONG_BEFORE).astimezone(place).utcoffset() or NOTHING)
