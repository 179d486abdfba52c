"""Calendars as others read them: vobject, which shares no code with what writes them, and recurring-ical-events."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject
from msgspec.structs import replace

from pydotorg.events.ics import clock_changes
from pydotorg.events.ics.clock_changes import Change
from pydotorg.events.ics.entries import CalendarHead, Entry
from pydotorg.events.ics.writing import IN_UTC, written, written_in_turns
from pydotorg.events.recurrence import occurrences
from pydotorg.events.schedule import Override, Schedule
from pydotorg.events.zones import names

from .samples import CHANGED, HEAD, OVERRIDES, RECURRING, at, entry

AFTER, BEFORE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
ALL = [entry(schedule, f"{number}@python.org") for number, schedule in enumerate(RECURRING.values())]


def lines_of(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")


def read_by_vobject(file: bytes) -> Any:
    """With zones as they are defined in the file: under names that nobody knows."""
    return vobject.readOne(re.sub(r"TZID([=:])", r"TZID\1unknown-", file.decode()))


def moment(value: date, place: tzinfo) -> datetime:
    """In UTC; a date is midnight where it is meant."""
    whole = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (whole if whole.tzinfo else whole.replace(tzinfo=place)).astimezone(UTC)


def starts_by_vobject(schedule: Schedule) -> list[datetime]:
    event = read_by_vobject(written(HEAD, [entry(schedule)])).vevent
    made = (moment(value, schedule.place) for value in event.getrruleset(addRDate=True))
    return [start for start in takewhile(lambda start: start < BEFORE, made) if start >= AFTER]


@pytest.mark.parametrize("name", RECURRING)
def test_another_program_finds_the_same_occurrences(name: str) -> None:
    schedule = RECURRING[name]
    ours = [one.starts_at for one in occurrences(schedule, after=AFTER, before=BEFORE)]
    assert len(ours) > 0
    assert starts_by_vobject(schedule) == [start for start in ours if start >= AFTER]


def spans_by_recurring_ical_events(file: bytes, place: tzinfo) -> list[tuple[datetime, datetime, str]]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(file)).between(AFTER, BEFORE)
    return sorted(
        (moment(one["DTSTART"].dt, place), moment(one.end, place), str(one["SUMMARY"]))
        for one in found
        if one.get("STATUS") != "CANCELLED"
    )


def test_another_program_finds_moved_and_cancelled_occurrences_too() -> None:
    weekly = replace(at("2026-03-16T09:00", "FREQ=WEEKLY;COUNT=10"), overrides=OVERRIDES)
    found = spans_by_recurring_ical_events(written(HEAD, [entry(weekly)]), ZoneInfo("Europe/Zurich"))
    ours = [
        (one.starts_at, one.ends_at, (one.override and one.override.title) or "PyLadies")
        for one in occurrences(weekly, after=AFTER, before=BEFORE)
    ]
    assert found == ours
    assert len(ours) == 9


def test_a_file_says_what_clients_subscribe_by() -> None:
    calendar = read_by_vobject(written(replace(HEAD, url="https://www.python.org/events/"), ALL))
    assert calendar.version.value == "2.0"
    assert calendar.prodid.value == "-//python.org//pydotorg//EN"
    assert calendar.method.value == "PUBLISH"
    assert calendar.calscale.value == "GREGORIAN"
    assert calendar.contents["x-wr-calname"][0].value == calendar.contents["name"][0].value == HEAD.name
    assert calendar.contents["x-wr-caldesc"][0].value == HEAD.description
    # by which some programs would read even what is in UTC
    assert "x-wr-timezone" not in calendar.contents
    assert calendar.url.value == "https://www.python.org/events/"
    lines = lines_of(written(replace(HEAD, refresh=timedelta(minutes=90)), []))
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H30M" in lines
    assert "X-PUBLISHED-TTL:PT1H30M" in lines


def test_a_calendar_says_nothing_that_it_does_not_know() -> None:
    bare = written(CalendarHead(name="Bare"), [entry(at("2026-01-05T09:00"), updated_at=None)])
    lines = lines_of(bare[bare.index(b"END:VTIMEZONE") :])
    lines += lines_of(bare[: bare.index(b"BEGIN:VTIMEZONE")])
    for name in (
        "X-WR-CALDESC",
        "URL",
        "X-WR-TIMEZONE",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "LAST-MODIFIED",
        "RRULE",
    ):
        assert not [line for line in lines if re.match(f"{name}[:;]", line)], name
    assert "DTSTAMP:20260105T080000Z" in lines


def test_an_event_keeps_what_it_says() -> None:
    said = entry(
        at("2026-01-05T09:00"),
        "a,b;c\\d@python.org",
        title="Grüße, 世界; \\n is no break",
        description='First line\nsecond: "line"; with, all \\ of it\n\n\tindented 🐍 <script>alert(1)</script>',
        location="Zürich, HB; Gleis 3",
        url="https://example.org/a;b,c?d=%2C",
        categories=("User groups, all", "Sprints; more"),
        sequence=7,
        created_at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
    )
    event = read_by_vobject(written(HEAD, [said])).vevent
    assert event.uid.value == said.uid
    assert event.summary.value == said.title
    assert event.description.value == said.description
    assert event.location.value == said.location
    assert event.url.value == said.url
    assert event.categories.value == list(said.categories)
    assert event.sequence.value == "7"
    assert event.created.value == said.created_at
    assert event.contents["last-modified"][0].value == event.dtstamp.value == CHANGED
    assert event.status.value == "CONFIRMED"
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert event.dtend.value.astimezone(UTC) == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_cancelled_event_stays_in_the_calendar_as_such() -> None:
    whole = replace(at("2026-03-16T09:00", "FREQ=WEEKLY"), overrides=OVERRIDES[:1])
    calendar = read_by_vobject(written(HEAD, [entry(whole, cancelled=True)]))
    assert {event.status.value for event in calendar.vevent_list} == {"CANCELLED"}


def test_whole_days_are_dates_without_a_zone_and_leave_subscribers_free() -> None:
    lines = lines_of(written(HEAD, [entry(at("2026-03-27", hours=72, all_day=True))]))
    assert "DTSTART;VALUE=DATE:20260327" in lines
    assert "DTEND;VALUE=DATE:20260330" in lines
    assert "TRANSP:TRANSPARENT" in lines
    assert "BEGIN:VTIMEZONE" not in lines


def test_times_in_utc_need_no_zone() -> None:
    lines = lines_of(written(HEAD, [entry(at("2026-01-05T09:00", timezone="UTC"))]))
    assert "DTSTART:20260105T090000Z" in lines
    assert "BEGIN:VTIMEZONE" not in lines


def test_each_zone_is_defined_once_and_before_it_is_used() -> None:
    lines = lines_of(written(HEAD, [*ALL, *ALL]))
    defined = [line.removeprefix("TZID:") for line in lines if line.startswith("TZID:")]
    used = {found for line in lines for found in re.findall(r";TZID=([^:;]+)", line)}
    assert sorted(defined) == sorted(used)
    assert max(number for number, line in enumerate(lines) if line == "END:VTIMEZONE") < lines.index("BEGIN:VEVENT")


@pytest.mark.parametrize("letter", ["x", "ü", "世", "🐍", ",", "\\", "\n", "é"])
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(letter: str) -> None:
    long = entry(at("2026-01-05T09:00"), description=letter * 400, title=f"x{letter * 150}".replace("\n", "y"))
    file = written(HEAD, [long])
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert b"\r" not in file.replace(b"\r\n", b"")
    assert read_by_vobject(file).vevent.description.value == long.description


def test_no_text_can_break_out_of_its_line() -> None:
    hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\rUID:2\nDTSTART:19700101T000000Z"
    calendar = read_by_vobject(written(HEAD, [entry(at("2026-01-05T09:00"), description=hostile, location=hostile)]))
    [event] = calendar.vevent_list
    assert event.description.value == hostile.replace("\r\n", "\n").replace("\r", "\n")


def test_the_same_entries_give_the_same_bytes() -> None:
    assert written(HEAD, ALL) == written(HEAD, iter(ALL))


def many(number: int) -> Iterable[Entry]:
    text = "Somewhere, with some others; and more of it. " * 15
    return (
        entry(at("2026-01-05T09:00", "FREQ=WEEKLY"), f"{one}@python.org", description=text) for one in range(number)
    )


def test_a_thousand_events_are_written_in_little_time_and_space() -> None:
    begun = time.process_time()
    assert len(written(HEAD, many(1000))) < 1_200_000
    assert time.process_time() - begun < 0.5, "0.1, on a machine that does nothing else"


def test_an_occurrence_that_is_excluded_is_not_brought_back_by_what_differs() -> None:
    weekly = replace(
        at("2026-03-16T09:00", "FREQ=WEEKLY;COUNT=10"), exdates=(OVERRIDES[0].recurrence_id,), overrides=OVERRIDES
    )
    file = written(HEAD, [entry(weekly)])
    found = spans_by_recurring_ical_events(file, ZoneInfo("Europe/Zurich"))
    assert [start for start, _, _ in found] == [
        one.starts_at for one in occurrences(weekly, after=AFTER, before=BEFORE)
    ]
    assert lines_of(file).count("BEGIN:VEVENT") == len(OVERRIDES)


def test_an_occurrence_with_an_empty_title_is_called_as_the_others() -> None:
    untitled = Override(recurrence_id=datetime(2026, 3, 23, 9), starts=datetime(2026, 3, 23, 10), title="")
    weekly = replace(at("2026-03-16T09:00", "FREQ=WEEKLY;COUNT=2"), overrides=(untitled,))
    lines = lines_of(written(HEAD, [entry(weekly)]))
    assert [line for line in lines if line.startswith("SUMMARY")] == ["SUMMARY:PyLadies"] * 2


def in_zones(names: Iterable[str], starts: str) -> list[Entry]:
    return [entry(at(starts, timezone=name), name) for name in names]


@pytest.mark.anyio
async def test_what_a_zone_does_is_found_out_once_for_all_years_while_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = dict[str, Sequence[Change]]()
    monkeypatch.setattr(clock_changes, "_known", known)
    found_out, find_out = Counter[str](), clock_changes._moments

    def counted(name: str, place: ZoneInfo) -> Iterator[datetime]:
        found_out[name] += 1
        return find_out(name, place)

    monkeypatch.setattr(clock_changes, "_moments", counted)
    some = [name for name in sorted(names()) if name not in IN_UTC][:300]
    file, turns = await while_others_have_turns(written_in_turns(HEAD, in_zones(some, "2026-01-05T09:00")))
    assert turns > 100
    assert file == written(HEAD, in_zones(some, "2026-01-05T09:00"))
    await written_in_turns(HEAD, in_zones(reversed(some), "1999-01-05T09:00"))
    assert found_out == Counter(some)


async def while_others_have_turns(work: Awaitable[bytes]) -> tuple[bytes, int]:
    """What it comes to, and how many turns somebody else had meanwhile."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    busy = asyncio.ensure_future(other())
    done = await work
    busy.cancel()
    return done, turns


@pytest.mark.anyio
async def test_in_turns_the_same_is_written_and_others_have_theirs() -> None:
    file, turns = await while_others_have_turns(written_in_turns(HEAD, many(1000)))
    assert file == written(HEAD, many(1000))
    assert turns > 20
