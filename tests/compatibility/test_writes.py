"""Writes of either version: the rules of releases, in the words of the old API, and an entry in the audit log."""

from itertools import count
from time import process_time
from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.compatibility.forms import NO_MOMENT
from pydotorg.kernel.access import Role
from tests.accounts.people import account, signed_in

from .test_lists import BASE, V1, V2

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
_minors = count(1)


def new_version() -> str:
    return f"8.{next(_minors)}.0"


async def made(manager: httpx.AsyncClient, version: str, **more: Any) -> Json:
    """A new release of v2."""
    body = {"name": f"Python {version}", "slug": f"python-{version.replace('.', '')}", **more}
    answer = await manager.post(f"{V2}/release/", json=body)
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    assert answer.headers["location"] == row["resource_uri"]
    return row


def described(release: Json, filename: str, **more: Any) -> Json:
    return {
        "name": filename, "slug": filename.replace(".", "-"), "os": f"{BASE}{V2}/os/3/",
        "release": release["resource_uri"], "url": f"https://www.python.org/ftp/python/8/{filename}", **more,
    }  # fmt: skip


async def file_of(manager: httpx.AsyncClient, release: Json, filename: str, **more: Any) -> Json:
    answer = await manager.post(f"{V2}/release_file/", json=described(release, filename, **more))
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


def number_of(row: Json) -> str:
    return str(row["resource_uri"].split("/")[-2])


async def refused(answer: httpx.Response, **said: list[str]) -> None:
    assert (answer.status_code, answer.json()) == (400, said)


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


async def test_a_form_says_the_same_as_json(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    body = described(release, f"Python-{version}.tgz", filesize="12", download_button="true", is_source="on")
    answer = await manager.post(f"{V2}/release_file/", data=body)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["filesize"], answer.json()["download_button"]) == (12, True)
    parts = {name: (None, value) for name, value in described(release, f"Python-{version}.tar.xz").items()}
    answer = await manager.post(f"{V2}/release_file/", files=parts)
    assert (answer.status_code, answer.json()["is_source"]) == (201, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, {"name": ["This field is required."], "slug": ["This field is required."]}),
        (
            {"name": "Python", "slug": "x"},
            {"name": ["Must tell the version, as `Python 3.14.8` or `Python install manager 26.1` do."]},
        ),
        (
            {"name": "", "slug": None},
            {"name": ["This field may not be blank."], "slug": ["This field may not be null."]},
        ),
        (
            {"name": "Python 9.9.9", "slug": "a b"},
            {"slug": ["Must consist of letters, digits, - and _."]},
        ),
        (
            {"name": "Python 9.9.9", "slug": "x", "is_published": "maybe", "release_date": "soon"},
            {
                "is_published": ["Must be a valid boolean."],
                "release_date": [NO_MOMENT],
            },
        ),
        ([1], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
    ],
)
async def test_every_fault_of_a_release_is_named(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, body: Any, said: dict[str, list[str]]
) -> None:
    await refused(await manager.post(f"{V2}/release/", json=body), **said)
    answer = await old_manager.post(f"{V1}/release/", json=body)
    inner = {name.replace("non_field_errors", "__all__"): messages for name, messages in said.items()}
    assert (answer.status_code, answer.json()["downloads/release"]) == (400, inner)
    assert all(messages[0] in answer.json()["error_message"] for messages in said.values())


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"os": 3}, {"os": ["Incorrect type. Expected URL string, received int."]}),
        ({"os": "3"}, {"os": ["Invalid hyperlink - No URL match."]}),
        ({"os": f"{V2}/release/3/"}, {"os": ["Invalid hyperlink - No URL match."]}),
        ({"os": f"{V2}/os/77/"}, {"os": ["Invalid hyperlink - Object does not exist."]}),
        ({"release": f"{V2}/release/77"}, {"release": ["Invalid hyperlink - Object does not exist."]}),
        ({"filesize": "many"}, {"filesize": ["A valid integer is required."]}),
        ({"filesize": -1}, {"filesize": ["Must be at least 0."]}),
        ({"sha256_sum": "x"}, {"sha256_sum": ["Must be 64 hexadecimal digits."]}),
        ({"url": "http://evil.example/x"}, {"url": ["Must be an address on https://www.python.org/."]}),
        ({"name": "\0"}, {"name": ["Must be one line of text, more than spaces, without control characters."]}),
    ],
)
async def test_a_fault_of_a_file_is_named(
    manager: httpx.AsyncClient, different: Json, said: dict[str, list[str]]
) -> None:
    release = await made(manager, version := new_version())
    body = described(release, f"Python-{version}.tgz") | different
    await refused(await manager.post(f"{V2}/release_file/", json=body), **said)
    listed = await manager.get(f"{V2}/release_file/?release={number_of(release)}")
    assert listed.json() == []


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", "{", 400), ("application/json", "\xff", 400), ("application/json", "[" * 100_000, 400),
        ("text/plain", "x", 415), ("", "{}", 415), ("application/x-www-form-urlencoded", "name=%FF", 400),
        ("application/x-www-form-urlencoded", "name=\xff", 400), ("multipart/form-data", "x", 400),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_with_a_detail(
    manager: httpx.AsyncClient, content_type: str, body: str, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await manager.post(f"{V2}/os/", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]


async def test_v1_takes_json_only_and_answers_with_nothing_but_the_place(old_manager: httpx.AsyncClient) -> None:
    body = {"name": "Haiku", "slug": "Haiku-OS"}
    refusal = await old_manager.post(f"{V1}/os/", data=body)
    assert (refusal.status_code, list(refusal.json())) == (415, ["error_message"])
    answer = await old_manager.post(f"{V1}/os/", json=body)
    assert (answer.status_code, answer.content) == (201, b"")
    place = answer.headers["location"]
    assert (await old_manager.get(place)).json()["slug"] == "Haiku-OS", "capitals are kept"
    assert (await old_manager.delete(place)).status_code == 204
    assert (await old_manager.get(place)).status_code == 404


async def test_put_replaces_and_patch_changes(manager: httpx.AsyncClient) -> None:
    notes = "https://docs.python.org/release/8/whatsnew/changelog.html"
    row = await made(manager, new_version(), release_notes_url=notes, show_on_download_page=False)
    address, names = row["resource_uri"], {"name": row["name"], "slug": row["slug"]}
    patched = await manager.patch(address, json={"release_date": "2026-12-01T00:00:00Z"})
    assert patched.json() == row | {"release_date": "2026-12-01T00:00:00Z"}
    assert patched.headers["etag"] == (await manager.get(address)).headers["etag"]
    put = await manager.put(address, json={**names, "release_date": "2026-12-02"})
    assert put.json() == row | {
        "release_date": "2026-12-02T00:00:00Z", "release_notes_url": "", "show_on_download_page": True,
    }  # fmt: skip
    await refused(
        await manager.put(address, json={}), name=["This field is required."], slug=["This field is required."]
    )


async def test_put_of_a_file_returns_what_it_does_not_name_to_its_default(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    url = f"https://www.python.org/ftp/python/8/Python-{version}.tgz"
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
        await refused(await manager.patch(row["resource_uri"], json=change), reason=why)
    answer = await manager.patch(row["resource_uri"], json={"sha256_sum": "1" * 64, "reason": "Built anew."})
    assert (answer.status_code, answer.json()["sha256_sum"]) == (200, "1" * 64)
    (entry,) = await entries(app, action="v2_release_file_change", resource="release_file")
    assert (entry["reason"], entry["flagged"]) == ("Built anew.", True)


async def test_what_belongs_to_the_identity_of_a_row_stays(manager: httpx.AsyncClient) -> None:
    release, other = await made(manager, version := new_version()), await made(manager, new_version())
    row = await file_of(manager, release, f"Python-{version}.tgz")
    stays = ["This stays as it is."]
    await refused(await manager.patch(row["resource_uri"], json={"release": other["resource_uri"]}), release=stays)
    await refused(await manager.patch(f"{V2}/os/1/", json={"slug": "doors"}), slug=stays)
    published = await manager.patch(release["resource_uri"], json={"is_published": True})
    assert published.json()["is_published"] is True
    answer = await manager.patch(release["resource_uri"], json={"name": "Python 8.777.0"})
    assert answer.status_code == 400
    assert "is published" in answer.json()["non_field_errors"][0]


async def test_another_name_of_a_draft_is_another_version(manager: httpx.AsyncClient) -> None:
    row = await made(manager, new_version())
    answer = await manager.patch(row["resource_uri"], json={"name": "Python 8.888.0rc1"})
    assert (answer.status_code, answer.json()["pre_release"]) == (200, True)
    assert answer.json()["slug"] == row["slug"]


async def test_whether_a_file_is_source_can_be_said(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    row = await file_of(manager, release, f"strange-{version}.bin", is_source=True)
    assert row["is_source"] is True
    assert (await manager.patch(row["resource_uri"], json={"is_source": False})).json()["is_source"] is False
    assert (await manager.patch(row["resource_uri"], json={"is_source": "true"})).json()["is_source"] is True


@pytest.mark.parametrize("version", [V1, V2])
async def test_a_taken_slug_and_a_second_button_are_refused_and_other_files_are_not(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, version: str
) -> None:
    name = new_version()
    release = await made(manager, name)
    client = old_manager if version == V1 else manager
    first = described(release, f"Python-{name}.tgz", download_button=True)
    assert (await client.post(f"{version}/release_file/", json=first)).status_code == 201
    second = described(release, f"Python-{name}.tar.xz")
    for wrong, why in (
        ({"slug": first["slug"]}, f"The slug {first['slug']} is that of"),
        ({"download_button": True}, "has the download button for this operating system."),
    ):
        answer = await client.post(f"{version}/release_file/", json=second | wrong)
        assert answer.status_code == 400
        assert why in answer.text
    assert (await client.post(f"{version}/release_file/", json=second)).status_code == 201


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


async def test_an_operating_system_with_files_stays(manager: httpx.AsyncClient) -> None:
    answer = await manager.delete(f"{V2}/os/3/")
    assert answer.status_code == 400
    assert answer.json()["non_field_errors"][0].startswith("There are files for Source release")


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


@pytest.mark.parametrize("name", ["Python 3.14+x", "Python 3.999999999"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_name_that_tells_no_version_is_a_400(manager: httpx.AsyncClient, method: str, name: str) -> None:
    row = await made(manager, new_version())
    answer = await manager.request(method, row["resource_uri"], json={"name": name, "slug": row["slug"]})
    assert answer.status_code == 400, answer.text
    assert (await manager.get(row["resource_uri"])).json()["name"] == row["name"]


PARTS = b"".join(b'--x\r\nContent-Disposition: form-data; name="n%d"\r\n\r\nv\r\n' % number for number in range(16_000))
NESTED = b"".join(b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" for _ in range(10_000))


@pytest.mark.parametrize("body", [PARTS + b"--x--\r\n", NESTED, b"--x", b"--x--\r\n--x--", b""])
async def test_a_form_of_whatever_parts_is_read_quickly_or_refused(manager: httpx.AsyncClient, body: bytes) -> None:
    headers, began = {"Content-Type": "multipart/form-data; boundary=x"}, process_time()
    answer = await manager.post(f"{V2}/os/", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert process_time() - began < 1


async def test_what_is_written_by_either_is_seen_by_all_at_once(
    manager: httpx.AsyncClient, anyone: httpx.AsyncClient
) -> None:
    version = new_version()
    before = len((await anyone.get(f"{V2}/release/")).json())
    row = await made(manager, version, is_published=True)
    assert len((await anyone.get(f"{V2}/release/")).json()) == before + 1
    assert (await anyone.get(f"{V1}/release/?slug={row['slug']}")).json()["meta"]["total_count"] == 1
    assert (await anyone.get(f"/api/v1/releases/{version}")).json()["name"] == row["name"]


async def entries(app: Application, **asked: str) -> list[Json]:
    """What the audit log has, the newest first."""
    name = f"staff{next(_minors)}"
    await account(app, name, Role.staff)
    async with await signed_in(app, name) as client:
        answer = await client.get("/api/v1/audit", params=asked)
        found: list[Json] = answer.json()
        return found


async def test_a_write_is_in_the_audit_log_under_its_own_name(old_manager: httpx.AsyncClient, app: Application) -> None:
    body = {"name": "Python 8.999.0", "slug": "python-89990"}
    place = (await old_manager.post(f"{V1}/release/", json=body)).headers["location"]
    await old_manager.delete(place)
    for action, change in (("v1_release_create", "create"), ("v1_release_delete", "delete")):
        entry = (await entries(app, action=action, resource="release"))[0]
        assert (entry["change"], entry["actor"]["username"]) == (change, "rita")
