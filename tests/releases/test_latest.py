"""What is the newest Python?"""

import httpx
import pytest

from pydotorg.snapshot.records import Facts
from tests.conventions.asking import error_of

pytestmark = pytest.mark.anyio

LATEST = "/api/v1/releases/latest"


async def test_the_latest_release_is_the_newest_stable_python_3(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get(LATEST)
    assert answer.status_code == 200
    latest = answer.json()
    assert (latest["version"], latest["is_latest"], latest["pre_release"]) == ("3.15.0", True, False)
    assert "files" not in latest


async def test_the_latest_of_a_cycle_is_its_newest_stable_release(anyone: httpx.AsyncClient, facts: Facts) -> None:
    stable = [record for record in facts.releases if not record.pre_release and not record.yanked]
    expected = {record.cycle: record.version for record in stable} | {
        str(record.major): record.version for record in stable
    }
    assert (expected["3"], expected["2"], expected["3.13"], expected["1"]) == ("3.15.0", "2.7.18", "3.13.16", "1.6.1")
    for named, version in expected.items():
        answer = await anyone.get(f"{LATEST}/{named}")
        assert (answer.status_code, answer.json()["version"]) == (200, version)


async def test_the_latest_is_the_same_row_as_in_the_list(anyone: httpx.AsyncClient) -> None:
    listed = (await anyone.get("/api/v1/releases?version=3.13.16")).json()
    assert (await anyone.get(f"{LATEST}/3.13")).json() == listed[0]
    assert (await anyone.get(f"{LATEST}/3")).json() == (await anyone.get(LATEST)).json()


@pytest.mark.parametrize(
    "named",
    ["4", "0", "3.99", "9999", "99999", "3.14.8", "3.14.0rc1", "03", "3.014", "3.", ".3", "3.x", "latest", "stable",
     "files", "python", "python-3148", "-3", "+3", "3e0", "v3", "3.14.", "٣"],
)  # fmt: skip
async def test_what_is_no_major_and_no_cycle_with_a_stable_release_is_a_404(
    anyone: httpx.AsyncClient, named: str
) -> None:
    error_of(await anyone.get(f"{LATEST}/{named}"), 404)


async def test_previews_compete_for_whom_admits_them(stranger: httpx.AsyncClient) -> None:
    for named, stable, admitted in (
        ("", "3.15.0", "3.16.0a2"),
        ("/3", "3.15.0", "3.16.0a2"),
        ("/3.14", "3.14.8", "3.14.8"),
    ):
        assert (await stranger.get(f"{LATEST}{named}")).json()["version"] == stable
        assert (await stranger.get(f"{LATEST}{named}?pre_release=false")).json()["version"] == stable
        assert (await stranger.get(f"{LATEST}{named}?pre_release=true")).json()["version"] == admitted


async def test_a_cycle_with_previews_only_has_a_latest_only_for_whom_admits_them(stranger: httpx.AsyncClient) -> None:
    assert "stable" in error_of(await stranger.get(f"{LATEST}/3.16"), 404)["detail"]
    preview = (await stranger.get(f"{LATEST}/3.16?pre_release=true")).json()
    assert (preview["version"], preview["is_latest"], preview["is_latest_of_cycle"]) == ("3.16.0a2", False, False)


async def test_a_recalled_release_is_never_the_latest(stranger: httpx.AsyncClient) -> None:
    for query in ("", "?pre_release=false"):
        for named in ("", "/3", "/3.15"):
            assert (await stranger.get(f"{LATEST}{named}{query}")).json()["version"] == "3.15.0"
    assert (await stranger.get(f"{LATEST}/3.15?pre_release=true")).json()["version"] == "3.15.0"
    recalled = (await stranger.get("/api/v1/releases/3.15.2")).json()
    assert recalled["yanked"] is True
    assert (recalled["yanked_reason"], recalled["is_latest"]) == ("It did not start.", False)
    kept = (await stranger.get("/api/v1/releases/3.15.0")).json()
    assert (kept["is_latest"], kept["is_latest_of_cycle"]) == (True, True)


async def test_a_draft_is_never_the_latest_for_anybody(
    stranger: httpx.AsyncClient, member: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    for caller in (stranger, member, manager):
        for path in ("", "/3", "/3.15"):
            assert (await caller.get(f"{LATEST}{path}")).json()["version"] == "3.15.0"
        error_of(await caller.get(f"{LATEST}/4"), 404)
        error_of(await caller.get(f"{LATEST}/4.0?pre_release=true"), 404)


async def test_the_latest_of_another_product_is_not_pythons(stranger: httpx.AsyncClient) -> None:
    error_of(await stranger.get(f"{LATEST}/25"), 404)
    error_of(await stranger.get(f"{LATEST}/25.0"), 404)


async def test_the_latest_can_bring_its_files(anyone: httpx.AsyncClient) -> None:
    for path in ("", "/3.13"):
        plain = (await anyone.get(f"{LATEST}{path}")).json()
        full = (await anyone.get(f"{LATEST}{path}?include=files")).json()
        files = full.pop("files")
        assert full == plain
        assert files == (await anyone.get(f"/api/v1/releases/{plain['id']}/files")).json()
        assert len(files) > 5


async def test_latest_follows_version_order_not_dates(stranger: httpx.AsyncClient) -> None:
    late = (await stranger.get(f"{LATEST}/3.4")).json()
    assert (late["version"], late["release_date"]) == ("3.4.11", "2027-01-05")
    latest = (await stranger.get(LATEST)).json()
    assert (latest["version"], latest["release_date"]) == ("3.15.0", "2026-10-09")
