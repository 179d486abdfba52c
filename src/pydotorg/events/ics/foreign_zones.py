"""Zones as other programs name and define them, and the zones of tzdata that they are."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, timezone
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from pydotorg.events.moments import starts
from pydotorg.events.rules import YEARS, Frequency, Rule, Unreadable, last_start, read_rule
from pydotorg.events.zones import NAME_CHARACTERS_MAX, names, zone

from .lines import Component
from .values import Stated, Unusable, stated_anywhen

#: definitions of zones that are looked at in a file, and changes in one of them
DEFINITIONS_MAX = 100
CHANGES_MAX = 1000
#: years for which a definition and a zone must agree
COMPARED_YEARS = 2
PARTS_OF_NAMES_MAX = 3
A_SECOND = timedelta(seconds=1)

#: a moment from which clocks are ahead of UTC by so much
Onset = tuple[datetime, timedelta]


class ForeignZones:
    """The zones that a file means by its names for them."""

    def __init__(self, definitions: Sequence[Sequence[Component]], default: ZoneInfo) -> None:
        self.default = default
        self.definitions = {
            parts[0].text("TZID"): parts for parts in reversed(definitions[:DEFINITIONS_MAX]) if parts[0].text("TZID")
        }
        self._known = dict[str, ZoneInfo | None]()

    def place(self, time: Stated) -> ZoneInfo:
        """Where a time is stated. Raises Unusable if its zone is none that is known."""
        if time.is_utc:
            return zone("UTC") or self.default
        if not time.tzid:
            return self.default
        if time.tzid not in self._known:
            self._known[time.tzid] = self._meant(time.tzid, time.time.year)
        found = self._known[time.tzid]
        if found is None:
            what = "is defined like none" if named(time.tzid) else "is none"
            raise Unusable(f"Its zone {time.tzid[:NAME_CHARACTERS_MAX]!r} {what} of the tz database.")
        return found

    def _meant(self, tzid: str, year: int) -> ZoneInfo | None:
        """The zone of a place that is named; or else one that is as the file defines it, when it is first used.

        Places go before definitions, which are often too old, or only of the half of a year that matters in the file.
        """
        called, parts = named(tzid), self.definitions.get(tzid)
        if not parts or (called and _is_place(called)):
            return called
        expected = _expected(parts, year)
        located = named(parts[0].text("X-LIC-LOCATION"))
        if not expected or (called and _agrees(called, expected)):
            return called or located
        candidates = (zone(name) for name in dict.fromkeys(WINDOWS_TO_OLSON.values()))
        return located or next((place for place in candidates if place and _agrees(place, expected)), None)


def _is_place(called: ZoneInfo) -> bool:
    """Whether it is more than an abbreviation, such as EST, or an offset."""
    return "/" in called.key and not called.key.startswith("Etc/")


def named(tzid: str) -> ZoneInfo | None:
    """The zone of a name: tzdata's, one that ends with tzdata's, as some programs make it unique, or Windows'."""
    tzid = tzid.strip().strip('"')
    if len(tzid) > NAME_CHARACTERS_MAX * 2:
        return None
    if tzid in WINDOWS_TO_OLSON:
        return zone(WINDOWS_TO_OLSON[tzid])
    folded = _folded()
    parts = tzid.replace(" ", "_").casefold().split("/")
    ends = ("/".join(parts[-many:]) for many in range(min(len(parts), PARTS_OF_NAMES_MAX), 0, -1))
    return next((zone(folded[end]) for end in ends if end in folded), None)


@cache
def _folded() -> dict[str, str]:
    return {name.casefold(): name for name in names()}


def _onsets(part: Component, year: int) -> Iterator[Onset]:
    """When one observance of a definition begins, around a year; nothing where it cannot be understood."""
    before, after = _offset(part.text("TZOFFSETFROM")), _offset(part.text("TZOFFSETTO"))
    begin, rule = part.first("DTSTART"), _rule(part)
    if before is None or after is None or begin is None:
        return
    try:
        first = stated_anywhen(begin)[0].time
        single = [date.time for dates in part.properties.get("RDATE", ()) for date in stated_anywhen(dates)]
    except Unusable:
        return
    times = [first, *islice(single, CHANGES_MAX)]
    if rule:
        since, until = datetime(year - 1, 1, 1), datetime(year + COMPARED_YEARS, 1, 1)
        last = last_start(rule, timezone(before), all_day=False)
        made = starts(rule, first, since=since, until=until)
        times.extend(time for time in made if last is None or (time - before).replace(tzinfo=UTC) <= last)
    for time in times:
        if MINYEAR < time.year < MAXYEAR:
            yield (time - before).replace(tzinfo=UTC), after


def _rule(part: Component) -> Rule | None:
    try:
        rule = read_rule(part.text("RRULE")) if part.first("RRULE") else None
    except Unreadable:
        return None
    return rule if rule and rule.frequency == Frequency.YEARLY and not (rule.count or rule.names_times) else None


def _offset(text: str) -> timedelta | None:
    found = re.fullmatch(r"([+-])([01]\d|2[0-3])([0-5]\d)([0-5]\d)?", text, re.ASCII)
    if not found:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -ahead if found[1] == "-" else ahead


def _expected(parts: Sequence[Component], year: int) -> Sequence[Onset]:
    """The offsets of a definition in the years from one on; none where it cannot be understood."""
    year = min(max(year, YEARS.start), YEARS.stop)
    onsets = sorted(islice((onset for part in parts[1:] for onset in _onsets(part, year)), CHANGES_MAX))
    return list(_offsets(onsets, year)) if onsets else []


def _offsets(onsets: Sequence[Onset], year: int) -> Iterator[Onset]:
    """What clocks show in the compared years: just before and at each change, and in the middle of each month."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + COMPARED_YEARS, 1, 1, tzinfo=UTC)
    middles = (
        datetime(begin.year + month // 12, month % 12 + 1, 15, tzinfo=UTC) for month in range(12 * COMPARED_YEARS)
    )
    changes = (moment for onset, _ in onsets if begin < onset < end for moment in (onset - A_SECOND, onset))
    for moment in sorted({*middles, *changes}):
        earlier = bisect_right(onsets, moment, key=lambda onset: onset[0])
        yield moment, onsets[max(earlier - 1, 0)][1]


def _agrees(place: ZoneInfo, expected: Sequence[Onset]) -> bool:
    return all(moment.astimezone(place).utcoffset() == offset for moment, offset in expected)
