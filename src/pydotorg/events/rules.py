"""Rules of recurrence (RFC 5545 3.3.10): read from text, and written in one way."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from .zones import instant, wall

RULE_CHARACTERS_MAX = 500
OCCURRENCES_MAX = 1000
INTERVAL_MAX = 999_999
WEEKS_A_YEAR_MAX = 53
YEARS = range(1970, 2201)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Until = date | datetime


class Unreadable(ValueError):
    """What is wrong with a rule; its text is the rest of a sentence, and begins with "must"."""


class _Expected(ValueError):
    """What a part of a rule should have."""


class Frequency(IntEnum):
    """How long a period is; their numbers are in the order of length."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4


class Weekday(Struct, frozen=True, order=True):
    """A day of the week, of which Monday is 0; the nth of its month or year (from its end, if negative), or any."""

    day: int
    nth: int = 0


class Rule(Struct, frozen=True):
    """A rule as it was written; what it leaves open follows from the first start."""

    frequency: Frequency
    until: Until | None = None  # without a zone: as the event's clocks show it
    count: int | None = None
    interval: int = 1
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_starts: int = 0

    @property
    def names_days(self) -> bool:
        """Whether it says something about days."""
        return bool(self.months or self.weeks or self.year_days or self.month_days or self.weekdays)

    @property
    def only_weekday(self) -> int | None:
        """The day of the week on which it recurs, if that is all that it says of days."""
        is_weekly = self.frequency == Frequency.WEEKLY and not self.months
        return self.weekdays[0].day if is_weekly and len(self.weekdays) == 1 else None

    @property
    def names_times(self) -> bool:
        """Whether it says something about the time of day."""
        return bool(self.frequency == Frequency.HOURLY or self.hours or self.minutes or self.seconds)


@lru_cache(512)
def read_rule(text: str) -> Rule:
    """The rule of the value of an RRULE.

    Raises Unreadable, for what RFC 5545 forbids, too.
    """
    if len(text) > RULE_CHARACTERS_MAX:
        raise Unreadable(f"must have at most {RULE_CHARACTERS_MAX} characters")
    fields: dict[str, Any] = {}
    for part in text.strip().upper().rstrip(";").split(";"):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in PARTS:
            raise Unreadable(f"must consist of parts such as FREQ=WEEKLY;BYDAY=MO: {part[:40]!r} is none")
        field, read = PARTS[name]
        if field in fields:
            raise Unreadable(f"must have {name} once")
        try:
            fields[field] = read(value)
        except _Expected as expected:
            raise Unreadable(f"must have {expected} in {name}") from None
    if "frequency" not in fields:
        raise Unreadable("must say how often, such as FREQ=WEEKLY")
    rule = Rule(**fields)
    for is_so, message in FORBIDDEN:
        if is_so(rule):
            raise Unreadable(message)
    return rule


def written_rule(text: str, place: tzinfo, *, all_day: bool) -> str:
    """A rule that can be read, as it is kept: in capitals, and with the end that RFC 5545 wants.

    That is in UTC, or a date where whole days recur. All else stays as its author has it, so that he finds it again.
    Raises Unreadable.
    """
    last = last_start(read_rule(text), place, all_day=all_day)
    end = None
    if last is not None:
        end = f"{wall(last, place):%Y%m%d}" if all_day else f"{last:%Y%m%dT%H%M%SZ}"
    parts = re.sub(r"\s", "", text.upper()).rstrip(";").split(";")
    parts.sort(key=lambda part: not part.startswith("FREQ="))  # which must come first
    return _ending(";".join(parts), end)


def _ending(text: str, end: str | None) -> str:
    """The same rule with another end; one by which others mean that there is none is left out."""
    if end is None:
        return ";".join(part for part in text.split(";") if not part.startswith("UNTIL="))
    return re.sub(r"UNTIL=[^;]*", f"UNTIL={end}", text)


def moved_rule(text: str, place: tzinfo, by: timedelta) -> str:
    """The same rule, which ends by so much later, as the clocks of this place show it: wherever it then is."""
    until = read_rule(text).until
    if until is None:
        return text
    if isinstance(until, datetime):
        ends = f"{(wall(until, place) if until.tzinfo else until) + by:%Y%m%dT%H%M%S}"
    else:
        ends = f"{until + by:%Y%m%d}"
    return _ending(text, ends)


def on_weekday(text: str, day: int) -> str:
    """The same rule on another day of the week, instead of its only one."""
    return re.sub(r"BYDAY=[^;]*", f"BYDAY={WEEKDAYS[day]}", text)


def last_start(rule: Rule, place: tzinfo, *, all_day: bool) -> datetime | None:
    """The last moment at which something may begin, in UTC; None if the rule names no end.

    A date means all of that day; midnight in UTC, which others write for a date, means it too where whole days recur.
    """
    until = rule.until
    if all_day and isinstance(until, datetime) and until.time() == time():
        until = until.date()
    if not isinstance(until, datetime):
        return None if until is None else instant(datetime.combine(until, time(23, 59, 59)), place)
    return instant(until, place) if until.tzinfo is None else until


def _frequency(value: str) -> Frequency:
    if value not in Frequency.__members__:
        raise _Expected(f"one of {', '.join(Frequency.__members__)}")
    return Frequency[value]


def _until(value: str) -> Until | None:
    found = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", value, re.ASCII)
    if value.startswith("9999"):
        return None  # by which others mean that there is no end
    try:
        read = datetime.strptime(found[1] + (found[2] or "000000"), "%Y%m%d%H%M%S") if found else datetime.min
    except ValueError:
        read = datetime.min
    if not found or read.year < YEARS.start - 1:  # in UTC, the first of all years begins in the one before
        raise _Expected("a time such as 20271231T225959Z, or a day such as 20271231,")
    if not found[2]:
        return read.date()
    return read.replace(tzinfo=UTC) if found[3] else read


def _number(most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"\d{1,9}", value, re.ASCII) or not 1 <= int(value) <= most:
            raise _Expected(f"a whole number from 1 to {most}")
        return int(value)

    return read


def _numbers(least: int, most: int) -> Callable[[str], tuple[int, ...]]:
    """A reader of lists; where `least` is negative, numbers count from the end as well, and 0 is none."""

    def read(value: str) -> tuple[int, ...]:
        found = value.split(",")
        if not all(re.fullmatch(r"[+-]?\d{1,3}", one, re.ASCII) for one in found):
            raise _Expected("whole numbers")
        numbers = sorted(set(map(int, found)))
        if numbers[0] < least or numbers[-1] > most or (least < 0 and 0 in numbers):
            raise _Expected(f"numbers from {least} to {most}{', but not 0,' if least < 0 else ''}")
        return tuple(numbers)

    return read


def _weekdays(value: str) -> tuple[Weekday, ...]:
    return tuple(sorted({_weekday(one.strip()) for one in value.split(",")}))


def _weekday(value: str) -> Weekday:
    found = re.fullmatch(r"([+-]?\d{1,2})?([A-Z]{2})", value, re.ASCII)
    if not found or found[2] not in WEEKDAYS or (found[1] and not 1 <= abs(int(found[1])) <= WEEKS_A_YEAR_MAX):
        raise _Expected("days such as MO or, the last Sunday, -1SU")
    return Weekday(WEEKDAYS.index(found[2]), int(found[1] or 0))


def _week_starts(value: str) -> int:
    if value not in WEEKDAYS:
        raise _Expected("a day such as MO or SU")
    return WEEKDAYS.index(value)


#: the parts of a rule, in their usual order: the field of each, and what reads it
PARTS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("frequency", _frequency),
    "UNTIL": ("until", _until),
    "COUNT": ("count", _number(OCCURRENCES_MAX)),
    "INTERVAL": ("interval", _number(INTERVAL_MAX)),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYWEEKNO": ("weeks", _numbers(-WEEKS_A_YEAR_MAX, WEEKS_A_YEAR_MAX)),
    "BYYEARDAY": ("year_days", _numbers(-366, 366)),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYDAY": ("weekdays", _weekdays),
    "BYHOUR": ("hours", _numbers(0, 23)),
    "BYMINUTE": ("minutes", _numbers(0, 59)),
    "BYSECOND": ("seconds", _numbers(0, 59)),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
    "WKST": ("week_starts", _week_starts),
}
_NUMBERED = {Frequency.YEARLY, Frequency.MONTHLY}
#: what RFC 5545 3.3.10 says must not be
FORBIDDEN: tuple[tuple[Callable[[Rule], object], str], ...] = (
    (lambda rule: rule.until is not None and rule.count is not None, "must end by UNTIL or by COUNT, not both"),
    (
        lambda rule: rule.weeks and rule.frequency != Frequency.YEARLY,
        "must have BYWEEKNO with FREQ=YEARLY only",
    ),
    (
        lambda rule: rule.year_days and rule.frequency not in {Frequency.YEARLY, Frequency.HOURLY},
        "must have BYYEARDAY with FREQ=YEARLY or HOURLY only",
    ),
    (
        lambda rule: rule.month_days and rule.frequency == Frequency.WEEKLY,
        "must not have BYMONTHDAY with FREQ=WEEKLY",
    ),
    (
        lambda rule: any(day.nth for day in rule.weekdays) and (rule.frequency not in _NUMBERED or rule.weeks),
        "must number its days, such as 1MO, with FREQ=MONTHLY or YEARLY only, and not beside BYWEEKNO",
    ),
    (
        lambda rule: rule.positions and not (rule.names_days or rule.hours or rule.minutes or rule.seconds),
        "must have BYSETPOS beside another BY part only",
    ),
)
