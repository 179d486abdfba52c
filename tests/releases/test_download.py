"""The download redirect: to the file that fits best, of the newest stable release, or a 404 that says which has one."""

import httpx
import pytest

from pydotorg.snapshot.records import Facts
from tests.conventions.asking import error_of, faults_of

pytestmark = pytest.mark.anyio

LATEST = "/api/v1/releases/latest"
FTP = "https://www.python.org/ftp/python"


@pytest.mark.parametrize(
    ("named", "query", "file"),
    [
        ("3", "os=windows", "3.15.0/python-3.15.0-amd64.exe"),
        ("3", "os=macos", "3.15.0/python-3.15.0-macos11.pkg"),
        ("3", "os=ios", "3.15.0/python-3.15.0-iOS-XCframework.tar.gz"),
        ("3", "os=source", "3.15.0/Python-3.15.0.tar.xz"),
        ("3", "kind=source", "3.15.0/Python-3.15.0.tar.xz"),
        ("3", "kind=manifest", "3.15.0/windows-3.15.0.json"),
        ("3", "kind=installer&os=windows", "3.15.0/python-3.15.0-amd64.exe"),
        ("3", "os=windows&arch=arm64", "3.15.0/python-3.15.0-arm64.exe"),
        ("3", "os=windows&arch=aarch64", "3.15.0/python-3.15.0-arm64.exe"),
        ("3", "os=windows&arch=amd64", "3.15.0/python-3.15.0-amd64.exe"),
        ("3", "os=windows&arch=x86_64", "3.15.0/python-3.15.0-amd64.exe"),
        ("3", "os=windows&arch=x64", "3.15.0/python-3.15.0-amd64.exe"),
        ("3", "os=windows&arch=x86", "3.15.0/python-3.15.0.exe"),
        ("3", "os=windows&arch=win32", "3.15.0/python-3.15.0.exe"),
        ("3", "os=windows&arch=i386", "3.15.0/python-3.15.0.exe"),
        ("3", "os=windows&kind=embeddable", "3.15.0/python-3.15.0-embed-amd64.zip"),
        ("3", "os=windows&kind=embeddable&arch=arm64", "3.15.0/python-3.15.0-embed-arm64.zip"),
        ("3", "os=android", "3.15.0/python-3.15.0-x86_64-linux-android.tar.gz"),
        ("3", "os=android&arch=arm64", "3.15.0/python-3.15.0-aarch64-linux-android.tar.gz"),
        ("3.13", "os=windows", "3.13.16/python-3.13.16-amd64.exe"),
        ("3.13", "os=windows&kind=archive", "3.13.16/python-3.13.16-amd64.zip"),
        ("2", "os=windows", "2.7.18/python-2.7.18.amd64.msi"),
        ("2.7", "os=macos", "2.7.18/python-2.7.18-macosx10.9.pkg"),
        ("2.7", "kind=documentation", "2.7.18/python2718.chm"),
    ],
)
async def test_the_best_file_of_the_newest_release_is_where_it_leads(
    anyone: httpx.AsyncClient, named: str, query: str, file: str
) -> None:
    answer = await anyone.get(f"{LATEST}/{named}/download?{query}")
    assert answer.status_code == 302
    assert answer.headers["location"] == f"{FTP}/{file}"
    assert answer.content == b""


async def test_the_operating_system_may_be_named_by_its_id(anyone: httpx.AsyncClient) -> None:
    windows = (await anyone.get("/api/v1/os/windows")).json()["id"]
    answer = await anyone.get(f"{LATEST}/3/download?os={windows}")
    assert answer.headers["location"] == f"{FTP}/3.15.0/python-3.15.0-amd64.exe"


@pytest.mark.parametrize(
    ("named", "query", "newest", "having"),
    [
        ("3.12", "os=windows", "3.12.15", "3.12.10"),
        ("3.9", "os=macos", "3.9.25", "3.9.13"),
        ("2", "arch=arm64", "2.7.18", None),
        ("3.4", "os=android", "3.4.10", None),
        ("3", "os=macos&kind=embeddable", "3.15.0", None),
    ],
)
async def test_what_the_newest_release_lacks_is_a_404_that_names_the_newest_that_has_it(
    anyone: httpx.AsyncClient, named: str, query: str, newest: str, having: str | None
) -> None:
    error = error_of(await anyone.get(f"{LATEST}/{named}/download?{query}"), 404)
    assert newest in error["detail"]
    assert error["extra"] == {"newest_with_file": having}
    assert having is None or having in error["detail"]


async def test_every_cycle_leads_to_its_source_on_python_org(anyone: httpx.AsyncClient, facts: Facts) -> None:
    urls = {file.url for file in facts.files}
    for cycle in facts.cycles:
        answer = await anyone.get(f"{LATEST}/{cycle.cycle}/download?os=source")
        if answer.status_code == 302:
            assert answer.headers["location"] in urls
            assert answer.headers["location"].startswith("https://www.python.org/")
        else:
            error_of(answer, 404)
    assert (await anyone.get(f"{LATEST}/3.15/download?os=source")).status_code == 302


async def test_what_it_does_not_know_is_ignored(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get(f"{LATEST}/3/download?os=windows&utm_source=mail&utm_source=x&page_size=&limit=0")
    assert answer.headers["location"] == f"{FTP}/3.15.0/python-3.15.0-amd64.exe"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "os"), ("utm_source=mail", "os"), ("arch=sparc", "arch"), ("kind=exe", "kind"), ("os=", "os"),
        ("os=windows&os=macos", "os"), ("os=windows&arch=", "arch"), ("os=%00", "os"),
    ],
)  # fmt: skip
async def test_what_it_does_know_must_make_sense(anyone: httpx.AsyncClient, query: str, field: str) -> None:
    assert set(faults_of(await anyone.get(f"{LATEST}/3/download?{query}"))) == {field}


@pytest.mark.parametrize("named", ["3.16", "4", "3.15.0", "latest", "windows"])
async def test_without_a_stable_release_there_is_nothing_to_download(anyone: httpx.AsyncClient, named: str) -> None:
    error_of(await anyone.get(f"{LATEST}/{named}/download?os=windows"), 404)


async def test_the_file_with_the_button_on_the_download_page_comes_first(stranger: httpx.AsyncClient) -> None:
    for query, file in (("os=windows", "python-3.4.11.msi"), ("os=windows&arch=amd64", "python-3.4.11.amd64.msi")):
        answer = await stranger.get(f"{LATEST}/3.4/download?{query}")
        assert answer.headers["location"] == f"{FTP}/{file}"


async def test_neither_a_draft_nor_a_recall_is_ever_downloaded(manager: httpx.AsyncClient) -> None:
    for query in ("os=windows", "os=source"):
        answer = await manager.get(f"{LATEST}/3.15/download?{query}")
        assert answer.headers["location"].startswith(f"{FTP}/3.15.0/")
    error = error_of(await manager.get(f"{LATEST}/3.4/download?os=source"), 404)
    assert error["extra"] == {"newest_with_file": "3.4.10"}
    error_of(await manager.get(f"{LATEST}/25/download?os=windows"), 404)
