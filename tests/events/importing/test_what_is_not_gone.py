"""What is not taken from a file is not gone, and nothing is that a file without its end does not have."""

import httpx
import pytest

from tests.accounts.people import Person
from tests.review.desks import Json

from .elsewhere import event, file, found_in, imported

pytestmark = pytest.mark.anyio

UNREADABLE = "DTSTART:soon"


async def test_what_cannot_be_read_this_time_stays_as_it_was(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    uids = ("plain", "with\\, and\\; in it", "x" * 300)
    occurrence = event("alone", "RECURRENCE-ID:20270105T090000Z")
    await imported(moderator, calendar, *map(event, uids), occurrence)
    before = await found_in(public, calendar)
    assert len(before) == 4
    broken = event("alone", "RECURRENCE-ID:20270105T090000Z", starts=UNREADABLE)
    report = await imported(moderator, calendar, *(event(uid, starts=UNREADABLE) for uid in uids), broken)
    assert (len(report["skipped"]), report["cancelled"]) == (4, 0)
    assert await found_in(public, calendar) == before


async def test_of_a_file_without_its_end_nothing_is_cancelled(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    whole = file(event("a"), event("b"), event("c"))
    await imported(moderator, calendar, ics=whole)
    moved = whole.replace("SUMMARY:a", "SUMMARY:Moved")
    report = await imported(moderator, calendar, ics=moved[: moved.index("UID:c")])
    assert {name: report[name] for name in ("changed", "unchanged", "cancelled")} == {
        "changed": 1, "unchanged": 1, "cancelled": 0,
    }  # fmt: skip
    assert "The file ends before its end: what is not in it was not cancelled." in [
        remark["reason"] for remark in report["skipped"]
    ]
    assert {*await found_in(public, calendar)} == {"a", "b", "c"}
    assert (await imported(moderator, calendar, ics=whole))["changed"] == 1
