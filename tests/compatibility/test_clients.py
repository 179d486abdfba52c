"""The clients that live on python.org's download API, against a real server: they must notice nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers import command, serving

from .release_tools import SECONDS_MAX, Artefact, Failed, ReleaseTools, artefacts

PASSWORD = "correct horse battery staple"
FINAL, VERSION = "3.14.9", "3.14.9rc1"
#: what Renovate demands of a release
RENOVATE: dict[str, type | tuple[type, ...]] = {
    "name": str, "slug": str, "version": int, "is_published": bool, "is_latest": bool, "release_date": str,
    "pre_release": bool, "release_page": (str, type(None)), "release_notes_url": str, "show_on_download_page": bool,
    "resource_uri": str,
}  # fmt: skip
Json = dict[str, Any]


class Server:
    """A server with a release manager, and how she reaches it by today's API."""

    def __init__(self, base: str, key: str) -> None:
        self.base, self.key = base, key

    def get(self, path: str, **parameters: Any) -> Any:
        answer = requests.get(self.base + path, params=parameters, timeout=SECONDS_MAX)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def by_manager(self, method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}", "If-Match": "*"}
        answer = requests.request(method, f"{self.base}/api/v1{path}", json=body, headers=headers, timeout=SECONDS_MAX)
        assert answer.ok, answer.text
        return answer

    def tools(self) -> ReleaseTools:
        return ReleaseTools(self.base, "rita", self.key)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("clients")
    with serving(folder) as base:
        who = ("--email", "rita@example.org", "--password-stdin", "--role", "release_manager")
        command(folder, "users", "create", "rita", *who, said=PASSWORD)
        printed = command(folder, "tokens", "create", "rita", "--name", "tools", "--scope", "releases:write")
        yield Server(base, printed.split()[-1])


@pytest.fixture
def draft(server: Server) -> Iterator[str]:
    """A release without files, that is a draft: as it is when the tools come."""
    id = server.by_manager("POST", "/releases", {"version": VERSION}).json()["id"]
    yield f"/releases/{id}"
    server.by_manager("DELETE", f"/releases/{id}")


def files_of(server: Server, draft: str) -> list[Json]:
    found: list[Json] = server.by_manager("GET", f"{draft}/files?limit=1000").json()
    return found


def test_release_tools_put_all_files_of_a_draft_in_their_place(server: Server, draft: str) -> None:
    wanted = artefacts(VERSION)
    numbers = server.tools().run(VERSION, FINAL, wanted)
    assert numbers == sorted(set(numbers))
    found = {file["filename"]: file for file in files_of(server, draft)}
    assert found.keys() == {each.filename for each in wanted}
    exe = found[f"python-{VERSION}-amd64.exe"]
    assert exe["slug"] == "3149-rc1-Windows-installer-64-bit"
    assert (exe["os"], exe["arch"], exe["kind"]) == ("windows", "amd64", "installer")
    assert (exe["download_button"], exe["description"]) == (True, "Recommended")
    assert exe["sigstore_bundle_file"] == f"{exe['url']}.sigstore"
    assert {file["os"] for file in found.values()} == {"source", "macos", "windows", "android", "ios"}
    assert server.get("/api/v1/downloads/release_file/", release__name=f"Python {VERSION}")["objects"] == []


def test_release_tools_run_twice_leave_the_same_files_under_new_numbers(server: Server, draft: str) -> None:
    before = server.tools().run(VERSION, FINAL, artefacts(VERSION))
    names = {file["slug"] for file in files_of(server, draft)}
    after = server.tools().run(VERSION, FINAL, artefacts(VERSION))
    assert {file["slug"] for file in files_of(server, draft)} == names
    assert set(before).isdisjoint(after), "a number is given once"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (
            Artefact(f"python-{VERSION}-embed-arm64.zip", "Windows embeddable package (ARM64)", "windows", button=True),
            f"python-{VERSION}-amd64.exe has the download button",
        ),
        (
            Artefact(f"python-{VERSION}-embed-win32.zip", "Windows installer (64-bit)", "windows"),
            "The slug 3149-rc1-Windows-installer-64-bit is that of",
        ),
        (Artefact("has spaces.zip", "Windows embeddable package (ARM64)", "windows"), "url: Must be an address on"),
    ],
    ids=["a second button", "a taken slug", "a bad address"],
)
def test_release_tools_that_fail_hear_why_and_clean_up(server: Server, draft: str, wrong: Artefact, why: str) -> None:
    tools = server.tools()
    with pytest.raises(Failed, match="No traceback"):
        tools.run(VERSION, FINAL, [*artefacts(VERSION), wrong])
    assert why in tools.said[0]
    assert files_of(server, draft) == []


def test_one_bad_file_does_not_stand_in_the_way_of_the_next(server: Server, draft: str) -> None:
    tools = server.tools()
    tools.run(VERSION, FINAL, artefacts(VERSION))
    second = Artefact(
        f"python-{VERSION}-embed-win32.zip", "Windows embeddable package (32-bit)", "windows", button=True
    )
    release, system = tools.find("release", name=f"Python+{VERSION}"), tools.find("os", slug="windows")
    assert tools.post("release_file", tools.described(second, VERSION, FINAL, release, system)) == -1
    plain = second._replace(button=False)
    assert tools.post("release_file", tools.described(plain, VERSION, FINAL, release, system)) > 0
    assert draft


@pytest.mark.parametrize(("username", "key"), [("rita", "nonsense"), ("guest", "{key}")])
def test_release_tools_with_wrong_credentials_find_nothing(server: Server, draft: str, username: str, key: str) -> None:
    with pytest.raises(Failed, match="no object for release"):
        ReleaseTools(server.base, username, key.format(key=server.key)).run(VERSION, FINAL, artefacts(VERSION))
    assert files_of(server, draft) == []


@pytest.mark.parametrize("headers", [{}, {"Fastly-Soft-Purge": "1"}])
def test_release_tools_purge_pages_and_folders_after_a_release(server: Server, headers: dict[str, str]) -> None:
    for path in (
        "/downloads/", f"/downloads/release/python-{FINAL.replace('.', '')}/", "/ftp/python/", f"/ftp/python/{FINAL}/",
        "/ftp/python/doc/", "/api/v1/downloads/release/", "/",
    ):  # fmt: skip
        answer = requests.request("PURGE", server.base + path, headers=headers, timeout=SECONDS_MAX)
        assert (answer.status_code, answer.content) == (200, b"")


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
