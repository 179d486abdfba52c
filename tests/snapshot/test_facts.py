import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pydotorg.releases.version import cycle_of, version_key
from pydotorg.snapshot.records import CycleRecord, Facts, FileRecord, ReleaseRecord, read_facts

SLUG = re.compile(r"[A-Za-z0-9_-]{1,200}")
URL = re.compile(r"https://www\.python\.org/ftp/python/\d+\.\d+(\.\d+)?/[A-Za-z0-9._-]+")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts()


@pytest.fixture(scope="module")
def releases(facts: Facts) -> dict[str, ReleaseRecord]:
    return {release.version: release for release in facts.releases}


def files_of(version: str, facts: Facts) -> dict[str, FileRecord]:
    return {file.filename: file for file in facts.files if file.version == version}


def repeated(keys: Iterable[Any]) -> list[Any]:
    return [key for key, times in Counter(keys).items() if times > 1]


def test_everything_known_is_bundled(facts: Facts) -> None:
    assert len(facts.releases) == 651
    assert sum(not release.pre_release for release in facts.releases) == 283
    assert len(facts.files) == 4145
    assert len(facts.cycles) == 32
    assert len(facts.scheduled) == 20


def test_operating_systems_have_the_numbers_that_clients_rely_on(facts: Facts) -> None:
    systems = [(system.number, system.slug, system.name) for system in facts.operating_systems]
    assert systems == [
        (1, "windows", "Windows"),
        (2, "macos", "macOS"),
        (3, "source", "Source release"),
        (4, "android", "Android"),
        (5, "ios", "iOS"),
    ]


def test_numbers_are_unique_and_out_of_the_way_of_python_orgs(facts: Facts) -> None:
    for numbers in ([release.number for release in facts.releases], [file.number for file in facts.files]):
        assert not repeated(numbers)
        assert min(numbers) >= 1_000_000


def test_numbers_stay_as_clients_have_stored_them(releases: dict[str, ReleaseRecord], facts: Facts) -> None:
    assert releases["1.0.1"].number == 1_000_000
    assert releases["3.15.0"].number == 1_000_650
    assert files_of("2.0.1", facts)["Python-2.0.1-Debug.zip"].number == 1_000_000
    assert files_of("3.15.0", facts)["windows-3.15.0.json"].number == 1_004_144


def test_slugs_and_ids_are_unique_and_well_formed(facts: Facts, releases: dict[str, ReleaseRecord]) -> None:
    for slugs in (
        [system.slug for system in facts.operating_systems],
        [release.slug for release in facts.releases],
        [file.slug for file in facts.files],
    ):
        assert not repeated(slugs)
        assert all(map(SLUG.fullmatch, slugs))
    ids = [system.id for system in facts.operating_systems]
    ids += [release.id for release in facts.releases]
    ids += [file.id(releases[file.version].date) for file in facts.files]
    assert not repeated(ids)
    assert {identifier.version for identifier in ids} == {7}


def test_records_stand_in_version_order(facts: Facts) -> None:
    for versions in (
        [cycle.cycle for cycle in facts.cycles],
        [release.version for release in facts.releases],
        [file.version for file in facts.files],
        [plan.version for plan in facts.scheduled],
    ):
        assert versions == sorted(versions, key=version_key)


def test_every_record_has_what_it_belongs_to(facts: Facts, releases: dict[str, ReleaseRecord]) -> None:
    cycles = {cycle.cycle for cycle in facts.cycles}
    systems = {system.slug for system in facts.operating_systems}
    assert {release.cycle for release in facts.releases} | {
        cycle_of(plan.version) for plan in facts.scheduled
    } == cycles
    assert {file.version for file in facts.files} <= releases.keys()
    assert {file.os for file in facts.files} <= systems


def test_of_cycles_before_1_6_only_their_end_is_known(facts: Facts) -> None:
    ended = [cycle for cycle in facts.cycles if cycle.ended]
    assert ended == [CycleRecord(name, ended=True) for name in ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")]
    assert all(cycle.end_of_life for cycle in facts.cycles if not cycle.ended)


def test_a_cycles_dates_follow_each_other(facts: Facts) -> None:
    for cycle in facts.cycles:
        dates = [
            day
            for day in (
                cycle.start_of_development,
                cycle.feature_freeze,
                cycle.first_release,
                cycle.end_of_bugfix,
                cycle.end_of_life,
            )
            if day
        ]
        assert dates == sorted(dates), cycle.cycle


def test_impossible_dates_are_corrected(releases: dict[str, ReleaseRecord]) -> None:
    assert releases["2.1.1"].date == date(2001, 7, 20)
    assert releases["2.3.5"].date == date(2005, 2, 8)
    assert releases["2.7.3"].date == date(2012, 4, 9)


def test_no_final_release_is_older_than_the_one_before(facts: Facts) -> None:
    for cycle in facts.cycles:
        dates = [release.date for release in facts.releases if release.cycle == cycle.cycle and not release.pre_release]
        assert dates == sorted(dates), cycle.cycle


def test_what_is_released_lies_in_the_past_and_is_not_planned(facts: Facts, releases: dict[str, ReleaseRecord]) -> None:
    assert min(release.date for release in facts.releases) == date(1994, 2, 15)
    assert max(release.date for release in facts.releases) <= datetime.now(UTC).date()
    assert not releases.keys() & {plan.version for plan in facts.scheduled}


def test_recalled_releases_are_yanked_with_a_reason(facts: Facts) -> None:
    yanked = {release.version: release.yanked_reason for release in facts.releases if release.yanked}
    assert yanked.keys() == {"3.9.0b2", "3.9.3"}
    assert all(yanked.values())


def test_every_file_is_at_python_org_over_https(facts: Facts) -> None:
    addresses = [file.url for file in facts.files]
    assert all(map(URL.fullmatch, addresses))
    assert not repeated(addresses)


def test_files_of_a_cycles_first_release_stand_in_its_older_directory(facts: Facts) -> None:
    assert files_of("2.2.0", facts)["Python-2.2.tgz"].url == "https://www.python.org/ftp/python/2.2/Python-2.2.tgz"
    assert files_of("3.14.0rc3", facts)["Python-3.14.0rc3.tgz"].path == ""


def test_digests_and_sizes_are_well_formed(facts: Facts) -> None:
    for file in facts.files:
        assert re.fullmatch("([0-9a-f]{32})?", file.md5), file.url
        assert re.fullmatch("([0-9a-f]{64})?", file.sha256), file.url
        assert file.size is None or file.size > 0, file.url


DISPUTED_MD5 = [
    ("2.7.16", "python-2.7.16.amd64.msi"),
    ("2.7.16", "python-2.7.16.msi"),
    ("3.8.9", "python-3.8.9-amd64.exe"),
    ("3.8.9", "python-3.8.9.exe"),
    ("3.9.4", "python-3.9.4-amd64.exe"),
    ("3.9.4", "python-3.9.4.exe"),
    ("3.13.12", "python-3.13.12-amd64.exe"),
    ("3.13.12", "python-3.13.12-arm64.exe"),
    ("3.13.12", "python-3.13.12.exe"),
    ("3.14.3", "python-3.14.3-amd64.exe"),
    ("3.14.3", "python-3.14.3-arm64.exe"),
    ("3.14.3", "python-3.14.3.exe"),
    ("3.15.0a5", "python-3.15.0a5-amd64.exe"),
    ("3.15.0a5", "python-3.15.0a5.exe"),
]
DISPUTED_SHA256 = [("3.13.10", "python-3.13.10-amd64.exe"), ("3.14.0a5", "Python-3.14.0a5.tar.xz")]


@pytest.mark.parametrize(("version", "filename"), DISPUTED_MD5)
def test_a_disputed_md5_is_left_out_and_the_sha256_stays(version: str, filename: str, facts: Facts) -> None:
    file = files_of(version, facts)[filename]
    assert (file.md5, len(file.sha256)) == ("", 64)


@pytest.mark.parametrize(("version", "filename"), DISPUTED_SHA256)
def test_a_disputed_sha256_is_left_out_and_the_md5_stays(version: str, filename: str, facts: Facts) -> None:
    file = files_of(version, facts)[filename]
    assert (len(file.md5), file.sha256) == (32, "")


def test_no_two_files_claim_the_same_digest(facts: Facts) -> None:
    assert not repeated(file.md5 for file in facts.files if file.md5)
    assert not repeated(file.sha256 for file in facts.files if file.sha256)


def test_what_was_measured_of_an_error_page_is_left_out(facts: Facts) -> None:
    for version, filename in (("3.2.2", "python322.chm"), ("3.2.4", "python324.chm"), ("3.2.5", "python324.chm")):
        file = files_of(version, facts)[filename]
        assert (file.size, file.md5, file.sha256) == (None, "", "")


@pytest.mark.parametrize("version", ["3.3.4", "3.3.5"])
def test_a_file_listed_under_two_addresses_is_one(version: str, facts: Facts) -> None:
    tarball = files_of(version, facts)[f"Python-{version}.tgz"]
    assert tarball.size
    assert tarball.md5
    assert tarball.sha256
    assert tarball.description == ""


def test_a_candidates_help_file_is_not_the_finals(facts: Facts) -> None:
    assert "python335rc1.chm" in files_of("3.3.5rc1", facts)
    assert "python335rc1.chm" not in files_of("3.3.5", facts)


def test_descriptions_say_whom_a_file_is_for_and_no_more(facts: Facts) -> None:
    for description in {file.description for file in facts.files}:
        assert description == description.strip()
        assert len(description) <= 90
        assert not re.search(r"[{}\[\]~]|\. ", description)


def test_a_release_has_one_button_for_a_system_at_most(facts: Facts) -> None:
    buttons = [file for file in facts.files if file.download_button]
    assert not repeated((file.version, file.os) for file in buttons)
    assert {file.kind for file in buttons} == {"installer"}


def test_the_recommended_installer_has_the_button(facts: Facts) -> None:
    assert all(file.download_button for file in facts.files if file.description == "Recommended")
    buttons = {file.filename for file in files_of("3.15.0", facts).values() if file.download_button}
    assert buttons == {"python-3.15.0-amd64.exe", "python-3.15.0-macos11.pkg"}


def test_a_release_tells_whether_it_has_binaries(facts: Facts, releases: dict[str, ReleaseRecord]) -> None:
    with_binaries = {file.version for file in facts.files if not file.is_source}
    assert {release.version for release in facts.releases if release.has_binaries} == with_binaries
    for sources_only in ("3.12.15", "3.10.22", "3.4.10rc1", "2.6.9"):
        assert releases[sources_only].has_binaries is False
    for unknown in ("1.5.2", "3.9.3", "3.15.0rc2"):
        assert releases[unknown].has_binaries is None


def test_addresses_of_pages_are_those_of_python_org(releases: dict[str, ReleaseRecord]) -> None:
    pages = "https://www.python.org/downloads/release/"
    assert releases["3.14.8"].release_page_url == f"{pages}python-3148/"
    assert releases["3.3.5rc1"].release_page_url == f"{pages}python-335-rc1/"
    assert releases["1.0.1"].release_page_url == ""
    assert not repeated(release.release_page_url for release in releases.values() if release.release_page_url)


def test_final_releases_since_3_4_have_their_change_log(releases: dict[str, ReleaseRecord]) -> None:
    notes = "https://docs.python.org/release/3.14.4/whatsnew/changelog.html"
    assert releases["3.14.4"].release_notes_url == notes
    for version in ("3.15.0rc1", "3.3.7", "3.9.3"):
        assert releases[version].release_notes_url == ""
