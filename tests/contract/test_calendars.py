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
