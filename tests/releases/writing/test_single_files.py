"""Files, one at a time: what their names tell, which addresses they may have, and what needs a reason."""

from typing import Any

import httpx
import pytest

from .desk import Desk, Json, conflict_in, faults_in, installer, new_version, source, url_of

pytestmark = pytest.mark.anyio

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789abcdef" * 4


async def added(manager: Desk, release: Json, **body: Any) -> Json:
    answer = await manager.ask("POST", "files", {"release": release["id"], **body})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def test_a_url_is_enough_where_the_file_name_tells_the_rest(manager: Desk) -> None:
    release = await manager.release("7.200.0")
    answer = await manager.ask("POST", "files", {"release": "7.200.0", "url": url_of("python-7.200.0-arm64.exe")})
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert answer.headers["location"].endswith(f"/api/v1/files/{file['id']}")
    told = ("os", "name", "slug", "kind", "arch", "filename", "is_source", "filesize", "md5_sum", "download_button")
    assert [file[name] for name in told] == [
        "windows", "Windows installer (ARM64)", "python-72000-windows-installer-arm64", "installer", "arm64",
        "python-7.200.0-arm64.exe", False, None, "", False,
    ]  # fmt: skip
    assert (file["release_id"], file["version"]) == (release["id"], "7.200.0")
    seen = await manager.ask("GET", f"files/{file['slug']}")
    assert (seen.content, seen.headers["etag"]) == (answer.content, answer.headers["etag"])
    assert (await manager.get("releases/7.200.0"))["has_binaries"] is True


async def test_what_is_said_goes_before_what_the_name_tells(manager: Desk) -> None:
    release = await manager.release()
    systems = {system["slug"]: system["id"] for system in await manager.get("os")}
    said = {
        "url": url_of("python-7.9-amd64.exe"), "os": systems["macos"], "name": "Odd", "slug": "odd-one",
        "kind": "archive", "arch": "", "description": "For few", "filesize": 5, "md5_sum": MD5.upper(),
        "sha256_sum": SHA256.upper(), "download_button": True,
        "sigstore_bundle_file": url_of("python-7.9-amd64.exe.sigstore"),
    }  # fmt: skip
    file = await added(manager, release, **said)
    expected = {**said, "os": "macos", "md5_sum": MD5, "sha256_sum": SHA256, "is_source": False}
    assert {name: file[name] for name in expected} == expected


async def test_a_file_whose_name_tells_nothing_must_be_described(manager: Desk) -> None:
    release = await manager.release()
    body = {"release": release["id"], "url": url_of("notes.txt")}
    told = faults_in(await manager.ask("POST", "files", body))
    assert told == dict.fromkeys(("os", "name", "kind"), "is required: notes.txt does not tell it")
    described = {"os": "source", "name": "Notes", "kind": "documentation"}
    assert (await added(manager, release, url=body["url"], **described))["slug"] == f"{release['slug']}-notes"


BAD_URLS = [
    "http://www.python.org/x.tgz", "https://python.org/x.tgz", "https://www.python.org.evil.example/x.tgz",
    "https://user@www.python.org/x.tgz", "https://www.python.org:443/x.tgz", "https://www.python.org/../x.tgz",
    "https://www.python.org/a/../x.tgz", "https://www.python.org/a/..", "https://www.python.org/./x.tgz",
    "https://www.python.org/a/", "https://www.python.org/", "https://www.python.org", "https://www.python.org/x.tgz?a",
    "https://www.python.org/x.tgz#a", "https://www.python.org/%2e%2e/x", "https://www.python.org/x\n", "javascript:x",
    "//www.python.org/x.tgz", "HTTPS://WWW.PYTHON.ORG/x.tgz", "https://www.python.org\\x.tgz", "",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
async def test_a_file_is_on_python_org_or_nowhere(manager: Desk, url: str) -> None:
    body = {"release": "3.14.8", "url": url, "os": "source", "name": "X", "kind": "source"}
    told = faults_in(await manager.ask("POST", "files", body))
    assert told == {"url": "must be an address on https://www.python.org/"}
    at = "files/python-3150-windows-installer-64-bit"
    assert faults_in(await manager.write("PATCH", at, {"url": url})).keys() == {"url"}


@pytest.mark.parametrize("name", ["...", "..x", "a..b", ".hidden", "x+y~z_1-2"])
async def test_dots_that_lead_nowhere_are_letters_like_others(manager: Desk, name: str) -> None:
    release = await manager.release()
    file = await added(manager, release, url=url_of(name), os="source", name="Odd", kind="source")
    assert file["filename"] == name


@pytest.mark.parametrize(
    ("member", "suffix"),
    [("gpg_signature_file", ".asc"), ("sigstore_signature_file", ".sig"), ("sigstore_cert_file", ".crt"),
     ("sigstore_bundle_file", ".sigstore"), ("sbom_spdx2_file", ".spdx.json")],
)  # fmt: skip
async def test_a_sidecar_stands_beside_its_file(manager: Desk, member: str, suffix: str) -> None:
    release = await manager.release()
    url = url_of("Python-7.8.tgz")
    for wrong in (url, url + ".other", url_of("Python-7.9.tgz") + suffix):
        answer = await manager.ask("POST", "files", {"release": release["id"], "url": url, member: wrong})
        assert faults_in(answer) == {member: f"must be empty or {url}{suffix}"}
    file = await added(manager, release, url=url, **{member: url + suffix})
    at = f"files/{file['id']}"
    moved = url_of("Python-7.8.tgz", "elsewhere/")
    changed = await manager.change(at, url=moved)
    assert (changed["url"], changed[member]) == (moved, moved + suffix), "it goes with its file"
    refused = await manager.write("PATCH", at, {"url": url, member: moved + suffix})
    assert faults_in(refused) == {member: f"must be empty or {url}{suffix}"}
    assert (await manager.change(at, **{member: ""}))[member] == ""


async def test_every_fault_of_a_file_is_in_one_answer(manager: Desk) -> None:
    body = {
        "release": "7.999.9", "url": url_of("x" * 201), "os": "beos", "name": "", "slug": "a b", "kind": "thing",
        "arch": "z80", "description": "two\nlines", "is_source": "no", "filesize": -1, "md5_sum": "g" * 32,
        "sha256_sum": "a", "gpg_signature_file": "x", "download_button": 1, "filename": "x", "number": 1,
    }  # fmt: skip
    told = faults_in(await manager.ask("POST", "files", body))
    assert told.keys() == body.keys() - {"url"}
    assert told["os"].startswith("names no operating system; there are `windows`")
    assert told["release"] == "names no release; give its id, version or slug"
    assert (told["filename"], told["number"].partition(";")[0]) == ("is read-only", "unknown member")
    body = {
        "release": "3.14.8", "url": url_of("x" * 201), "os": "source", "name": "X", "kind": "archive",
        "is_source": True, "slug": "release", "sbom_spdx2_file": url_of("y"),
    }  # fmt: skip
    told = faults_in(await manager.ask("POST", "files", body))
    assert told.keys() == {"url", "is_source", "slug", "sbom_spdx2_file"}


async def test_whether_it_is_source_goes_with_its_kind(manager: Desk) -> None:
    release = await manager.release()
    file = await added(manager, release, url=url_of("Python-7.7.tgz"))
    at = f"files/{file['id']}"
    assert file["is_source"] is True
    assert (await manager.change(at, kind="archive"))["is_source"] is False
    for body in ({"is_source": True}, {"kind": "source", "is_source": False}):
        assert faults_in(await manager.write("PATCH", at, body)).keys() == {"is_source"}
    assert (await manager.change(at, kind="source", is_source=True))["is_source"] is True


async def test_slugs_are_unique_over_all_releases(manager: Desk) -> None:
    release = await manager.release()
    taken = {"release": release["id"], **installer(release["version"]), "slug": "python-3150-windows-installer-64-bit"}
    sentence = "The slug python-3150-windows-installer-64-bit is that of python-3.15.0-amd64.exe of Python 3.15.0."
    assert conflict_in(await manager.ask("POST", "files", taken)) == sentence
    file = await added(manager, release, **installer(release["version"]))
    at = f"files/{file['id']}"
    assert conflict_in(await manager.write("PATCH", at, {"slug": taken["slug"]})) == sentence
    other = await added(manager, release, **installer(release["version"], "arm64"))
    refused = conflict_in(await manager.write("PATCH", at, {"slug": other["slug"]}))
    assert refused == f"The slug {other['slug']} is that of {other['filename']} of {release['name']}."
    assert (await manager.change(at, slug="free-at-last"))["slug"] == "free-at-last"


async def test_a_slug_made_of_names_that_are_too_long_must_be_given(manager: Desk) -> None:
    release = await manager.release(slug="s" * 150)
    body = {"release": release["id"], **source(release["version"]), "name": "n" * 100}
    assert faults_in(await manager.ask("POST", "files", body)).keys() == {"slug"}
    assert (await manager.ask("POST", "files", {**body, "slug": f"s-{release['version'][2]}"})).status_code == 201


async def test_a_slug_of_which_nothing_is_left_must_be_given(manager: Desk) -> None:
    release = await manager.release()
    body = {"release": release["id"], **source(release["version"]), "name": "日本"}
    told = faults_in(await manager.ask("POST", "files", body))
    assert told == {"slug": "is required: the name makes none"}
    two = [{"url": url_of(name), "name": "日本", "os": "source", "kind": "source"} for name in ("a", "b")]
    assert faults_in(await manager.put(release, *two)).keys() == {"files.0.slug", "files.1.slug"}


async def test_file_names_are_unique_within_a_release(manager: Desk) -> None:
    release, other = await manager.release(), await manager.release()
    body = source(release["version"])
    file = await added(manager, release, **body)
    again = {"release": release["id"], **body, "url": url_of(file["filename"], "elsewhere/"), "slug": "another-slug"}
    sentence = f"{release['name']} has a file {file['filename']} already."
    assert conflict_in(await manager.ask("POST", "files", again)) == sentence
    xz = await added(manager, release, **source(release["version"], "tar.xz"))
    assert conflict_in(await manager.write("PATCH", f"files/{xz['id']}", {"url": again["url"]})) == sentence
    assert (await added(manager, other, **body))["filename"] == file["filename"]


async def test_a_release_has_one_download_button_for_each_system(manager: Desk) -> None:
    release = await manager.release()
    version = release["version"]
    owner = await added(manager, release, **installer(version), download_button=True)
    sentence = f"Of {release['name']}, {owner['filename']} has the download button for this operating system."
    another = {"release": release["id"], **installer(version, "arm64"), "download_button": True}
    assert conflict_in(await manager.ask("POST", "files", another)) == sentence
    other = await added(manager, release, **installer(version, "arm64"))
    assert conflict_in(await manager.write("PATCH", f"files/{other['id']}", {"download_button": True})) == sentence
    tarball = await added(manager, release, **source(version), download_button=True)
    assert conflict_in(await manager.write("PATCH", f"files/{tarball['id']}", {"os": "windows"})) == sentence
    await manager.change(f"files/{owner['id']}", download_button=False)
    assert (await manager.change(f"files/{other['id']}", download_button=True))["download_button"] is True


@pytest.mark.parametrize(
    "said", [{"url": url_of("x.tgz", "elsewhere/")}, {"md5_sum": "A" * 32}, {"sha256_sum": ""}, {"sha256_sum": SHA256}]
)
async def test_what_was_published_changes_with_a_reason_only(
    manager: Desk, auditor: httpx.AsyncClient, said: dict[str, str]
) -> None:
    release = await manager.published()
    file = release["files"][0]
    at = f"files/{file['id']}"
    told = faults_in(await manager.write("PATCH", at, said))
    assert told == {"reason": f"is required for another address or checksum of {file['filename']}"}
    assert faults_in(await manager.write("PATCH", at, {**said, "reason": " "})).keys() == {"reason"}
    assert await manager.get(at) == file
    body, id = {**said, "reason": "It was built anew."}, f"reason-{file['id']}"
    answer = await manager.ask("PATCH", at, body, If_Match=await manager.tag(at), X_Request_ID=id)
    assert answer.status_code == 200, answer.text
    (entry,) = await manager.entries(id, auditor)
    assert (entry["reason"], entry["flagged"]) == ("It was built anew.", True)
    assert said.keys() <= entry["after"].keys()


async def test_nothing_else_needs_a_reason_or_is_flagged(manager: Desk, auditor: httpx.AsyncClient) -> None:
    release = await manager.published()
    at = f"files/{release['files'][0]['id']}"
    same = {"sha256_sum": release["files"][0]["sha256_sum"].upper(), "description": "Recommended", "reason": "So."}
    answer = await manager.ask("PATCH", at, same, If_Match=await manager.tag(at), X_Request_ID="not-flagged")
    assert answer.status_code == 200, answer.text
    (entry,) = await manager.entries("not-flagged", auditor)
    assert (entry["after"], entry["reason"], entry["flagged"]) == ({"description": "Recommended"}, "", False)
    draft = await manager.release(files=[source("7.6")])
    at = f"files/{draft['files'][0]['id']}"
    for body, id in (({"sha256_sum": "a" * 64}, "no-reason"), ({"sha256_sum": SHA256, "reason": "So."}, "reason")):
        answer = await manager.ask("PATCH", at, body, If_Match=await manager.tag(at), X_Request_ID=f"draft-{id}")
        assert answer.status_code == 200, answer.text
        (entry,) = await manager.entries(f"draft-{id}", auditor)
        assert (entry["after"], entry["reason"], entry["flagged"]) == (
            {"sha256_sum": body["sha256_sum"]}, "", False,
        )  # fmt: skip


async def test_every_fault_of_a_change_is_in_one_answer(manager: Desk) -> None:
    release = await manager.published()
    file = release["files"][0]
    body = {"sha256_sum": SHA256, "slug": "latest", "is_source": False, "gpg_signature_file": url_of("y.asc")}
    told = faults_in(await manager.write("PATCH", f"files/{file['id']}", body))
    assert told.keys() == {"reason", "slug", "is_source", "gpg_signature_file"}


async def test_an_address_leaves_room_for_its_sidecars(manager: Desk) -> None:
    release = await manager.release()
    url = url_of("Python-7.55.tgz")
    beside = {"gpg_signature_file": f"{url}.asc", "sbom_spdx2_file": f"{url}.spdx.json"}
    file = await added(manager, release, url=url, **beside)
    at = f"files/{file['id']}"
    longest = url_of("x.tgz", "d" * (490 - len(url_of("x.tgz", "")) - 1) + "/")
    assert len(longest) == 490
    told = faults_in(await manager.write("PATCH", at, {"url": longest.replace("x.tgz", "xx.tgz")}))
    assert told == {"url": "must have at most 490 characters: its sidecars add to it"}
    assert len((await manager.change(at, url=longest))["sbom_spdx2_file"]) == 500
    long = longest.replace("x.tgz", "xx.tgz")
    body = {"url": long, "os": "source", "name": "X", "kind": "source", "sbom_spdx2_file": f"{long}.spdx.json"}
    assert faults_in(await manager.ask("POST", "files", {"release": release["id"], **body})).keys() == {
        "sbom_spdx2_file"
    }
    assert faults_in(await manager.put(release, body)).keys() == {"files.0.sbom_spdx2_file"}


async def test_every_write_to_a_file_moves_the_tag_of_its_release(manager: Desk) -> None:
    release = await manager.release()
    at = f"releases/{release['id']}"
    tags, moments = [await manager.tag(at)], [(await manager.get(at))["updated_at"]]

    async def look() -> None:
        tags.append(await manager.tag(at))
        moments.append((await manager.get(at))["updated_at"])

    file = await added(manager, release, **source(release["version"]))
    await look()
    await manager.change(f"files/{file['id']}", description="x")
    await look()
    await manager.remove(f"files/{file['id']}")
    await look()
    assert len({*tags}) == 4
    assert moments == sorted({*moments})
    for tag in tags[:-1]:
        assert (await manager.ask("PATCH", at, {"content": "late"}, If_Match=tag)).status_code == 412
        assert (await manager.ask("PUT", f"{at}/files", {"files": []}, If_Match=tag)).status_code == 412


async def test_a_change_of_nothing_moves_nothing(manager: Desk) -> None:
    release = await manager.release(files=[source("7.5")])
    file = release["files"][0]
    assert await manager.change(f"files/{file['id']}", url=file["url"], kind="source", os="source") == file
    assert await manager.get(f"releases/{release['id']}") == release


async def test_the_last_file_of_a_published_release_goes_only_if_it_is_meant(manager: Desk) -> None:
    version = new_version()
    release = await manager.published(source(version), installer(version), version=version)
    first, last = [f"files/{file['id']}" for file in release["files"]]
    await manager.remove(first)
    assert "without any file" in conflict_in(await manager.write("DELETE", last))
    assert (await manager.ask("GET", last)).status_code == 200
    assert (await manager.write("DELETE", f"{last}?allow_empty=true")).status_code == 204
    draft = await manager.release(files=[source("7.4")])
    await manager.remove(f"files/{draft['files'][0]['id']}")


async def test_a_file_is_written_over_only_by_who_has_seen_it(manager: Desk) -> None:
    release = await manager.release(files=[source("7.3")])
    at = f"files/{release['files'][0]['id']}"
    tag = await manager.tag(at)
    for method, body in (("PATCH", {"description": "x"}), ("DELETE", None)):
        assert (await manager.ask(method, at, body)).status_code == 428
        assert (await manager.ask(method, at, body, If_Match='"other"')).status_code == 412
    assert (await manager.ask("PATCH", at, {"description": "x"}, If_Match=tag)).status_code == 200
    assert (await manager.ask("DELETE", at, If_Match=tag)).status_code == 412
    assert (await manager.ask("DELETE", "files/none", If_Match=tag)).status_code == 404


async def test_what_is_known_of_binaries_stays_known(manager: Desk) -> None:
    release = await manager.release(files=[source("7.2")], has_binaries=False)
    await added(manager, release, **installer("7.2"))
    assert (await manager.get(f"releases/{release['id']}"))["has_binaries"] is False
    unknown = await manager.release(files=[source("7.2")])
    assert unknown["has_binaries"] is None
    await added(manager, unknown, **installer("7.2"))
    assert (await manager.get(f"releases/{unknown['id']}"))["has_binaries"] is True


async def test_a_file_of_a_system_that_is_not_here_is_refused(manager: Desk) -> None:
    answer = await manager.ask("POST", "os", {"name": "Plan 9"})
    assert answer.status_code == 201
    await manager.remove(f"os/{answer.json()['slug']}")
    body = {"release": "3.14.8", **installer("7.1"), "os": "plan-9"}
    assert faults_in(await manager.ask("POST", "files", body)).keys() == {"os"}
