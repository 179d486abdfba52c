"""Operating systems: a name is enough to make one."""

from typing import Any

import pytest

from .desk import Desk, conflict_in, faults_in, installer, new_version

pytestmark = pytest.mark.anyio


async def test_a_name_is_enough(manager: Desk, stranger: Desk) -> None:
    answer = await manager.ask("POST", "os", {"name": "Haiku OS"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["slug"]) == ("Haiku OS", "haiku-os")
    assert answer.headers["location"].endswith(f"/api/v1/os/{made['id']}")
    for name in (made["id"], made["slug"]):
        seen = await stranger.ask("GET", f"os/{name}")
        assert (seen.content, seen.status_code) == (answer.content, 200)
    assert (await stranger.get("os"))[-1] == made
    version = new_version()
    release = await manager.release(version, files=[installer(version, os="haiku-os")])
    assert release["files"][0]["os"] == "haiku-os"


async def test_a_slug_may_be_chosen(manager: Desk) -> None:
    answer = await manager.ask("POST", "os", {"name": "OpenBSD", "slug": "puffy"})
    assert (answer.status_code, answer.json()["slug"]) == (201, "puffy")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({}, {"name": "is required"}),
        ({"name": ""}, {"name": "must have a length of at least 1"}),
        ({"name": "日本"}, {"slug": "is required: the name makes none"}),
        ({"name": "Latest"}, {"slug": "is required: the name makes none"}),
        ({"name": "X", "slug": "latest"}, {"slug": "must consist of"}),
        ({"name": "X", "slug": "1"}, {"slug": "must consist of"}),
        ({"name": "X", "number": 5, "id": "x"}, {"number": "unknown member", "id": "is read-only"}),
    ],
)
async def test_what_is_wrong_is_told(manager: Desk, said: dict[str, Any], fault: dict[str, str]) -> None:
    told = faults_in(await manager.ask("POST", "os", said))
    assert told.keys() == fault.keys()
    assert all(message in told[name] for name, message in fault.items())


async def test_slugs_differ_in_more_than_their_case(manager: Desk) -> None:
    answer = await manager.ask("POST", "os", {"name": "Other", "slug": "Windows"})
    assert conflict_in(answer) == "The slug windows is that of Windows."


async def test_names_differ_in_more_than_their_case(manager: Desk) -> None:
    for name in ("Windows", "WINDOWS"):
        answer = await manager.ask("POST", "os", {"name": name, "slug": "win"})
        assert conflict_in(answer) == "There is an operating system Windows already."
    refused = await manager.ask("POST", "os", {"name": "macOS X", "slug": "macos"})
    assert conflict_in(refused) == "The slug macos is that of macOS."
    assert conflict_in(await manager.ask("PATCH", "os/ios", {"name": "android"})).startswith("There is an operating")
    assert (await manager.ask("PATCH", "os/ios", {"name": "IOS"})).json()["name"] == "IOS"
    assert (await manager.ask("PATCH", "os/ios", {"name": "iOS"})).json()["name"] == "iOS"


async def test_a_slug_stays(manager: Desk) -> None:
    assert faults_in(await manager.ask("PATCH", "os/ios", {"slug": "ipados"})) == {"slug": "is read-only"}


async def test_a_system_with_files_stays_and_one_without_goes(manager: Desk) -> None:
    files = int((await manager.ask("GET", "files?os=ios")).headers["x-total-count"])
    assert conflict_in(await manager.ask("DELETE", "os/ios")) == f"There are files for iOS: {files}."
    made = (await manager.ask("POST", "os", {"name": "BeOS"})).json()
    assert (await manager.ask("DELETE", f"os/{made['slug']}")).status_code == 204
    assert (await manager.ask("GET", f"os/{made['id']}")).status_code == 404
    assert (await manager.ask("DELETE", f"os/{made['id']}")).status_code == 404


async def test_if_match_is_honoured_where_it_is_given(manager: Desk) -> None:
    made = (await manager.ask("POST", "os", {"name": "Amiga"})).json()
    at = f"os/{made['slug']}"
    tag = await manager.tag(at)
    assert (await manager.ask("PATCH", at, {"name": "AmigaOS"}, If_Match=tag)).status_code == 200
    assert (await manager.ask("PATCH", at, {"name": "Amiga"}, If_Match=tag)).status_code == 412
    assert (await manager.ask("DELETE", at, If_Match=tag)).status_code == 412
    assert (await manager.ask("DELETE", at, If_Match=await manager.tag(at))).status_code == 204
