"""What of a file is not taken, and what is missing in it: such events are not gone."""

import hashlib

import pytest

from pydotorg.events.ics.reading import read
from pydotorg.events.rules import RULE_CHARACTERS_MAX

from .test_reading import GOOD, WEEKLY, calendar, reading


@pytest.mark.parametrize(
    ("events", "taken", "unread"),
    [
        (["UID:1"], [], ["1"]),
        (["UID:a\\,b\\;c"], [], ["a,b;c"]),
        ([f"UID:{'x' * 300}"], [], [hashlib.sha256(b"x" * 300).hexdigest()[:32]]),
        (["UID:w\nRECURRENCE-ID:20260119T080000Z"], [], ["w#20260119T080000Z"]),
        (["UID:w\nRECURRENCE-ID:soon\nDTSTART:20260119T080000Z"], [], ["w"]),
        ([WEEKLY, "UID:w\nRECURRENCE-ID:20260119T080000Z\nDTSTART:soon"], ["w"], []),
        ([WEEKLY, f"{WEEKLY}\nSEQUENCE:1"], ["w"], []),
        (["UID:w", "UID:w\nRECURRENCE-ID:20260119T080000Z\nDTSTART:20260119T080000Z"], [], ["w", "w#20260119T080000Z"]),
    ],
    ids=[
        "no start", "escaped", "too long", "occurrence alone", "nobody knows which occurrence", "occurrence",
        "old version", "with an occurrence",
    ],
)  # fmt: skip
def test_what_is_there_but_cannot_be_taken_is_known_by_its_uid(
    events: list[str], taken: list[str], unread: list[str]
) -> None:
    found = reading(*events)
    assert ([entry.uid for entry in found.entries], found.unread) == (taken, unread)
    assert len(found.skipped) == 1
    assert found.is_whole


START = "DTSTART:20260105T090000Z"


@pytest.mark.parametrize(
    "when",
    [f"{START}\nDURATION:-PT1H", f"{START}\nDURATION:-P1D", "DTSTART;VALUE=DATE:20260105\nDURATION:-P1D"],
)
def test_nothing_lasts_less_than_nothing(when: str) -> None:
    found = reading(GOOD, f"UID:1\n{when}")
    assert ([entry.uid for entry in found.entries], found.unread) == (["good"], ["1"])
    [remark] = found.skipped
    assert remark.reason == f"Its DURATION is negative: {when.rpartition(':')[2]!r}."


def test_whole_days_do_not_end_before_they_begin() -> None:
    [remark] = reading("UID:1\nDTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260101").skipped
    assert remark.reason.startswith("Its end (DTEND) must be the midnight after the last day")


@pytest.mark.parametrize(
    "twice",
    [
        "UID:2",
        "DTSTART:20260106T090000Z",
        "DTEND:20260105T100000Z\nDTEND:20260105T110000Z",
        "DURATION:PT1H\nDURATION:PT2H",
        "STATUS:CONFIRMED\nSTATUS:CANCELLED",
        "RECURRENCE-ID:20260105T090000Z\nRECURRENCE-ID:20260106T090000Z",
    ],
    ids=lambda twice: twice.partition(":")[0],
)
def test_an_event_that_says_two_things_of_which_only_one_can_be_is_left_out(twice: str) -> None:
    found = reading(GOOD, f"UID:1\n{START}\n{twice}")
    assert ([entry.uid for entry in found.entries], found.unread) == (["good"], ["1"])
    name = twice.partition(":")[0]
    assert [remark.reason for remark in found.skipped] == [f"It has several {name} that differ."]


def test_an_event_may_say_the_same_twice() -> None:
    assert reading(*[f"UID:1\nUID:1\n{START}\n{START}\nDURATION:PT1H\nDURATION:PT1H"]).skipped == []


def test_so_is_an_occurrence_without_its_event() -> None:
    found = reading(WEEKLY, "UID:w\nRECURRENCE-ID:20260112T080000Z\nDTSTART:20260112T080000Z\nDTSTART:20260112T090000Z")
    assert [entry.schedule.overrides for entry in found.entries] == [()]
    [remark] = found.skipped
    assert remark.reason == "As one occurrence of its event, it was left out. It has several DTSTART that differ."


CUT = "The file ends before its end: what is not in it was not cancelled."


@pytest.mark.parametrize(
    "raw",
    [
        calendar(GOOD).removesuffix("END:VCALENDAR\n"),
        calendar(GOOD).removesuffix("END:VEVENT\nEND:VCALENDAR\n"),
        calendar(GOOD, "UID:2").replace("UID:2\nEND:VEVENT\n", "UID:2\n"),
        calendar(GOOD).removesuffix("END:VCALENDAR\n") + calendar(GOOD),
        "BEGIN:VCALENDAR",
    ],
    ids=["calendar", "event and calendar", "event", "first of two calendars", "all"],
)
def test_a_file_that_was_cut_is_not_whole(raw: str) -> None:
    found = read(raw.encode(), timezone="UTC")
    assert not found.is_whole
    assert [(remark.place, remark.title) for remark in found.skipped if remark.reason == CUT] == [("the file", "")]


def test_a_rule_that_is_too_long_when_it_is_written_out_is_a_reason_to_leave_an_event_out() -> None:
    rule = f"FREQ=YEARLY;UNTIL=20261231;BYDAY={','.join(f'{week}MO' for week in range(-53, 53) if week)}"
    fits, longer = (
        reading(GOOD, f"UID:1\nDTSTART:20260105T090000Z\nRRULE:{rule[:length].rpartition(',')[0]}")
        for length in (RULE_CHARACTERS_MAX - 20, RULE_CHARACTERS_MAX)
    )
    assert {entry.uid for entry in fits.entries} == {"good", "1"}
    assert [entry.uid for entry in longer.entries] == ["good"]
    assert [remark.reason for remark in longer.skipped] == ["Its rule (RRULE) must have at most 500 characters."]
    assert longer.unread == ["1"]
