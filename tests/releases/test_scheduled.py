"""Planned releases: soonest first, overdue when their day has passed, gone when they are published."""

import httpx
import pytest

from pydotorg.snapshot.records import Facts
from tests.conftest import OnDay

from .reading import rows

pytestmark = pytest.mark.anyio

SCHEDULED = "releases/scheduled"


async def test_all_plans_are_there_soonest_first(anyone: httpx.AsyncClient, facts: Facts, on_day: OnDay) -> None:
    on_day("2026-11-24")
    found = await rows(anyone, SCHEDULED)
    planned = sorted(facts.scheduled, key=lambda record: record.date)
    assert len(found) == 20
    assert found == [
        {
            "version": record.version, "cycle": ".".join(record.version.split(".")[:2]),
            "date": record.date.isoformat(), "overdue": record.version in {"3.16.0a1", "3.16.0a2"},
        }
        for record in planned
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        ("2026-10-12", []),
        ("2026-10-13", []),
        ("2026-10-14", ["3.16.0a1"]),
        ("2026-11-10", ["3.16.0a1"]),
        ("2026-11-11", ["3.16.0a1", "3.16.0a2"]),
        ("2026-12-02", ["3.16.0a1", "3.16.0a2", "3.14.9"]),
    ],
)
async def test_a_plan_is_overdue_from_the_day_after(
    anyone: httpx.AsyncClient, on_day: OnDay, today: str, overdue: list[str]
) -> None:
    on_day(today)
    found = await rows(anyone, SCHEDULED)
    assert [row["version"] for row in found if row["overdue"]] == overdue
    assert len(found) == 20


async def test_in_the_end_everything_is_overdue(anyone: httpx.AsyncClient, on_day: OnDay) -> None:
    on_day("2040-01-01")
    assert {row["overdue"] for row in await rows(anyone, SCHEDULED)} == {True}


async def test_a_plan_is_gone_once_its_release_is_published(
    stranger: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    for caller in (stranger, manager):
        found = [row["version"] for row in await rows(caller, SCHEDULED)]
        assert "3.16.0a2" not in found, "it is published"
        assert "3.16.0a1" in found, "it is a draft"
        assert len(found) == 19
