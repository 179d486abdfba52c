"""Lists and rows, field for field, as clients of python.org know them."""

import re
from typing import Any

import httpx
import msgspec
import pytest

from pydotorg.releases.importing import forms

pytestmark = pytest.mark.anyio

V1, V2 = "/api/v1/downloads", "/api/v2/downloads"
BASE = "http://localhost:8000"
RESOURCES = ("os", "release", "release_file")
RELEASE = {
    "name": "Python 3.14.4", "slug": "python-3144", "version": 3, "is_published": True, "is_latest": False,
    "release_date": "2026-04-07T00:00:00Z", "pre_release": False, "release_page": None,
    "release_notes_url": "https://docs.python.org/release/3.14.4/whatsnew/changelog.html",
    "show_on_download_page": True,
}  # fmt: skip
FILE = [
    "name", "slug", "os", "release", "description", "is_source", "url", "gpg_signature_file", "md5_sum", "sha256_sum",
    "filesize", "download_button", "resource_uri", "sigstore_signature_file", "sigstore_cert_file",
    "sigstore_bundle_file", "sbom_spdx2_file",
]  # fmt: skip


async def rows(anyone: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    answer = await anyone.get(address)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json() if address.startswith(V2) else answer.json()["objects"]
    return found


async def test_v2_has_the_operating_systems_under_the_numbers_that_clients_know(anyone: httpx.AsyncClient) -> None:
    assert await rows(anyone, f"{V2}/os/") == [
        {"name": name, "slug": slug, "resource_uri": f"{BASE}{V2}/os/{number}/"}
        for number, (slug, name) in enumerate(
            [("windows", "Windows"), ("macos", "macOS"), ("source", "Source release"), ("android", "Android"),
             ("ios", "iOS")], 1,
        )
    ]  # fmt: skip


async def test_a_release_of_v2_has_its_members_in_their_order(anyone: httpx.AsyncClient) -> None:
    (found,) = await rows(anyone, f"{V2}/release/?slug=python-3144")
    uri = found["resource_uri"]
    assert re.fullmatch(rf"{BASE}{V2}/release/[0-9]+/", uri)
    assert list(found.items()) == [*RELEASE.items(), ("resource_uri", uri)]


async def test_a_file_of_v2_names_its_row_its_system_and_its_release_by_absolute_addresses(
    anyone: httpx.AsyncClient,
) -> None:
    (release,) = await rows(anyone, f"{V2}/release/?slug=python-3144")
    number = release["resource_uri"].split("/")[-2]
    (found,) = await rows(anyone, f"{V2}/release_file?release={number}&slug=python-3144-gzipped-source-tarball")
    assert list(found) == FILE
    assert (found["os"], found["release"]) == (f"{BASE}{V2}/os/3/", release["resource_uri"])
    assert (found["is_source"], found["url"].rpartition("/")[2]) == (True, "Python-3.14.4.tgz")
    assert (await anyone.get(found["resource_uri"])).json() == found


async def test_v1_has_the_same_with_relative_addresses_days_without_zone_and_sorted_members(
    anyone: httpx.AsyncClient,
) -> None:
    (found,) = await rows(anyone, f"{V1}/release/?slug=python-3144")
    assert list(found) == sorted([*RELEASE, "resource_uri"])
    assert found["release_date"] == "2026-04-07T00:00:00"
    assert re.fullmatch(rf"{V1}/release/[0-9]+/", found["resource_uri"])
    assert {**found, "release_date": RELEASE["release_date"]} == RELEASE | {"resource_uri": found["resource_uri"]}
    file = (await rows(anyone, f"{V1}/release_file/?release__slug=python-3144&limit=1"))[0]
    assert list(file) == sorted(FILE)
    assert file["release"] == found["resource_uri"]
    assert (await anyone.get(file["resource_uri"])).json() == file


async def test_a_list_of_v2_is_never_paged_and_every_file_names_a_release_and_a_system_that_are_listed(
    anyone: httpx.AsyncClient,
) -> None:
    files = await rows(anyone, f"{V2}/release_file/?limit=5&page=2")
    releases = {row["resource_uri"] for row in await rows(anyone, f"{V2}/release?limit=5")}
    systems = {row["resource_uri"] for row in await rows(anyone, f"{V2}/os")}
    assert len(files) > 3000
    assert {file["release"] for file in files} <= releases
    assert {file["os"] for file in files} <= systems
    numbers = [int(file["resource_uri"].split("/")[-2]) for file in files]
    assert numbers == sorted(set(numbers))


async def test_each_version_has_one_latest_release_as_python_has(anyone: httpx.AsyncClient) -> None:
    found = {row["version"]: row["name"] for row in await rows(anyone, f"{V2}/release/") if row["is_latest"]}
    today = {
        major: (await anyone.get(f"/api/v1/releases/latest/{major}")).json()["name"] for major in (1, 2, 3)
    }  # fmt: skip
    assert found == {**today, 100: "Python install manager 25.0"}
    assert sorted(found) == sorted({row["version"] for row in await rows(anyone, f"{V2}/release/")})


async def test_what_is_unknown_of_a_file_is_empty_or_zero(anyone: httpx.AsyncClient) -> None:
    (found,) = await rows(anyone, f"{V2}/release_file/?name=no-sum.txt")
    assert (found["filesize"], found["sha256_sum"], found["md5_sum"]) == (0, "", "")


@pytest.mark.parametrize("resource", RESOURCES)
async def test_the_pages_of_v1_are_the_whole_list(anyone: httpx.AsyncClient, resource: str) -> None:
    address, total = f"{V1}/{resource}/?limit=400&format=json", 0
    found: list[dict[str, Any]] = []
    while address:
        page = (await anyone.get(address)).json()
        assert page["meta"]["offset"] == len(found)
        found, total, address = found + page["objects"], page["meta"]["total_count"], page["meta"]["next"]
    whole = await anyone.get(f"{V2}/{resource}/")
    assert [row["slug"] for row in found] == [row["slug"] for row in whole.json()]
    assert str(total) == whole.headers["x-total-count"]


@pytest.mark.parametrize(
    ("asked", "limit", "following", "previous"),
    [
        ("", 20, "?limit=20&offset=20", None),
        ("?limit=0", 1000, None, None),
        ("?limit=5000", 1000, None, None),
        ("?limit=7&offset=7", 7, "?limit=7&offset=14", "?limit=7&offset=0"),
        ("?limit=7&offset=3", 7, "?limit=7&offset=10", None),
        ("?version=3&limit=2&x=y+z", 2, "?version=3&x=y+z&limit=2&offset=2", None),
        ("?offset=100000", 20, None, "?limit=20&offset=99980"),
    ],
)
async def test_a_page_of_v1_says_where_the_others_are(
    anyone: httpx.AsyncClient, asked: str, limit: int, following: str | None, previous: str | None
) -> None:
    meta = (await anyone.get(f"{V1}/release/{asked}")).json()["meta"]
    address = f"{V1}/release/"
    assert meta["limit"] == limit
    assert meta["next"] == (following and address + following)
    assert meta["previous"] == (previous and address + previous)


@pytest.mark.parametrize("wrong", ["limit=-1", "limit=x", "limit=", "offset=-1", "offset=1.5"])
async def test_what_is_no_number_of_rows_is_a_400_of_v1(anyone: httpx.AsyncClient, wrong: str) -> None:
    answer = await anyone.get(f"{V1}/release/?{wrong}")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"Invalid {wrong.partition('=')[0]} ")


@pytest.mark.parametrize("version", [V1, V2])
@pytest.mark.parametrize("resource", RESOURCES)
async def test_every_read_has_a_head_a_tag_codings_and_a_successor(
    anyone: httpx.AsyncClient, version: str, resource: str
) -> None:
    for address in (f"{version}/{resource}", (await rows(anyone, f"{version}/{resource}/"))[0]["resource_uri"]):
        plain = await anyone.get(address, headers={"Accept-Encoding": "identity"})
        assert plain.headers["cache-control"] == "public, max-age=60"
        assert re.fullmatch(r"@[0-9]+", plain.headers["deprecation"])
        successor = re.fullmatch(rf'<{BASE}(/api/v1/\S+)>; rel="successor-version"', plain.headers["link"])
        assert successor is not None
        assert (await anyone.get(successor[1])).status_code == 200
        slashed = await anyone.get(address.rstrip("/") + "/", headers={"Accept-Encoding": "identity"})
        assert (slashed.content, slashed.headers["etag"]) == (plain.content, plain.headers["etag"])
        again = await anyone.get(address, headers={"If-None-Match": plain.headers["etag"], "Accept-Encoding": ""})
        assert (again.status_code, again.content) == (304, b"")
        head = await anyone.head(address, headers={"Accept-Encoding": "identity"})
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(plain.content))
        if len(plain.content) > 1024:
            for coding in ("gzip", "br", "zstd"):
                coded = await anyone.get(address, headers={"Accept-Encoding": coding})
                assert (coded.headers["content-encoding"], coded.content) == (coding, plain.content)


async def test_the_successor_of_a_release_is_the_same_release(anyone: httpx.AsyncClient) -> None:
    for address in ("release/?slug=python-3144", "release_file/?slug=python-3144-gzipped-source-tarball"):
        (found,) = await rows(anyone, f"{V2}/{address}")
        link = (await anyone.get(found["resource_uri"])).headers["link"]
        assert (await anyone.get(link.partition(">")[0][1:])).json()["slug"] == found["slug"]


@pytest.mark.parametrize("form", [forms.System, forms.Release, forms.File])
async def test_our_own_import_understands_every_row(anyone: httpx.AsyncClient, form: type[forms.Row]) -> None:
    answer = await anyone.get(f"{V2}/{form.resource}/")
    raws = msgspec.json.decode(answer.content, type=list[msgspec.Raw])
    columns = [forms.columns_of(raw, form) for raw in raws]
    assert len({each["number"] for each in columns}) == len(raws) > 0
