"""A parameter that names an operating system: by slug or id, and never one that is not there."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

TOLD = "names no operating system; there are `windows`, `macos`, `source`, `android`, `ios`"
ADDRESSES = ["releases", "files", "releases/latest/3.14/download"]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ["beos", "Windows", "01999853-9800-7a4c-8d33-b3adba5eab68"])
async def test_a_system_that_is_not_there_is_refused_with_those_that_are(
    anyone: httpx.AsyncClient, address: str, name: str
) -> None:
    answer = await anyone.get(f"/api/v1/{address}?os={name}")
    assert answer.status_code == 400
    assert answer.json()["extra"]["errors"] == [{"field": "os", "source": "query", "message": TOLD}]


async def test_a_system_that_is_not_there_is_one_fault_among_all(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/api/v1/releases?os=beos&limit=0&ordering=version")
    assert {fault["field"] for fault in answer.json()["extra"]["errors"]} == {"os", "limit", "ordering"}


async def test_a_system_can_be_asked_for_by_its_id(anyone: httpx.AsyncClient) -> None:
    windows = (await anyone.get("/api/v1/os/windows")).json()["id"]
    for address in ("releases", "files"):
        by_id, by_slug = [
            (await anyone.get(f"/api/v1/{address}?os={named}&limit=5")).json() for named in (windows.upper(), "windows")
        ]
        assert by_id == by_slug != []


@pytest.mark.parametrize("processor", ["arm64", "amd64", "universal2"])
async def test_a_download_for_a_processor_is_what_runs_on_it(anyone: httpx.AsyncClient, processor: str) -> None:
    answer = await anyone.get(f"/api/v1/releases/latest/3.14/download?os=macos&arch={processor}")
    assert answer.headers["location"] == "https://www.python.org/ftp/python/3.14.8/python-3.14.8-macos11.pkg"


async def test_files_for_a_processor_are_those_made_for_it_alone(anyone: httpx.AsyncClient) -> None:
    found = (await anyone.get("/api/v1/files?release=3.14.8&arch=aarch64")).json()
    assert {file["arch"] for file in found} == {"arm64"}
