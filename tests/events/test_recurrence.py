"""When things happen: over changes of clocks, by strange rules, with exceptions; and never for long to compute."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pydotorg.events.moments import _all_days, _days_of
from pydotorg.events.recurrence import Occurrence, occurrences
from pydotorg.events.schedule import Override, Schedule, faults_of, normalised
from pydotorg.events.zones import instant, wall

TWO_YEARS = timedelta(days=731)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(
    starts: str, rule: str = "", *, hours: float = 1, timezone: str = "Europe/Zurich", all_day: bool = False
) -> Schedule:
    start = datetime.fromisoformat(starts)
    return Schedule(timezone=timezone, starts=start, ends=start + timedelta(hours=hours), rrule=rule, all_day=all_day)


def of(schedule: Schedule, after: datetime = BEGIN, before: datetime = BEGIN + TWO_YEARS) -> list[Occurrence]:
    assert list(faults_of(schedule)) == []
    return occurrences(normalised(schedule), after=after, before=before)


def starts_of(schedule: Schedule, after: datetime = BEGIN, before: datetime = BEGIN + TWO_YEARS) -> list[str]:
    return [f"{one.starts_at:%Y-%m-%d %H:%M}" for one in of(schedule, after, before)]


def days_of(schedule: Schedule, after: str, before: str) -> list[str]:
    return [start[:10] for start in starts_of(schedule, utc(after), utc(before))]


def test_an_event_stays_at_nine_when_clocks_change_in_either_direction() -> None:
    weekly = at("2026-03-22T09:00", "FREQ=WEEKLY;COUNT=2")
    assert starts_of(weekly) == ["2026-03-22 08:00", "2026-03-29 07:00"]
    weekly = at("2026-10-18T09:00", "FREQ=WEEKLY;COUNT=2")
    assert starts_of(weekly) == ["2026-10-18 07:00", "2026-10-25 08:00"]


def test_so_it_does_where_summer_is_in_december_or_in_the_hours_of_others() -> None:
    sydney = at("2026-04-04T09:00", "FREQ=DAILY;COUNT=2", timezone="Australia/Sydney")
    assert starts_of(sydney) == ["2026-04-03 22:00", "2026-04-04 23:00"]
    lord_howe = at("2026-04-04T09:00", "FREQ=DAILY;COUNT=2", timezone="Australia/Lord_Howe")
    assert starts_of(lord_howe) == ["2026-04-03 22:00", "2026-04-04 22:30"]


def test_a_time_that_clocks_skip_is_an_hour_later_and_one_that_they_repeat_is_the_first() -> None:
    assert starts_of(at("2026-03-28T02:30", "FREQ=DAILY;COUNT=3")) == [
        "2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30",
    ]  # fmt: skip
    assert starts_of(at("2026-10-24T02:30", "FREQ=DAILY;COUNT=3")) == [
        "2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30",
    ]  # fmt: skip


def test_two_times_that_are_one_moment_are_one_occurrence() -> None:
    hourly = at("2026-03-29T01:00", "FREQ=HOURLY;COUNT=4", hours=0.5)
    assert starts_of(hourly) == ["2026-03-29 00:00", "2026-03-29 01:00", "2026-03-29 02:00"]


#: daily at half past two, which clocks skip on one night: so that is half past three, and the same moment
NIGHTLY = at("2026-03-28T02:30", "FREQ=DAILY;COUNT=3")
SKIPPED, AFTER = datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 3, 30)


@pytest.mark.parametrize("called", [SKIPPED, AFTER])
def test_a_start_that_clocks_skip_is_known_by_either_time_of_its_moment(called: datetime) -> None:
    moments = ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]
    assert starts_of(replace(NIGHTLY, rdates=(called,))) == moments
    assert starts_of(replace(NIGHTLY, exdates=(called,))) == [moments[0], moments[2]]
    special = Override(recurrence_id=called, title="Special")
    assert [one.override for one in of(replace(NIGHTLY, overrides=(special,)))] == [None, special, None]
    assert starts_of(replace(NIGHTLY, overrides=(replace(special, cancelled=True),))) == [moments[0], moments[2]]
    assert starts_of(replace(NIGHTLY, overrides=(special,), exdates=(SKIPPED,))) == [moments[0], moments[2]]


def test_of_several_overrides_of_one_moment_there_is_never_more_than_one() -> None:
    both = (Override(recurrence_id=SKIPPED, title="A"), Override(recurrence_id=AFTER, title="B"))
    for overrides in (both, both[::-1], (both[0],) * 2):
        found = occurrences(replace(NIGHTLY, overrides=overrides), after=BEGIN, before=BEGIN + TWO_YEARS)
        assert [one.recurrence_id for one in found] == [one.recurrence_id for one in of(NIGHTLY)]
        assert [one.override for one in found] == [None, overrides[-1], None]


def test_a_day_that_a_zone_has_left_out_is_not_in_the_place_of_the_next() -> None:
    """Samoa went from 29 to 31 December of 2011."""
    daily = at("2011-12-29", "FREQ=DAILY;COUNT=3", hours=24, timezone="Pacific/Apia", all_day=True)
    found = of(daily, utc("2011-12-01"), utc("2012-02-01"))
    assert [f"{one.starts_at:%d %H} {one.ends_at:%d %H}" for one in found] == ["29 10 30 10", "30 10 31 10"]


def test_what_ends_at_a_time_lasts_exactly_as_long_each_time() -> None:
    night = at("2026-03-27T22:00", "FREQ=DAILY;COUNT=3", hours=8)
    assert {one.ends_at - one.starts_at for one in of(night)} == {timedelta(hours=8)}
    assert of(night)[1].ends_at == utc("2026-03-29T05:00")  # seven in summer time


def test_what_lasts_for_days_lasts_for_days_of_whatever_length() -> None:
    sprint = at("2026-03-28", "FREQ=MONTHLY;COUNT=2", hours=48, all_day=True)
    assert [one.ends_at - one.starts_at for one in of(sprint)] == [timedelta(hours=47), timedelta(hours=48)]


@pytest.mark.parametrize(
    ("schedule", "after", "before", "days"),
    [
        (at("2024-02-29T09:00", "FREQ=YEARLY"), "2024-01-01", "2033-01-01",
         ["2024-02-29", "2028-02-29", "2032-02-29"]),
        (at("2026-01-31T09:00", "FREQ=MONTHLY"), "2026-01-01", "2026-06-01",
         ["2026-01-31", "2026-03-31", "2026-05-31"]),
        (
            at("2026-01-25T09:00", "FREQ=MONTHLY;BYDAY=-1SU"),
            "2026-01-01", "2026-05-01",
            ["2026-01-25", "2026-02-22", "2026-03-29", "2026-04-26"],
        ),
        (
            at("2026-01-30T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
            "2026-01-01", "2026-04-01",
            ["2026-01-30", "2026-02-27", "2026-03-31"],
        ),
        # RFC 5545 3.8.5.3: the examples of WKST
        (
            at("1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", timezone="America/New_York"),
            "1997-01-01", "1998-01-01",
            ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"],
        ),
        (
            at("1997-08-05T09:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", timezone="America/New_York"),
            "1997-01-01", "1998-01-01",
            ["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"],
        ),
        (
            at("1997-05-12T09:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", timezone="America/New_York"),
            "1997-01-01", "2000-01-01",
            ["1997-05-12", "1998-05-11", "1999-05-17"],
        ),
        # without a day of the week, the first start's counts
        (at("1997-05-12T09:00", "FREQ=YEARLY;BYWEEKNO=20"), "1997-01-01", "1999-01-01", ["1997-05-12", "1998-05-11"]),
        (at("2026-12-28T09:00", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO"), "2026-01-01", "2034-01-01",
         ["2026-12-28", "2032-12-27"]),
        (at("1996-11-05T09:00", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"),
         "1996-01-01", "2005-01-01", ["1996-11-05", "2000-11-07", "2004-11-02"]),
        # the week of 1 January begins in December
        (at("2026-01-01T09:00", "FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=2;COUNT=2"), "2026-01-01", "2027-01-01",
         ["2026-01-01", "2026-01-08"]),
        (at("2026-01-01T09:00", "FREQ=WEEKLY;BYDAY=MO,TH;BYSETPOS=1;COUNT=3"), "2026-01-01", "2027-01-01",
         ["2026-01-01", "2026-01-05", "2026-01-12"]),
        (at("2026-03-29", "FREQ=DAILY;UNTIL=20260331", all_day=True, hours=24), "2026-01-01", "2027-01-01",
         ["2026-03-28", "2026-03-29", "2026-03-30"]),
        (at("2026-01-05T09:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "2026-01-01", "2100-01-01", ["2026-01-05"]),
    ],
)  # fmt: skip
def test_rules_mean_what_the_standard_says(schedule: Schedule, after: str, before: str, days: list[str]) -> None:
    assert days_of(schedule, after, before) == days


def test_a_rule_ends_with_its_last_moment() -> None:
    """UNTIL is a moment in UTC: nine in Zurich is seven in summer and eight in winter."""
    assert len(starts_of(at("2026-10-24T09:00", "FREQ=DAILY;UNTIL=20261025T080000Z"))) == 2
    assert len(starts_of(at("2026-10-24T09:00", "FREQ=DAILY;UNTIL=20261025T075959Z"))) == 1
    assert len(starts_of(at("2026-10-24T09:00", "FREQ=DAILY;UNTIL=20261025"))) == 2


def test_a_rule_without_an_end_goes_on_in_every_window() -> None:
    daily = at("1970-01-01T09:00", "FREQ=DAILY")
    for year in (1971, 2026, 2100, 2199):
        assert len(of(daily, datetime(year, 1, 1, tzinfo=UTC), datetime(year, 2, 1, tzinfo=UTC))) == 31


def test_the_first_start_counts_even_if_the_rule_does_not_fit_it() -> None:
    assert days_of(at("2026-01-06T09:00", "FREQ=WEEKLY;BYDAY=MO;COUNT=3"), "2026-01-01", "2027-01-01") == [
        "2026-01-06", "2026-01-12", "2026-01-19",
    ]  # fmt: skip


def test_single_dates_are_added_and_exceptions_taken_away() -> None:
    schedule = replace(
        at("2026-01-05T09:00", "FREQ=WEEKLY;COUNT=3"),
        rdates=(datetime(2026, 1, 7, 18), datetime(2026, 1, 12, 9)),
        exdates=(datetime(2026, 1, 5, 9), datetime(2026, 1, 6, 9)),
    )
    assert starts_of(schedule) == ["2026-01-07 17:00", "2026-01-12 08:00", "2026-01-19 08:00"]


WEEKLY = at("2026-01-05T09:00", "FREQ=WEEKLY")
MOVED = Override(recurrence_id=datetime(2026, 1, 12, 9), starts=datetime(2026, 3, 3, 20), title="Elsewhen")


def test_a_moved_occurrence_is_found_at_its_new_time_and_not_at_its_old_one() -> None:
    schedule = replace(WEEKLY, overrides=(MOVED,))
    [found] = of(schedule, utc("2026-03-03"), utc("2026-03-04"))
    assert (found.starts_at, found.ends_at) == (utc("2026-03-03T19:00"), utc("2026-03-03T20:00"))
    assert found.recurrence_id == utc("2026-01-12T08:00")
    assert found.override == MOVED
    assert of(schedule, utc("2026-01-12"), utc("2026-01-13")) == []


def test_a_cancelled_occurrence_is_none_and_an_excluded_one_is_not_brought_back() -> None:
    cancelled = replace(WEEKLY, overrides=(replace(MOVED, cancelled=True),))
    assert utc("2026-01-12T08:00") not in {one.recurrence_id for one in of(cancelled)}
    excluded = replace(WEEKLY, overrides=(MOVED,), exdates=(MOVED.recurrence_id,))
    assert utc("2026-01-12T08:00") not in {one.recurrence_id for one in of(excluded)}


def test_an_override_may_change_only_the_end_or_only_the_title() -> None:
    longer = Override(recurrence_id=datetime(2026, 1, 12, 9), ends=datetime(2026, 1, 12, 18))
    named = Override(recurrence_id=datetime(2026, 1, 19, 9), title="Special")
    first, second, third = of(replace(WEEKLY, overrides=(named, longer)), before=utc("2026-01-25"))
    assert second.ends_at - second.starts_at == timedelta(hours=9)
    assert (third.starts_at, third.ends_at) == (utc("2026-01-19T08:00"), utc("2026-01-19T09:00"))
    assert [one.override for one in (first, second, third)] == [None, longer, named]


def test_an_override_of_a_time_that_the_rule_does_not_make_is_an_occurrence() -> None:
    extra = Override(recurrence_id=datetime(2026, 1, 14, 9))
    assert "2026-01-14 08:00" in starts_of(replace(WEEKLY, overrides=(extra,)))


def test_what_overlaps_a_window_is_in_it_and_what_only_touches_it_is_not() -> None:
    single = at("2026-06-01T09:00", hours=2)  # from 7 to 9
    for after, before, inside in (
        ("2026-06-01T06:00", "2026-06-01T07:00", False),
        ("2026-06-01T06:00", "2026-06-01T07:01", True),
        ("2026-06-01T08:00", "2026-06-01T08:01", True),
        ("2026-06-01T08:59", "2026-06-02T00:00", True),
        ("2026-06-01T09:00", "2026-06-02T00:00", False),
    ):
        assert bool(of(single, utc(after), utc(before))) is inside, (after, before)


def test_what_takes_no_time_is_in_exactly_one_of_two_windows_that_meet() -> None:
    instant_of_time = at("2026-06-01T09:00", hours=0)
    assert of(instant_of_time, utc("2026-06-01T06:00"), utc("2026-06-01T07:00")) == []
    assert len(of(instant_of_time, utc("2026-06-01T07:00"), utc("2026-06-01T08:00"))) == 1


def test_long_occurrences_of_a_daily_rule_are_all_found() -> None:
    year_long = at("2025-01-01", "FREQ=DAILY", hours=366 * 24, all_day=True)
    found = of(year_long, utc("2027-01-01"), utc("2029-01-01"))
    assert len(found) == 366 + 731
    assert found[-1].starts_at == utc("2028-12-31T23:00")


FIELDS: dict[str, st.SearchStrategy[set[Any]]] = {
    "BYMONTH": st.sets(st.integers(1, 12), min_size=1, max_size=3),
    "BYMONTHDAY": st.sets(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=4),
    "BYDAY": st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4),
    "BYHOUR": st.sets(st.integers(0, 23), min_size=1, max_size=2),
    "BYMINUTE": st.sets(st.integers(0, 59), min_size=1, max_size=2),
    "BYSETPOS": st.sets(st.integers(1, 4) | st.integers(-4, -1), min_size=1, max_size=2),
    "BYYEARDAY": st.sets(st.integers(1, 365) | st.integers(-365, -1), min_size=1, max_size=5),
    "BYWEEKNO": st.sets(st.integers(1, 52), min_size=1, max_size=3),
}
NUMBERED = st.sets(st.sampled_from(["1MO", "2TU", "-1SU", "4TH", "-2FR"]), min_size=1, max_size=2)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Such as fit something before long: dateutil searches until the year 9999."""
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    days = ["BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO"]
    others = {"MONTHLY": {"BYHOUR", "BYSETPOS"}, "HOURLY": {"BYMONTH", "BYMINUTE"}}
    names = draw(st.sets(st.sampled_from(sorted(others.get(frequency, FIELDS.keys() - {*days}))), max_size=3))
    names |= {draw(st.sampled_from(days))} if draw(st.booleans()) else set()
    names -= {"BYMONTH"} if names & {"BYYEARDAY", "BYWEEKNO"} else set()
    values = {name: draw(FIELDS[name]) for name in sorted(names)}
    if "BYDAY" in values and frequency in {"YEARLY", "MONTHLY"} and draw(st.booleans()):
        values["BYDAY"] = draw(NUMBERED)
    if "BYWEEKNO" in values:  # dateutil would take all days of the week
        values["BYDAY"] = draw(FIELDS["BYDAY"])
    if "BYSETPOS" in values:
        values["BYSETPOS"] |= {draw(st.sampled_from([1, -1]))}
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    parts += [f"COUNT={draw(st.integers(1, 200))}"] if draw(st.booleans()) else []
    parts += [f"{name}={','.join(map(str, sorted(value)))}" for name, value in values.items()]
    parts += [f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}"]
    return ";".join(parts)


@settings(deadline=None, max_examples=50)
@given(
    rules(),
    st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1)).map(
        lambda moment: moment.replace(second=0, microsecond=0)
    ),
    st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Asia/Kolkata"]),
)
def test_rules_make_what_dateutil_makes_of_them_from_the_first_start_on(
    rule: str, start: datetime, timezone: str
) -> None:
    schedule = Schedule(timezone=timezone, starts=start, ends=start, rrule=rule)
    assume(not list(faults_of(schedule)))
    expected = list(takewhile(lambda moment: moment < datetime(2028, 1, 3), rrulestr(rule, dtstart=start)))
    assume(expected)
    if expected[0] != start:  # whether COUNT counts it is for nobody to know
        assume("COUNT" not in rule)
        expected.insert(0, start)
    moments = sorted({instant(moment, schedule.place) for moment in expected})
    assert [one.starts_at for one in occurrences(schedule, after=BEGIN, before=BEGIN + TWO_YEARS)] == [
        moment for moment in moments if BEGIN <= moment < BEGIN + TWO_YEARS
    ]


@settings(deadline=None)
@given(
    rules(), st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
)
def test_windows_that_meet_have_together_what_one_has(rule: str, start: datetime) -> None:
    schedule = Schedule(timezone="Europe/Zurich", starts=start, ends=start + timedelta(minutes=10), rrule=rule)
    assume(not list(faults_of(schedule)))
    begin = start.replace(tzinfo=UTC)
    borders: Sequence[datetime] = [begin + timedelta(days=days) for days in (-10, 3, 50, 51, 400)]
    pieces = [one for after, before in pairwise(borders) for one in occurrences(schedule, after=after, before=before)]
    assert list(dict.fromkeys(pieces)) == occurrences(schedule, after=borders[0], before=borders[-1])


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(
        ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"]
    ),
    st.sampled_from(
        ["FREQ=DAILY", "FREQ=DAILY;BYHOUR=0,1,2,3;COUNT=900", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=HOURLY;COUNT=99"]
    ),
    st.datetimes(datetime(2011, 9, 1), datetime(2012, 3, 1)).map(
        lambda time: time.replace(minute=30, second=0, microsecond=0)
    ),
    st.lists(st.integers(0, 400), max_size=30, unique=True),
    st.booleans(),
)
def test_each_occurrence_can_be_excluded_and_changed_by_what_clocks_show_at_its_moment(
    timezone: str,
    rule: str,
    start: datetime,
    numbers: list[int],
    all_day: bool,
) -> None:
    if all_day:
        start, rule = datetime.combine(start, datetime.min.time()), "FREQ=DAILY"
    plain = at(start.isoformat(), rule, timezone=timezone, all_day=all_day, hours=24 if all_day else 1)
    begin = start.replace(tzinfo=UTC) - timedelta(days=3)
    found = of(plain, begin, begin + TWO_YEARS)
    some = [wall(found[number].recurrence_id, plain.place) for number in numbers if number < len(found)]
    if all_day:
        some = [datetime.combine(time, datetime.min.time()) for time in some]
    excluded, special = some[::2], [Override(recurrence_id=time, title="Special") for time in some[1::2]]
    changed = of(replace(plain, exdates=tuple(excluded), overrides=tuple(special)), begin, begin + TWO_YEARS)
    known = [one.recurrence_id for one in changed]
    assert len(set(known)) == len(known) == len(found) - len(excluded)
    assert set(known) <= {one.recurrence_id for one in found}
    assert sum(one.override is not None for one in changed) == len(special)


HOSTILE = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=9",
    "FREQ=HOURLY;INTERVAL=18",
    "FREQ=HOURLY;INTERVAL=999999;COUNT=1000",
    "FREQ=HOURLY;INTERVAL=18;BYDAY=MO",
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=999999;COUNT=1000",
    "FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;INTERVAL=999;COUNT=1000",
    "FREQ=WEEKLY;INTERVAL=999999",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=1000",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1,-1;COUNT=1000",
    "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2,4,6;COUNT=1000",
    f"FREQ=YEARLY;COUNT=1000;INTERVAL=9;BYMONTHDAY=1,2,3;BYHOUR={','.join(map(str, range(24)))}",
    "FREQ=HOURLY",
    "FREQ=HOURLY;INTERVAL=17",
    "FREQ=DAILY;COUNT=100000000",
    f"FREQ=YEARLY;INTERVAL=999999;BYDAY=MO,TU,WE,TH,FR;BYHOUR={','.join(map(str, range(24)))}",
    "FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 110))),
    "FREQ=SECONDLY",
    ";" * 500,
    "FREQ=" + "9" * 490,
]


@pytest.mark.parametrize("rule", HOSTILE)
def test_no_rule_takes_long_to_refuse_or_to_follow(rule: str) -> None:
    """Some 20 ms at most for the two years from today on, on one core; five times that is allowed to busy machines."""
    schedule = at("1970-01-05T09:00", rule)
    _days_of.cache_clear()
    _all_days.cache_clear()
    begun = time.process_time()
    if not list(faults_of(schedule)):
        occurrences(schedule, after=BEGIN, before=BEGIN + TWO_YEARS)
    assert time.process_time() - begun < 0.1


def test_five_hundred_recurring_events_are_followed_for_two_years_in_a_second() -> None:
    shapes = (
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=MONTHLY;BYMONTHDAY=13",
    )
    zones = ("Europe/Zurich", "US/Eastern", "Asia/Calcutta", "Australia/Sydney", "UTC")
    events = [
        at(f"2020-01-{day % 28 + 1:02}T{day % 24:02}:00", shapes[day % 4], timezone=zones[day % 5])
        for day in range(500)
    ]
    begun = time.process_time()
    made = sum(len(occurrences(event, after=BEGIN, before=BEGIN + TWO_YEARS)) for event in events)
    assert time.process_time() - begun < 2
    assert made > 500 * 24
