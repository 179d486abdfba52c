"""Release cycles: their statuses follow from their dates and today."""

from datetime import date, timedelta

import httpx
import pytest
from packaging.version import Version

from pydotorg.snapshot.records import CycleRecord, Facts
from tests.conftest import OnDay
from tests.conventions.asking import error_of

from .reading import rows

pytestmark = pytest.mark.anyio

CYCLES = "/api/v1/release-cycles"
DATES = ("start_of_development", "feature_freeze", "first_release", "end_of_bugfix", "end_of_life")


async def status_of(client: httpx.AsyncClient, cycle: str) -> str:
    status: str = (await client.get(f"{CYCLES}/{cycle}")).json()["status"]
    return status


async def test_all_32_cycles_are_there_newest_first(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = [row["cycle"] for row in await rows(anyone, "release-cycles")]
    assert len(found) == 32
    assert found == sorted((record.cycle for record in facts.cycles), key=Version, reverse=True)
    assert (found[0], found[6], found[-1]) == ("3.16", "3.10", "1.0")


async def test_a_cycle_says_what_is_known_of_it(anyone: httpx.AsyncClient, facts: Facts) -> None:
    stable = {
        record.cycle: record for record in facts.releases if not record.pre_release and not record.yanked
    }  # facts are in version order, so the newest is the last
    found = {row["cycle"]: row for row in await rows(anyone, "release-cycles")}
    for record in facts.cycles:
        row = dict(found[record.cycle])
        assert row.pop("status") in {"feature", "prerelease", "bugfix", "security", "end-of-life"}
        newest = stable.get(record.cycle)
        dates = {name: getattr(record, name) for name in DATES}
        assert row == {
            "cycle": record.cycle, "release_manager": record.release_manager, "pep_url": record.pep_url,
            "latest": newest and newest.version, "latest_release_date": newest and newest.date.isoformat(),
            **{name: day and day.isoformat() for name, day in dates.items()},
        }  # fmt: skip


async def test_a_cycle_is_found_by_its_version(anyone: httpx.AsyncClient) -> None:
    for row in await rows(anyone, "release-cycles"):
        answer = await anyone.get(f"{CYCLES}/{row['cycle']}")
        assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize("cycle", ["3", "3.17", "3.14.8", "03.14", "3.014", "4.0", "python-314", "latest", "3.1x"])
async def test_what_is_no_cycle_is_a_404(anyone: httpx.AsyncClient, cycle: str) -> None:
    error_of(await anyone.get(f"{CYCLES}/{cycle}"), 404)


def expected_status(record: CycleRecord, today: date) -> str:
    """As PEP 602 and the developer's guide have it, written once more."""
    if record.ended or (record.end_of_life is not None and today >= record.end_of_life):
        return "end-of-life"
    if record.end_of_bugfix is not None and today >= record.end_of_bugfix:
        return "security"
    if record.first_release is not None and today >= record.first_release:
        return "bugfix"
    if record.feature_freeze is not None and today >= record.feature_freeze:
        return "prerelease"
    return "feature"


@pytest.mark.parametrize("cycle", ["2.6", "3.1", "3.13", "3.14", "3.15", "3.16"])
async def test_a_status_changes_on_the_day_itself(
    anyone: httpx.AsyncClient, facts: Facts, on_day: OnDay, cycle: str
) -> None:
    record = next(each for each in facts.cycles if each.cycle == cycle)
    seen = []
    for name in DATES:
        day: date = getattr(record, name)
        for today in (day - timedelta(days=1), day, day + timedelta(days=1)):
            on_day(today.isoformat())
            seen.append(await status_of(anyone, cycle))
            assert seen[-1] == expected_status(record, today), (name, today)
    assert list(dict.fromkeys(seen)) == ["feature", "prerelease", "bugfix", "security", "end-of-life"]


@pytest.mark.parametrize("today", ["1999-01-01", "2009-01-01", "2020-01-01", "2026-10-08", "2026-10-09", "2040-01-01"])
async def test_every_cycle_has_the_status_of_the_day(
    anyone: httpx.AsyncClient, facts: Facts, on_day: OnDay, today: str
) -> None:
    on_day(today)
    found = {row["cycle"]: row["status"] for row in await rows(anyone, "release-cycles")}
    assert found == {record.cycle: expected_status(record, date.fromisoformat(today)) for record in facts.cycles}


async def test_a_release_has_the_status_and_the_end_of_its_cycle(anyone: httpx.AsyncClient, on_day: OnDay) -> None:
    for today, status in (("2026-10-06", "bugfix"), ("2026-10-07", "security"), ("2029-10-01", "end-of-life")):
        on_day(today)
        for path in ("releases/3.13.16", "releases/latest/3.13", "releases/slug/python-31316"):
            release = (await anyone.get(f"/api/v1/{path}")).json()
            assert (release["status"], release["end_of_life"]) == (status, "2029-10-01")
        listed = await rows(anyone, "releases", cycle="3.13", status=status)
        assert listed == await rows(anyone, "releases", cycle="3.13")
        assert {row["status"] for row in listed} == {status}


async def test_cycles_before_1_6_ended_nobody_knows_when(anyone: httpx.AsyncClient, on_day: OnDay) -> None:
    for today in ("1995-01-01", "2026-11-24"):
        on_day(today)
        for cycle, latest in (("1.0", "1.0.2"), ("1.1", "1.1.1"), ("1.2", "1.2.0"), ("1.3", "1.3.0"), ("1.5", "1.5.2")):
            row = (await anyone.get(f"{CYCLES}/{cycle}")).json()
            assert (row["status"], row["latest"]) == ("end-of-life", latest)
            assert {row[name] for name in DATES} == {None}
            assert (row["release_manager"], row["pep_url"]) == ("", "")
    release = (await anyone.get("/api/v1/releases/1.0.2")).json()
    assert (release["status"], release["end_of_life"]) == ("end-of-life", None)


async def test_a_cycle_that_only_a_draft_has_made_is_not_listed(
    stranger: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    for caller in (stranger, manager):
        found = await rows(caller, "release-cycles")
        assert len(found) == 32
        assert {"4.0", "4.1", "25.0"}.isdisjoint(row["cycle"] for row in found)
        for cycle in ("4.0", "4.1", "25.0"):
            error_of(await caller.get(f"{CYCLES}/{cycle}"), 404)


async def test_neither_draft_nor_recall_nor_preview_is_the_latest_of_a_cycle(stranger: httpx.AsyncClient) -> None:
    for cycle, latest, day in (("3.15", "3.15.0", "2026-10-09"), ("3.16", None, None), ("3.4", "3.4.11", "2027-01-05")):
        row = (await stranger.get(f"{CYCLES}/{cycle}")).json()
        assert (row["latest"], row["latest_release_date"]) == (latest, day)
