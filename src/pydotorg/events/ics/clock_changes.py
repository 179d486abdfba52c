"""When the clocks of a zone are set, as the files of tzdata (RFC 8536) say: by a list, and by rules from its end on.

The files say when, and the zone itself what its clocks show from then on.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from struct import Struct as Layout
from struct import unpack_from
from zoneinfo import ZoneInfo

from msgspec import Struct

from pydotorg.events.rules import YEARS
from pydotorg.events.zones import instant, zone

#: a definition begins with the year before that of the first event, which somewhere begins in the year before
LOOKED_UP_FROM = YEARS.start - 2
#: beyond, and for 28 years before, tzdata has rules only
LOOKED_UP_UNTIL = 2116
NOTHING = timedelta()
DAYS_A_WEEK = 7
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: no rule sets a clock more than that before or after midnight, and no two rules are so near to each other
LONG_BEFORE = timedelta(days=8)
#: the numbers of what follows: two kinds of indicators, leap seconds, times, kinds of time, characters
_HEADER = Layout(">20x6l")
#: of rules: month, week, weekday (Sunday is 0), and the time, if it is not two o'clock
_RULES = re.compile(r",M(\d+)\.(\d)\.(\d)(?:/([+-]?)(\d+)(?::(\d+))?(?::(\d+))?)?", re.ASCII)


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


_known: dict[str, Sequence[Change]] = {}


def changes_since(name: str, year: int) -> Sequence[Change]:
    """How a zone is when a year begins, and each change of it from then on. Raises LookupError for no zone's name."""
    for _ in looking_up(name):
        pass
    place, changes = _place(name), _known[name]
    begin = instant(datetime(year, 1, 1), place).astimezone(place)
    offset, called, daylight = _observed(begin)
    first = Change(begin.replace(tzinfo=None), offset, offset, called, daylight)
    return [first, *changes[bisect_right(changes, begin, key=lambda change: change.moment) :]]


def looking_up(name: str) -> Iterator[Change]:
    """All changes of a zone, to be known; for whoever wants to pause, since the first time takes some milliseconds."""
    if name not in _known:
        place = _place(name)
        found = list[Change]()
        for change in _changes(place, _moments(name, place)):
            found.append(change)
            yield change
        _known[name] = found


def _place(name: str) -> ZoneInfo:
    place = zone(name)
    if place is None:
        raise LookupError(name)
    return place


def _observed(there: datetime) -> tuple[timedelta, str, bool]:
    """Offset, name, and whether it is daylight saving time.

    tzdata has a few zones the other way round: their summers are standard, and their winters save a negative hour.
    """
    saved = there.dst() or NOTHING
    daylight = saved > NOTHING or (not saved and (there.replace(month=1, day=1).dst() or NOTHING) < NOTHING)
    return there.utcoffset() or NOTHING, there.tzname() or "", daylight


def _changes(place: ZoneInfo, moments: Iterable[datetime]) -> Iterator[Change]:
    begin = datetime(LOOKED_UP_FROM, 1, 1, tzinfo=UTC).astimezone(place)
    before, offset = _told(begin), begin.utcoffset() or NOTHING
    for moment in moments:
        there = moment.astimezone(place)
        told = _told(there)
        if told != before:
            change = Change((moment + offset).replace(tzinfo=None), offset, *_observed(there))
            yield change
            before, offset = told, change.offset


def _told(there: datetime) -> tuple[timedelta | None, str | None, timedelta | None]:
    """All that tzdata tells of a moment: when it is the same, clocks have not been set."""
    return there.utcoffset(), there.tzname(), there.dst()


def _moments(name: str, place: ZoneInfo) -> Iterator[datetime]:
    """Moments at which clocks may be set, in order; they are at no other."""
    raw = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    last = datetime(LOOKED_UP_FROM, 1, 1, tzinfo=UTC)
    for moment in (EPOCH + timedelta(seconds=seconds) for seconds in _listed(raw)):
        if moment >= last:
            yield moment
            last = moment
    rules = [_Rule.of(*said) for said in _RULES.findall(raw.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii"))]
    for year in range(last.year, LOOKED_UP_UNTIL):
        yield from (moment for moment in sorted(rule.moment(year, place) for rule in rules) if moment > last)


def _listed(raw: bytes) -> Sequence[int]:
    """The times of the list, in seconds of Unix; before what is meant stands the same for programs of long ago."""
    indicators, others, leaps, times, kinds, characters = _HEADER.unpack_from(raw)
    begin = _HEADER.size + indicators + others + 8 * leaps + 5 * times + 6 * kinds + characters
    _, _, _, times, _, _ = _HEADER.unpack_from(raw, begin)
    return unpack_from(f">{times}q", raw, begin + _HEADER.size)


class _Rule(Struct, frozen=True):
    """Clocks are set each year, so long after the midnight with which a day begins."""

    month: int
    #: the first such weekday of the month, or a later one; the fifth is the last
    week: int
    weekday: int
    after: timedelta

    @staticmethod
    def of(month: str, week: str, weekday: str, sign: str, *clock: str) -> "_Rule":
        """One as a file has it; without a time of day, two o'clock is meant."""
        hours, minutes, seconds = (int(said or 0) for said in (clock[0] or "2", *clock[1:]))
        after = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return _Rule(int(month), int(week), int(weekday), -after if sign == "-" else after)

    def moment(self, year: int, place: ZoneInfo) -> datetime:
        """When the clocks of a place show it that have not been set for some days."""
        first = datetime(year, self.month, 1, tzinfo=UTC)
        days = (self.weekday - first.isoweekday()) % DAYS_A_WEEK + (self.week - 1) * DAYS_A_WEEK
        day = first + timedelta(days=days)
        wall = (day if day.month == self.month else day - timedelta(days=DAYS_A_WEEK)) + self.after
        return wall - ((wall - LONG_BEFORE).astimezone(place).utcoffset() or NOTHING)
