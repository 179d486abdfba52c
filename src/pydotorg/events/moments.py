"""The starts that a rule of recurrence makes, as the clocks of its place show them.

A rule is applied period by period (year, month, week, day, hour), and only to the years that matter: dateutil says
which days of one year fit, and is done then. So a rule costs no more than the years that are looked at, even one that
never fits, and what many ask for, such as the Mondays of a year, is remembered.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import MAXYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, groupby, islice, product, takewhile

from dateutil.rrule import YEARLY, rrule, weekday
from msgspec.structs import replace

from .rules import OCCURRENCES_MAX, YEARS, Frequency, Rule, Weekday

#: within which a rule may make at most OCCURRENCES_MAX starts
HORIZON = timedelta(days=731)
#: years in which their number is counted: among them is one with a leap day
COUNTED_YEARS = 5
REMEMBERED_YEARS_MAX = 256
HOURS_A_DAY = 24


def starts(rule: Rule, first: datetime, *, since: datetime, until: datetime) -> Iterator[datetime]:
    """Those from `since` to `until`, in order.

    The first start is one even if the rule does not fit it, and counts as the first of COUNT. The rule's own UNTIL is
    not looked at here: it is a moment, for which a zone is needed.
    """
    looked_at = range((first if rule.count else max(first, since)).year - 1, until.year + 2)
    repeated = (moment for moment in _fitting(_completed(rule, first), first, looked_at) if moment > first)
    made = islice(chain([first], repeated), rule.count)
    return takewhile(lambda moment: moment <= until, (moment for moment in made if moment >= since))


def fits(rule: Rule, start: datetime) -> bool:
    """Whether it makes this start of itself."""
    made = _fitting(_completed(rule, start), start, range(start.year - 1, start.year + 2))
    return start in takewhile(lambda moment: moment <= start, made)


def is_too_frequent(rule: Rule, first: datetime, *, until: datetime | None) -> bool:
    """Whether more than OCCURRENCES_MAX would fall within two years, if the last is made at about `until`, or never."""
    if rule.count or _at_most(rule) <= OCCURRENCES_MAX:
        return False
    begin, end = first.date(), until.date() if until else date(YEARS.stop, 1, 1)
    looked_at = {*range(first.year, first.year + COUNTED_YEARS)}
    if rule.frequency == Frequency.YEARLY:
        looked_at.add(first.year + rule.interval)  # the first year that it has for itself from January on
    recent, counted = deque[tuple[date, int]](), 0
    for day, made in _counts(_completed(rule, first), first, sorted(year for year in looked_at if year <= end.year)):
        if begin <= day <= end:
            recent.append((day, made))
            counted += made
            while day - recent[0][0] >= HORIZON:
                counted -= recent.popleft()[1]
            if counted > OCCURRENCES_MAX:
                return True
    return False


def times_a_day(rule: Rule) -> int:
    """At most how often a day it makes a start."""
    hours = len(rule.hours) or (HOURS_A_DAY if rule.frequency == Frequency.HOURLY else 1)
    return hours * (len(rule.minutes) or 1) * (len(rule.seconds) or 1)


def _at_most(rule: Rule) -> int:
    """More than that it never makes within two years."""
    if rule.frequency == Frequency.HOURLY:
        hours = HORIZON // timedelta(hours=1)
        return (hours // rule.interval + 1) * (len(rule.minutes) or 1) * (len(rule.seconds) or 1)
    return HORIZON.days * times_a_day(rule)


def _completed(rule: Rule, first: datetime) -> Rule:
    """With what the first start says where the rule is silent (RFC 5545 3.3.10)."""
    rule = replace(rule, minutes=rule.minutes or (first.minute,), seconds=rule.seconds or (first.second,))
    if rule.frequency != Frequency.HOURLY and not rule.hours:
        rule = replace(rule, hours=(first.hour,))
    names_day = rule.year_days or rule.month_days or rule.weekdays
    match rule.frequency:
        case Frequency.WEEKLY if not names_day:
            return replace(rule, weekdays=(Weekday(first.weekday()),))
        case Frequency.MONTHLY if not names_day:
            return replace(rule, month_days=(first.day,))
        case Frequency.YEARLY if not names_day and rule.weeks:
            return replace(rule, weekdays=(Weekday(first.weekday()),))
        case Frequency.YEARLY if not names_day:
            return replace(rule, months=rule.months or (first.month,), month_days=(first.day,))
    return rule


def _fitting(rule: Rule, first: datetime, years: Iterable[int]) -> Iterator[datetime]:
    """All moments of these years that fit a rule without gaps, those before the first start included."""
    parts = [*product(rule.minutes, rule.seconds)]
    moments = (
        datetime.combine(day, time(hour, minute, second))
        for day in _fitting_days(rule, first, years)
        for hour in _hours(rule, first, day)
        for minute, second in parts
    )
    return _chosen(rule, moments) if rule.positions else moments


def _counts(rule: Rule, first: datetime, years: Iterable[int]) -> Iterator[tuple[date, int]]:
    """How many of those moments each day has."""
    an_hour = len(rule.minutes) * len(rule.seconds)
    return ((day, len(_hours(rule, first, day)) * an_hour) for day in _fitting_days(rule, first, years))


def _fitting_days(rule: Rule, first: datetime, years: Iterable[int]) -> Iterator[date]:
    days = chain.from_iterable(_days(rule, year) for year in years)
    if rule.frequency == Frequency.HOURLY or rule.interval == 1:
        return days
    period = PERIODS[rule.frequency]
    begun = period(rule, first)
    return (day for day in days if (period(rule, day) - begun) % rule.interval == 0)


def _hours(rule: Rule, first: datetime, day: date) -> Sequence[int]:
    if rule.frequency != Frequency.HOURLY:
        return rule.hours
    since = (day.toordinal() - first.toordinal()) * HOURS_A_DAY - first.hour
    hours = range(-since % rule.interval, HOURS_A_DAY, rule.interval)
    return [hour for hour in hours if hour in rule.hours] if rule.hours else hours


def _chosen(rule: Rule, moments: Iterable[datetime]) -> Iterator[datetime]:
    """Of each period those at the positions that BYSETPOS names."""
    for _, period in groupby(moments, lambda moment: PERIODS[rule.frequency](rule, moment)):
        members = list(period)
        positions = {place - 1 if place > 0 else len(members) + place for place in rule.positions}
        yield from (members[place] for place in sorted(positions) if 0 <= place < len(members))


def _days(rule: Rule, year: int) -> tuple[date, ...]:
    if not rule.names_days:
        return _all_days(year)
    months = rule.months
    if rule.frequency == Frequency.MONTHLY:
        months = months or tuple(range(1, 13))  # so 1MO is the first of a month, not of the year
    month_days = rule.month_days
    if not (rule.weeks or rule.year_days or rule.weekdays or month_days):
        month_days = tuple(range(1, 32))
    return _days_of(year, months, rule.weeks, rule.year_days, month_days, rule.weekdays, rule.week_starts)


@lru_cache(REMEMBERED_YEARS_MAX)
def _days_of(
    year: int,
    months: tuple[int, ...],
    weeks: tuple[int, ...],
    year_days: tuple[int, ...],
    month_days: tuple[int, ...],
    weekdays: tuple[Weekday, ...],
    week_starts: int,
) -> tuple[date, ...]:
    fitting = rrule(
        YEARLY,
        datetime(year, 1, 1),
        interval=MAXYEAR,  # the next year would be none: so it ends
        wkst=week_starts,
        bymonth=months or None,
        byweekno=weeks or None,
        byyearday=year_days or None,
        bymonthday=month_days or None,
        byweekday=[weekday(day.day, day.nth or None) for day in weekdays] or None,
        byhour=0,
        byminute=0,
        bysecond=0,
    )
    return tuple(moment.date() for moment in fitting)


@lru_cache(REMEMBERED_YEARS_MAX)
def _all_days(year: int) -> tuple[date, ...]:
    return tuple(map(date.fromordinal, range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())))


#: the number of the period to which a day belongs; 1 January of the year 1, the day of number 1, was a Monday
PERIODS: dict[Frequency, Callable[[Rule, date], int]] = {
    Frequency.YEARLY: lambda _, day: day.year,
    Frequency.MONTHLY: lambda _, day: day.year * 12 + day.month,
    Frequency.WEEKLY: lambda rule, day: (day.toordinal() - 1 - rule.week_starts) // 7,
    Frequency.DAILY: lambda _, day: day.toordinal(),
    Frequency.HOURLY: lambda _, day: day.toordinal(),
}
