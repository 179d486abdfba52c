from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from build_snapshot import build, check_files
from collected_facts import Collected, Cycle, File, Plan, Release, read_collected
from pydotorg.snapshot.records import Facts, FileRecord

CYCLE = Cycle(date(2024, 5, 8), date(2025, 5, 7), date(2025, 10, 7), date(2027, 10, 7), date(2030, 10, 1), "", "")
RELEASE = Release("3.14.0", date(2025, 10, 7), "python-3140", "")
SOURCE = File(
    url="https://www.python.org/ftp/python/3.14.0/Python-3.14.0.tgz",
    version="3.14.0",
    filename="Python-3.14.0.tgz",
    os="source",
    is_source=True,
    size=9,
    md5="a" * 32,
    sha256="a" * 64,
)
MANIFEST = replace(
    SOURCE,
    url="https://www.python.org/ftp/python/3.14.0/windows-3.14.0.json",
    filename="windows-3.14.0.json",
    os="windows",
    is_source=False,
    size=7,
    md5="b" * 32,
    sha256="b" * 64,
)


def collected(*files: File, releases: tuple[Release, ...] = (RELEASE,)) -> Collected:
    return Collected(releases=releases, cycles={"3.14": CYCLE}, files=files, scheduled=())


def files_of(*files: File, known: Facts | None = None) -> list[FileRecord]:
    return list(build(collected(*files), known or Facts(), Counter()).files)


def test_a_number_stays_with_its_file_and_a_new_file_gets_the_next() -> None:
    known = build(collected(MANIFEST), Facts(), Counter())
    again = build(collected(SOURCE, MANIFEST), known, Counter())
    assert [(file.filename, file.number) for file in again.files] == [
        ("Python-3.14.0.tgz", 1_000_001),
        ("windows-3.14.0.json", 1_000_000),
    ]


def test_a_number_stays_with_its_release() -> None:
    known = build(collected(), Facts(), Counter())
    preview = Release("3.14.0rc1", date(2025, 7, 22), "python-3140rc1", "")
    again = build(collected(releases=(RELEASE, preview)), known, Counter())
    assert {release.version: release.number for release in again.releases} == {
        "3.14.0rc1": 1_000_001,
        "3.14.0": 1_000_000,
    }


def test_files_on_other_hosts_are_left_out_and_counted() -> None:
    left_out = Counter[str]()
    elsewhere = replace(SOURCE, url="https://example.org/Python-3.14.0.tgz")
    assert build(collected(elsewhere), Facts(), left_out).files == []
    assert left_out["files on other hosts"] == 1


def test_rows_about_one_file_complete_each_other() -> None:
    plain = replace(SOURCE, url=SOURCE.url.replace("https:", "http:"), sha256="")
    [file] = files_of(plain, replace(SOURCE, size=None, md5=""))
    assert (file.url, file.size, file.md5, file.sha256) == (SOURCE.url, 9, "a" * 32, "a" * 64)


def test_what_rows_about_one_file_disagree_about_is_left_out() -> None:
    [file] = files_of(SOURCE, replace(SOURCE, size=8, sha256="c" * 64))
    assert (file.size, file.md5, file.sha256) == (None, "a" * 32, "")


def test_a_digest_that_another_source_disputes_is_left_out() -> None:
    [file] = files_of(replace(SOURCE, conflicts=({"md5": "c" * 32, "source": "another"},)))
    assert (file.size, file.md5, file.sha256) == (9, "", "a" * 64)


def test_a_digest_that_two_files_share_is_left_out() -> None:
    source, manifest = files_of(SOURCE, replace(MANIFEST, md5=SOURCE.md5))
    assert (source.md5, manifest.md5) == ("", "")
    assert source.sha256
    assert manifest.sha256


def test_of_an_error_page_in_place_of_two_files_nothing_is_left() -> None:
    for file in files_of(SOURCE, replace(MANIFEST, md5=SOURCE.md5, size=SOURCE.size)):
        assert (file.size, file.md5, file.sha256) == (None, "", "")


def test_a_file_of_no_known_form_stops_the_build() -> None:
    with pytest.raises(SystemExit, match=r"setup\.bin"):
        files_of(replace(SOURCE, url="https://www.python.org/ftp/python/3.14.0/setup.bin", filename="setup.bin"))


@pytest.mark.parametrize("path", ["ftp/python/../3.14.0/", "ftp/python/3.14.0/?x=/", "user@ftp/"])
def test_an_address_that_could_lead_elsewhere_stops_the_build(path: str) -> None:
    url = f"https://www.python.org/{path}Python-3.14.0.tgz"
    with pytest.raises(SystemExit, match="no public address"):
        check_files(files_of(replace(SOURCE, url=url)), {"3.14.0"})


def test_two_buttons_for_one_system_stop_the_build() -> None:
    files = [replace(file, os="windows", download_button=True) for file in files_of(SOURCE, MANIFEST)]
    with pytest.raises(SystemExit, match="windows"):
        check_files(files, {"3.14.0"})


def test_an_address_of_another_name_than_the_files_stops_the_build() -> None:
    with pytest.raises(SystemExit, match="another name"):
        files_of(replace(SOURCE, url=MANIFEST.url))


def test_an_unreadable_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"releases\.json cannot be read"):
        read_collected(tmp_path)


def test_a_recall_without_a_reason_stops_the_build() -> None:
    with pytest.raises(SystemExit, match="recalled"):
        build(collected(releases=(replace(RELEASE, recalled=True),)), Facts(), Counter())


def test_a_plan_is_kept_with_its_day() -> None:
    plans = (Plan("3.14.10", date(2027, 2, 2)), Plan("3.14.9", date(2026, 12, 1)))
    facts = build(replace(collected(SOURCE), scheduled=plans), Facts(), Counter())
    assert [(plan.version, plan.date) for plan in facts.scheduled] == [
        ("3.14.9", date(2026, 12, 1)),
        ("3.14.10", date(2027, 2, 2)),
    ]
