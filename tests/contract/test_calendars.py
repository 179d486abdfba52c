"""Calendars as ical.js reads them, the library of Thunderbird: what subscribers get means what it was made of."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from pydotorg.events.ics.entries import CalendarHead
from pydotorg.events.ics.reading import read
from pydotorg.events.ics.writing import written
from pydotorg.events.recurrence import occurrences

pytestmark = pytest.mark.usefixtures("node_modules")

PROGRAM = Path(__file__).with_name("calendars.mjs")
EXPORTS = sorted(Path(__file__).parents[1].glob("events/subscribing/calendars/*.ics"))
UNTIL = datetime(2028, 6, 1, tzinfo=UTC)
Happening = tuple[str, int, int, str]


def happenings(node: str, file: bytes) -> list[Happening]:
    """All that happens, by the UID and the start."""
    done = subprocess.run(
        [node, PROGRAM, str(UNTIL.timestamp())], input=file, capture_output=True, check=False, timeout=100,
        env={**os.environ, "TZ": "UTC"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    found: list[Any] = json.loads(done.stdout)
    return sorted((uid, start, end, title) for uid, start, end, title in found)


@pytest.mark.parametrize("export", [pytest.param(each, id=each.stem) for each in EXPORTS])
def test_what_was_imported_means_the_same(node: str, export: Path) -> None:
    original = export.read_bytes()
    found = read(original, timezone="UTC")
    assert (found.skipped, len(found.entries) > 3) == ([], True)
    meant = happenings(node, original)
    assert len(meant) > 50
    assert happenings(node, written(CalendarHead(name="Again"), found.entries)) == meant


def test_the_release_schedule_is_read_whole(node: str, server: str) -> None:
    at = f"{server}/api/v1/calendars/python-release-schedule"
    listed = httpx.get(f"{at}/events?limit=1000", trust_env=False).json()
    found = happenings(node, httpx.get(f"{at}.ics", trust_env=False).content)
    told = {(each["title"], int(datetime.fromisoformat(each["starts_at"]).timestamp())) for each in listed}
    assert {(title, start) for _, start, _, title in found} == told
    assert len(found) == len(listed) > 80


HERE = "DTSTART;TZID=Europe/Amsterdam:"
EVENINGS, IN_SPRING, IN_AUTUMN = (
    f"UID:1\nSUMMARY:Evenings\n{HERE}{start}\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"
    for start in ("20270405T190000", "20270327T023000", "20271030T023000")
)
SECOND = "UID:1\nSUMMARY:Once\nRECURRENCE-ID:20270406T190000"
EASTERN = (
    "BEGIN:VTIMEZONE\nTZID:EST\n"
    "BEGIN:STANDARD\nDTSTART:20071104T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\n"
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nEND:STANDARD\n"
    "BEGIN:DAYLIGHT\nDTSTART:20070311T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
)
ODD = {
    "a floating exception": [f"{EVENINGS}\nEXDATE:20270406T190000"],
    "a floating occurrence": [EVENINGS, f"{SECOND}\nDTSTART:20270406T200000\nDURATION:PT3H"],
    "an occurrence without a start": [EVENINGS, f"{SECOND}\nSTATUS:CANCELLED"],
    "an occurrence that is not for everybody": [EVENINGS, f"{SECOND}\nDTSTART:20270406T200000\nCLASS:X-INTERNAL"],
    "an exception at a time that is skipped": [f"{IN_SPRING}\nEXDATE:20270328T013000Z"],
    "an occurrence at the second of two times": [
        IN_AUTUMN, "UID:1\nRECURRENCE-ID:20271031T003000Z\nDTSTART:20271031T013000Z\nDURATION:PT1H",
    ],
    "an end at the second of two times": [f"UID:1\n{HERE}20271031T013000\nDURATION:PT2H"],
    "an exception of whole days in UTC": [
        "UID:1\nDTSTART;VALUE=DATE:20270404\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270405T000000Z",
    ],
    "an abbreviation that is defined": [
        "UID:1\nDTSTART;TZID=EST:20270305T190000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=5",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_was_odd_means_here_what_it_means_there(node: str, name: str) -> None:
    blocks = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in ODD[name])
    found = read(f"BEGIN:VCALENDAR\n{EASTERN}{blocks}END:VCALENDAR\n".encode(), timezone="UTC")
    [entry] = found.entries
    ours = [
        (entry.uid, int(one.starts_at.timestamp()), int(one.ends_at.timestamp()))
        for one in occurrences(entry.schedule, after=entry.schedule.starts_at, before=UNTIL)
    ]
    assert ours
    assert [each[:3] for each in happenings(node, written(CalendarHead(name="Again"), found.entries))] == ours
