"""Making a release: what is said, what follows from it, and what is refused."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from .desk import Desk, conflict_in, faults_in, installer, new_version, source

pytestmark = pytest.mark.anyio


async def test_a_version_is_enough(manager: Desk) -> None:
    before = datetime.now(UTC).date()
    answer = await manager.ask("POST", "releases", {"version": "7.100.0rc2"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"].endswith(f"/api/v1/releases/{made['id']}")
    derived = ("name", "slug", "cycle", "major", "pre_release", "product", "is_published", "status", "has_binaries")
    assert [made[name] for name in derived] == [
        "Python 7.100.0rc2", "python-71000rc2", "7.100", 7, True, "python", False, "feature", None,
    ]  # fmt: skip
    assert made["release_page_url"] == "https://www.python.org/downloads/release/python-71000rc2/"
    assert made["release_date"] in (before.isoformat(), datetime.now(UTC).date().isoformat())
    seen = await manager.ask("GET", f"releases/{made['id']}")
    assert seen.content == answer.content
    assert seen.headers["etag"] == answer.headers["etag"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"name": "Python 7.101.0"}, ("Python 7.101.0", "7.101.0", "python-71010", "python")),
        ({"name": "Python 7.101.1 rc 1"}, ("Python 7.101.1 rc 1", "7.101.1rc1", "python-71011rc1", "python")),
        (
            {"name": "Python install manager 7.1"},
            ("Python install manager 7.1", "7.1", "pymanager-71", "install-manager"),
        ),
        (
            {"version": "7.2b1", "product": "install-manager"},
            ("Python install manager 7.2b1", "7.2b1", "pymanager-72b1", "install-manager"),
        ),
        (
            {"version": "7.101.3", "name": "Python 7.101.3", "slug": "of-our-own"},
            ("Python 7.101.3", "7.101.3", "of-our-own", "python"),
        ),
    ],
)
async def test_a_name_tells_the_version_and_a_version_the_name(
    manager: Desk, said: dict[str, Any], expected: tuple[str, ...]
) -> None:
    answer = await manager.ask("POST", "releases", said)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert tuple(made[name] for name in ("name", "version", "slug", "product")) == expected


async def test_all_that_can_be_said_is_kept(manager: Desk) -> None:
    version = new_version()
    said = {
        "release_date": "2030-02-03", "release_notes_url": "https://docs.python.org/release/7/",
        "release_page_url": "https://www.python.org/elsewhere/", "show_on_download_page": False, "has_binaries": False,
        "content": "# News\n\n[py](https://www.python.org/) <b>x</b> [no](javascript:x)",
    }  # fmt: skip
    made = await manager.release(version, **said)
    assert {name: made[name] for name in said} == said
    assert "<h1>News</h1>" in made["content_html"]
    assert "<b>" not in made["content_html"]
    assert "javascript" not in made["content_html"].replace("[no](javascript:x)", "")


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({}, {"version": "is required, unless `name` tells it"}),
        ({"version": "7.01.0"}, {"version": "must be written as 7.1.0"}),
        ({"version": "7.1.0.dev1"}, {"version": "must be a version such as 3.14.8 or 3.15.0rc2"}),
        ({"version": "7.123456789"}, {"version": "a number of a version has at most 8 digits"}),
        ({"name": "Pythonista 7.1"}, {"name": "must tell the version, as `Python 3.14.8` or"}),
        ({"name": "Python 7.1.post1"}, {"name": "must tell the version"}),
        ({"name": "nonsense", "version": "7.01.0"}, {"version": "as 7.1.0", "name": "must tell the version"}),
        ({"name": "Python 7.1", "version": "7.2"}, {"name": "tells version 7.1, not 7.2"}),
        ({"name": "Python 7.1", "product": "install-manager"}, {"product": "must be `python`, as the name says"}),
        ({"version": "7.1", "slug": "latest"}, {"slug": "no version, UUID or reserved word"}),
        ({"version": "7.1", "slug": "7rc1"}, {"slug": "no version, UUID or reserved word"}),
        ({"version": "7.1", "slug": "0b13f407-7400-7a76-8f5b-b3f7e0c09689"}, {"slug": "no version, UUID"}),
        ({"version": "7.1", "slug": "a b"}, {"slug": "must consist of letters, digits"}),
        ({"version": "7.1", "release_notes_url": "javascript:x"}, {"release_notes_url": "must be a web address"}),
        (
            {"version": "7.1", "release_page_url": "https://python.org.example/"},
            {"release_page_url": "must be an address on https://www.python.org/"},
        ),
        (
            {"version": "7.1", "cycle": "7.1", "major": 7, "pre_release": False, "is_latest": True, "status": "bugfix"},
            dict.fromkeys(("cycle", "major", "pre_release", "is_latest", "status"), "is read-only"),
        ),
        ({"version": "7.1", "number": 5}, {"number": "unknown member"}),
        (
            {"version": "x", "slug": "", "release_date": "today", "is_published": "yes", "content": 5},
            {"version": "", "slug": "", "release_date": "", "is_published": "", "content": "must be text"},
        ),
    ],
)
async def test_what_is_wrong_with_a_new_release_is_told_member_by_member(
    manager: Desk, said: dict[str, Any], faults: dict[str, str]
) -> None:
    told = faults_in(await manager.ask("POST", "releases", said))
    assert told.keys() == faults.keys()
    assert {name for name, message in faults.items() if message not in told[name]} == set()


async def test_a_version_equal_to_a_stored_one_is_refused_and_named(manager: Desk) -> None:
    await manager.release("7.102")
    for version in ("7.102", "7.102.0"):
        answer = await manager.ask("POST", "releases", {"version": version, "slug": "another"})
        assert conflict_in(answer) == "There is a Python 7.102 already, a draft."
    assert "Python 3.14.8 already." in conflict_in(await manager.ask("POST", "releases", {"version": "3.14.8"}))


async def test_a_taken_slug_is_refused_and_its_owner_named(manager: Desk) -> None:
    derived = await manager.ask("POST", "releases", {"version": "31.4.8"})
    assert conflict_in(derived) == "The slug python-3148 is that of Python 3.14.8."
    for slug in ("python-3150", "PYTHON-3150"):
        given = await manager.ask("POST", "releases", {"version": "31.4.8", "slug": slug})
        assert conflict_in(given) == "The slug python-3150 is that of Python 3.15.0."


async def test_a_release_comes_with_its_files_or_not_at_all(manager: Desk) -> None:
    version = new_version()
    body = {"version": version, "files": [source(version), installer(version), {"url": "https://example.org/x"}]}
    assert faults_in(await manager.ask("POST", "releases", body)).keys() == {"files.2.url"}
    assert (await manager.ask("GET", f"releases/{version}")).status_code == 404
    taken = {**installer(version), "slug": "python-3150-windows-installer-64-bit"}
    refused = await manager.ask("POST", "releases", {"version": version, "files": [source(version), taken]})
    assert "is that of python-3.15.0-amd64.exe of Python 3.15.0" in conflict_in(refused)
    assert (await manager.ask("GET", f"releases/{version}")).status_code == 404

    made = await manager.release(version, files=[source(version), installer(version)])
    assert [file["kind"] for file in made["files"]] == ["source", "installer"]
    assert made["has_binaries"] is True
    assert made["created_at"] == made["updated_at"]


async def test_every_fault_of_every_file_is_in_one_answer(manager: Desk) -> None:
    version = new_version()
    files = [
        source(version, md5_sum="xyz", filesize=-1), source(version), source(version),
        {"url": f"https://www.python.org/{version}.odd", "os": "beos"},
        {"url": f"https://www.python.org/{version}.x", "os": "macos", "name": "X", "kind": "source",
         "is_source": False, "slug": "latest", "gpg_signature_file": "https://www.python.org/y.asc"},
    ]  # fmt: skip
    told = faults_in(await manager.ask("POST", "releases", {"slug": "python-1", "files": files}))
    assert told.keys() == {
        "files.0.md5_sum", "files.0.filesize", "files.3.os", "files.3.name", "files.3.kind", "files.4.is_source",
        "files.4.slug", "files.4.gpg_signature_file",
    }  # fmt: skip
    good = [source(version), source(version), {**installer(version), "os": "beos"}]
    told = faults_in(await manager.ask("POST", "releases", {"files": good}))
    assert told.keys() == {"version", "files.1.url", "files.2.os"}


async def test_publishing_at_once_needs_a_file_or_to_be_meant(manager: Desk, stranger: Desk) -> None:
    version = new_version()
    body = {"version": version, "is_published": True}
    assert "without any file" in conflict_in(await manager.ask("POST", "releases", body))
    assert (await manager.ask("POST", "releases?allow_empty=true", body)).status_code == 201
    assert (await stranger.get(f"releases/{version}"))["is_published"] is True


async def test_an_unknown_cycle_is_made_and_shown_once_something_of_it_is_public(manager: Desk, stranger: Desk) -> None:
    draft = await manager.release("7.103.0", files=[source("7.103.0")], release_date="2031-05-06")
    assert (await stranger.ask("GET", "release-cycles/7.103")).status_code == 404
    await manager.change(f"releases/{draft['id']}", is_published=True)
    cycle = await stranger.get("release-cycles/7.103")
    assert (cycle["first_release"], cycle["latest"]) == ("2031-05-06", "7.103.0")


async def test_the_first_stable_release_dates_its_cycle_and_no_later_one_does(manager: Desk) -> None:
    await manager.published(version="7.104.0rc1", release_date="2031-01-01")
    assert (await manager.get("release-cycles/7.104"))["first_release"] is None
    await manager.published(version="7.104.0", release_date="2031-02-01")
    await manager.published(version="7.104.1", release_date="2031-03-01")
    assert (await manager.get("release-cycles/7.104"))["first_release"] == "2031-02-01"
    manual = {"product": "install-manager"}
    made = await manager.published(version="7.104b1", release_date="2031-02-01", **manual)
    assert made["status"] == "feature"


async def test_a_new_release_is_in_the_audit_log_with_its_files(manager: Desk, auditor: httpx.AsyncClient) -> None:
    version = new_version()
    body = {"version": version, "files": [source(version), installer(version)]}
    answer = await manager.ask("POST", "releases", body, X_Request_ID="made-with-files")
    assert answer.status_code == 201
    entries = await manager.entries("made-with-files", auditor)
    assert sorted((entry["change"], entry["resource"]) for entry in entries) == [
        ("create", "release"), ("create", "release_cycle"), ("create", "release_file"), ("create", "release_file"),
    ]  # fmt: skip
    assert {entry["actor"]["username"] for entry in entries} == {"rita"}


async def test_a_repeated_request_with_a_key_makes_one_release(manager: Desk) -> None:
    body = {"version": new_version()}
    first, again = [await manager.ask("POST", "releases", body, Idempotency_Key="just-once") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
