"""What is taken, but not as it was: each event says so of itself, and of nothing that was left out."""

from datetime import datetime

import pytest

from pydotorg.events.ics.entries import Remark
from pydotorg.events.ics.reading import Reading

from .test_differing_occurrences import SECOND
from .test_reading import GOOD, WEEKLY, reading

DAY = "UID:day\nSUMMARY:Day\nDTSTART;VALUE=DATE:20270301"
TIME = "UID:time\nSUMMARY:Time\nDTSTART:20270301T090000Z"


def altered(found: Reading) -> list[str]:
    assert found.skipped == []
    return [remark.reason for remark in found.altered]


@pytest.mark.parametrize("status", ["TENTATIVE", "tentative", "X-MAYBE"])
def test_what_may_not_happen_becomes_confirmed(status: str) -> None:
    assert altered(reading(f"{GOOD}\nSTATUS:{status}")) == [f"Its STATUS became CONFIRMED: {status!r}."]
    assert altered(reading(WEEKLY, f"{SECOND}\nSTATUS:{status}")) == [f"Its STATUS became CONFIRMED: {status!r}."]


@pytest.mark.parametrize("status", ["CONFIRMED", "confirmed", "CANCELLED", ""])
def test_of_what_happens_or_was_cancelled_nothing_is_said(status: str) -> None:
    assert altered(reading(f"{GOOD}\nSTATUS:{status}")) == []


@pytest.mark.parametrize("nothing", ["", "\nSUMMARY:", "\nSUMMARY: \0"])
def test_an_event_without_a_title_is_given_one(nothing: str) -> None:
    found = reading(f"UID:1\nDTSTART:20260105T090000Z{nothing}")
    assert altered(found) == ["It has no SUMMARY, so it became 'Untitled event'."]
    assert found.altered[0].title == found.entries[0].title == "Untitled event"


def test_an_occurrence_without_a_title_has_that_of_its_event_unless_it_stands_alone() -> None:
    assert altered(reading(WEEKLY, f"{SECOND}\nDURATION:PT3H")) == []
    alone = reading(f"{SECOND}\nDTSTART:20260112T080000Z")
    assert altered(alone) == ["It has no SUMMARY, so it became 'Untitled event'."]


def test_only_so_many_categories_are_kept() -> None:
    most, more = (",".join(f"C{number}" for number in range(count)) for count in (20, 25))
    assert altered(reading(f"{GOOD}\nCATEGORIES:{most},C0,")) == []
    found = reading(f"{GOOD}\nCATEGORIES:{more}")
    assert altered(found) == ["Its CATEGORIES were cut to 20."]
    assert len(found.entries[0].categories) == 20


def test_an_occurrence_has_the_categories_of_its_event() -> None:
    whole = f"{WEEKLY}\nCATEGORIES:A,B"
    assert altered(reading(whole, f"{SECOND}\nCATEGORIES:A\nCATEGORIES:B")) == []
    assert altered(reading(whole, f"{SECOND}\nCATEGORIES:C")) == ["Its CATEGORIES became those of its event."]


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("DTEND:20270302T100000Z", "Its DTEND was rounded up to whole days: '20270302T100000Z'."),
        ("DTEND;VALUE=DATE:20270301", "Its DTEND was rounded up to whole days: '20270301'."),
        ("DURATION:PT90M", "Its DURATION was rounded up to whole days: 'PT90M'."),
        ("DURATION:P0D", "Its DURATION was rounded up to whole days: 'P0D'."),
    ],
)
def test_whole_days_end_with_a_day(end: str, reason: str) -> None:
    assert altered(reading(f"{DAY}\n{end}")) == [reason]
    weekly = f"{DAY}\nDURATION:P3D\nRRULE:FREQ=WEEKLY"
    assert altered(reading(weekly, f"{DAY}\nRECURRENCE-ID;VALUE=DATE:20270301\n{end}")) == [reason]


@pytest.mark.parametrize(
    "end", ["DTEND;VALUE=DATE:20270303", "DTEND:20270303T000000Z", "DTEND:20270302T230000Z", "DURATION:P2D",
            "DURATION:PT48H", "X-END:no"],
)  # fmt: skip
def test_of_whole_days_that_end_so_nothing_is_said(end: str) -> None:
    assert altered(reading(f"{DAY}\n{end}")) == []


def test_a_day_as_the_end_of_a_time_is_its_midnight() -> None:
    found = reading(f"{TIME}\nDTEND;VALUE=DATE:20270302")
    assert altered(found) == ["Its DTEND names no time, and became midnight: '20270302'."]
    assert found.entries[0].schedule.ends == datetime(2027, 3, 2)


def test_of_an_end_and_a_duration_the_end_counts() -> None:
    reason = "Its DURATION was left out, since it has a DTEND."
    for event in (f"{DAY}\nDTEND;VALUE=DATE:20270302\nDURATION:P1D", f"{TIME}\nDTEND:20270301T100000Z\nDURATION:PT2H"):
        assert altered(reading(event)) == [reason]


@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "URL"])
def test_of_several_texts_the_first_is_taken(name: str) -> None:
    event = f"UID:1\nDTSTART:20270301T090000Z\n{'' if name == 'SUMMARY' else 'SUMMARY:x'}\n{name}:https://example.org/1"
    assert altered(reading(f"{event}\n{name}:https://example.org/1")) == []
    assert altered(reading(f"{event}\n{name}:https://example.org/2")) == [f"Of several {name}, the first was taken."]


def test_all_is_said_of_one_event_once() -> None:
    twice = "DTSTART;TZID=Europe/Berlin:20261024T020000\nDTEND;VALUE=DATE:20261026\nDTEND;VALUE=DATE:20261026"
    found = reading(f"UID:1\n{twice}\nDURATION:P1D\nSTATUS:TENTATIVE\nURL:no", timezone="UTC")
    assert altered(found) == [
        "Its URL was left out, since it is no address of a page: 'no'.",
        "Its STATUS became CONFIRMED: 'TENTATIVE'.",
        "Its DURATION was left out, since it has a DTEND.",
        "Its DTEND names no time, and became midnight: '20261026'.",
        "It has no SUMMARY, so it became 'Untitled event'.",
    ]
    assert {(remark.place, remark.title) for remark in found.altered} == {("1", "Untitled event")}


def test_what_is_kept_in_utc_says_everything_else_once_too() -> None:
    ends = "DTEND:20261025T013000Z\nDURATION:PT1H"
    found = reading(f"UID:1\nSUMMARY:x\nDTSTART;TZID=Europe/Berlin:20261025T010000\n{ends}")
    assert found.entries[0].schedule.timezone == "UTC"
    said = altered(found)
    assert (len(said), said[0]) == (2, "Its DURATION was left out, since it has a DTEND.")


@pytest.mark.parametrize(
    "events",
    [
        ["UID:1\nDTSTART:soon\nSTATUS:TENTATIVE"],
        ["UID:1\nDTSTART:20260105T090000Z\nCLASS:PRIVATE\nURL:no"],
        [f"{GOOD}\nSTATUS:TENTATIVE", f"{GOOD}\nSEQUENCE:1"],
        [WEEKLY, f"{SECOND}\nSTATUS:TENTATIVE\nDTSTART:soon"],
        [WEEKLY, f"{SECOND}\nSTATUS:TENTATIVE", f"{SECOND}\nSEQUENCE:1"],
        [f"{WEEKLY}\nSTATUS:TENTATIVE\nRRULE:FREQ=DAILY", f"{SECOND}\nSTATUS:TENTATIVE"],
    ],
    ids=["no start", "private", "old version", "occurrence", "old version of an occurrence", "event of an occurrence"],
)
def test_of_what_was_left_out_nothing_else_is_said(events: list[str]) -> None:
    assert reading(*events).altered == []


def test_remarks_name_the_event_as_it_was_taken() -> None:
    found = reading(f"{WEEKLY}\nSTATUS:TENTATIVE", f"{SECOND}\nSUMMARY:Longer\nURL:no")
    assert found.altered == [
        Remark("w", "Weekly", "Its STATUS became CONFIRMED: 'TENTATIVE'."),
        Remark("w", "Longer", "Its URL was left out, since it is no address of a page: 'no'."),
    ]
