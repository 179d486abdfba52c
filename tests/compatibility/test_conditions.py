"""`If-Match` on the old addresses: nothing is lost that its sender has not seen."""

import httpx
import pytest

from .desk import file_of, made, new_version, number_of
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("place", [f"{V1}/release_file/", f"{V2}/release_file/delete_by_release/"])
async def test_all_files_go_only_if_they_are_those_that_are_known(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, place: str
) -> None:
    client, edition = (old_manager, V1) if place.startswith(V1) else (manager, V2)
    release = await made(manager, new_version(), is_published=True)
    number = number_of(release)
    await file_of(manager, release, f"python-{number}.tgz")
    listed = f"{edition}/release_file/?release={number}"
    known = (await client.get(listed)).headers["etag"]
    await file_of(manager, release, f"python-{number}.tar.xz")
    refused = await client.delete(f"{place}?release={number}", headers={"If-Match": known})
    assert refused.status_code == 412
    assert (await client.get(listed)).headers["x-total-count"] == "2"
    fresh = (await client.get(listed)).headers["etag"]
    assert (await client.delete(f"{place}?release={number}", headers={"If-Match": fresh})).status_code == 204
    assert (await client.get(listed)).headers["x-total-count"] == "0"


async def test_what_v1_has_made_is_told_without_a_body(old_manager: httpx.AsyncClient) -> None:
    slug = f"system-{new_version().replace('.', '-')}"
    made = await old_manager.post(f"{V1}/os/", json={"name": slug, "slug": slug})
    assert (made.status_code, made.content) == (201, b"")
    assert made.headers["content-type"] == "text/html; charset=utf-8"
    row = await old_manager.get(made.headers["location"])
    assert made.headers["link"] == row.headers["link"]
    assert row.headers["link"].split(">")[0].removeprefix("<").rpartition("/")[0].endswith("/api/v1/os")


@pytest.mark.parametrize("number", ["9007199254740993", "9" * 23, "9" * 500])
async def test_however_many_rows_are_wanted_a_thousand_come(anyone: httpx.AsyncClient, number: str) -> None:
    meta = (await anyone.get(f"{V1}/release/?limit={number}")).json()["meta"]
    assert meta["limit"] == 1000
    beyond = (await anyone.get(f"{V1}/release/?offset={number}")).json()
    assert beyond["objects"] == []
    assert beyond["meta"]["next"] is None
