"""A series that is moved to another start: what recurs with it is moved along, or else must be said anew."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from .moments import fits
from .recurrence import starts_by_rule
from .rules import Rule, Unreadable, moved_rule, on_weekday, read_rule
from .schedule import Override, Schedule

WEEK, A_DAY = timedelta(days=7), timedelta(days=1)
RULE_TOO = "must be a start that its rule makes: say a new `rrule` too"
EXCEPTIONS_TOO = "must not leave an exception without its start: say `exdates` and `overrides` too"
#: when what was to begin at some time begins after a move; None if it does not any more
Destination = Callable[[datetime], datetime | None]


class Astray(ValueError):
    """A start that there is no more after a move, though the event still happens before and after it."""


def moved(known: Schedule, onto: Schedule, said: str | None) -> Schedule:
    """How a series recurs from the start, and in the zone, of another one on: what differs from the rest still does.

    `said` is the rule that it shall have; without, it has what it had, on another day of the week if it names just
    one. Raises Astray, with what is wrong, if nobody can tell what would be meant.
    """
    if (known.starts, known.timezone) == (onto.starts, onto.timezone):
        return known
    rrule = _carried(known, onto.starts) if said is None else said
    by = _followed(known, onto.starts, rrule)
    ended = moved_rule(rrule, known.place, by) if said is None and rrule else rrule
    after = replace(onto, rrule=ended, rdates=tuple(date + by for date in known.rdates))
    if said is not None:
        return _with_exceptions(after, known, lambda date: date + by)
    if _leaves_its_rule(known, after):
        raise Astray(RULE_TOO)
    return _with_exceptions(after, known, _destination(known, after, by))


def _is_counted(known: Schedule) -> bool:
    return bool(known.rrule and read_rule(known.rrule).count)


def _is_whole(known: Schedule, starts: datetime) -> bool:
    """Whether all of it is moved; otherwise it begins earlier or later."""
    return _is_counted(known) or abs(starts.date() - known.starts.date()) < WEEK


def _carried(known: Schedule, starts: datetime) -> str:
    """Its rule, on the day of the week to which all of it is moved, if it names that only."""
    is_carried = known.rrule and _is_whole(known, starts)
    if is_carried and read_rule(known.rrule).only_weekday == known.starts.weekday():
        return on_weekday(known.rrule, starts.weekday())
    return known.rrule


def _followed(known: Schedule, starts: datetime, rrule: str) -> timedelta:
    """By how much the rest is moved: not by days or a time of day that the rule names as before."""
    by = starts - known.starts
    by_time = datetime.combine(known.starts, starts.time()) - known.starts
    rule = _without_end(known.rrule)
    stays = rule if rule == _without_end(rrule) else None
    is_other_day = starts.weekday() != known.starts.weekday()
    if not _is_whole(known, starts) or (stays and stays.names_days and is_other_day):
        by = by_time
    return by - by_time if stays and (stays.hours or stays.minutes or stays.seconds) else by


def _without_end(text: str) -> Rule | None:
    try:
        return replace(read_rule(text), until=None, count=None) if text.strip() else None
    except Unreadable:  # which is said elsewhere
        return None


def _leaves_its_rule(known: Schedule, after: Schedule) -> bool:
    """Whether it began with a start of its rule, and would no more."""
    if not after.rrule or fits(read_rule(after.rrule), after.starts):
        return False
    return fits(read_rule(known.rrule), known.starts)


def _destination(known: Schedule, after: Schedule, by: timedelta) -> Destination:
    dates = [known.starts, *known.exdates, *(one.recurrence_id for one in known.overrides)]
    since, until = min(dates) - A_DAY, max(dates) + A_DAY
    days = {(date + beside).date() for date in dates for beside in (-A_DAY, timedelta(), A_DAY)}
    near = (start for start in (*starts_by_rule(known, since, until), *known.rdates) if start.date() in days)
    then = {known.moment(start): start for start in near}
    now = {*starts_by_rule(after, since + by, until + by), *after.rdates}

    def destination(date: datetime) -> datetime | None:
        start = then.get(known.moment(date))
        if start == known.starts and not known.rrule:
            return after.starts
        if start is None or start + by in now:  # what names no start is one occurrence more
            return (start or date) + by
        if start + by < after.starts and not _is_counted(known):
            return None
        raise Astray(EXCEPTIONS_TOO)

    return destination


def _with_exceptions(after: Schedule, known: Schedule, destination: Destination) -> Schedule:
    exdates = (destination(date) for date in known.exdates)
    overrides = ((one, destination(one.recurrence_id)) for one in known.overrides)
    return replace(
        after,
        exdates=tuple(date for date in exdates if date),
        overrides=tuple(_moved_override(one, start) for one, start in overrides if start),
    )


def _moved_override(override: Override, start: datetime) -> Override:
    """What it says of its own start stays; its own end goes along with a start that it does not say."""
    ends = override.ends
    if ends and override.starts is None:
        ends += start - override.recurrence_id
    return replace(override, recurrence_id=start, ends=ends)
