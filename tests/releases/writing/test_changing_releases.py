"""Changing a release: publishing, yanking, renaming a draft, removing it; and who may not."""

from typing import Any

import httpx
import pytest

from .desk import Desk, conflict_in, faults_in, installer, new_version, source

pytestmark = pytest.mark.anyio


async def test_a_change_changes_what_it_names_and_answers_the_release(manager: Desk) -> None:
    made = await manager.release()
    at = f"releases/{made['id']}"
    answer = await manager.write("PATCH", at, {"content": "News", "release_date": "2030-01-01"})
    assert answer.status_code == 200
    changed = answer.json()
    different = {name for name, value in changed.items() if value != made[name]}
    assert different == {"content", "content_html", "release_date", "updated_at"}
    seen = await manager.ask("GET", at)
    assert (seen.content, seen.headers["etag"]) == (answer.content, answer.headers["etag"])


async def test_a_change_of_nothing_changes_nothing(manager: Desk, auditor: httpx.AsyncClient) -> None:
    made = await manager.release()
    at = f"releases/{made['id']}"
    said = {"content": made["content"], "is_published": False, "version": made["version"], "slug": made["slug"]}
    for body in ({}, said):
        answer = await manager.ask("PATCH", at, body, If_Match=await manager.tag(at), X_Request_ID="of-nothing")
        assert answer.json() == made
    assert await manager.entries("of-nothing", auditor) == []


async def test_a_write_must_say_what_it_writes_over(manager: Desk) -> None:
    made = await manager.release()
    at = f"releases/{made['id']}"
    tag = await manager.tag(at)
    bodies: dict[str, Any] = {"PATCH": {}, "DELETE": None}
    for method, body in bodies.items():
        assert (await manager.ask(method, at, body)).status_code == 428
        assert (await manager.ask(method, at, body, If_Match='"another"')).status_code == 412
    assert (await manager.ask("PATCH", at, {"content": "x"}, If_Match=tag)).status_code == 200
    assert (await manager.ask("PATCH", at, {"content": "y"}, If_Match=tag)).status_code == 412
    assert (await manager.get(at))["content"] == "x"


@pytest.mark.parametrize("by", ["id", "slug", "version"])
async def test_a_release_is_changed_by_each_of_its_names(manager: Desk, by: str) -> None:
    made = await manager.release()
    assert (await manager.change(f"releases/{made[by]}", content=by))["content"] == by
    await manager.remove(f"releases/{made[by]}")
    assert (await manager.ask("GET", f"releases/{made['id']}")).status_code == 404


async def test_what_is_not_there_cannot_be_changed(manager: Desk) -> None:
    for method, body in (("PATCH", {}), ("DELETE", None)):
        answer = await manager.ask(method, "releases/7.999.9", body, If_Match="*")
        assert (answer.status_code, answer.json()["detail"]) == (404, "There is no release 7.999.9.")


async def test_a_draft_is_published_and_seen_by_the_next_reader(manager: Desk, stranger: Desk) -> None:
    version = "7.900.0"
    draft = await manager.release(version, files=[source(version)])
    assert (await stranger.ask("GET", f"releases/{version}")).status_code == 404
    assert (await stranger.ask("GET", f"releases/{version}/SHA256SUMS")).status_code == 404
    published = await manager.change(f"releases/{draft['id']}", is_published=True)
    assert await stranger.get(f"releases/{version}") == published
    assert published["is_latest"] is True
    assert (await stranger.get("releases/latest/7"))["version"] == version
    hidden = await manager.change(f"releases/{draft['id']}", is_published=False)
    assert hidden["is_latest"] is False
    assert (await stranger.ask("GET", f"releases/{version}")).status_code == 404
    await manager.remove(f"releases/{draft['id']}")


async def test_publishing_without_a_file_must_be_meant(manager: Desk) -> None:
    draft = await manager.release()
    at = f"releases/{draft['id']}"
    refused = await manager.write("PATCH", at, {"is_published": True, "content": "lost?"})
    assert conflict_in(refused).endswith("if it shall, say ?allow_empty=true.")
    assert await manager.get(at) == draft
    meant = await manager.write("PATCH", f"{at}?allow_empty=true", {"is_published": True})
    assert meant.json()["is_published"] is True
    assert (await manager.change(at, is_published=True, content="Still empty."))["content"] == "Still empty."


async def test_a_yanked_release_says_why_and_is_latest_no_more(manager: Desk) -> None:
    made = await manager.published(version="7.110.1")
    at = f"releases/{made['id']}"
    assert made["is_latest_of_cycle"] is True
    for reason in ({}, {"yanked_reason": ""}, {"yanked_reason": "  "}):
        refused = await manager.write("PATCH", at, {"yanked": True, **reason})
        assert faults_in(refused) == {"yanked_reason": "is required for a release that is yanked"}
    yanked = await manager.change(at, yanked=True, yanked_reason="It does not start.")
    assert (yanked["yanked"], yanked["yanked_reason"]) == (True, "It does not start.")
    assert yanked["is_latest_of_cycle"] is False
    assert (await manager.change(at, yanked_reason="It stops."))["yanked_reason"] == "It stops."
    emptied = await manager.write("PATCH", at, {"yanked_reason": ""})
    assert faults_in(emptied).keys() == {"yanked_reason"}
    again = await manager.change(at, yanked=False)
    assert (again["yanked"], again["yanked_reason"], again["is_latest_of_cycle"]) == (False, "", True)


@pytest.mark.parametrize("said", [{"yanked_reason": "Why?"}, {"yanked": False, "yanked_reason": "Why?"}])
async def test_only_what_is_yanked_has_a_reason(manager: Desk, said: dict[str, Any]) -> None:
    made = await manager.release()
    refused = await manager.write("PATCH", f"releases/{made['id']}", said)
    assert faults_in(refused) == {"yanked_reason": "must be empty for a release that is not yanked"}


async def test_a_draft_takes_along_what_was_made_of_its_version(manager: Desk) -> None:
    files = [source("7.111.0rc1"), installer("7.111.0rc1", slug="my-own"), installer("7.111.0rc1", "arm64")]
    draft = await manager.release("7.111.0rc1", files=files)
    changed = await manager.change(f"releases/{draft['id']}", version="7.112.0")
    names = ("name", "slug", "version", "cycle", "pre_release", "release_page_url")
    assert [changed[name] for name in names] == [
        "Python 7.112.0", "python-71120", "7.112.0", "7.112", False,
        "https://www.python.org/downloads/release/python-71120/",
    ]  # fmt: skip
    assert {file["slug"] for file in changed["files"]} == {
        "python-71120-gzipped-source-tarball", "my-own", "python-71120-windows-installer-arm64",
    }  # fmt: skip
    assert {file["version"] for file in changed["files"]} == {"7.112.0"}
    assert (await manager.ask("GET", f"releases/{draft['slug']}")).status_code == 404


async def test_names_that_were_given_stay_with_another_version(manager: Desk) -> None:
    draft = await manager.release("7.113.0", slug="chosen", release_page_url="https://www.python.org/own/")
    changed = await manager.change(f"releases/{draft['id']}", version="7.113.1")
    assert (changed["name"], changed["slug"]) == ("Python 7.113.1", "chosen")
    assert changed["release_page_url"] == "https://www.python.org/own/"
    odd = await manager.release(name="Python 7.113.2 rc 1")
    at = f"releases/{odd['id']}"
    refused = await manager.write("PATCH", at, {"version": "7.113.2rc2"})
    assert faults_in(refused) == {"name": "tells version 7.113.2rc1, not 7.113.2rc2"}
    both = await manager.change(at, version="7.113.2rc2", name="Python 7.113.2 rc 2")
    assert (both["name"], both["version"]) == ("Python 7.113.2 rc 2", "7.113.2rc2")


async def test_files_may_take_over_each_others_slugs_with_the_slug_of_their_draft(manager: Desk) -> None:
    """One file's new slug is another's old one."""
    odd = {"os": "source", "kind": "source"}
    files = [
        {"url": "https://www.python.org/one.x", "name": "B C", **odd},
        {"url": "https://www.python.org/two.x", "name": "C", **odd},
    ]
    draft = await manager.release(slug="exchange-a", files=files)
    changed = await manager.change(f"releases/{draft['id']}", slug="exchange-a-b")
    assert [file["slug"] for file in changed["files"]] == ["exchange-a-b-b-c", "exchange-a-b-c"]


@pytest.mark.parametrize(("said", "names"), [({"version": "7.114.9"}, "version and slug"), ({"slug": "x"}, "slug")])
async def test_addresses_of_what_is_published_stay(manager: Desk, said: dict[str, Any], names: str) -> None:
    version = new_version()
    made = await manager.published(version=version)
    refused = conflict_in(await manager.write("PATCH", f"releases/{made['id']}", said))
    assert refused == (f"Python {version} is published, and addresses have its {names}: only those of a draft change.")


async def test_a_draft_cannot_take_the_version_or_the_slug_of_another_release(manager: Desk) -> None:
    draft, other = await manager.release(), await manager.release()
    at = f"releases/{draft['id']}"
    assert "already, a draft" in conflict_in(await manager.write("PATCH", at, {"version": other["version"]}))
    for slug in ("python-3148", "Python-3148"):
        told = conflict_in(await manager.write("PATCH", at, {"slug": slug}))
        assert told == "The slug python-3148 is that of Python 3.14.8."
    assert await manager.get(at) == draft


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"version": "7.01"}, {"version": "must be written as 7.1"}),
        ({"slug": "mine"}, {"slug": "reserved word"}),
        (
            {"version": "7.01", "name": "nonsense", "slug": "mine", "yanked": True},
            {"version": "as 7.1", "name": "must tell", "slug": "reserved", "yanked_reason": "is required"},
        ),
        ({"name": "Python 9"}, {"name": "tells version 9, not"}),
        ({"name": "Python install manager 9"}, {"name": "is that of another product"}),
        ({"name": ""}, {"name": "at least 1"}),
        ({"is_latest": True, "cycle": "7.1", "product": "python", "files": [], "id": "x"}, {}),
        ({"has_binaries": "no", "yanked": 1}, {"has_binaries": "true or false", "yanked": "true or false"}),
    ],
)
async def test_what_is_wrong_with_a_change_is_told_member_by_member(
    manager: Desk, said: dict[str, Any], faults: dict[str, str]
) -> None:
    made = await manager.release()
    told = faults_in(await manager.write("PATCH", f"releases/{made['id']}", said))
    expected = faults or dict.fromkeys(said, "is read-only")
    assert told.keys() == expected.keys()
    assert {name for name, message in expected.items() if message not in told[name]} == set()


async def test_a_removed_release_takes_its_files_with_it_and_the_log_keeps_both(
    manager: Desk, auditor: httpx.AsyncClient, stranger: Desk
) -> None:
    version = new_version()
    made = await manager.published(source(version), installer(version), version=version)
    at = f"releases/{made['id']}"
    gone = await manager.ask("DELETE", at, If_Match=await manager.tag(at), X_Request_ID="removed-release")
    assert gone.status_code == 204
    for path in (at, f"releases/{version}/files", *(f"files/{file['id']}" for file in made["files"])):
        assert (await stranger.ask("GET", path)).status_code == 404
    entries = await manager.entries("removed-release", auditor)
    assert sorted((entry["change"], entry["resource"]) for entry in entries) == [
        ("delete", "release"), ("delete", "release_file"), ("delete", "release_file"),
    ]  # fmt: skip
    assert {entry["before"]["sha256_sum"] for entry in entries if entry["resource"] == "release_file"} == {
        file["sha256_sum"] for file in made["files"]
    }
    assert (await manager.release(version))["id"] != made["id"]


async def test_the_log_tells_a_change_once_with_what_was_there_before(
    manager: Desk, auditor: httpx.AsyncClient
) -> None:
    version = new_version()
    made = await manager.release(version, files=[source(version)])
    at, body = f"releases/{made['id']}", {"is_published": True, "content": "News"}
    await manager.ask("PATCH", at, body, If_Match=await manager.tag(at), X_Request_ID="changed-release")
    told = {entry["resource"]: entry for entry in await manager.entries("changed-release", auditor)}
    assert told.keys() == {"release"}
    assert told["release"]["before"] == {"is_published": False, "content": ""}
    assert told["release"]["after"] == body


WRITES: list[tuple[str, str, Any]] = [
    ("POST", "releases", {"version": "7.120.0"}),
    ("PATCH", "releases/3.14.8", {"content": "x"}),
    ("DELETE", "releases/3.14.8", None),
    ("PUT", "releases/3.14.8/files", {"files": []}),
    ("PUT", "files/release/3.14.8", {"files": []}),
    ("POST", "files", {"release": "3.14.8", "url": "https://www.python.org/x.tgz"}),
    ("PATCH", "files/python-3150-windows-installer-64-bit", {"description": "x"}),
    ("DELETE", "files/python-3150-windows-installer-64-bit", None),
    ("POST", "os", {"name": "BeOS"}),
    ("PATCH", "os/windows", {"name": "Windoze"}),
    ("DELETE", "os/windows", None),
    ("PUT", "release-cycles/3.14", {"first_release": "2020-01-01"}),
    ("PUT", "releases/scheduled/3.14.9", {"date": "2030-01-01"}),
    ("DELETE", "releases/scheduled/3.14.9", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES, ids=[f"{method} {path}" for method, path, _ in WRITES])
async def test_nobody_else_writes(stranger: Desk, member: Desk, method: str, path: str, body: Any) -> None:
    refused = await stranger.ask(method, path, body, If_Match="*")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer, Token")
    assert (await member.ask(method, path, body, If_Match="*")).status_code == 403


async def test_nobody_else_learns_of_a_draft_by_trying_to_write_it(manager: Desk, stranger: Desk, member: Desk) -> None:
    version = new_version()
    draft = await manager.release(version, files=[source(version)])
    tag = await manager.tag(f"releases/{draft['id']}")
    for who, status in ((stranger, 401), (member, 403)):
        for path in (f"releases/{draft['id']}", "releases/7.998.1", f"files/{draft['files'][0]['id']}", "files/none"):
            answers = [await who.ask("PATCH", path, {"description": "x"}, If_Match=match) for match in (tag, "*")]
            assert {answer.status_code for answer in answers} == {status}
        assert (await who.ask("GET", f"releases/{draft['id']}")).status_code == 404
        assert (await who.ask("GET", f"files/{draft['files'][0]['id']}")).status_code == 404
        digest = draft["files"][0]["sha256_sum"]
        for path in (f"files?sha256={digest}", f"files?q={version}", f"releases?q={version}"):
            answer = await who.ask("GET", path)
            assert (answer.json(), answer.headers["x-total-count"]) == ([], "0")
