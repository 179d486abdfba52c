"""The clients that live on python.org's download API, against a real server: they must notice nothing."""

from typing import Any

import pytest
import requests

from .release_tools import SECONDS_MAX
from .server import Server

#: what Renovate demands of a release
RENOVATE: dict[str, type | tuple[type, ...]] = {
    "name": str, "slug": str, "version": int, "is_published": bool, "is_latest": bool, "release_date": str,
    "pre_release": bool, "release_page": (str, type(None)), "release_notes_url": str, "show_on_download_page": bool,
    "resource_uri": str,
}  # fmt: skip
Json = dict[str, Any]


def test_renovate_validates_every_release(server: Server) -> None:
    answer = requests.get(
        f"{server.base}/api/v2/downloads/release", headers={"Accept": "application/json"}, allow_redirects=False,
        timeout=SECONDS_MAX,
    )  # fmt: skip
    assert answer.status_code == 200
    releases = answer.json()
    assert len(releases) > 600
    for release in releases:
        assert release.keys() == RENOVATE.keys()
        assert [name for name, kind in RENOVATE.items() if not isinstance(release[name], kind)] == []
        assert type(release["version"]) is int
        assert release["release_date"].endswith("Z")


def test_cibuildwheel_joins_all_files_with_all_releases_by_their_addresses(server: Server) -> None:
    releases = server.get("/api/v2/downloads/release/", is_published="true", pre_release="false")
    by_address = {release["resource_uri"]: release["name"] for release in releases}
    files = server.get("/api/v2/downloads/release_file/", os="2")
    everything = server.get("/api/v2/downloads/release_file/")
    assert len(everything) > 3000
    installers = {
        by_address[file["release"]]: file
        for file in everything
        if file["release"] in by_address and "macos11.pkg" in file["url"]
    }
    newest = installers["Python 3.15.0"]
    assert newest in files
    assert newest["url"] == "https://www.python.org/ftp/python/3.15.0/python-3.15.0-macos11.pkg"
    assert len(newest["sha256_sum"]) == 64


def test_cpython_release_tracker_asks_for_the_files_of_each_system(server: Server) -> None:
    slugs = [row["slug"] for row in server.get("/api/v2/downloads/release/") if row["name"].startswith("Python 3.14.")]
    assert "python-3144" in slugs
    found: list[Json] = []
    for system in range(1, 6):
        asked = f"/api/v1/downloads/release_file/?os={system}&format=json&release__slug=python-3144"
        page = server.get(asked)
        assert page["meta"]["next"] is None
        found += page["objects"]
    assert (
        len(found) == server.get("/api/v1/downloads/release_file/", release__slug="python-3144")["meta"]["total_count"]
    )
    for file in found:
        assert isinstance(file["filesize"], int)
        assert {"url", "md5_sum", "sha256_sum", "sigstore_bundle_file"} <= file.keys()


@pytest.mark.parametrize("asked", ["version=3&pre_release=false", "pre_release=false&is_published=true&version=3"])
def test_installers_look_for_the_newest_release_and_its_files(server: Server, asked: str) -> None:
    releases = server.get(f"/api/v2/downloads/release/?{asked}")

    def version_of(release: Json) -> tuple[int, ...]:
        return tuple(map(int, release["name"].removeprefix("Python ").split(".")))

    newest = max(releases, key=version_of)
    assert newest["is_latest"]
    number = newest["resource_uri"].rstrip("/").rpartition("/")[2]
    files = server.get(f"/api/v2/downloads/release_file/?release={number}&os=1")
    assert any(file["url"].endswith("-amd64.exe") for file in files)
    assert {file["release"] for file in files} == {newest["resource_uri"]}


def test_an_index_is_read_page_by_page(server: Server) -> None:
    names: list[str] = []
    following, total = "/api/v1/downloads/release/", 0
    while following:
        page = server.get(following)
        names += [row["name"] for row in page["objects"]]
        following, total = page["meta"]["next"], page["meta"]["total_count"]
    assert len(names) == len(set(names)) == total
