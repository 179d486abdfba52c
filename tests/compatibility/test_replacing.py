"""PUT, which says all of a row, and PATCH, which says some of it."""

import httpx
import pytest

from pydotorg.app import Application

from .desk import described, entries, file_of, made, new_version, refused
from .test_lists import V2

pytestmark = pytest.mark.anyio


async def test_put_replaces_and_patch_changes(manager: httpx.AsyncClient) -> None:
    notes = "https://docs.python.org/release/3.500.0/whatsnew/changelog.html"
    row = await made(manager, new_version(), release_notes_url=notes, show_on_download_page=False)
    address, names = row["resource_uri"], {"name": row["name"], "slug": row["slug"]}
    patched = await manager.patch(address, json={"release_date": "2026-12-01T00:00:00Z"})
    assert patched.json() == row | {"release_date": "2026-12-01T00:00:00Z"}
    assert patched.headers["etag"] == (await manager.get(address)).headers["etag"]
    put = await manager.put(address, json={**names, "release_date": "2026-12-02"})
    assert put.json() == row | {
        "release_date": "2026-12-02T00:00:00Z", "release_notes_url": "", "show_on_download_page": True,
    }  # fmt: skip
    refused(await manager.put(address, json={}), name=["This field is required."], slug=["This field is required."])


async def test_put_without_content_takes_the_content_away(manager: httpx.AsyncClient) -> None:
    row = await made(manager, version := new_version(), content="A *release*.")
    address, today = row["resource_uri"], f"/api/v1/releases/{version}"
    assert (await manager.get(today)).json()["content"] == "A *release*."
    await manager.patch(address, json={"show_on_download_page": False})
    assert (await manager.get(today)).json()["content"] == "A *release*."
    said = await manager.put(address, json=row | {"content": "Another."})
    assert (said.json(), (await manager.get(today)).json()["content"]) == (row, "Another.")
    silent = await manager.put(address, json=row)
    assert (silent.json(), (await manager.get(today)).json()["content"]) == (row, "")


@pytest.mark.parametrize(
    "query",
    [
        "os/?slug=windows",
        "release/?slug=python-3144",
        "release/?slug=pymanager-250",
        "release/?slug=python-3160a1",
        "release/?version=1",
        "release_file/?slug=python-3144-gzipped-source-tarball",
        "release_file/?slug=draft-exe",
        "release_file/?slug=manager-msix",
        "release_file/?name=no-sum.txt",
    ],
)
async def test_put_of_what_was_got_changes_nothing(manager: httpx.AsyncClient, app: Application, query: str) -> None:
    row = (await manager.get(f"{V2}/{query}")).json()[0]
    before = await manager.get(row["resource_uri"])
    answer = await manager.put(row["resource_uri"], json=before.json())
    assert (answer.status_code, answer.content) == (200, before.content), answer.text
    assert answer.headers["etag"] == before.headers["etag"]
    after = await manager.get(row["resource_uri"])
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    of_request = answer.headers["x-request-id"]
    assert [entry for entry in await entries(app, limit="1000") if entry["request_id"] == of_request] == []


async def test_put_of_a_file_returns_what_it_does_not_name_to_its_default(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    url = f"https://www.python.org/ftp/python/3.500.0/Python-{version}.tgz"
    row = await file_of(
        manager, release, f"Python-{version}.tgz", description="Recommended", md5_sum="0" * 32, filesize=7,
        sigstore_bundle_file=f"{url}.sigstore", download_button=True,
    )  # fmt: skip
    answer = await manager.put(row["resource_uri"], json=described(release, f"Python-{version}.tgz"))
    changed = {"description": "", "md5_sum": "", "filesize": 0, "sigstore_bundle_file": "", "download_button": False}
    assert answer.json() == row | changed


async def test_another_url_or_digest_of_a_published_file_needs_a_reason(
    manager: httpx.AsyncClient, app: Application
) -> None:
    release = await made(manager, version := new_version(), is_published=True)
    row = await file_of(manager, release, f"Python-{version}.tgz")
    why = [f"Is required for another address or checksum of Python-{version}.tgz."]
    for change in ({"url": row["url"].replace(".tgz", ".tar.xz")}, {"sha256_sum": "1" * 64}):
        refused(await manager.patch(row["resource_uri"], json=change), reason=why)
    answer = await manager.patch(row["resource_uri"], json={"sha256_sum": "1" * 64, "reason": "Built anew."})
    assert (answer.status_code, answer.json()["sha256_sum"]) == (200, "1" * 64)
    entry = (await entries(app, action="v2_release_file_change", resource="release_file"))[0]
    assert (entry["reason"], entry["flagged"]) == ("Built anew.", True)


async def test_what_belongs_to_the_identity_of_a_row_stays(manager: httpx.AsyncClient) -> None:
    release, other = await made(manager, version := new_version()), await made(manager, new_version())
    row = await file_of(manager, release, f"Python-{version}.tgz")
    stays = ["This stays as it is."]
    refused(await manager.patch(row["resource_uri"], json={"release": other["resource_uri"]}), release=stays)
    refused(await manager.patch(f"{V2}/os/1/", json={"slug": "doors"}), slug=stays)
    published = await manager.patch(release["resource_uri"], json={"is_published": True})
    assert published.json()["is_published"] is True


async def test_another_url_takes_the_sidecars_with_it_that_are_not_named(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    old, new = [f"https://www.python.org/ftp/python/{place}/Python-{version}.tgz" for place in ("3.500.0", version)]
    sidecars = {"sigstore_bundle_file": f"{old}.sigstore", "sbom_spdx2_file": f"{old}.spdx.json"}
    row = await file_of(manager, release, f"Python-{version}.tgz", **sidecars)
    moved = {"url": new, "sigstore_bundle_file": f"{new}.sigstore", "sbom_spdx2_file": f"{new}.spdx.json"}
    patched = await manager.patch(row["resource_uri"], json={"url": new})
    assert patched.json() == row | moved
    patched = await manager.patch(row["resource_uri"], json={"url": old, "sbom_spdx2_file": ""})
    assert patched.json() == row | {"sbom_spdx2_file": ""}
    stays = await manager.patch(row["resource_uri"], json={"url": new, **sidecars})
    refused(stays, **{name: [f"Must be empty or {moved[name]}."] for name in sidecars})
    replaced = await manager.put(row["resource_uri"], json=described(release, f"Python-{version}.tgz") | {"url": new})
    assert replaced.json() == row | {"url": new, "sigstore_bundle_file": "", "sbom_spdx2_file": ""}


async def test_another_name_of_a_draft_is_another_version(manager: httpx.AsyncClient) -> None:
    row = await made(manager, new_version())
    answer = await manager.patch(row["resource_uri"], json={"name": "Python 3.888.0rc1"})
    assert (answer.status_code, answer.json()["pre_release"]) == (200, True)
    assert answer.json()["slug"] == row["slug"]


async def test_whether_a_file_is_source_can_be_said(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    row = await file_of(manager, release, f"strange-{version}.bin", is_source=True)
    assert row["is_source"] is True
    assert (await manager.patch(row["resource_uri"], json={"is_source": False})).json()["is_source"] is False
    assert (await manager.patch(row["resource_uri"], json={"is_source": "true"})).json()["is_source"] is True


async def test_whether_a_file_is_source_its_name_tells_where_put_and_post_do_not(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    for filename, is_source in ((f"strange-{version}.bin", False), (f"Python-{version}.tgz", True)):
        row = await file_of(manager, release, filename)
        assert row["is_source"] is is_source
        said = await manager.put(row["resource_uri"], json=described(release, filename, is_source=not is_source))
        assert said.json() == row | {"is_source": not is_source}
        silent = await manager.put(row["resource_uri"], json=described(release, filename))
        assert silent.json() == row


async def test_a_source_that_becomes_an_installer_is_of_that_kind(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    row = await file_of(manager, release, f"Python-{version}.tgz")
    installer = f"https://www.python.org/ftp/python/{version}/python-{version}-amd64.exe"
    await manager.put(row["resource_uri"], json=described(release, f"Python-{version}.tgz") | {"url": installer})
    (found,) = (await manager.get(f"/api/v1/releases/{version}/files")).json()
    assert (found["kind"], found["is_source"]) == ("installer", False)


async def test_a_write_may_say_what_it_knows(manager: httpx.AsyncClient) -> None:
    row = await made(manager, new_version())
    address, change = row["resource_uri"], {"show_on_download_page": False}
    known = (await manager.get(address)).headers["etag"]
    assert (await manager.patch(address, json=change, headers={"If-Match": known})).status_code == 200
    late = await manager.delete(address, headers={"If-Match": known})
    assert (late.status_code, list(late.json())) == (412, ["detail"])
    assert (await manager.get(address)).json()["show_on_download_page"] is False


async def test_the_tag_that_the_public_gets_serves_a_manager_too(
    manager: httpx.AsyncClient, anyone: httpx.AsyncClient
) -> None:
    address = (await made(manager, new_version(), is_published=True))["resource_uri"]
    known = (await anyone.get(address)).headers["etag"]
    assert (await manager.get(address)).headers["etag"] == known
    change = {"show_on_download_page": False}
    assert (await manager.patch(address, json=change, headers={"If-Match": known})).status_code == 200
