"""Which occurrences are kept: those around today, and the next one of what is rare."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from pydotorg.events.schedule import Override, Schedule
from pydotorg.events.window import AHEAD, PAST, rows_of

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
TODAY = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(starts: str, rule: str = "", *, lasts: timedelta = HOUR) -> Schedule:
    start = datetime.fromisoformat(starts)
    return Schedule(timezone="UTC", starts=start, ends=start + lasts, rrule=rule)


def starts_of(schedule: Schedule, now: datetime = NOW) -> list[datetime]:
    return [one.starts_at for one in rows_of(schedule, now=now)]


@pytest.mark.parametrize("starts", ["1970-01-01T09:00", "2026-03-01T09:00", "2199-12-31T23:30"])
@pytest.mark.parametrize("lasts", [timedelta(), HOUR, timedelta(days=300)], ids=["no time", "an hour", "300 days"])
def test_what_happens_once_is_kept_whenever_it_is(starts: str, lasts: timedelta) -> None:
    [row] = rows_of(at(starts, lasts=lasts), now=NOW)
    assert row.starts_at == row.recurrence_id == datetime.fromisoformat(f"{starts}+00:00")
    assert row.ends_at - row.starts_at == lasts


def test_what_is_excluded_does_not_happen_at_all() -> None:
    once = at("2026-03-01T09:00")
    assert rows_of(replace(once, exdates=(once.starts,)), now=NOW) == []


def test_of_what_recurs_a_year_back_and_two_ahead_are_kept() -> None:
    starts = starts_of(at("2000-01-01T09:00", "FREQ=DAILY"))
    assert (starts[0], starts[-1]) == (TODAY - PAST + 9 * HOUR, TODAY + AHEAD - timedelta(days=1) + 9 * HOUR)
    assert len(starts) == (PAST + AHEAD).days


def test_what_lasts_into_the_window_is_within_it() -> None:
    longest = at("2000-01-01T23:30", "FREQ=DAILY")
    assert starts_of(longest)[0] == TODAY - PAST - HOUR / 2


def test_what_is_rare_has_its_next_one() -> None:
    leap = at("2024-02-29T09:00", "FREQ=YEARLY")
    assert starts_of(leap) == [datetime(2028, 2, 29, 9, tzinfo=UTC)]
    assert starts_of(at("2020-05-01T09:00", "FREQ=YEARLY;INTERVAL=7")) == [datetime(2027, 5, 1, 9, tzinfo=UTC)]
    assert starts_of(at("2025-05-01T09:00", "FREQ=YEARLY;INTERVAL=9")) == [
        datetime(2025, 5, 1, 9, tzinfo=UTC), datetime(2034, 5, 1, 9, tzinfo=UTC),
    ]  # fmt: skip


def test_what_is_over_or_too_far_away_has_none() -> None:
    assert starts_of(at("2020-05-01T09:00", "FREQ=DAILY;COUNT=100")) == []
    assert starts_of(at("2025-05-01T09:00", "FREQ=YEARLY;INTERVAL=20"))[1:] == []
    assert starts_of(at("2025-05-01T09:00", "FREQ=DAILY;COUNT=2")) == [
        datetime(2025, 5, day, 9, tzinfo=UTC) for day in (1, 2)
    ]


def test_an_override_brings_its_occurrence_where_it_moves_it() -> None:
    weekly = at("2020-01-06T09:00", "FREQ=WEEKLY;COUNT=4")
    moved = Override(recurrence_id=datetime(2020, 1, 13, 9), starts=datetime(2026, 5, 1, 20), title="Moved")
    [row] = rows_of(replace(weekly, overrides=(moved,)), now=NOW)
    assert (row.recurrence_id, row.starts_at, row.override) == (
        datetime(2020, 1, 13, 9, tzinfo=UTC), datetime(2026, 5, 1, 20, tzinfo=UTC), moved,
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY", "FREQ=YEARLY;INTERVAL=4", "FREQ=YEARLY;INTERVAL=3"])
def test_within_a_day_they_are_always_the_same(rule: str) -> None:
    """So what is written at noon is what the task wrote that moved the window in the morning."""
    schedule = at("2022-03-01T12:00", rule)
    found = {tuple(starts_of(schedule, TODAY + timedelta(minutes=minutes))) for minutes in range(0, 24 * 60, 90)}
    [starts] = found
    assert starts[-1] > TODAY + timedelta(days=1)


def test_the_day_is_that_of_utc() -> None:
    daily, zone = at("2000-01-01T09:00", "FREQ=DAILY"), datetime.fromisoformat("2026-03-02T01:00+02:00")
    assert starts_of(daily, zone) == starts_of(daily)
