"""What is written is read as it was."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pydotorg.events.ics.entries import OVERRIDABLE, Entry
from pydotorg.events.ics.reading import read
from pydotorg.events.ics.writing import written
from pydotorg.events.schedule import Override, Schedule, faults_of, normalised

from .samples import HEAD, OVERRIDES, RECURRING, at, entry

#: no control characters, and no spaces around: lines of text lose those when they are read
CHARACTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"], exclude_characters="\ufffe\uffff")
LINE = st.text(CHARACTERS | st.sampled_from(' ,;:\\"'), min_size=1, max_size=120).map(
    lambda text: " ".join(text.split()) or "x"
)
PROSE = st.text(CHARACTERS | st.sampled_from(" \n\t,;:\\"), max_size=300).map(str.strip)
URL = st.sampled_from(["", "https://example.org/", "http://a.example/b,c;d?e=%2C#f"])
SECONDS = timedelta(seconds=1)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1)).map(lambda moment: moment.replace(microsecond=0))
ZONES = st.sampled_from(["Europe/Zurich", "US/Eastern", "Asia/Calcutta", "Australia/Lord_Howe", "UTC", "America/Nuuk"])
#: a file does not say in which zone a day is one
ZONE_OF_DAYS = "Europe/Zurich"
RULES = st.sampled_from(
    ["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=-1SU;COUNT=9", "FREQ=YEARLY;INTERVAL=2;WKST=SU"]
)
MOMENTS = TIMES.map(lambda moment: moment.replace(tzinfo=UTC))


def midnight(moment: datetime) -> datetime:
    return datetime.combine(moment, time())


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    all_day = draw(st.booleans())
    times = TIMES.map(midnight) if all_day else TIMES
    starts = draw(times)
    length = timedelta(days=draw(st.integers(1, 9))) if all_day else SECONDS * draw(st.integers(0, 200_000))
    return Schedule(
        timezone=ZONE_OF_DAYS if all_day else draw(ZONES),
        starts=starts,
        ends=starts + length,
        all_day=all_day,
        rrule=draw(RULES),
        rdates=tuple(draw(st.lists(times, max_size=3, unique=True))),
        exdates=tuple(draw(st.lists(times, max_size=3, unique=True))),
        overrides=tuple(draw(st.lists(overrides(times, all_day), max_size=3, unique_by=lambda one: one.recurrence_id))),
    )


@st.composite
def overrides(draw: st.DrawFn, times: st.SearchStrategy[datetime], all_day: bool) -> Override:
    original, starts = draw(times), draw(st.none() | times)
    longer = timedelta(days=draw(st.integers(10, 20))) if all_day else SECONDS * draw(st.integers(300_000, 400_000))
    return Override(
        recurrence_id=original,
        cancelled=draw(st.booleans()),
        starts=None if starts == original else starts,
        ends=draw(st.sampled_from([None, (starts or original) + longer])),
        title=draw(st.none() | LINE),
        description=draw(st.none() | PROSE),
        venue=draw(st.none() | LINE),
        url=draw(st.none() | URL),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    schedule = draw(schedules())
    assume(not list(faults_of(schedule)))
    found = Entry(
        uid=draw(LINE),
        schedule=normalised(schedule),
        title=draw(LINE),
        sequence=draw(st.integers(0, 1000)),
        description=draw(PROSE),
        location=draw(st.just("") | LINE),
        url=draw(URL),
        categories=tuple(draw(st.lists(LINE, max_size=3, unique=True))),
        cancelled=draw(st.booleans()) and all(one.cancelled for one in schedule.overrides),
        created_at=draw(st.none() | MOMENTS),
        updated_at=draw(MOMENTS),
    )
    # what is excluded is not written
    assume({one.recurrence_id for one in schedule.overrides}.isdisjoint(schedule.exdates))
    differing = OVERRIDABLE.items()
    assume(not any(getattr(one, own) == getattr(found, name) for one in schedule.overrides for name, own in differing))
    return found


@settings(deadline=None, max_examples=60)
@given(st.lists(entries(), max_size=3, unique_by=lambda one: one.uid))
def test_entries_of_any_kind_come_back(said: list[Entry]) -> None:
    found = read(written(HEAD, said), timezone=ZONE_OF_DAYS)
    assert found.entries == said
    assert (found.name, found.skipped, found.altered, found.unread) == (HEAD.name, [], [], [])
    assert found.is_whole


@pytest.mark.parametrize("name", RECURRING)
def test_schedules_of_all_kinds_come_back(name: str) -> None:
    said = entry(normalised(RECURRING[name]))
    assert read(written(HEAD, [said]), timezone=ZONE_OF_DAYS).entries == [said]


def test_what_differs_comes_back_over_changes_of_clocks() -> None:
    weekly = at("2026-03-16T09:00", "FREQ=WEEKLY;COUNT=10", hours=24)
    said = entry(
        Schedule(**{name: getattr(weekly, name) for name in weekly.__struct_fields__} | {"overrides": OVERRIDES})
    )
    assert read(written(HEAD, [said]), timezone=ZONE_OF_DAYS).entries == [said]
