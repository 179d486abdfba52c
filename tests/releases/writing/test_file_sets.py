"""All files of a release at once: what changes, what stays, what is refused, and dry runs."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from pydotorg.app import Application
from pydotorg.kernel.database.audit import AuditEntry
from pydotorg.kernel.database.revisions import Revision
from pydotorg.releases.tables import Numbering, Release, ReleaseCycle, ReleaseFile

from .desk import Desk, Json, as_body, conflict_in, faults_in, installer, new_version, source, url_of

pytestmark = pytest.mark.anyio


async def replaced(manager: Desk, release: Json, *files: Json, query: str = "", **body: Any) -> Json:
    answer = await manager.put(release, *files, query=query, **body)
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


async def test_a_set_adds_changes_and_removes_and_tells_the_difference(manager: Desk) -> None:
    version = new_version()
    tgz, xz, exe, msi = source(version), source(version, "tar.xz"), installer(version), installer(version, "arm64")
    release = await manager.release(version, files=[tgz, xz, exe])
    before = {file["filename"]: file for file in release["files"]}
    told = await replaced(manager, release, tgz, {**exe, "description": "New"}, msi)
    after = {file["filename"]: file for file in (await manager.get(f"releases/{version}"))["files"]}
    name = f"python-{version}-amd64.exe"
    assert told == {
        "dry_run": False,
        "added": [after[f"python-{version}-arm64.exe"]],
        "changed": [{"file": after[name], "changes": {"description": {"before": "", "after": "New"}}}],
        "removed": [before[f"Python-{version}.tar.xz"]],
        "unchanged": [f"Python-{version}.tgz"],
        "published": False,
    }
    assert after.keys() == {f"Python-{version}.tgz", name, f"python-{version}-arm64.exe"}
    assert {name: after[name]["id"] for name in before if name in after} == {
        name: before[name]["id"] for name in before if name in after
    }
    assert after[f"Python-{version}.tgz"] == before[f"Python-{version}.tgz"]


async def test_both_addresses_replace_the_same_files(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version)
    answer = await manager.write(
        "PUT", f"files/release/{version}", {"files": [source(version)]}, of=f"releases/{version}"
    )
    assert answer.status_code == 200, answer.text
    assert (await replaced(manager, release, source(version)))["changed"][0]["changes"].keys() == {"sha256_sum"}


async def test_what_a_set_does_not_say_is_derived_or_empty(manager: Desk) -> None:
    version = new_version()
    said: Json = {"description": "x", "filesize": 5, "md5_sum": "a" * 32, "slug": "kept-slug", "download_button": True}
    release = await manager.release(version, files=[source(version, **said)])
    (file,) = release["files"]
    told = await replaced(manager, release, {"url": file["url"]})
    assert told["changed"][0]["changes"].keys() == {
        "description", "filesize", "md5_sum", "sha256_sum", "download_button",
    }  # fmt: skip
    assert told["changed"][0]["file"]["slug"] == "kept-slug", "as long as the name is the same"
    told = await replaced(manager, release, {"url": file["url"], "name": "Sources"})
    assert told["changed"][0]["file"]["slug"] == f"{release['slug']}-sources"
    assert told["changed"][0]["file"]["id"] == file["id"]


async def test_a_set_that_changes_nothing_writes_nothing(manager: Desk, auditor: httpx.AsyncClient) -> None:
    version = new_version()
    release = await manager.release(version, files=[source(version), installer(version)])
    at = f"releases/{release['id']}"
    body = {"files": [as_body(file) for file in reversed(release["files"])]}
    answer = await manager.ask("PUT", f"{at}/files", body, If_Match=await manager.tag(at), X_Request_ID="idle-set")
    told = answer.json()
    assert (told["added"], told["changed"], told["removed"]) == ([], [], [])
    assert sorted(told["unchanged"]) == sorted(file["filename"] for file in release["files"])
    assert await manager.get(at) == release
    assert await manager.entries("idle-set", auditor) == []


async def everything(app: Application) -> list[Any]:
    """All rows that a write to files could touch."""
    tables = (Release, ReleaseFile, ReleaseCycle, Revision, Numbering, AuditEntry)
    async with app.transactions.begin(writes=False, here=False) as db:
        return [sorted(map(str, await db.fetch(select(table.__table__)))) for table in tables]


async def test_a_dry_run_tells_all_and_changes_nothing(manager: Desk, own_application: Application) -> None:
    version = new_version()
    tgz, exe = source(version), installer(version)
    release = await manager.release(version, files=[tgz, exe])
    at = f"releases/{release['id']}"
    wanted = {"files": [{**tgz, "description": "x"}, installer(version, "arm64")], "publish": True}
    tag, before = await manager.tag(at), await everything(own_application)
    answer = await manager.ask("PUT", f"{at}/files?dry_run=true", wanted, If_Match=tag)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["dry_run"], told["published"]) == (True, True)
    assert await everything(own_application) == before
    assert await manager.tag(at) == tag
    real = (await manager.ask("PUT", f"{at}/files", wanted, If_Match=tag)).json()
    assert comparable(told) == {**comparable(real), "dry_run": True}


def comparable(told: Any) -> Any:
    """A difference without the ids and moments that a dry run makes up."""
    if isinstance(told, dict):
        return {name: comparable(value) for name, value in told.items() if name not in ("id", "updated_at")}
    return [comparable(each) for each in told] if isinstance(told, list) else told


async def test_a_dry_run_refuses_what_the_real_one_would(manager: Desk) -> None:
    version = new_version()
    release = await manager.published(version=version)
    dry = "?dry_run=true"
    assert faults_in(await manager.put(release, {"url": "x"}, query=dry)).keys() == {"files.0.url"}
    changed = {**as_body(release["files"][0]), "sha256_sum": "b" * 64}
    assert faults_in(await manager.put(release, changed, query=dry)).keys() == {"reason"}
    assert "without any file" in conflict_in(await manager.put(release, query=dry))
    taken = installer(version, slug="python-3150-windows-installer-64-bit")
    assert "Python 3.15.0" in conflict_in(await manager.put(release, taken, query=dry))
    at = f"releases/{release['id']}/files{dry}"
    assert (await manager.ask("PUT", at, {"files": []})).status_code == 428
    assert (await manager.ask("PUT", at, {"files": []}, If_Match='"old"')).status_code == 412
    assert await manager.get(f"releases/{version}") == release


async def test_of_a_set_with_one_bad_file_nothing_happens(manager: Desk) -> None:
    version = new_version()
    release = await manager.published(version=version)
    bad = [installer(version), installer(version, "arm64", slug="python-3150-windows-installer-64-bit")]
    assert "Python 3.15.0" in conflict_in(await manager.put(release, *bad))
    assert await manager.get(f"releases/{version}") == release


async def test_every_fault_of_a_set_is_in_one_answer(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version)
    told = faults_in(
        await manager.put(
            release,
            {"url": "x"}, source(version, md5_sum="x", filename="x"), {"url": url_of("odd.bin")},
            source(version, "tar.xz", gpg_signature_file=url_of("odd.asc")), installer(version, os="beos"),
            reason="", publish="yes", extra=1,
        )
    )  # fmt: skip
    assert told.keys() == {
        "files.0.url", "files.1.md5_sum", "files.1.filename", "files.2.os", "files.2.name", "files.2.kind",
        "files.3.gpg_signature_file", "files.4.os", "reason", "publish", "extra",
    }  # fmt: skip
    twice = [
        installer(version, download_button=True, slug="a-slug"),
        installer(version, "arm64", download_button=True, slug="a-slug"),
        {**source(version), "slug": "b-slug"}, source(version),
    ]  # fmt: skip
    assert faults_in(await manager.put(release, *twice)) == {
        "files.1.slug": "is that of `files.0`",
        "files.1.download_button": "`files.0` has the one for `windows`",
        "files.3.url": "its file name is that of `files.2`",
    }
    assert (await manager.get(f"releases/{version}"))["files"] == []


async def test_what_only_the_stored_facts_tell_apart_is_found_too(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version)
    windows = next(system["id"] for system in await manager.get("os") if system["slug"] == "windows")
    told = faults_in(
        await manager.put(
            release,
            installer(version, download_button=True), installer(version, "arm64", os=windows, download_button=True),
            source(version), source(version, "tar.gz"),
        )
    )  # fmt: skip
    assert told.keys() == {"files.1.download_button", "files.3.slug"}
    assert f"python-{version}-amd64.exe" in told["files.1.download_button"]


async def test_a_set_has_at_most_500_files(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version)
    odd = {"os": "source", "kind": "archive"}
    many = [{"url": url_of(f"{index}.bin"), "name": f"Part {index}", **odd} for index in range(501)]
    assert faults_in(await manager.put(release, *many)) == {"files": "must have at most 500 items"}
    told = await replaced(manager, release, *many[:500])
    assert len(told["added"]) == 500


async def test_a_new_file_may_take_what_a_removed_one_had(manager: Desk) -> None:
    version = new_version()
    old = installer(version, slug=f"{version[2:-2]}-exe", download_button=True)
    release = await manager.release(version, files=[old])
    new = installer(version, "arm64", slug=old["slug"], download_button=True)
    told = await replaced(manager, release, new)
    assert [file["slug"] for file in told["added"]] == [old["slug"]]
    assert told["added"][0]["id"] != told["removed"][0]["id"]


async def test_a_file_may_move_to_another_system_with_its_button_while_another_takes_its_place(manager: Desk) -> None:
    version = new_version()
    one, other = installer(version, download_button=True), installer(version, "arm64")
    release = await manager.release(version, files=[one, other])
    await replaced(manager, release, {**one, "os": "macos"}, {**other, "download_button": True})
    stored = (await manager.get(f"releases/{version}"))["files"]
    assert [(file["os"], file["download_button"]) for file in stored] == [("macos", True), ("windows", True)]


async def test_a_set_can_publish_its_release(manager: Desk, stranger: Desk) -> None:
    version = new_version()
    release = await manager.release(version, release_date="2031-07-08")
    assert "without any file" in conflict_in(await manager.put(release, publish=True))
    assert (await stranger.ask("GET", f"releases/{version}")).status_code == 404
    told = await replaced(manager, release, source(version), publish=True)
    assert told["published"] is True
    seen = await stranger.get(f"releases/{version}")
    assert (seen["is_published"], len(seen["files"])) == (True, 1)
    assert (await stranger.get(f"release-cycles/{seen['cycle']}"))["first_release"] == "2031-07-08"
    again = await replaced(manager, release, as_body(seen["files"][0]), publish=True)
    assert (again["published"], again["unchanged"]) == (False, [seen["files"][0]["filename"]])


async def test_an_empty_set_of_a_published_release_must_be_meant(manager: Desk) -> None:
    release = await manager.published()
    assert "without any file" in conflict_in(await manager.put(release))
    told = await replaced(manager, release, query="?allow_empty=true")
    assert len(told["removed"]) == 1
    draft = await manager.release(files=[source("7.55")])
    assert len((await replaced(manager, draft))["removed"]) == 1
    assert (await replaced(manager, draft, publish=True, query="?allow_empty=true"))["published"] is True
    assert (await replaced(manager, draft))["removed"] == [], "it is empty already"


async def test_a_changed_checksum_of_a_published_file_needs_a_reason_that_the_log_keeps(
    manager: Desk, auditor: httpx.AsyncClient
) -> None:
    version = new_version()
    tgz, exe = source(version), installer(version)
    release = await manager.published(tgz, exe, version=version)
    files = [{**tgz, "sha256_sum": "c" * 64}, {**exe, "description": "x"}]
    told = faults_in(await manager.put(release, *files))
    assert told == {"reason": f"is required for another address or checksum of Python-{version}.tgz"}
    at, body = f"releases/{release['id']}", {"files": files, "reason": "A mended build."}
    answer = await manager.ask("PUT", f"{at}/files", body, If_Match=await manager.tag(at), X_Request_ID="mended-set")
    assert answer.status_code == 200, answer.text
    entries = {entry["resource_id"]: entry for entry in await manager.entries("mended-set", auditor)}
    explained, described = [entries[file["id"]] for file in release["files"]]
    assert (explained["reason"], explained["flagged"]) == ("A mended build.", True)
    assert (described["reason"], described["flagged"]) == ("", False)


async def test_what_needed_a_reason_is_counted_once_it_has_happened(
    manager: Desk, own_application: Application
) -> None:
    def counted() -> int:
        return own_application.tallies.flagged.get("release_file", 0)

    version, before = new_version(), counted()
    release = await manager.published(version=version)
    mended = source(version)
    await replaced(manager, release, mended, query="?dry_run=true", reason="A mended build.")
    assert counted() == before
    await replaced(manager, release, mended, reason="A mended build.")
    assert counted() == before + 1


async def test_a_draft_needs_no_reason_even_when_the_set_publishes_it(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version, files=[source(version)])
    told = await replaced(manager, release, source(version), publish=True)
    assert (told["published"], told["changed"][0]["changes"].keys()) == (True, {"sha256_sum"})


async def test_a_repeated_set_changes_nothing_more(manager: Desk) -> None:
    version = new_version()
    release = await manager.release(version)
    files = [source(version), installer(version)]
    assert len((await replaced(manager, release, *files))["added"]) == 2
    assert len((await replaced(manager, release, *files))["unchanged"]) == 2
