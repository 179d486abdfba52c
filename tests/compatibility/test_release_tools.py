"""The tools with which release managers put a release on python.org, over v1, against a real server."""

from itertools import takewhile
from typing import Any

import pytest
import requests

from .desk import Json
from .release_tools import FINAL, SECONDS_MAX, VERSION, Artefact, Failed, ReleaseTools, artefacts
from .server import Server

SECOND_BUTTON = Artefact(
    f"python-{VERSION}-embed-arm64.zip", "Windows embeddable package (ARM64)", "windows", button=True
)
TAKEN_SLUG = Artefact(f"python-{VERSION}-embed-win32.zip", "Windows installer (64-bit)", "windows")
BAD_ADDRESS = Artefact("has spaces.zip", "Windows embeddable package (ARM64)", "windows")
WRONG = {
    "a second button": (SECOND_BUTTON, f"download_button: Of Python {VERSION}, python-{VERSION}-amd64.exe has the"),
    "a taken slug": (TAKEN_SLUG, "slug: The slug 3149-rc1-Windows-installer-64-bit is that of"),
    "a bad address": (BAD_ADDRESS, "url: Must be an address on"),
}


def written_since(server: Server, before: list[Json]) -> list[Json]:
    """What the audit log has more than before, the oldest first."""
    news = takewhile(lambda entry: not before or entry["id"] != before[0]["id"], server.entries())
    return list(reversed(list(news)))


def test_release_tools_put_all_files_of_a_draft_in_their_place(server: Server, draft: str) -> None:
    wanted = artefacts(VERSION)
    numbers = server.tools().run(VERSION, FINAL, wanted)
    assert numbers == sorted(set(numbers))
    found = {file["filename"]: file for file in server.files_of(draft)}
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
    names = {file["slug"] for file in server.files_of(draft)}
    after = server.tools().run(VERSION, FINAL, artefacts(VERSION))
    assert {file["slug"] for file in server.files_of(draft)} == names
    assert set(before).isdisjoint(after), "a number is given once"


@pytest.mark.parametrize(("wrong", "why"), WRONG.values(), ids=WRONG)
def test_release_tools_that_fail_half_way_hear_why_and_clean_up_newest_first(
    server: Server, draft: str, wrong: Artefact, why: str
) -> None:
    tools, before, right = server.tools(), server.entries(), artefacts(VERSION)
    half = len(right) - 3
    with pytest.raises(Failed, match="No traceback"):
        tools.run(VERSION, FINAL, [*right[:half], wrong, *right[half:]])
    assert tools.said[0].startswith(why)
    assert server.files_of(draft) == []
    written = written_since(server, before)
    assert [entry["action"] for entry in written] == ["v1_release_file_create"] * half + [
        "v1_release_file_delete"
    ] * half
    made = [entry["after"]["number"] for entry in written[:half]]
    assert [entry["before"]["number"] for entry in written[half:]] == made[::-1]
    assert [entry["after"]["filename"] for entry in written[:half]] == [each.filename for each in right[:half]]


def test_a_release_day_from_the_first_question_to_the_last_purge(server: Server, draft: str) -> None:
    tools = server.tools()
    with pytest.raises(Failed):
        tools.run(VERSION, FINAL, [*artefacts(VERSION), SECOND_BUTTON])
    numbers = tools.run(VERSION, FINAL, artefacts(VERSION))
    server.by_manager("PATCH", draft, {"is_published": True})
    for path in ("/downloads/", f"/ftp/python/{FINAL}/", "/api/v1/downloads/release/"):
        assert tools.session.request("PURGE", server.base + path, timeout=SECONDS_MAX).status_code == 200
    page = server.get("/api/v1/downloads/release_file/", release__name=f"Python {VERSION}")
    assert [int(row["resource_uri"].split("/")[-2]) for row in page["objects"]] == numbers
    for row, each in zip(page["objects"], artefacts(VERSION), strict=True):
        system = server.get(row["os"])["slug"]
        release = server.get(row["release"])["name"]
        said = tools.described(each, VERSION, FINAL, int(row["release"].split("/")[-2]), int(row["os"].split("/")[-2]))
        assert (system, release) == (each.os, f"Python {VERSION}")
        assert {name: row[name] for name in said} == said, "each file is as it was posted"


def test_release_tools_keep_one_connection_and_say_the_same_of_themselves_with_each_request(
    server: Server, draft: str
) -> None:
    tools, sent = server.tools(), list[requests.PreparedRequest]()
    tools.session.hooks["response"].append(lambda answer, *_, **__: sent.append(answer.request))
    tools.run(VERSION, FINAL, artefacts(VERSION))
    assert len(server.files_of(draft)) == len(artefacts(VERSION))
    assert {request.method for request in sent} == {"GET", "DELETE", "POST"}
    for request in sent:
        assert request.headers["Authorization"] == f"ApiKey rita:{server.ritas}"
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["Connection"] == "keep-alive"
    adapter: Any = tools.session.get_adapter(server.base)
    (place,) = adapter.poolmanager.pools.keys()
    pool = adapter.poolmanager.pools[place]
    assert (pool.num_connections, pool.num_requests) == (1, len(sent))


@pytest.mark.parametrize(
    ("filename", "arch"),
    [
        (f"python-{VERSION}-macos11.pkg", "universal2"), (f"python-{VERSION}-macosx11.0.pkg", "universal2"),
        (f"python-{VERSION}-macos12.pkg", ""),
    ],
)  # fmt: skip
def test_an_installer_for_macos_is_called_as_the_tools_call_it(
    server: Server, draft: str, filename: str, arch: str
) -> None:
    each = Artefact(filename, "macOS installer", "macos", True, "for macOS 10.15 and later")
    (number,) = server.tools().run(VERSION, FINAL, [each])
    (file,) = server.files_of(draft)
    said = {
        "name": "macOS installer", "slug": "3149-rc1-macOS-installer", "os": "macos", "kind": "installer",
        "arch": arch, "is_source": False, "description": "for macOS 10.15 and later", "download_button": True,
        "filename": filename,
    }  # fmt: skip
    assert {name: file[name] for name in said} == said
    assert number > 0


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
        ReleaseTools(server.base, username, key.format(key=server.ritas)).run(VERSION, FINAL, artefacts(VERSION))
    assert server.files_of(draft) == []


@pytest.mark.parametrize("headers", [{}, {"Fastly-Soft-Purge": "1"}])
def test_release_tools_purge_pages_and_folders_after_a_release(server: Server, headers: dict[str, str]) -> None:
    for path in (
        "/downloads/", f"/downloads/release/python-{FINAL.replace('.', '')}/", "/ftp/python/", f"/ftp/python/{FINAL}/",
        "/ftp/python/doc/", "/api/v1/downloads/release/", "/",
    ):  # fmt: skip
        answer = requests.request("PURGE", server.base + path, headers=headers, timeout=SECONDS_MAX)
        assert (answer.status_code, answer.content) == (200, b"")
