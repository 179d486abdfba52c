"""Times as somebody says them, read as clocks of a zone show them; and a series that is moved."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pydotorg.events.schedule import Fault, Schedule
from pydotorg.events.times import DifferingOccurrence, schedule_of

AMSTERDAM, SANTIAGO = "Europe/Amsterdam", "America/Santiago"


def read(known: Schedule | None = None, **said: Any) -> Schedule:
    """A schedule that is said without a fault."""
    schedule, faults = tried(known, **said)
    assert faults == []
    return schedule


def tried(known: Schedule | None = None, **said: Any) -> tuple[Schedule, list[Fault]]:
    """A schedule, and what is wrong with it."""
    faults: list[Fault] = []
    return schedule_of(said, known, "UTC", faults), faults


@pytest.mark.parametrize(
    "said",
    [
        "2027-03-27T08:00:00Z", "2027-03-27T09:00:00+01:00", "2027-03-27T03:00:00-05:00", "2027-03-27T09:00",
        "2027-03-27 09:00",
    ],
)  # fmt: skip
def test_a_time_is_the_same_however_it_is_said(said: str) -> None:
    schedule = read(starts_at=said, timezone=AMSTERDAM)
    assert schedule.starts == datetime(2027, 3, 27, 9)
    assert schedule.starts_at == datetime(2027, 3, 27, 8, tzinfo=UTC)
    assert schedule.ends == schedule.starts


def test_the_zone_is_that_of_the_calendar_unless_the_event_says_another() -> None:
    faults: list[Fault] = []
    assert schedule_of({"starts_at": "2027-03-27T09:00"}, None, AMSTERDAM, faults).timezone == AMSTERDAM
    assert faults == []


def test_whole_days_are_the_days_that_were_written_or_those_that_begin_then() -> None:
    written = read(starts_at="2027-03-27", all_day=True, timezone=AMSTERDAM)
    assert (written.starts, written.ends) == (datetime(2027, 3, 27), datetime(2027, 3, 28))
    assert read(starts_at="2027-03-27T00:00:00Z", all_day=True, timezone=AMSTERDAM) == written
    assert read(starts_at="2027-03-26T23:00:00Z", all_day=True, timezone=AMSTERDAM) == written


def test_a_day_whose_midnight_clocks_skip_can_be_sent_back_as_it_was_answered() -> None:
    day = read(starts_at="2027-09-05", all_day=True, timezone=SANTIAGO)
    answered = f"{day.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert answered == "2027-09-05T04:00:00Z"
    assert read(day, starts_at=answered) == day


def test_the_second_of_two_times_that_clocks_show_alike_is_refused_rather_than_moved() -> None:
    first = read(starts_at="2027-10-31T00:30:00Z", timezone=AMSTERDAM)
    assert first.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    _, faults = tried(starts_at="2027-10-31T01:30:00Z", timezone=AMSTERDAM)
    [(member, message)] = faults
    assert member == "starts_at"
    assert "2027-10-31 02:30, which clocks in Europe/Amsterdam show twice" in message


def test_among_exceptions_a_day_alone_means_what_begins_on_it() -> None:
    schedule = read(
        starts_at="2027-04-05T19:00", rrule="FREQ=DAILY", exdates=["2027-04-07", "2027-04-06"], rdates=["2027-05-01"],
        overrides=[DifferingOccurrence(recurrence_id="2027-04-08", cancelled=True)],
    )  # fmt: skip
    assert schedule.exdates == (datetime(2027, 4, 6, 19), datetime(2027, 4, 7, 19))
    assert schedule.rdates == (datetime(2027, 5, 1, 19),)
    assert schedule.overrides[0].recurrence_id == datetime(2027, 4, 8, 19)


SERIES = read(
    starts_at="2027-04-05T19:00", ends_at="2027-04-05T21:00", timezone=AMSTERDAM, rrule="FREQ=DAILY;UNTIL=20270605",
    exdates=["2027-04-06T19:00"], overrides=[DifferingOccurrence(recurrence_id="2027-04-07T19:00", title="Long night")],
)  # fmt: skip


def test_exceptions_move_along_with_a_series_that_is_moved_within_a_week() -> None:
    moved = read(SERIES, starts_at="2027-04-05T20:00", ends_at="2027-04-05T22:00")
    assert moved.exdates == (datetime(2027, 4, 6, 20),)
    assert moved.overrides[0].recurrence_id == datetime(2027, 4, 7, 20)
    back = read(moved, starts_at="2027-04-05T19:00", ends_at="2027-04-05T21:00")
    assert back == SERIES


def test_of_a_series_that_begins_weeks_earlier_the_exceptions_stay_on_their_days() -> None:
    earlier = read(SERIES, starts_at="2027-03-05T20:00", ends_at="2027-03-05T21:00")
    assert earlier.exdates == (datetime(2027, 4, 6, 20),)


def test_exceptions_that_are_said_anew_are_not_moved() -> None:
    moved = read(SERIES, starts_at="2027-04-05T20:00", ends_at="2027-04-05T22:00", exdates=["2027-04-09T20:00"])
    assert moved.exdates == (datetime(2027, 4, 9, 20),)


def test_in_another_zone_the_last_day_is_the_same_by_its_clocks() -> None:
    assert SERIES.rrule == "FREQ=DAILY;UNTIL=20270605T215959Z"
    there = read(SERIES, timezone="America/New_York")
    assert there.rrule == "FREQ=DAILY;UNTIL=20270606T035959Z"
    assert (there.starts, there.exdates) == (SERIES.starts, SERIES.exdates)


def test_dates_are_in_order_and_each_once_however_they_are_said() -> None:
    schedule = read(
        starts_at="2027-04-05T19:00", rrule="FREQ=DAILY",
        exdates=["2027-04-08T19:00", "2027-04-06T19:00", "2027-04-08T19:00"],
    )  # fmt: skip
    assert schedule.exdates == (datetime(2027, 4, 6, 19), datetime(2027, 4, 8, 19))


#: with an end, within a few characters of as many as a rule may have; with its time of day, which is written, above
LONG = "FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(100, 215))) + ";UNTIL=20301231"


@pytest.mark.parametrize(
    ("said", "member", "says"),
    [
        ({"starts_at": "9999-12-31", "all_day": True}, "starts_at", "in the years 1970 to 2200"),
        ({"starts_at": "2027-02-30T09:00"}, "starts_at", "a time that there is"),
        ({"starts_at": "2027-04-05T09:00", "timezone": "Amsterdam"}, "timezone", "did you mean Europe/Amsterdam"),
        ({"starts_at": "2027-04-05T09:00", "ends_at": "2027-04-05T08:00"}, "ends_at", "not be before the start"),
        ({"starts_at": "2027-04-05", "ends_at": "2027-04-05", "all_day": True}, "ends_at", "midnight after"),
        (
            {"starts_at": "2027-04-05T09:00", "rrule": "FREQ=DAILY", "exdates": ["2027-04-09T09:00", "2027-02-30"]},
            "exdates.1", "a time that there is",
        ),
        ({"starts_at": "2027-04-05T09:00", "rrule": "FREQ=SECONDLY"}, "rrule", "one of"),
        ({"starts_at": "2027-04-05T09:00", "rrule": "FREQ=DAILY;COUNT=3;UNTIL=20280101"}, "rrule", "not both"),
        ({"starts_at": "2027-04-05T09:00", "rrule": LONG}, "rrule", "characters, written out"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_with_its_member(said: dict[str, Any], member: str, says: str) -> None:
    _, faults = tried(**said)
    assert [name for name, _ in faults] == [member]
    assert says in faults[0][1]


def test_of_a_series_whose_start_is_moved_behind_its_end_the_start_is_named() -> None:
    _, faults = tried(SERIES, starts_at="2027-04-06T19:00")
    assert faults == [("starts_at", "must be before the end: say a new `ends_at` too")]
