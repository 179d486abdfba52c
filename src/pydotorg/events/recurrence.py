"""The occurrences of a schedule within a window of time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from msgspec import Struct

from .moments import starts
from .rules import last_start, read_rule
from .schedule import Override, Schedule
from .zones import instant, wall

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
    """
    overridden = {override.recurrence_id for override in schedule.overrides}
    excluded = set(schedule.exdates)
    plain = (
        Occurrence(start_at, start_at, schedule.end_of(start))
        for start_at, start in _starts(schedule, after, before).items()
        if start not in overridden
    )
    changed = (
        Occurrence(instant(override.recurrence_id, schedule.place), *schedule.span_of(override), override)
        for override in schedule.overrides
        if not override.cancelled and override.recurrence_id not in excluded
    )
    overlapping = (one for one in chain(plain, changed) if one.starts_at < before and _lasts(one, after))
    return sorted(overlapping, key=lambda one: (one.starts_at, one.recurrence_id))


def _lasts(occurrence: Occurrence, after: datetime) -> bool:
    """What takes no time is within a window that begins with it."""
    return occurrence.ends_at > after or occurrence.starts_at >= after


def _starts(schedule: Schedule, after: datetime, before: datetime) -> dict[datetime, datetime]:
    """Each start that is not excluded, in UTC, and as the zone's clocks show it; with some before and after the window.

    Of two times that are one moment, because daylight saving skips the first, only the first counts.
    """
    place = schedule.place
    since = wall(after, place) - (schedule.ends - schedule.starts) - CLOCKS_DIFFER_MAX
    until = wall(before, place) + CLOCKS_DIFFER_MAX
    excluded = set(schedule.exdates)
    found = {*_by_rule(schedule, since, until), *(date for date in schedule.rdates if since <= date <= until)}
    starts_at = dict[datetime, datetime]()
    for start in sorted(found - excluded):
        starts_at.setdefault(instant(start, place), start)
    return starts_at


def _by_rule(schedule: Schedule, since: datetime, until: datetime) -> Iterator[datetime]:
    if not schedule.rrule:
        return iter([schedule.starts])
    rule = read_rule(schedule.rrule)
    last = last_start(rule, schedule.place, all_day=schedule.all_day)
    made = starts(rule, schedule.starts, since=since, until=until)
    return (start for start in made if last is None or instant(start, schedule.place) <= last)
