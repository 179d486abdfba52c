"""Files of releases, and the operating systems that they are for."""

from collections.abc import Callable

import httpx
import pytest
from packaging.version import Version

from pydotorg.snapshot.records import Facts, FileRecord
from tests.conventions.asking import error_of

from .reading import rows

pytestmark = pytest.mark.anyio

SUM = "67d9a63eb145a34aa939f02eadbf8c57f21fcdd6decb901ccac578d2d1f01d6f"


def in_order(records: list[FileRecord]) -> list[tuple[str, str]]:
    """Newest version first, then by name, byte by byte."""
    by_name = sorted(((record.version, record.filename) for record in records), key=lambda file: file[1])
    return sorted(by_name, key=lambda file: Version(file[0]), reverse=True)


async def test_all_files_are_there_newest_version_first(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = await rows(anyone, "files")
    assert len(found) == 4145
    assert [(row["version"], row["filename"]) for row in found] == in_order([*facts.files])


async def test_a_file_says_what_is_known_of_it(anyone: httpx.AsyncClient, facts: Facts) -> None:
    releases = {record.version: record for record in facts.releases}
    found = {row["slug"]: row for row in await rows(anyone, "files")}
    for record in facts.files:
        release = releases[record.version]
        row = dict(found[record.slug])
        assert row.pop("updated_at").endswith("Z")
        assert row == {
            "id": str(record.id(release.date)), "name": record.name, "slug": record.slug,
            "release_id": str(release.id), "version": record.version, "os": record.os, "arch": record.arch,
            "kind": record.kind, "filename": record.filename, "description": record.description,
            "is_source": record.is_source, "url": record.url, "filesize": record.size, "md5_sum": record.md5,
            "sha256_sum": record.sha256, "gpg_signature_file": "", "sigstore_signature_file": "",
            "sigstore_cert_file": "", "sigstore_bundle_file": f"{record.url}.sigstore" if record.sigstore else "",
            "sbom_spdx2_file": "", "download_button": record.download_button,
        }  # fmt: skip


FILTERS: dict[str, Callable[[FileRecord], bool]] = {
    "release=3.14.8": lambda file: file.version == "3.14.8",
    "release=python-3148": lambda file: file.version == "3.14.8",
    "release=3.99.0": lambda _: False,
    "os=windows": lambda file: file.os == "windows",
    "os=source": lambda file: file.os == "source",
    "kind=installer": lambda file: file.kind == "installer",
    "kind=framework": lambda file: file.kind == "framework",
    "arch=arm64": lambda file: file.arch == "arm64",
    "arch=aarch64": lambda file: file.arch == "arm64",
    "arch=amd64": lambda file: file.arch == "amd64",
    "arch=x86_64": lambda file: file.arch == "amd64",
    "arch=x64": lambda file: file.arch == "amd64",
    "arch=x86": lambda file: file.arch == "x86",
    "arch=win32": lambda file: file.arch == "x86",
    "arch=i386": lambda file: file.arch == "x86",
    "arch=universal2": lambda file: file.arch == "universal2",
    f"sha256={SUM}": lambda file: file.filename == "python-3.15.0-amd64.exe",
    f"sha256={SUM.upper()}": lambda file: file.filename == "python-3.15.0-amd64.exe",
    f"sha256={'0' * 64}": lambda _: False,
    "filename=python-3.14.8-amd64.exe": lambda file: file.filename == "python-3.14.8-amd64.exe",
    "filename=python324.chm": lambda file: file.filename == "python324.chm",
    "filename=PYTHON-3.14.8-AMD64.EXE": lambda _: False,
    "filename=3.14.8": lambda _: False,
    "q=embed": lambda file: "embed" in file.filename + file.name,
    "q=MANIFEST": lambda file: "manifest" in (file.filename + "\n" + file.name).lower(),
    "q=_": lambda file: "_" in file.filename + file.name,
    "q=%25": lambda _: False,
    "os=windows&kind=installer&arch=arm64&release=3.14.8": lambda file: file.filename == "python-3.14.8-arm64.exe",
    "os=macos&kind=installer&q=3.14": lambda file: (
        file.os == "macos" and file.kind == "installer" and "3.14" in file.filename
    ),
    "os=macos&kind=source": lambda _: False,
}


@pytest.mark.parametrize("query", FILTERS)
async def test_a_filter_lets_through_what_the_facts_say(anyone: httpx.AsyncClient, facts: Facts, query: str) -> None:
    asked = dict(pair.split("=") for pair in query.replace("%25", "%").split("&"))
    found = await rows(anyone, "files", **asked)
    expected = in_order([file for file in facts.files if FILTERS[query](file)])
    assert [(row["version"], row["filename"]) for row in found] == expected


async def test_files_can_be_filtered_by_ids(anyone: httpx.AsyncClient) -> None:
    release = (await anyone.get("/api/v1/releases/3.14.8")).json()
    assert await rows(anyone, "files", release=release["id"]) == release["files"]
    windows = (await anyone.get("/api/v1/os/windows")).json()
    assert await rows(anyone, "files", os=windows["id"]) == await rows(anyone, "files", os="windows")


@pytest.mark.parametrize("version", ["3.14.8", "2.7.18", "3.15.0rc2", "1.0.1"])
async def test_the_files_of_a_release_have_two_addresses(anyone: httpx.AsyncClient, facts: Facts, version: str) -> None:
    release = (await anyone.get(f"/api/v1/releases/{version}")).json()
    expected = in_order([file for file in facts.files if file.version == version])
    for identifier in (version, release["id"], release["slug"]):
        one = await rows(anyone, f"releases/{identifier}/files")
        other = await rows(anyone, f"files/release/{identifier}")
        assert one == other == release["files"]
        assert [(row["version"], row["filename"]) for row in one] == expected


async def test_names_within_a_release_are_in_the_order_of_their_bytes(stranger: httpx.AsyncClient) -> None:
    found = [row["filename"] for row in await rows(stranger, "releases/3.15.2/files")]
    assert found == ["Zebra.txt", "_under.txt", "apple.txt", "hello.txt", "no-sum.txt"]


async def test_a_file_is_found_by_id_and_slug(anyone: httpx.AsyncClient, facts: Facts) -> None:
    listed = {row["slug"]: row for row in await rows(anyone, "files")}
    for record in facts.files[::200]:
        row = listed[record.slug]
        for identifier in (row["id"], row["slug"], row["id"].upper()):
            answer = await anyone.get(f"/api/v1/files/{identifier}")
            assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize("identifier", ["python-3.14.8-amd64.exe", "3.14.8", "python-3148", "windows", "release"])
async def test_a_file_goes_by_no_other_name(anyone: httpx.AsyncClient, identifier: str) -> None:
    error_of(await anyone.get(f"/api/v1/files/{identifier}"), 404)


@pytest.mark.parametrize("value", ["z" * 64, "0" * 63, "0" * 65, "0x" + "0" * 62])
async def test_a_sum_has_64_hexadecimal_digits(anyone: httpx.AsyncClient, value: str) -> None:
    errors = error_of(await anyone.get(f"/api/v1/files?sha256={value}"), 400)["extra"]["errors"]
    assert errors == [{"field": "sha256", "source": "query", "message": "must be 64 hexadecimal digits"}]


async def test_operating_systems_are_those_of_the_facts_in_their_order(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = await rows(anyone, "os")
    assert found == [
        {"id": str(record.id), "name": record.name, "slug": record.slug} for record in facts.operating_systems
    ]
    for row in found:
        for identifier in (row["id"], row["slug"]):
            answer = await anyone.get(f"/api/v1/os/{identifier}")
            assert (answer.status_code, answer.json()) == (200, row)


@pytest.mark.parametrize("identifier", ["1", "Windows", "linux", "0" * 36])
async def test_an_operating_system_goes_by_no_other_name(anyone: httpx.AsyncClient, identifier: str) -> None:
    error_of(await anyone.get(f"/api/v1/os/{identifier}"), 404)
