"""A series that is moved: its exceptions stay with what they are exceptions of, or it is said that they cannot."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pydotorg.events.recurrence import occurrences
from pydotorg.events.schedule import Fault, Override, Schedule, faults_of, normalised
from pydotorg.events.times import DifferingOccurrence, schedule_of

AMSTERDAM = "Europe/Amsterdam"
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
#: a Tuesday
START = datetime(2027, 4, 6, 19)
YEARS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def series(rule: str, *, starts: datetime = START, excluded: int = 1, special: int = 2, **more: Any) -> Schedule:
    """One of which the second does not happen and the third is special, or others by their numbers."""
    plain = Schedule(timezone=AMSTERDAM, starts=starts, ends=starts + timedelta(hours=2), rrule=rule, **more)
    first = walls_of(plain)[: max(excluded, special) + 1]
    special_one = Override(recurrence_id=first[special], title="Special")
    return normalised(replace(plain, exdates=(first[excluded],), overrides=(special_one,)))


def tried(known: Schedule, starts: datetime, **said: Any) -> tuple[Schedule, list[Fault]]:
    """What comes of another start, and what is wrong with it."""
    ends = starts + (known.ends - known.starts)
    faults: list[Fault] = []
    said = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat(), **said}
    return schedule_of(said, known, known.timezone, faults), faults


def moved(known: Schedule, starts: datetime, **said: Any) -> Schedule:
    """One that can be moved."""
    found, faults = tried(known, starts, **said)
    assert faults == []
    return found


def walls_of(schedule: Schedule) -> list[datetime]:
    """When it happens, as its clocks show it."""
    found = occurrences(schedule, after=YEARS[0], before=YEARS[1])
    return [one.starts_at.astimezone(schedule.place).replace(tzinfo=None) for one in found]


def first_of(schedule: Schedule) -> list[str]:
    """The first few, each with its title."""
    found = occurrences(schedule, after=YEARS[0], before=YEARS[1])[:4]
    titles = ((one.override and one.override.title) or "" for one in found)
    return [
        f"{wall:%a %m-%d %H:%M:%S} {title}".rstrip() for wall, title in zip(walls_of(schedule), titles, strict=False)
    ]


def message_of(known: Schedule, starts: datetime, **said: Any) -> str:
    """Why it cannot be moved."""
    [(member, message)] = tried(known, starts, **said)[1]
    assert member == "starts_at"
    return message


def test_what_recurs_on_one_day_of_the_week_is_moved_to_another_with_its_exceptions() -> None:
    weekly = series("FREQ=WEEKLY;BYDAY=TU")
    assert first_of(weekly) == [
        "Tue 04-06 19:00:00", "Tue 04-20 19:00:00 Special", "Tue 04-27 19:00:00", "Tue 05-04 19:00:00",
    ]  # fmt: skip
    later = moved(weekly, datetime(2027, 4, 7, 20))
    assert later.rrule == "FREQ=WEEKLY;BYDAY=WE"
    assert first_of(later) == [
        "Wed 04-07 20:00:00", "Wed 04-21 20:00:00 Special", "Wed 04-28 20:00:00", "Wed 05-05 20:00:00",
    ]  # fmt: skip
    assert moved(later, START) == weekly
    earlier = moved(weekly, datetime(2027, 4, 4, 23))
    assert earlier.rrule == "FREQ=WEEKLY;BYDAY=SU"
    assert first_of(earlier)[:2] == ["Sun 04-04 23:00:00", "Sun 04-18 23:00:00 Special"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=TU;INTERVAL=2", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;COUNT=5;BYDAY=TU",
        "FREQ=WEEKLY;BYDAY=TU;BYHOUR=19", "FREQ=WEEKLY;UNTIL=20270701;BYDAY=TU", "FREQ=MONTHLY", "FREQ=YEARLY",
        "FREQ=HOURLY;INTERVAL=100",
    ],
)  # fmt: skip
@pytest.mark.parametrize("days", [-5, -1, 1, 6])
def test_within_a_week_all_occurrences_are_moved(rule: str, days: int) -> None:
    known = series(rule)
    by = timedelta(days=days)
    now = moved(known, START + by)
    assert first_of(now)[1].endswith("Special")
    assert walls_of(now)[:10] == [wall + by for wall in walls_of(known)[:10]]


def test_single_dates_are_moved_with_what_differs_of_them() -> None:
    known = Schedule(
        timezone=AMSTERDAM, starts=START, ends=START, rrule="FREQ=WEEKLY;COUNT=2", rdates=(START + A_DAY,),
        overrides=(Override(recurrence_id=START + A_DAY, title="Special"),),
    )  # fmt: skip
    later = moved(known, START + timedelta(hours=1))
    assert first_of(later) == ["Tue 04-06 20:00:00", "Wed 04-07 20:00:00 Special", "Tue 04-13 20:00:00"]
    endless = replace(known, rrule="FREQ=WEEKLY", rdates=(START + 30 * A_DAY,), overrides=())
    weeks_later = moved(endless, START + 2 * A_WEEK + timedelta(hours=1))
    assert weeks_later.rdates == (START + 30 * A_DAY + timedelta(hours=1),)


def test_by_weeks_it_begins_earlier_or_later_and_its_exceptions_stay_on_their_days() -> None:
    weekly = series("FREQ=WEEKLY;BYDAY=TU", special=3)
    earlier = moved(weekly, START - 2 * A_WEEK + timedelta(hours=1, seconds=30))
    assert (earlier.exdates, earlier.overrides[0].recurrence_id) == (
        (START + A_WEEK + timedelta(hours=1, seconds=30),), START + 3 * A_WEEK + timedelta(hours=1, seconds=30),
    )  # fmt: skip
    later = moved(weekly, START + 2 * A_WEEK)
    assert later.exdates == ()
    assert first_of(later) == [
        "Tue 04-20 19:00:00", "Tue 04-27 19:00:00 Special", "Tue 05-04 19:00:00", "Tue 05-11 19:00:00",
    ]  # fmt: skip
    latest = moved(weekly, START + 10 * A_WEEK)
    assert (latest.exdates, latest.overrides) == ((), ())


def test_what_happens_so_many_times_is_moved_as_a_whole_however_far() -> None:
    course = series("FREQ=DAILY;COUNT=5")
    now = moved(course, datetime(2027, 6, 1, 9))
    assert first_of(now) == [
        "Tue 06-01 09:00:00", "Thu 06-03 09:00:00 Special", "Fri 06-04 09:00:00", "Sat 06-05 09:00:00",
    ]  # fmt: skip
    on_two_days = series("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6")
    assert first_of(moved(on_two_days, START + 5 * A_WEEK))[:2] == ["Tue 05-11 19:00:00", "Tue 05-18 19:00:00 Special"]


def test_on_several_days_it_begins_on_another_of_them_and_the_others_stay() -> None:
    workdays = series("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", excluded=2, special=3)
    now = moved(workdays, START + A_DAY + timedelta(hours=1))
    assert now.rrule == workdays.rrule
    assert first_of(now) == [
        "Wed 04-07 20:00:00", "Fri 04-09 20:00:00 Special", "Mon 04-12 20:00:00", "Tue 04-13 20:00:00",
    ]  # fmt: skip
    later = moved(workdays, START + 3 * A_DAY)
    assert (later.exdates, len(later.overrides)) == ((), 1), "what was excluded is before it begins"


@pytest.mark.parametrize(
    ("rule", "starts"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH", START + A_DAY),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=4,5", START + A_DAY),
        ("FREQ=WEEKLY;BYDAY=TU", START + 8 * A_DAY),
        ("FREQ=MONTHLY;BYDAY=1TU", START + A_DAY),
        ("FREQ=MONTHLY;BYMONTHDAY=6", START + A_DAY),
        ("FREQ=DAILY;BYHOUR=19", START + timedelta(hours=1)),
        ("FREQ=DAILY;BYMINUTE=0;BYSECOND=0", START + timedelta(minutes=30)),
        ("FREQ=HOURLY;BYHOUR=19,20,21;COUNT=9", START - timedelta(hours=1)),
    ],
)
def test_to_where_its_rule_makes_no_start_it_is_moved_with_a_new_rule_only(rule: str, starts: datetime) -> None:
    known = series(rule)
    assert "`rrule`" in message_of(known, starts)
    assert "`rrule`" in message_of(replace(known, exdates=(), overrides=()), starts)
    assert moved(known, starts, rrule=rule).starts == starts


@pytest.mark.parametrize(
    ("known", "starts"),
    [
        (series("FREQ=DAILY;INTERVAL=2", excluded=20), START + 15 * A_DAY),
        (series("FREQ=WEEKLY"), START - 8 * A_DAY),
        (series("FREQ=WEEKLY;BYDAY=TU;INTERVAL=2"), START - A_WEEK),
        (series("FREQ=MONTHLY", starts=datetime(2027, 1, 28, 19)), datetime(2027, 1, 29, 19)),
        (series("FREQ=MONTHLY", starts=datetime(2027, 1, 30, 19)), datetime(2027, 2, 1, 19)),
        (series("FREQ=YEARLY", starts=datetime(2027, 2, 28, 19)), datetime(2027, 3, 1, 19)),
        (series("FREQ=MONTHLY;COUNT=5"), START + 30 * A_DAY),
    ],
)
def test_exceptions_that_would_be_of_no_start_are_to_be_said_anew(known: Schedule, starts: datetime) -> None:
    assert "`exdates` and `overrides`" in message_of(known, starts)
    bare = moved(replace(known, exdates=(), overrides=()), starts)
    assert walls_of(bare)[0] == starts
    assert moved(known, starts, exdates=[], overrides=[]) == bare
    third = walls_of(bare)[2]
    special = DifferingOccurrence(recurrence_id=third.isoformat(), title="Special")
    assert moved(known, starts, exdates=[], overrides=[special]).overrides[0].recurrence_id == third


def test_a_leap_day_is_moved_with_those_of_other_years() -> None:
    leap = series("FREQ=YEARLY", starts=datetime(2024, 2, 29, 19), excluded=1, special=2)
    now = moved(leap, datetime(2024, 2, 28, 19))
    assert [wall.year for wall in walls_of(now)[:4]] == [2024, 2025, 2026, 2027]
    assert now.exdates == (datetime(2028, 2, 28, 19),)


def test_with_its_rule_said_again_exceptions_stay_on_the_days_that_the_rule_names() -> None:
    weekly = series("FREQ=WEEKLY;BYDAY=TU")
    same = moved(weekly, START + A_DAY, rrule=weekly.rrule)
    assert (same.exdates, same.overrides) == (weekly.exdates, weekly.overrides)
    ended = moved(weekly, START + A_DAY, rrule="freq=weekly;byday=tu;until=20270801")
    assert (ended.exdates, ended.overrides) == (weekly.exdates, weekly.overrides)
    other = moved(weekly, START + A_DAY, rrule="FREQ=WEEKLY;BYDAY=WE")
    assert other == moved(weekly, START + A_DAY)


def test_an_occurrence_with_an_end_of_its_own_lasts_as_long_where_it_is_moved() -> None:
    longer = Override(recurrence_id=START + A_DAY, ends=START + A_DAY + timedelta(hours=4))
    elsewhen = Override(recurrence_id=START + 2 * A_DAY, starts=START + 5 * A_DAY, ends=START + 6 * A_DAY)
    known = replace(series("FREQ=DAILY"), exdates=(), overrides=(longer, elsewhen))
    by = timedelta(hours=9)
    assert moved(known, START + by).overrides == (
        replace(longer, recurrence_id=START + A_DAY + by, ends=START + A_DAY + timedelta(hours=4) + by),
        replace(elsewhen, recurrence_id=START + 2 * A_DAY + by),
    )


def test_an_override_of_what_is_no_start_is_moved_along() -> None:
    extra = Override(recurrence_id=START + A_DAY / 2, title="Extra")
    known = replace(series("FREQ=DAILY"), overrides=(extra,))
    assert first_of(moved(known, START + A_DAY))[:2] == ["Wed 04-07 19:00:00", "Thu 04-08 07:00:00 Extra"]


def test_what_happens_once_keeps_what_is_said_of_that() -> None:
    once = replace(series("FREQ=DAILY"), rrule="", exdates=(), overrides=(Override(recurrence_id=START, title="X"),))
    assert first_of(moved(once, START + 100 * A_DAY)) == ["Thu 07-15 19:00:00 X"]


@pytest.mark.parametrize("called", [datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 3, 30)])
def test_an_exception_at_a_time_that_clocks_skip_is_moved_with_its_start(called: datetime) -> None:
    nightly = Schedule(
        timezone=AMSTERDAM, starts=datetime(2027, 3, 27, 2, 30), ends=datetime(2027, 3, 27, 3), rrule="FREQ=DAILY",
        exdates=(called,),
    )  # fmt: skip
    assert first_of(moved(nightly, datetime(2027, 3, 27, 5)))[:2] == ["Sat 03-27 05:00:00", "Mon 03-29 05:00:00"]


def test_whole_days_become_times_of_day_and_back_with_their_exceptions() -> None:
    days = series("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270801", starts=datetime(2027, 3, 23), all_day=True)
    days = replace(days, ends=datetime(2027, 3, 24))
    hours = moved(days, datetime(2027, 3, 23, 9), all_day=False)
    assert first_of(hours)[:2] == ["Tue 03-23 09:00:00", "Tue 04-06 09:00:00 Special"]
    assert len(walls_of(hours)) == len(walls_of(days))
    assert moved(hours, datetime(2027, 3, 23), all_day=True, ends_at="2027-03-24") == days


RULES = (
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU,TH",
    "FREQ=WEEKLY;BYDAY=MO,TU,SU;INTERVAL=2;WKST=SU", "FREQ=MONTHLY", "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1",
    "FREQ=MONTHLY;BYMONTHDAY=-1,6", "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=4;BYDAY=1TU", "FREQ=DAILY;BYHOUR=2,19;COUNT=90",
    "FREQ=HOURLY;INTERVAL=50", "",
)  # fmt: skip
ENDS = ("", ";COUNT=30", ";UNTIL=20280401")


@st.composite
def series_of_some_kind(draw: st.DrawFn) -> Schedule:
    """Whose exceptions are all of starts, of which some are single dates."""
    zone = draw(st.sampled_from([AMSTERDAM, "America/New_York", "Australia/Lord_Howe", "UTC"]))
    days = draw(st.integers(-400, 400))
    starts = START.replace(hour=draw(st.sampled_from([0, 2, 19])), minute=30) + days * A_DAY
    rule = draw(st.sampled_from(RULES))
    rule += draw(st.sampled_from(ENDS)) if rule and "COUNT" not in rule else ""
    singles = draw(st.sets(st.integers(1, 60), max_size=3))
    plain = Schedule(
        timezone=zone, starts=starts, ends=starts, rrule=rule,
        rdates=tuple(starts + timedelta(days=day, hours=1) for day in singles),
    )  # fmt: skip
    assume(not list(faults_of(plain)))
    happens = walls_of(plain)[:40]
    numbers = draw(st.lists(st.integers(0, 39), max_size=6, unique=True))
    some = [happens[number] for number in numbers if number < len(happens)]
    overrides = tuple(Override(recurrence_id=wall, title="Special") for wall in some[::2])
    return normalised(replace(plain, exdates=tuple(some[1::2]), overrides=overrides))


def moments_of(schedule: Schedule) -> Sequence[datetime]:
    return [one.recurrence_id for one in occurrences(schedule, after=YEARS[0], before=YEARS[1])]


@settings(deadline=None, max_examples=100)
@given(
    known=series_of_some_kind(), minutes=st.integers(-12, 12).map(lambda n: n * 60 * 7) | st.integers(-60_000, 60_000)
)
def test_no_exception_is_lost_and_no_occurrence_is_one_too_many(known: Schedule, minutes: int) -> None:
    starts = known.starts + timedelta(minutes=minutes)
    now, faults = tried(known, starts)
    if faults:
        assert faults[0][0] in {"starts_at", "rrule"}
        return
    bare = replace(now, exdates=(), overrides=())
    happens = set(moments_of(bare))
    assert set(map(now.moment, (*now.exdates, *(one.recurrence_id for one in now.overrides)))) <= happens
    found = occurrences(now, after=YEARS[0], before=YEARS[1])
    assert len(found) == len(happens) - len(now.exdates)
    assert sum(one.override is not None for one in found) == len(now.overrides)
    if abs(minutes) < 6 * 24 * 60 and "BY" not in known.rrule:
        assert (len(now.exdates), len(now.overrides)) == (len(known.exdates), len(known.overrides))
