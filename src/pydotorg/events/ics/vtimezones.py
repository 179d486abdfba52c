"""What iCalendar says of a zone (RFC 5545 3.6.5): its changes of offset, and the rules by which they go on for ever."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from msgspec import Struct

from pydotorg.events.rules import WEEKDAYS

from .clock_changes import DAYS_A_WEEK, LOOKED_UP_UNTIL, NOTHING, Change, changes_since
from .content_lines import content_line, escaped, of_clock

#: the weekdays of dates repeat after so many, so changes that rules make are known from the last of these
REPEATED_AFTER_YEARS = 28
MONTH_DAYS = {month: 31 - (month in {4, 6, 9, 11}) - 3 * (month == 2) for month in range(1, 13)}  # noqa: PLR2004


class Yearly(Struct, frozen=True):
    """A change each year, on the one day of seven dates that is this weekday."""

    month: int
    weekday: int
    first_day: int
    wall_time: tuple[int, int, int]

    def fits(self, change: Change) -> bool:
        """Whether it is made by this rule."""
        wall = change.wall
        return (
            wall.month == self.month
            and wall.weekday() == self.weekday
            and self.first_day <= wall.day < self.first_day + DAYS_A_WEEK
            and (wall.hour, wall.minute, wall.second) == self.wall_time
        )

    def __str__(self) -> str:
        """The value of an RRULE, in the words that most readers know."""
        day = WEEKDAYS[self.weekday]
        if self.first_day == MONTH_DAYS[self.month] - DAYS_A_WEEK + 1:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY=-1{day}"
        weeks, rest = divmod(self.first_day - 1, DAYS_A_WEEK)
        if not rest:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={weeks + 1}{day}"
        days = ",".join(str(self.first_day + more) for more in range(DAYS_A_WEEK))
        return f"FREQ=YEARLY;BYMONTH={self.month};BYMONTHDAY={days};BYDAY={day}"


def vtimezone(name: str, since: int) -> bytes:
    """The component of a zone, right from the beginning of a year on; for ever, where clocks change by simple rules.

    Where they do not, as in Egypt, where the day is sometimes in October and sometimes in November, each change is
    listed up to LOOKED_UP_UNTIL.
    """
    changes = changes_since(name, min(since, LOOKED_UP_UNTIL - REPEATED_AFTER_YEARS))
    return b"".join([content_line(property, value) for property, value in _lines_of(name, changes)])


def _lines_of(name: str, changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    yield from (("BEGIN", "VTIMEZONE"), ("TZID", name))
    for kind in dict.fromkeys(change.kind for change in changes):
        alike = [change for change in changes if change.kind == kind]
        rule, repeated = _repeated(alike)
        single = alike[: len(alike) - len(repeated)]
        if single:
            # one a line: there are readers that see the first of a list only
            yield from _observance(single[0], [("RDATE", of_clock(change.wall)) for change in single[1:]])
        if rule:
            yield from _observance(repeated[0], [("RRULE", str(rule))])
    yield "END", "VTIMEZONE"


def _observance(first: Change, more: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    part = "DAYLIGHT" if first.daylight else "STANDARD"
    yield from (("BEGIN", part), ("DTSTART", of_clock(first.wall)), *more, ("TZNAME", escaped(first.name)))
    yield from (("TZOFFSETFROM", _offset(first.offset_before)), ("TZOFFSETTO", _offset(first.offset)))
    yield "END", part


def _offset(offset: timedelta) -> str:
    """Hours and minutes, and seconds where clocks were so exact (RFC 5545 3.3.14)."""
    minutes, seconds = divmod(abs(offset) // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if offset < NOTHING else '+'}{hours:02}{minutes:02}{f'{seconds:02}' if seconds else ''}"


def _repeated(alike: Sequence[Change]) -> tuple[Yearly | None, Sequence[Change]]:
    """The rule by which changes of one kind come each year at last, and those of them that it makes."""
    recent = [change for change in alike if change.wall.year >= LOOKED_UP_UNTIL - REPEATED_AFTER_YEARS]
    if len({change.wall.year for change in recent}) < REPEATED_AFTER_YEARS or len(recent) > REPEATED_AFTER_YEARS:
        return None, []
    last = recent[-1].wall
    days = min(change.wall.day for change in recent)
    rule = Yearly(last.month, last.weekday(), days, (last.hour, last.minute, last.second))
    if not all(map(rule.fits, recent)):
        return None, []
    repeated = [alike[-1]]
    for change in reversed(alike[:-1]):
        if not rule.fits(change) or change.wall.year != repeated[0].wall.year - 1:
            break
        repeated.insert(0, change)
    return rule, repeated
