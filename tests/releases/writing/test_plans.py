"""Planned releases: from the plan to its publication."""

from typing import Any

import pytest

from .desk import Desk, conflict_in, faults_in

pytestmark = pytest.mark.anyio
DAY = {"date": "2033-03-03"}


async def test_a_release_is_planned_moved_and_withdrawn(manager: Desk, stranger: Desk) -> None:
    at = "releases/scheduled/7.400.0b1"
    made = await manager.ask("PUT", at, DAY)
    assert made.status_code == 201, made.text
    plan = {"version": "7.400.0b1", "cycle": "7.400", "date": "2033-03-03", "overdue": False}
    assert made.json() == plan
    seen = await stranger.ask("GET", at)
    assert (seen.content, seen.status_code) == (made.content, 200)
    assert plan in await stranger.get("releases/scheduled?limit=1000")
    assert (await stranger.get("release-cycles/7.400"))["status"] == "feature"
    moved = await manager.ask("PUT", at, {"date": "2020-01-01"})
    assert (moved.status_code, moved.json()["overdue"]) == (200, True)
    assert (await manager.ask("DELETE", at)).status_code == 204
    assert (await stranger.ask("GET", at)).status_code == 404
    assert (await manager.ask("DELETE", at)).status_code == 404
    assert (await stranger.ask("GET", "release-cycles/7.400")).status_code == 404


async def test_what_is_published_is_planned_no_more(manager: Desk, stranger: Desk) -> None:
    assert conflict_in(await manager.ask("PUT", "releases/scheduled/3.14.8", DAY)) == (
        "Python 3.14.8 is published already."
    )
    at = "releases/scheduled/7.401.0"
    assert (await manager.ask("PUT", at, DAY)).status_code == 201
    draft = await manager.release("7.401.0")
    assert (await stranger.ask("GET", at)).status_code == 200
    assert (await manager.ask("PUT", at, {"date": "2033-04-04"})).status_code == 200
    published = await manager.write("PATCH", f"releases/{draft['id']}?allow_empty=true", {"is_published": True})
    assert published.status_code == 200
    assert (await stranger.ask("GET", at)).status_code == 404
    assert "published" in conflict_in(await manager.ask("PUT", at, DAY))


async def test_equal_versions_are_one_plan(manager: Desk) -> None:
    assert (await manager.ask("PUT", "releases/scheduled/7.402", DAY)).status_code == 201
    refused = await manager.ask("PUT", "releases/scheduled/7.402.0", DAY)
    assert conflict_in(refused) == "7.402.0 is planned already, as 7.402."


@pytest.mark.parametrize("version", ["7.04.0", "7.4.0RC1", "7.4.dev1", "x", "7.123456789.0", "7" * 60, "python-3148"])
async def test_what_is_no_version_is_not_there(manager: Desk, version: str) -> None:
    for method, body in (("PUT", DAY), ("GET", None), ("DELETE", None)):
        assert (await manager.ask(method, f"releases/scheduled/{version}", body)).status_code == 404


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, {"date": "is required"}),
        ({"date": "2033-13-01"}, {"date": "must be a date such as"}),
        ({**DAY, "cycle": "7.4", "overdue": True}, {"cycle": "is read-only", "overdue": "is read-only"}),
    ],
)
async def test_what_is_wrong_is_told(manager: Desk, said: dict[str, Any], faults: dict[str, str]) -> None:
    told = faults_in(await manager.ask("PUT", "releases/scheduled/7.403.0", said))
    assert told.keys() == faults.keys()
    assert all(message in told[name] for name, message in faults.items())


async def test_if_match_is_honoured_where_it_is_given(manager: Desk) -> None:
    at = "releases/scheduled/7.404.0"
    assert (await manager.ask("PUT", at, DAY, If_Match="*")).status_code == 412
    assert (await manager.ask("PUT", at, DAY, If_None_Match="*")).status_code == 201
    tag = await manager.tag(at)
    assert (await manager.ask("PUT", at, {"date": "2034-01-01"}, If_Match=tag)).status_code == 200
    for method, body in (("PUT", DAY), ("DELETE", None)):
        assert (await manager.ask(method, at, body, If_Match=tag)).status_code == 412
