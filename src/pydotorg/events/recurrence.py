"""The occurrences of a schedule within a window of time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from msgspec import Struct

from .moments import starts
from .rules import last_start, read_rule
from .schedule import Override, Schedule
from .zones import wall

#: no two clocks differ by more than that, nor is one set by more
CLOCKS_DIFFER_MAX = timedelta(days=2)


class Occurrence(Struct, frozen=True):
    """One time at which it happens; its moments are in UTC."""

    #: when it begins by the rule: it is known by that, even if an override moves it
    recurrence_id: datetime
    starts_at: datetime
    ends_at: datetime
    override: Override | None = None


def occurrences(schedule: Schedule, *, after: datetime, before: datetime) -> list[Occurrence]:
    """Those that overlap the window from `after` to `before`, by start; excluded and cancelled ones are left out.

    The schedule must be without faults; then its rule makes at most 1,000 for two years, in well under 50 ms. The
    first start is an occurrence even if the rule does not fit it. Where one is moved, its new time counts. An override
    of a time that the rule does not make is an occurrence of its own; but what is excluded is not brought back.

    What is excluded and overridden is known by its moment: so no two occurrences have one recurrence id.
    """
    excluded = set(map(schedule.moment, schedule.exdates))
    overridden = {schedule.moment(override.recurrence_id): override for override in schedule.overrides}
    plain = (
        Occurrence(moment, moment, schedule.end_of(start))
        for moment, start in _starts(schedule, after, before).items()
        if moment not in overridden
    )
    changed = (
        Occurrence(moment, *schedule.span_of(override), override)
        for moment, override in overridden.items()
        if not override.cancelled
    )
    overlapping = (one for one in chain(plain, changed) if one.starts_at < before and _lasts(one, after))
    happening = (one for one in overlapping if one.recurrence_id not in excluded)
    return sorted(happening, key=lambda one: (one.starts_at, one.recurrence_id))


def _lasts(occurrence: Occurrence, after: datetime) -> bool:
    """What takes no time is within a window that begins with it."""
    return occurrence.ends_at > after or occurrence.starts_at >= after


def _starts(schedule: Schedule, after: datetime, before: datetime) -> dict[datetime, datetime]:
    """Each start, in UTC, and as the zone's clocks show it; with some before and after the window.

    Of two times that are one moment, because daylight saving skips the first, only the second counts: it is shown.
    """
    place = schedule.place
    since = wall(after, place) - (schedule.ends - schedule.starts) - CLOCKS_DIFFER_MAX
    until = wall(before, place) + CLOCKS_DIFFER_MAX
    dates = (date for date in schedule.rdates if since <= date <= until)
    return {schedule.moment(start): start for start in sorted({*starts_by_rule(schedule, since, until), *dates})}


def starts_by_rule(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    """The starts from `since` to `until` that its rule makes, or the only one."""
    if not schedule.rrule:
        return iter([schedule.starts])
    rule = read_rule(schedule.rrule)
    last = last_start(rule, schedule.place, all_day=schedule.all_day)
    made = starts(rule, schedule.starts, since=since, until=until)
    return (start for start in made if last is None or schedule.moment(start) <= last)
