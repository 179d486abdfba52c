"""When events of others happen, where what they state can be misunderstood: moments count, not what is written."""

from datetime import UTC, datetime

import pytest

from pydotorg.events.ics.reading import Reading
from pydotorg.events.recurrence import occurrences

from .test_reading import GOOD, definition, reading

AFTER, BEFORE = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
HERE = "SUMMARY:Snakes\nDTSTART;TZID=Europe/Amsterdam:"
#: of three evenings; and of three nights of which one has no half past two, or two of them
EVENINGS = f"UID:1\n{HERE}20270405T190000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
IN_SPRING = f"UID:1\n{HERE}20270327T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
IN_AUTUMN = f"UID:1\n{HERE}20271030T023000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
TWICE = (
    "One of its times is the second 2027-10-31 02:30 that clocks in Europe/Amsterdam show, which cannot be kept in "
    "that zone."
)


def happenings(found: Reading) -> list[str]:
    """When it begins, and for how long it lasts, in UTC."""
    return [
        f"{one.starts_at:%m-%d %H:%M}, {one.ends_at - one.starts_at}"
        for entry in found.entries
        for one in occurrences(entry.schedule, after=AFTER, before=BEFORE)
    ]


def remarks(found: Reading) -> tuple[list[str], list[str]]:
    """What is said about what was left out, and about what was altered."""
    return [each.reason for each in found.skipped], [each.reason for each in found.altered]


@pytest.mark.parametrize(
    ("when", "happens"),
    [
        ("20271031T013000\nDURATION:PT2H", ["10-30 23:30, 2:00:00"]),
        ("20271031T013000\nDTEND:20271031T013000Z", ["10-30 23:30, 2:00:00"]),
        (
            "20271031T010000\nDURATION:PT1H\nRDATE;VALUE=PERIOD;TZID=Europe/Amsterdam:20271031T013000/PT2H",
            ["10-30 23:00, 1:00:00", "10-30 23:30, 2:00:00"],
        ),
        (
            "20271030T023000\nDURATION:PT1H\nRDATE:20271031T003000Z,20271031T013000Z\nEXDATE;VALUE=DATE:20271030",
            ["10-31 00:30, 1:00:00", "10-31 01:30, 1:00:00"],
        ),
    ],
    ids=["how long", "until when", "a longer date", "two dates"],
)
def test_what_clocks_cannot_tell_on_the_night_on_which_they_go_back_is_kept_in_utc(
    when: str, happens: list[str]
) -> None:
    found = reading(f"UID:1\n{HERE}{when}")
    assert happenings(found) == happens
    assert [entry.schedule.timezone for entry in found.entries] == ["UTC"]
    assert remarks(found) == ([], [f"It was taken in the zone UTC. {TWICE}"])


@pytest.mark.parametrize("end", ["DURATION:PT1H", "DTEND;TZID=Europe/Amsterdam:20271031T023000"])
def test_what_ends_before_clocks_go_back_stays_in_its_zone(end: str) -> None:
    found = reading(f"UID:1\n{HERE}20271031T013000\n{end}")
    assert happenings(found) == ["10-30 23:30, 1:00:00"]
    assert [entry.schedule.timezone for entry in found.entries] == ["Europe/Amsterdam"]
    assert remarks(found) == ([], [])


@pytest.mark.parametrize("end", ["DURATION:PT2H", "DTEND:20271031T013000Z"])
def test_a_rule_whose_length_clocks_cannot_tell_is_left_out(end: str) -> None:
    found = reading(GOOD, f"UID:1\n{HERE}20271031T013000\n{end}\nRRULE:FREQ=WEEKLY")
    assert [entry.uid for entry in found.entries] == ["good"]
    assert remarks(found) == ([TWICE], [])
    assert found.unread == ["1"]


@pytest.mark.parametrize(
    "when",
    ["DTSTART:20271031T013000Z\nDURATION:PT90M", "DTSTART:20271031T000000Z\nDTEND:20271031T013000Z"],
    ids=["begins", "ends"],
)
def test_an_occurrence_that_was_moved_to_where_clocks_cannot_tell_is_not_shown_elsewhere(when: str) -> None:
    moved = f"UID:1\nRECURRENCE-ID;TZID=Europe/Amsterdam:20271031T023000\n{when}"
    found = reading(IN_AUTUMN, moved)
    assert happenings(found) == ["10-30 00:30, 1:00:00", "11-01 01:30, 1:00:00"]
    assert remarks(found) == ([f"As one occurrence of its event, it was left out. {TWICE}"], [])


def test_an_occurrence_that_lasts_as_long_as_the_others_may_end_where_clocks_cannot_tell() -> None:
    moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Amsterdam:20271031T023000\nDTSTART:20271031T003000Z\nDURATION:PT1H"
    found = reading(IN_AUTUMN, moved)
    assert happenings(found) == ["10-30 00:30, 1:00:00", "10-31 00:30, 1:00:00", "11-01 01:30, 1:00:00"]
    assert remarks(found) == ([], [])


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize(
    ("whole", "excluded", "left"),
    [
        (EVENINGS, "20270406T190000", ["04-05 17:00, 1:00:00", "04-07 17:00, 1:00:00"]),
        (EVENINGS, "20270406T170000Z", ["04-05 17:00, 1:00:00", "04-07 17:00, 1:00:00"]),
        (IN_SPRING, "20270328T023000", ["03-27 01:30, 1:00:00", "03-29 00:30, 1:00:00"]),
        (IN_SPRING, "20270328T013000Z", ["03-27 01:30, 1:00:00", "03-29 00:30, 1:00:00"]),
        (IN_AUTUMN, "20271031T003000Z", ["10-30 00:30, 1:00:00", "11-01 01:30, 1:00:00"]),
        (IN_AUTUMN, "20271031T013000Z", ["10-30 00:30, 1:00:00", "10-31 00:30, 1:00:00", "11-01 01:30, 1:00:00"]),
    ],
    ids=["floating", "UTC", "a time that is skipped", "skipped, in UTC", "the first of two", "the second of two"],
)
def test_what_is_excluded_is_what_begins_then(whole: str, excluded: str, left: list[str], timezone: str) -> None:
    found = reading(f"{whole}\nEXDATE:{excluded}", timezone=timezone)
    assert happenings(found) == left
    assert remarks(found) == ([], [])


def test_what_is_excluded_at_a_time_that_is_skipped_is_called_as_the_rule_calls_it() -> None:
    [entry] = reading(f"{IN_SPRING}\nEXDATE:20270328T013000Z,20270329T013000Z").entries
    assert entry.schedule.exdates == (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 29, 3, 30))


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_times_without_a_zone_mean_that_of_their_event(timezone: str) -> None:
    moved = "UID:1\nRECURRENCE-ID:20270406T190000\nDTSTART:20270406T200000\nDTEND:20270406T210000"
    longer = "UID:2\nDTSTART;TZID=Europe/Amsterdam:20270501T190000\nDTEND:20270501T220000"
    found = reading(EVENINGS, moved, longer, timezone=timezone)
    assert happenings(found) == [
        "04-05 17:00, 1:00:00",
        "04-06 18:00, 1:00:00",
        "04-07 17:00, 1:00:00",
        "05-01 17:00, 3:00:00",
    ]


@pytest.mark.parametrize("timezone", ["UTC", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize(
    "excluded",
    [":20270405T000000Z", ":20270405T000000", ";TZID=Europe/Amsterdam:20270405T000000", ";VALUE=DATE:20270405"],
    ids=["UTC", "floating", "elsewhere", "day"],
)
def test_midnight_means_that_day_wherever_it_is(excluded: str, timezone: str) -> None:
    days = f"UID:1\nDTSTART;VALUE=DATE:20270404\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE{excluded}"
    [entry] = reading(days, timezone=timezone).entries
    assert entry.schedule.exdates == (datetime(2027, 4, 5),)


def test_midnight_of_the_calendar_that_is_said_in_utc_means_a_day_too() -> None:
    days = "UID:1\nDTSTART;VALUE=DATE:20270404\nDTEND:20270406T040000Z\nRRULE:FREQ=WEEKLY\nEXDATE:20270411T040000Z"
    [entry] = reading(days, timezone="America/New_York").entries
    assert (entry.schedule.ends, entry.schedule.exdates) == (datetime(2027, 4, 6), (datetime(2027, 4, 11),))


def test_hours_of_whole_days_are_counted_as_days_while_clocks_change() -> None:
    [entry] = reading("UID:1\nDTSTART;VALUE=DATE:20270328\nDURATION:PT48H", timezone="Europe/Amsterdam").entries
    assert entry.schedule.ends == datetime(2027, 3, 30)


WINTER = "DTSTART:20071104T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n"
SUMMER = "DTSTART:20070311T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"
ALWAYS = "DTSTART:19700101T000000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0500\n"
IN_AMSTERDAM_IN_WINTER = "DTSTART:20261025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"


@pytest.mark.parametrize(
    ("tzid", "parts", "begins"),
    [
        ("EST", (WINTER, SUMMER), "07-05 13:00"),
        ("EST", (ALWAYS,), "07-05 14:00"),
        ("EST", ("TZOFFSETTO:-0400\n",), "07-05 14:00"),
        ("Etc/GMT+5", (WINTER, SUMMER), "07-05 13:00"),
        ("Europe/Amsterdam", (IN_AMSTERDAM_IN_WINTER,), "07-05 07:00"),
    ],
    ids=["saves daylight", "does not", "cannot be understood", "an offset that saves daylight", "a place, half of it"],
)
def test_an_abbreviation_is_the_zone_that_the_file_defines(tzid: str, parts: tuple[str, ...], begins: str) -> None:
    found = reading(f"UID:1\nDTSTART;TZID={tzid}:20270705T090000", head=definition(tzid, *parts))
    assert happenings(found) == [f"{begins}, 0:00:00"]


def test_an_abbreviation_that_is_defined_like_no_zone_is_a_reason_to_leave_an_event_out() -> None:
    strange = definition("EST", ALWAYS.replace("-0500", "-0517"))
    found = reading(GOOD, "UID:1\nDTSTART;TZID=EST:20270705T090000", head=strange)
    assert remarks(found) == (["Its zone 'EST' is defined like none of the tz database."], [])


@pytest.mark.parametrize("offset", ["+2399", "+2400", "-9999", "+016000", "+0160", "+010060", "+1", ""])
def test_an_offset_that_is_none_costs_only_the_events_of_its_zone(offset: str) -> None:
    strange = definition("Ours", SUMMER.replace("-0500", offset), WINTER.replace("-0500", offset))
    found = reading(GOOD, "UID:1\nDTSTART;TZID=Ours:20270705T090000", head=strange)
    assert [entry.uid for entry in found.entries] == ["good"]
    assert remarks(found) == (["Its zone 'Ours' is none of the tz database."], [])
