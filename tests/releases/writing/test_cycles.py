"""The dates of release cycles, as release managers write them down."""

from typing import Any

import pytest

from .desk import Desk, faults_in

pytestmark = pytest.mark.anyio

DATES = {
    "start_of_development": "2032-05-01", "feature_freeze": "2033-05-01", "first_release": "2033-10-01",
    "end_of_bugfix": "2035-10-01", "end_of_life": "2038-10-01",
}  # fmt: skip


async def test_a_new_cycle_is_made(manager: Desk, stranger: Desk) -> None:
    said = {**DATES, "release_manager": "Rita", "pep_url": "https://peps.python.org/pep-0999/"}
    answer = await manager.ask("PUT", "release-cycles/7.300", said)
    assert answer.status_code == 201, answer.text
    seen = await stranger.ask("GET", "release-cycles/7.300")
    assert (seen.content, seen.json()) == (
        answer.content,
        {"cycle": "7.300", "status": "feature", "latest": None, "latest_release_date": None, **said},
    )
    again = await manager.ask("PUT", "release-cycles/7.300", said)
    assert (again.status_code, again.content) == (200, answer.content)


async def test_what_is_not_said_is_not_known(manager: Desk) -> None:
    await manager.ask("PUT", "release-cycles/7.301", {**DATES, "release_manager": "Rita"})
    changed = (await manager.ask("PUT", "release-cycles/7.301", {"first_release": "2020-01-01"})).json()
    assert (changed["first_release"], changed["end_of_life"], changed["release_manager"]) == ("2020-01-01", None, "")
    assert changed["status"] == "bugfix"


async def test_a_cycle_that_only_a_draft_has_made_becomes_a_new_one(manager: Desk) -> None:
    await manager.release("7.302.0")
    assert (await manager.ask("GET", "release-cycles/7.302")).status_code == 404
    assert (await manager.ask("PUT", "release-cycles/7.302", DATES)).status_code == 201
    assert (await manager.get("releases/7.302.0"))["end_of_life"] == DATES["end_of_life"]


async def test_the_end_of_an_old_cycle_may_become_known(manager: Desk) -> None:
    assert (await manager.get("release-cycles/1.4"))["status"] == "end-of-life"
    without_end = await manager.ask("PUT", "release-cycles/1.4", {"first_release": "1996-10-25"})
    assert without_end.json()["status"] == "end-of-life"
    with_end = await manager.ask("PUT", "release-cycles/1.4", {"end_of_life": "2099-01-01"})
    assert with_end.json()["status"] == "bugfix"


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, {"start_of_development": "at least one date is required"}),
        ({"release_manager": "Rita"}, {"start_of_development": "at least one date is required"}),
        (
            {**DATES, "feature_freeze": "2032-04-30", "end_of_life": "2035-09-30"},
            {
                "feature_freeze": "must not be before `start_of_development`",
                "end_of_life": "must not be before `end_of_bugfix`",
            },
        ),
        (
            {"start_of_development": "2032-01-01", "end_of_life": "2031-01-01"},
            {"end_of_life": "must not be before `start_of_development`"},
        ),
        (
            {**DATES, "pep_url": "https://example.org/", "first_release": "soon", "status": "bugfix", "ended": True},
            {"pep_url": "https://peps.python.org/", "first_release": "", "status": "is read-only", "ended": "unknown"},
        ),
    ],
)
async def test_dates_that_contradict_each_other_are_told(
    manager: Desk, said: dict[str, Any], faults: dict[str, str]
) -> None:
    told = faults_in(await manager.ask("PUT", "release-cycles/7.303", said))
    assert told.keys() == faults.keys()
    assert all(message in told[name] for name, message in faults.items())
    assert (await manager.ask("GET", "release-cycles/7.303")).status_code == 404


@pytest.mark.parametrize("cycle", ["7", "7.03", "7.3.0", "7.3rc1", "x", "7.123456789", "7." + "1" * 60])
async def test_what_is_no_cycle_is_not_there(manager: Desk, cycle: str) -> None:
    assert (await manager.ask("PUT", f"release-cycles/{cycle}", DATES)).status_code == 404


async def test_if_match_is_honoured_where_it_is_given(manager: Desk) -> None:
    at = "release-cycles/7.304"
    assert (await manager.ask("PUT", at, DATES, If_Match="*")).status_code == 412
    assert (await manager.ask("GET", at)).status_code == 404
    assert (await manager.ask("PUT", at, DATES, If_None_Match="*")).status_code == 201
    assert (await manager.ask("PUT", at, DATES, If_None_Match="*")).status_code == 412
    tag = await manager.tag(at)
    later = {**DATES, "end_of_life": "2040-01-01"}
    assert (await manager.ask("PUT", at, later, If_Match=tag)).status_code == 200
    assert (await manager.ask("PUT", at, DATES, If_Match=tag)).status_code == 412


async def test_a_first_release_that_is_not_written_down_is_what_the_releases_tell(
    manager: Desk, stranger: Desk
) -> None:
    async def known() -> tuple[str | None, str]:
        cycle = await stranger.get("release-cycles/7.305")
        assert (await manager.get("releases/7.305.0rc1"))["status"] == cycle["status"]
        return cycle["first_release"], cycle["status"]

    await manager.published(version="7.305.0rc1", release_date="2020-12-01")
    assert await known() == (None, "feature")
    first = await manager.published(version="7.305.0", release_date="2021-02-01")
    later = await manager.published(version="7.305.1", release_date="2021-03-01")
    assert await known() == ("2021-02-01", "bugfix")
    at = f"releases/{first['id']}"
    await manager.change(at, release_date="2021-01-15")
    assert await known() == ("2021-01-15", "bugfix"), "its day was wrong"
    await manager.change(at, yanked=True, yanked_reason="It does not start.")
    assert await known() == ("2021-01-15", "bugfix"), "somebody has used it"
    await manager.change(at, is_published=False)
    assert await known() == ("2021-03-01", "bugfix")
    await manager.remove(f"releases/{later['id']}")
    assert await known() == (None, "feature")
    await manager.change(at, is_published=True)
    await manager.ask("PUT", "release-cycles/7.305", {"first_release": "2021-02-02"})
    assert await known() == ("2021-02-02", "bugfix"), "what is written down holds"
    await manager.ask("PUT", "release-cycles/7.305", {"feature_freeze": "2020-06-01"})
    assert await known() == ("2021-01-15", "bugfix"), "it is not known any more"
