"""What the names of files tell, compared with every file of the bundled snapshot."""

import pytest

from pydotorg.releases.artefacts import HOST, classify, other_version, usual_path
from pydotorg.releases.publishing import misplaced
from pydotorg.snapshot.records import FileRecord, read_facts

FILES = read_facts().files
#: help files whose names carry less than their release, as python.org has them
SHORT_NAMES = {
    "python24.chm": "2.4 did not write its micro version",
    "Python25.chm": "2.5 did not write its micro version",
}
#: releases with a help file of the release before
OLD_HELP = {("python324.chm", "3.2.5"): "its help was that of 3.2.4"}


def test_every_bundled_file_classifies_as_it_is_stored() -> None:
    """Without exception: what python.org has used for names is what `classify` knows."""
    stored = {file.filename: (file.os, file.arch, file.kind, file.name) for file in FILES}
    artefacts = {filename: classify(filename) for filename in stored}
    told = {name: a and (a.os, a.arch, a.kind, a.name) for name, a in artefacts.items()}
    assert told == stored


def is_excused(file: FileRecord) -> bool:
    return file.filename in SHORT_NAMES or (file.filename, file.version) in OLD_HELP


def test_every_bundled_file_is_of_the_version_that_its_name_carries() -> None:
    others = [file for file in FILES if other_version(file.filename, file.version)]
    assert [file.filename for file in others if not is_excused(file)] == []
    assert {file.filename for file in others} == {*SHORT_NAMES, *(name for name, _ in OLD_HELP)}


def test_no_bundled_file_is_of_another_version_of_its_cycle() -> None:
    """What would be published by mistake: the files of the release before or after."""
    versions = [release.version for release in read_facts().releases if release.version.startswith(("3.13.", "3.14."))]
    recent = [file for file in FILES if file.version in versions]
    missed = {(file.filename, version) for file in recent for version in versions
              if version != file.version and not other_version(file.filename, version)}  # fmt: skip
    assert recent
    assert missed == set()


def test_most_bundled_files_are_where_their_version_says() -> None:
    recent = [file for file in FILES if file.version.startswith(("3.12.", "3.13.", "3.14.", "3.15."))]
    assert {file.url for file in recent} == {HOST + usual_path(file.version) + file.filename for file in recent}


@pytest.mark.parametrize(
    ("filename", "version", "other"),
    [
        ("Python-3.14.9rc1.tgz", "3.14.9rc1", None),
        ("Python-3.14.9rc1.tgz", "3.14.9", "3.14.9rc1"),
        ("Python-3.14.9.tgz", "3.14.9rc1", "3.14.9"),
        ("Python-3.14.10.tgz", "3.14.1", "3.14.10"),
        ("python-3.14.9rc1-amd64.exe", "3.14.9rc1", None),
        ("python-3.14.9rc1-amd64.exe", "3.14.9rc2", "3.14.9rc1"),
        ("python-3.14.9t-arm64.zip", "3.14.9", None),
        ("python-3.14.9-macos11.0.pkg", "3.14.9", None),
        ("windows-3.14.9rc1.json", "3.14.9rc1", None),
        ("windows-3.14.8.json", "3.14.9rc1", "3.14.8"),
        ("python-3.10.0post2-macos11.pkg", "3.10.0", None),
        ("Python-2.5c1.tar.bz2", "2.5.0rc1", None),
        ("python3149rc1.chm", "3.14.9rc1", None),
        ("python3149rc1.chm", "3.14.9", "3149rc1"),
        ("python3140.chm", "3.14.0", None),
        ("python314.chm", "3.14.0", None),
        ("python314.chm", "3.14.1", "314"),
        ("SHA256SUMS", "3.14.9", None),
        ("openssl-3.0.15.zip", "3.14.9", "3.0.15"),
    ],
)
def test_a_name_carries_this_version_or_another(filename: str, version: str, other: str | None) -> None:
    assert other_version(filename, version) == other


def test_files_of_something_else_are_all_named() -> None:
    assert [*misplaced("3.14.9", ["Python-3.14.9.tgz", "Python-3.14.8.tgz", "python-manager-26.1.msix"])] == [
        "Python-3.14.8.tgz is of version 3.14.8, not 3.14.9.",
        "python-manager-26.1.msix belongs to the install manager, which is no part of a release of Python.",
    ]
