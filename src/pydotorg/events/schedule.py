"""When an event happens: once, or by a rule, in the time of a zone."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct
from msgspec.structs import replace

from .moments import is_too_frequent, times_a_day
from .rules import OCCURRENCES_MAX, RULE_CHARACTERS_MAX, YEARS, Unreadable, last_start, read_rule, written_rule
from .zones import instant, unknown, zone

DURATION_DAYS_MAX = 366
#: single dates, exceptions and overrides of a schedule, each
DATES_MAX = 1000
TIMES_A_DAY_MAX = 24

#: a time as clocks show it, without a zone
WallTime = Annotated[datetime, Meta(tz=False)]
#: what is wrong: the member, and a sentence about it
Fault = tuple[str, str]


class Override(Struct, frozen=True, kw_only=True):
    """One occurrence that differs from the others; what is None is as with the others."""

    #: when it would begin by the rule
    recurrence_id: WallTime
    cancelled: bool = False
    starts: WallTime | None = None
    ends: WallTime | None = None
    title: str | None = None
    description: str | None = None
    url: str | None = None
    venue: str | None = None


class Schedule(Struct, frozen=True, kw_only=True):
    """All times are as the clocks of the zone show them, so an event stays at nine when summer time begins.

    `ends` is exclusive. Whole days last from midnight to midnight. What lasts for whole days lasts as many days each
    time; anything else lasts exactly as long each time, in seconds, as RFC 5545 3.8.5.3 has it for a DTEND.
    """

    timezone: str
    starts: WallTime
    ends: WallTime
    all_day: bool = False
    #: the value of an RRULE (RFC 5545 3.3.10); empty if there is none
    rrule: str = ""
    #: starts beside those of the rule
    rdates: tuple[WallTime, ...] = ()
    #: starts of the rule at which it does not happen
    exdates: tuple[WallTime, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def place(self) -> ZoneInfo:
        """The zone itself. Raises LookupError if there is none of that name."""
        found = zone(self.timezone)
        if found is None:
            raise LookupError(self.timezone)
        return found

    @property
    def starts_at(self) -> datetime:
        """When it begins for the first time, in UTC."""
        return self.moment(self.starts)

    @property
    def ends_at(self) -> datetime:
        """When its first occurrence ends, in UTC."""
        return self.moment(self.ends)

    @property
    def recurs(self) -> bool:
        """Whether it can happen more than once."""
        return bool(self.rrule or self.rdates or self.overrides)

    def moment(self, time: datetime) -> datetime:
        """A time of its clocks, in UTC."""
        return instant(time, self.place)

    def end_of(self, start: datetime) -> datetime:
        """When an occurrence ends, in UTC, that begins at this time of the zone and has no end of its own."""
        if self.all_day:
            return self.moment(start + (self.ends - self.starts))
        return self.moment(start) + (self.ends_at - self.starts_at)

    def span_of(self, override: Override) -> tuple[datetime, datetime]:
        """When an overridden occurrence begins and ends, in UTC."""
        start = override.starts or override.recurrence_id
        return self.moment(start), self.end_of(start) if override.ends is None else self.moment(override.ends)


def schedule_in(row: Any) -> Schedule:
    """That of whatever has its members."""
    return Schedule(**{name: getattr(row, name) for name in Schedule.__struct_fields__})


def normalised(schedule: Schedule) -> Schedule:
    """The same, said in the one way for it: its rule, and its dates in order; only for a schedule without faults.

    Or with one alone, as files of others have it: of several overrides of one moment, the last is meant.
    """
    overrides = {schedule.moment(override.recurrence_id): override for override in schedule.overrides}
    return replace(
        schedule,
        rrule=_written(schedule),
        rdates=tuple(sorted(set(schedule.rdates))),
        exdates=tuple(sorted(set(schedule.exdates))),
        overrides=tuple(sorted(overrides.values(), key=lambda one: one.recurrence_id)),
    )


def _written(schedule: Schedule) -> str:
    return schedule.rrule and written_rule(schedule.rrule, schedule.place, all_day=schedule.all_day)


def faults_of(schedule: Schedule) -> Iterator[Fault]:
    """What is wrong with it, each with the member at fault; nothing if it can be expanded safely."""
    if wrong := unknown(schedule.timezone):
        yield "timezone", wrong
        return
    found = [*_faults_of_times(schedule), *_faults_of_dates(schedule)]
    yield from found
    if schedule.rrule and not any(member == "starts" for member, _ in found):
        yield from _faults_of_rule(schedule)


def _faults_of_times(schedule: Schedule) -> Iterator[Fault]:
    for member in ("starts", "ends"):
        yield from _faults_of_time(member, getattr(schedule, member), all_day=schedule.all_day)
    yield from _faults_of_span(schedule, "ends", schedule.starts, schedule.ends)


def _faults_of_time(member: str, value: datetime, *, all_day: bool) -> Iterator[Fault]:
    if value.year not in YEARS:
        yield member, f"must be in the years {YEARS.start} to {YEARS.stop - 1}"
    if value.microsecond:
        yield member, "must be a whole second"
    if all_day and value.time() != time():
        yield member, "must be midnight, for a whole day"


def _faults_of_span(schedule: Schedule, member: str, start: datetime, end: datetime) -> Iterator[Fault]:
    if end - start > timedelta(days=DURATION_DAYS_MAX):
        yield member, f"must be at most {DURATION_DAYS_MAX} days after the start"
    elif schedule.all_day and end - start < timedelta(days=1):
        yield member, "must be the midnight after the last day, at least one day after the start"
    elif end < start:
        yield member, "must not be before the start"
    elif {start.year, end.year} <= {*YEARS} and schedule.moment(end) < schedule.moment(start):
        yield member, "must not be before the start, which the clocks of this zone skip on that day"


def _faults_of_dates(schedule: Schedule) -> Iterator[Fault]:
    for member in ("rdates", "exdates", "overrides"):
        if len(getattr(schedule, member)) > DATES_MAX:
            yield member, f"must be at most {DATES_MAX}"
            return
    for member in ("rdates", "exdates"):
        for place, value in enumerate(getattr(schedule, member)):
            yield from _faults_of_time(f"{member}.{place}", value, all_day=schedule.all_day)
    originals = set[datetime]()
    for place, override in enumerate(schedule.overrides):
        yield from _faults_of_override(schedule, f"overrides.{place}", override)
        original = override.recurrence_id
        moment = schedule.moment(original) if original.year in YEARS else original
        if moment in originals:
            yield f"overrides.{place}.recurrence_id", "must not be that of another override"
        originals.add(moment)


def _faults_of_override(schedule: Schedule, member: str, override: Override) -> Iterator[Fault]:
    times: Iterable[str] = ("recurrence_id", "starts", "ends")
    for name in times:
        value = getattr(override, name)
        if value is not None:
            yield from _faults_of_time(f"{member}.{name}", value, all_day=schedule.all_day)
    if override.ends is not None:
        yield from _faults_of_span(schedule, f"{member}.ends", override.starts or override.recurrence_id, override.ends)


def _faults_of_rule(schedule: Schedule) -> Iterator[Fault]:
    try:
        rule = read_rule(schedule.rrule)
    except Unreadable as unreadable:
        yield "rrule", str(unreadable)
        return
    last = last_start(rule, schedule.place, all_day=schedule.all_day)
    if schedule.all_day and rule.names_times:
        yield "rrule", "must not name hours, minutes or seconds, for whole days"
    elif last is not None and last < schedule.starts_at:
        yield "rrule", "must have an UNTIL that is not before the start"
    elif len(_written(schedule)) > RULE_CHARACTERS_MAX:
        yield "rrule", f"must have at most {RULE_CHARACTERS_MAX} characters, written out"
    elif times_a_day(rule) > TIMES_A_DAY_MAX:
        yield "rrule", f"must not make more than {TIMES_A_DAY_MAX} starts a day"
    elif rule.positions and times_a_day(rule) > 1:
        yield "rrule", "must not have BYSETPOS beside several times of a day"
    elif is_too_frequent(rule, schedule.starts, until=last):
        yield "rrule", f"must not make more than {OCCURRENCES_MAX} occurrences within two years; end it or thin it out"
