"""Writes of either version: the rules of releases, in the words of the old API, and an entry in the audit log."""

import httpx
import pytest

from pydotorg.app import Application

from .desk import entries, file_of, made, new_version, number_of
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio


async def test_a_release_takes_its_version_from_its_name(manager: httpx.AsyncClient, anyone: httpx.AsyncClient) -> None:
    row = await made(manager, "3.98.2rc1", release_date="2026-12-24T23:00:00-05:00", is_latest=True, pre_release=False)
    assert (row["version"], row["pre_release"], row["is_latest"]) == (3, True, False)
    assert row["release_date"] == "2026-12-25T00:00:00Z"
    assert row["is_published"] is False
    today = (await manager.get(f"{V2}/release/{number_of(row)}/")).json()
    assert today == row
    assert (await anyone.get("/api/v1/release-cycles/3.98")).status_code == 404, "listed once it is published"


async def test_an_install_manager_is_of_version_100(manager: httpx.AsyncClient) -> None:
    body = {"name": "Python install manager 98.1", "slug": "pymanager-981"}
    answer = await manager.post(f"{V2}/release/", json=body)
    assert (answer.status_code, answer.json()["version"]) == (201, 100)


@pytest.mark.parametrize("address", [f"{V1}/release_file/", f"{V2}/release_file/delete_by_release/"])
async def test_all_files_of_a_release_are_deleted_at_once_and_nothing_else(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, address: str
) -> None:
    client = old_manager if address.startswith(V1) else manager
    one, other = (
        await made(manager, first := new_version(), is_published=True),
        await made(manager, second := new_version()),
    )
    await file_of(manager, one, f"Python-{first}.tgz")
    await file_of(manager, one, f"Python-{first}.tar.xz")
    kept = await file_of(manager, other, f"Python-{second}.tgz")
    number = number_of(one)
    for wrong in ("", f"?release={number}&os=3", f"?release={number}&release={number_of(other)}", "?release=x",
                  "?release=999", "?slug=x", f"?release={number}&release={number}"):  # fmt: skip
        answer = await client.delete(address + wrong)
        assert answer.status_code == 400, wrong
        assert "release" in answer.text or "only" in answer.text.lower()
    for _ in range(2):
        assert (await client.delete(f"{address}?release={number}")).status_code == 204
        assert (await manager.get(f"{V2}/release_file/?release={number}")).json() == []
    assert (await manager.get(kept["resource_uri"])).json() == kept
    assert (await manager.get(one["resource_uri"])).json()["is_published"] is True


async def test_a_number_is_never_given_twice(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    first = await file_of(manager, release, f"Python-{version}.tgz")
    assert (await manager.delete(first["resource_uri"])).status_code == 204
    second = await file_of(manager, release, f"Python-{version}.tgz")
    assert int(number_of(second)) > int(number_of(first))
    assert (await manager.delete(release["resource_uri"])).status_code == 204
    for gone in (first, second, release):
        assert (await manager.get(gone["resource_uri"])).status_code == 404


async def test_what_is_written_by_either_is_seen_by_all_at_once(
    manager: httpx.AsyncClient, anyone: httpx.AsyncClient
) -> None:
    version = new_version()
    before = len((await anyone.get(f"{V2}/release/")).json())
    row = await made(manager, version, is_published=True)
    assert len((await anyone.get(f"{V2}/release/")).json()) == before + 1
    assert (await anyone.get(f"{V1}/release/?slug={row['slug']}")).json()["meta"]["total_count"] == 1
    assert (await anyone.get(f"/api/v1/releases/{version}")).json()["name"] == row["name"]


async def test_a_write_is_in_the_audit_log_under_its_own_name(old_manager: httpx.AsyncClient, app: Application) -> None:
    body = {"name": "Python 3.999.0", "slug": "python-39990"}
    place = (await old_manager.post(f"{V1}/release/", json=body)).headers["location"]
    await old_manager.delete(place)
    for action, change in (("v1_release_create", "create"), ("v1_release_delete", "delete")):
        entry = (await entries(app, action=action, resource="release"))[0]
        assert (entry["change"], entry["actor"]["username"]) == (change, "rita")
