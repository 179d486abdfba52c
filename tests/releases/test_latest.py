"""What is the newest Python?"""

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_the_latest_release_is_the_newest_stable_python_3(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1/releases/latest")
    assert answer.status_code == 200
    latest = answer.json()
    assert (latest["version"], latest["is_latest"], latest["pre_release"]) == ("3.15.0", True, False)
    assert "files" not in latest


async def test_the_latest_of_a_cycle_is_its_newest_stable_release(anyone: httpx.AsyncClient) -> None:
    expected = {"2": "2.7.18", "3": "3.15.0", "3.13": "3.13.16", "3.9": "3.9.25", "1": "1.6.1"}
    found = {named: (await anyone.get(f"/api/v1/releases/latest/{named}")).json()["version"] for named in expected}
    assert found == expected
