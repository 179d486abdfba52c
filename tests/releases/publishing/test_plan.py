"""What is planned for the artefacts of a directory."""

from collections import defaultdict
from collections.abc import Sequence

import pytest
from msgspec import structs

from pydotorg.releases.artefacts import Artefact
from pydotorg.releases.publishing import CannotPublish, Measured, demand_version
from pydotorg.releases.publishing.answers import StoredFile
from pydotorg.releases.publishing.plan import Entry, plan, unknown
from pydotorg.releases.version import version_key
from pydotorg.snapshot.records import FileRecord, read_facts

DIGEST = "0123456789abcdef" * 4
SOURCE = Measured("Python-3.14.9rc1.tgz", 1000, DIGEST, ("gpg_signature_file", "sbom_spdx2_file"))
PLACE = "https://www.python.org/ftp/python/3.14.9/"
#: releases before the rule, as python.org described them: the 32-bit installer was theirs to recommend
BUTTONS_SINCE = version_key("3.10.0a3")
WITHOUT_BUTTON = {"3.12.0a1": "python.org recommends none of its Windows installers"}


def measured(*names: str) -> list[Measured]:
    return [Measured(name, 1000, DIGEST, ()) for name in names]


def stored(filename: str, **different: object) -> StoredFile:
    """A file that a server has."""
    file = StoredFile(
        filename, "Gzipped source tarball", "source", "", "source", "", PLACE + filename, 1000, "", DIGEST,
        "", "", "", "", "", download_button=False,
    )  # fmt: skip
    return structs.replace(file, **different)


def one(*, known: StoredFile | None = None, file: Measured = SOURCE) -> Entry:
    [entry] = plan("3.14.9rc1", [file], {known.filename: known} if known else {}, {})
    return entry


def test_a_new_file_is_what_its_name_says_where_python_org_would_have_it() -> None:
    url = f"{PLACE}Python-3.14.9rc1.tgz"
    assert one().body == {
        "url": url, "name": "Gzipped source tarball", "os": "source", "arch": "", "kind": "source", "is_source": True,
        "description": "", "filesize": 1000, "md5_sum": "", "sha256_sum": DIGEST, "download_button": False,
        "gpg_signature_file": f"{url}.asc", "sbom_spdx2_file": f"{url}.spdx.json",
    }  # fmt: skip


def test_a_known_file_keeps_what_people_decided() -> None:
    decided = {
        "name": "Source", "os": "macos", "arch": "arm64", "kind": "archive", "description": "for the brave",
        "url": "https://www.python.org/ftp/python/special/Python-3.14.9rc1.tgz", "download_button": True,
    }  # fmt: skip
    body = one(known=stored("Python-3.14.9rc1.tgz", **decided)).body
    assert {name: body[name] for name in decided} == decided
    assert body["is_source"] is False
    assert body["gpg_signature_file"] == f"{decided['url']}.asc"


@pytest.mark.parametrize(("before", "kept"), [(DIGEST, "a" * 32), ("f" * 64, ""), ("", "")])
def test_an_md5_sum_stays_with_the_content_that_it_is_of(before: str, kept: str) -> None:
    known = stored("Python-3.14.9rc1.tgz", md5_sum="a" * 32, sha256_sum=before)
    assert one(known=known).md5_sum == kept


def test_what_neither_name_nor_server_tells_is_unknown_until_somebody_says_it() -> None:
    files = measured("python-3.14.9-macos26.pkg", "python-3.14.9-wasi.zip", "python-3.14.9.exe")
    known = {"python-3.14.9-wasi.zip": stored("python-3.14.9-wasi.zip")}
    assert [file.filename for file in unknown(files, known)] == ["python-3.14.9-macos26.pkg"]
    told = {"python-3.14.9-macos26.pkg": Artefact("macOS installer", "macos", "universal2", "installer")}
    assert [entry.filename for entry in plan("3.14.9", files, known, {})] == [
        "python-3.14.9-wasi.zip", "python-3.14.9.exe",
    ]  # fmt: skip
    entry = plan("3.14.9", files, known, told)[0]
    assert (entry.name, entry.os, entry.arch, entry.kind) == ("macOS installer", "macos", "universal2", "installer")


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(CannotPublish) as refused:
        plan("3.14.9", measured("Python-3.14.9.tar.gz", "Python-3.14.9.tar.xz", "Python-3.14.9.tgz"), {}, {})
    same = "Python-3.14.9.tar.gz and Python-3.14.9.tgz would both be called Gzipped source tarball."
    assert refused.value.reasons == (same,)


def buttons(version: str, names: Sequence[str], *known: StoredFile) -> set[str]:
    entries = plan(version, measured(*names), {file.filename: file for file in known}, {})
    return {entry.filename for entry in entries if entry.download_button}


def test_the_buttons_are_where_python_org_has_them() -> None:
    by_version: dict[str, list[FileRecord]] = defaultdict(list)
    for file in read_facts().files:
        if version_key(file.version) >= BUTTONS_SINCE:
            by_version[file.version].append(file)
    given = {version: buttons(version, [file.filename for file in files]) for version, files in by_version.items()}
    expected = {v: {file.filename for file in files if file.download_button} for v, files in by_version.items()}
    assert len(given) > 150
    assert {version for version in given if given[version] != expected[version]} == set(WITHOUT_BUTTON)
    assert [expected[version] for version in WITHOUT_BUTTON] == [
        {f"python-{version}-macos11.pkg"} for version in WITHOUT_BUTTON
    ]


AMD64, ARM64, MACOS = "python-3.14.9-amd64.exe", "python-3.14.9-arm64.exe", "python-3.14.9-macos11.pkg"


def test_a_button_that_the_server_has_for_a_system_stays_where_it_is() -> None:
    chosen = stored(ARM64, os="windows", kind="installer", name="ARM64", download_button=True)
    assert buttons("3.14.9", [AMD64, ARM64, MACOS], chosen) == {ARM64, MACOS}


def test_a_file_that_the_server_has_without_a_button_gets_none() -> None:
    assert buttons("3.14.9", [AMD64, MACOS], stored(AMD64, os="windows", arch="amd64", kind="installer", name="x")) == {
        MACOS
    }


def test_of_two_that_could_have_it_neither_has_the_button() -> None:
    old_and_new = [MACOS, "python-3.14.9-macosx11.0.pkg"]
    told = {old_and_new[1]: Artefact("another", "macos", "universal2", "installer")}
    entries = plan("3.14.9", measured(*old_and_new), {}, told)
    assert [entry.download_button for entry in entries] == [False, False]


@pytest.mark.parametrize("version", ["3.14.9", "3.14.9rc1", "3.15.0a10", "4.0.0b1", "2.7.0"])
def test_versions_of_python_are_taken(version: str) -> None:
    demand_version(version)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("3.14.9-rc1", "--version must be written as 3.14.9rc1."),
        ("v3.14.9", "--version must be written as 3.14.9."),
        ("03.14", "--version must be written as 3.14.0."),
        ("3.15rc2", "--version must be written as 3.15.0rc2."),
        ("4", "--version must be written as 4.0.0."),
        *((text, "--version must be a version of Python, such as 3.14.9 or 3.15.0rc2.")
          for text in ("", "latest", "3.14.x", "3.14.9.1", "3.14.9.post1", "3.14.9.dev0", "3.14.9+local", "1!3.14.9",
                       "3.14.9\n3")),
    ],
)  # fmt: skip
def test_what_is_no_version_of_a_release_is_refused(version: str, said: str) -> None:
    with pytest.raises(CannotPublish) as refused:
        demand_version(version)
    assert refused.value.reasons == (said,)
