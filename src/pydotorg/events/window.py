"""The occurrences of a schedule that are kept at a time: a window around today, which moves on with the days."""

from datetime import UTC, datetime, time, timedelta

from .recurrence import Occurrence, occurrences
from .schedule import Schedule

#: from the start of today, in UTC
PAST = timedelta(days=366)
AHEAD = timedelta(days=731)
#: so many windows beyond are looked through, to twelve years from now, for the next occurrence of what is rare
LOOKED_THROUGH_MAX = 5
A_DAY = timedelta(days=1)
A_MOMENT = timedelta(seconds=1)


def rows_of(schedule: Schedule, *, now: datetime) -> list[Occurrence]:
    """Of a schedule without faults that recurs, those within the window, and the next one if none is after today.

    What happens once has its one occurrence, whenever that is. Within a day of UTC they are always the same.
    """
    if not schedule.recurs:
        return occurrences(schedule, after=schedule.starts_at, before=schedule.starts_at + A_MOMENT)
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    found = occurrences(schedule, after=today - PAST, before=today + AHEAD)
    if any(one.ends_at > today + A_DAY for one in found):
        return found
    return [*found, *_next(schedule, today + AHEAD)]


def _next(schedule: Schedule, begin: datetime) -> list[Occurrence]:
    """The first from a moment on, if there is one."""
    for _ in range(LOOKED_THROUGH_MAX):
        found = occurrences(schedule, after=begin, before=begin + AHEAD)
        if found:
            return found[:1]
        begin += AHEAD
    return []
