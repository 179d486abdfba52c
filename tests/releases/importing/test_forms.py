"""What a row of python.org says, and when it is not taken."""

import json
from datetime import date
from typing import Any

import pytest

from pydotorg.releases.importing.forms import Broken, File, Release, Row, System, columns_of
from tests.releases.importing.service import SIDECARS, file_row, release_row, systems

OURS = "https://www.python.org/ftp/python/3.14.4/"


def said(form: type[Row], row: dict[str, Any]) -> dict[str, Any]:
    return columns_of(json.dumps(row).encode(), form)


@pytest.mark.parametrize(
    ("name", "product", "version", "cycle"),
    [
        ("Python 3.14.4", "python", "3.14.4", "3.14"),
        ("Python 3.15.0rc2", "python", "3.15.0rc2", "3.15"),
        ("Python  3.15.0 rc 2 ", "python", "3.15.0rc2", "3.15"),
        ("Python 2.0", "python", "2.0", "2.0"),
        ("Python install manager 26.1", "install-manager", "26.1", "26.1"),
        ("Python install manager 25.0 beta 14", "install-manager", "25.0b14", "25.0"),
    ],
)
def test_the_name_tells_product_and_version(name: str, product: str, version: str, cycle: str) -> None:
    columns = said(Release, release_row(17, name, slug="x"))
    assert (columns["product"], columns["version"], columns["cycle"]) == (product, version, cycle)


@pytest.mark.parametrize(
    "name",
    ["Python", "Python next", "PyPy 7.3", "Python 3.14.4.post1", "Python 3.14+local", "Python 3.14.0.dev1", "3.14.4",
     "Python 1!3.14", "Python 3.1234567890", "Python install manager", "Python " + "1." * 40 + "1"],
)  # fmt: skip
def test_a_name_without_a_version_of_ours_is_refused(name: str) -> None:
    with pytest.raises(Broken, match=r"version|a local build|at most 8 digits"):
        said(Release, release_row(17, name, slug="x"))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-04-07T00:00:00Z", date(2026, 4, 7)),
        ("2026-04-06T23:30:00-05:00", date(2026, 4, 7)),
        ("2026-04-07T12:00:00", date(2026, 4, 7)),
    ],
)
def test_a_release_is_of_a_day_in_utc(moment: str, day: date) -> None:
    assert said(Release, release_row(17, "Python 3.14.4", release_date=moment))["release_date"] == day


@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        ("name", "Python 3.14.4\x00", r"its name 'Python 3.14.4\\x00' does not tell the version"),
        ("slug", "latest", "slug must consist of letters, digits"),
        ("slug", "LATEST", "slug must consist of"),
        ("slug", "314", "slug must consist of"),
        ("slug", "3rc1", "slug must consist of"),
        ("slug", "0b13f407-7400-7a76-8f5b-b3f7e0c09689", "slug must consist of"),
        ("slug", "python-3144\n", "slug must consist of"),
        ("slug", "python/3144", "slug must consist of"),
        ("slug", "", "slug must consist of"),
        ("slug", "a" * 201, "slug must have a length of at most 200"),
        ("is_published", "yes", "is_published must be true or false, not 'yes'"),
        ("release_date", "yesterday", "release_date must be a time as RFC 3339 writes it"),
        ("release_date", None, "release_date must be datetime, not None"),
        ("release_date", "0001-01-01T00:00:00+14:00", "release_date is outside of the calendar"),
        ("release_notes_url", "javascript:alert(1)", "release_notes_url must be a web address"),
        ("release_notes_url", "https://x.org/\n", "release_notes_url must be a web address"),
        ("release_notes_url", "https://x.org/" + "a" * 500, "release_notes_url must have a length of at most 500"),
        ("resource_uri", "https://www.python.org/api/v2/downloads/release/", "must end with /downloads/release/"),
        ("resource_uri", "https://www.python.org/api/v2/downloads/os/17/", "must end with /downloads/release/"),
        ("resource_uri", "/api/v2/downloads/release/9999999999/", "must end with /downloads/release/"),
        ("resource_uri", 17, "resource_uri must be text, not 17"),
    ],
)
def test_a_release_that_breaks_the_rules_is_refused(member: str, value: object, fault: str) -> None:
    with pytest.raises(Broken, match=fault):
        said(Release, release_row(17, "Python 3.14.4") | {member: value})


def test_every_fault_of_a_row_is_told() -> None:
    row = release_row(17, "Python 3.14.4", is_published=1, slug=None)
    del row["release_date"]
    with pytest.raises(Broken) as refusal:
        said(Release, row)
    assert sorted(str(refusal.value).split("; ")) == [
        "is_published must be true or false, not 1",
        "release_date is missing",
        "slug must be text, not None",
    ]


def test_members_that_we_do_not_know_are_ignored() -> None:
    row = systems()[0]
    assert said(System, {**row, "resource": 1, "new": [1, {}]}) == said(System, row)


def test_addresses_may_be_relative() -> None:
    row = file_row(5, 17, "x.tgz", os="macos")
    row |= {name: row[name].removeprefix("https://www.python.org").rstrip("/") for name in ("os", "release")}
    assert (said(File, row)["os"], said(File, row)["release"]) == (2, 17)


def test_values_are_brought_into_our_form() -> None:
    row = file_row(5, 17, "x.tgz", url=OURS.replace("https", "http") + "Python-3.14.4.tgz")
    row |= {"md5_sum": "A" * 32, "filesize": 0, "name": " Gzipped  source tarball ", "description": "for\r\nall"}
    row |= {"gpg_signature_file": "http://www.python.org/ftp/python/3.14.4/Python-3.14.4.tgz.asc"}
    columns = said(File, row)
    assert (columns["url"], columns["filename"]) == (OURS + "Python-3.14.4.tgz", "Python-3.14.4.tgz")
    assert columns["gpg_signature_file"] == OURS + "Python-3.14.4.tgz.asc"
    assert (columns["md5_sum"], columns["filesize"]) == ("a" * 32, None)
    assert (columns["name"], columns["description"]) == ("Gzipped source tarball", "for all")


@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        ("url", "https://www.nuget.org/packages/python/3.14.4", "url must be an address on https://www.python.org/"),
        ("url", "https://www.python.org.example.org/x.tgz", "url must be an address on"),
        ("url", "https://www.python.org:8443/x.tgz", "url must be an address on"),
        ("url", "https://me@www.python.org/x.tgz", "url must be an address on"),
        ("url", OURS + "../x.tgz", "url must be an address on"),
        ("url", OURS + "..", "url must be an address on"),
        ("url", OURS + "%2e%2e/x.tgz", "url must be an address on"),
        ("url", OURS + "x.tgz?a=b", "url must be an address on"),
        ("url", OURS + "x.tgz\n", "url must be an address on"),
        ("url", OURS, "filename must have a length of at least 1"),
        ("url", OURS + "a" * 201, "filename must have a length of at most 200"),
        ("url", OURS + "a/" * 300 + "x", "url must have a length of at most 500"),
        *((sidecar, "https://example.org/x.asc", f"{sidecar} must be an address on") for sidecar in SIDECARS),
        ("md5_sum", "abc", "md5_sum must be 32 hexadecimal digits, not 'abc'"),
        ("sha256_sum", "g" * 64, "sha256_sum must be 64 hexadecimal digits"),
        ("filesize", -1, "filesize must be at least 0"),
        ("filesize", 2**63, "filesize must be"),
        ("filesize", None, "filesize must be an integer, not None"),
        ("filesize", 1.5, "filesize must be an integer"),
        ("os", "windows", "'windows' must end with /downloads/os/ and the number of a row"),
        ("os", 1, "os must be text, not 1"),
        ("name", "a\x00b", "name must be one line of text"),
        ("name", "", "name must have a length of at least 1"),
        ("description", "a\x07b", "description must be one line of text"),
        ("description", "a" * 501, "description must have a length of at most 500"),
        ("slug", "\N{LATIN SMALL LETTER DOTLESS I}", "slug must consist of"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused(member: str, value: object, fault: str) -> None:
    with pytest.raises(Broken, match=fault):
        said(File, file_row(5, 17, "x.tgz") | {member: value})


def test_a_refusal_is_fit_for_a_terminal() -> None:
    with pytest.raises(Broken) as refusal:
        said(File, file_row(5, 17, "x.tgz", url="https://example.org/\x1b[31m" + "a" * 5000))
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_a_row_in_another_encoding_is_refused_alone() -> None:
    raw = json.dumps(systems()[0]).encode().replace(b"Windows", b"\xff")
    with pytest.raises(Broken, match="invalid"):
        columns_of(raw, System)
