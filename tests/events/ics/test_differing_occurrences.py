"""Occurrences that differ from the others of their event, and are told in ways that are easily missed."""

from datetime import UTC, datetime, timedelta

import pytest

from pydotorg.events.ics.reading import Reading
from pydotorg.events.recurrence import occurrences
from pydotorg.events.schedule import DATES_MAX, Override

from .test_reading import WEEKLY, only, reading

SECOND = "UID:w\nRECURRENCE-ID;TZID=Europe/Berlin:20260112T090000"
PRIVATE = "It is not for everybody: it has a CLASS other than PUBLIC."
LEFT_OUT = "As one occurrence of its event, it was left out. "


def days(found: Reading) -> list[int]:
    """Of January, those on which something happens."""
    return [
        one.starts_at.day
        for entry in found.entries
        for one in occurrences(
            entry.schedule, after=datetime(2026, 1, 1, tzinfo=UTC), before=datetime(2026, 2, 1, tzinfo=UTC)
        )
    ]


@pytest.mark.parametrize("kind", ["PRIVATE", "confidential", "X-INTERNAL", ""])
@pytest.mark.parametrize("when", ["DTSTART;TZID=Europe/Berlin:20260113T170000", "DTSTART:soon", "X-MOVED:no"])
def test_nothing_is_told_of_an_occurrence_that_is_not_for_everybody(kind: str, when: str) -> None:
    found = reading(WEEKLY, f"{SECOND}\n{when}\nCLASS:{kind}\nSUMMARY:Secret\nDESCRIPTION:Secret\nLOCATION:Secret")
    assert days(found) == [5, 19, 26]
    [entry] = found.entries
    assert (entry.schedule.exdates, entry.schedule.overrides) == ((datetime(2026, 1, 12, 9),), ())
    assert [each.reason for each in found.skipped] == [LEFT_OUT + PRIVATE]
    assert found.unread == []


def test_an_occurrence_is_not_for_everybody_if_its_newest_version_is_not() -> None:
    versions = f"{SECOND}\nSEQUENCE:1\nCLASS:PUBLIC\nSUMMARY:Open", f"{SECOND}\nSEQUENCE:2\nCLASS:PRIVATE"
    for order in (versions, versions[::-1]):
        assert days(reading(WEEKLY, *order)) == [5, 19, 26]


def test_an_event_whose_newest_version_is_not_for_everybody_does_not_stay() -> None:
    found = reading(WEEKLY, f"{WEEKLY}\nSEQUENCE:1\nCLASS:PRIVATE")
    assert (found.entries, found.unread) == ([], [])


def test_an_occurrence_for_everybody_is_taken() -> None:
    found = only(WEEKLY, f"{SECOND}\nCLASS:public\nSUMMARY:Open")
    assert found.schedule.overrides == (Override(recurrence_id=datetime(2026, 1, 12, 9), title="Open"),)


def test_an_occurrence_that_says_no_start_begins_as_ever_and_lasts_as_long_as_the_others() -> None:
    longer = f"UID:w\nSUMMARY:Weekly\n{SECOND.partition(chr(10))[2].replace('0112', '0119')}\nDURATION:PT3H"
    by_day = "UID:w\nSUMMARY:Called\nRECURRENCE-ID;VALUE=DATE:20260126"
    assert only(WEEKLY, f"{SECOND}\nSTATUS:CANCELLED", longer, by_day).schedule.overrides == (
        Override(recurrence_id=datetime(2026, 1, 12, 9), cancelled=True),
        Override(recurrence_id=datetime(2026, 1, 19, 9), ends=datetime(2026, 1, 19, 12)),
        Override(recurrence_id=datetime(2026, 1, 26, 9), title="Called"),
    )


def test_of_whole_days_too() -> None:
    whole = "UID:w\nDTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260107\nRRULE:FREQ=WEEKLY"
    found = only(whole, "UID:w\nSUMMARY:Called\nRECURRENCE-ID;VALUE=DATE:20260112")
    assert found.schedule.overrides == (Override(recurrence_id=datetime(2026, 1, 12), title="Called"),)


@pytest.mark.parametrize(
    "wrong",
    [
        "DTSTART:soon",
        "DTSTART;VALUE=DATE:20260112",
        "DTSTART;TZID=Nowhere:20260112T090000",
        "DTSTART:20260112T080000Z\nDTEND:20260111T080000Z",
        "DTSTART:20260112T080000Z\nDURATION:long",
    ],
)
def test_what_is_cancelled_does_not_happen_whatever_else_is_wrong_with_it(wrong: str) -> None:
    found = reading(WEEKLY, f"{SECOND}\n{wrong}\nSTATUS:CANCELLED")
    assert days(found) == [5, 19, 26]
    assert len(found.skipped) == 1


def test_an_event_is_left_out_with_too_many_occurrences_that_are_not_for_everybody() -> None:
    dates = [datetime(2030, 1, 7, 9) + timedelta(weeks=number) for number in range(DATES_MAX)]
    whole = f"{WEEKLY}\nEXDATE:{','.join(f'{date:%Y%m%dT%H%M%S}' for date in dates)}"
    assert [entry.uid for entry in reading(whole).entries] == ["w"]
    found = reading(whole, f"{SECOND}\nCLASS:PRIVATE")
    assert (found.entries, found.unread) == ([], ["w"])
    assert found.skipped[-1].reason == "Its EXDATEs must be at most 1000."
