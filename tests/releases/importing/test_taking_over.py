"""What becomes of our rows when python.org has spoken."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update

from pydotorg.kernel import clock
from pydotorg.releases import tables
from pydotorg.releases.identity import stable_id
from pydotorg.releases.version import version_key
from tests.releases.importing.installation import Installation
from tests.releases.importing.service import PUBLIC, PythonOrg

pytestmark = pytest.mark.anyio

THEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 12, tzinfo=UTC)
SOURCE = "Python-3.14.4.tgz"
WINDOWS = "python-3.14.4-amd64.exe"


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: THEN)


@pytest.fixture
def with_3144(python_org: PythonOrg) -> PythonOrg:
    """A python.org with one release and two files."""
    python_org.release(17, "Python 3.14.4", slug="python-3144")
    python_org.file(50, 17, SOURCE, name="Gzipped source tarball", slug="python-3144-gzipped-source-tarball")
    python_org.file(51, 17, WINDOWS, os="windows", slug="3144-Windows-installer-64-bit", download_button=True)
    return python_org


async def test_an_empty_installation_gets_everything(with_3144: PythonOrg, installation: Installation) -> None:
    report = await installation.take_over(with_3144.url)
    assert report == [
        "operating systems: 5 added, 0 changed, 0 unchanged, 0 skipped; 0 others here left as they are",
        "  added: 1 windows, 2 macos, 3 source and 2 more",
        "release cycles: 1 added",
        "  added: python 3.14",
        "releases: 1 added, 0 changed, 0 unchanged, 0 skipped; 0 others here left as they are",
        "  added: 17 python-3144",
        "files: 2 added, 0 changed, 0 unchanged, 0 skipped; 0 others here left as they are",
        "  added: 50 python-3144-gzipped-source-tarball, 51 3144-Windows-installer-64-bit",
    ]
    release = await installation.release("python-3144")
    assert release == {
        "id": stable_id(date(2026, 4, 7), "python-3144"), "number": 17, "product": "python", "name": "Python 3.14.4",
        "slug": "python-3144", "version": "3.14.4", "version_key": version_key("3.14.4"),
        "cycle": "3.14", "major": 3, "pre_release": False, "is_published": True, "release_date": date(2026, 4, 7),
        "yanked": False, "yanked_reason": "", "release_notes_url": "",
        "release_page_url": "https://www.python.org/downloads/release/python-3144/", "show_on_download_page": True,
        "has_binaries": True, "content": "", "created_at": THEN, "updated_at": THEN,
    }  # fmt: skip
    installer = await installation.file("3144-Windows-installer-64-bit")
    system = (await installation.rows(tables.OperatingSystem))["windows"]
    assert system["id"] == stable_id(date(1970, 1, 1), "windows")
    assert installer == {
        "id": stable_id(date(2026, 4, 7), "3144-Windows-installer-64-bit"), "number": 51, "release_id": release["id"],
        "os_id": system["id"], "name": WINDOWS, "slug": "3144-Windows-installer-64-bit", "arch": "amd64",
        "kind": "installer", "filename": WINDOWS, "description": "", "is_source": False,
        "url": f"https://www.python.org/ftp/python/{WINDOWS}", "filesize": 1051, "md5_sum": "",
        "sha256_sum": f"{51:064x}", "gpg_signature_file": "", "sigstore_signature_file": "", "sigstore_cert_file": "",
        "sigstore_bundle_file": "", "sbom_spdx2_file": "", "download_button": True, "updated_at": THEN,
    }  # fmt: skip


async def test_a_second_run_changes_nothing(
    with_3144: PythonOrg, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.everything()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    assert await installation.take_over(with_3144.url) == [
        "operating systems: 0 added, 0 changed, 5 unchanged, 0 skipped; 0 others here left as they are",
        "releases: 0 added, 0 changed, 1 unchanged, 0 skipped; 0 others here left as they are",
        "files: 0 added, 0 changed, 2 unchanged, 0 skipped; 0 others here left as they are",
        "Nothing to change.",
    ]
    assert await installation.everything() == before


async def test_only_what_differs_is_changed_and_dated(
    with_3144: PythonOrg, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.file("3144-Windows-installer-64-bit")
    monkeypatch.setattr(clock, "now", lambda: LATER)
    with_3144.files[1] |= {"name": "Windows installer (64-bit)", "sbom_spdx2_file": f"{before['url']}.spdx.json"}
    report = await installation.take_over(with_3144.url)
    assert "  changed name, sbom_spdx2_file (1): 51 3144-Windows-installer-64-bit" in report
    assert await installation.file("3144-Windows-installer-64-bit") == before | {
        "name": "Windows installer (64-bit)", "sbom_spdx2_file": f"{before['url']}.spdx.json", "updated_at": LATER,
    }  # fmt: skip
    assert (await installation.file("python-3144-gzipped-source-tarball"))["updated_at"] == THEN
    assert (await installation.release("python-3144"))["updated_at"] == THEN


async def test_a_dry_run_reports_the_same_and_writes_nothing(with_3144: PythonOrg, installation: Installation) -> None:
    before = await installation.everything()
    dry = await installation.take_over(with_3144.url, dry_run=True)
    assert await installation.everything() == before
    assert dry == [*(await installation.take_over(with_3144.url)), "This was a dry run: nothing was written."]


async def test_a_row_of_the_snapshot_takes_the_number_and_keeps_its_id(
    with_3144: PythonOrg, seeded: Installation
) -> None:
    release = await seeded.release("python-3144")
    files = {row["filename"]: row for row in (await seeded.rows(tables.ReleaseFile)).values()}
    with_3144.files[1]["url"] = files[WINDOWS]["url"]
    await seeded.take_over(with_3144.url)
    assert (release["number"], (await seeded.release("python-3144"))["number"]) == (release["number"], 17)
    assert release["number"] >= 1_000_000
    assert (await seeded.release("python-3144"))["id"] == release["id"]
    by_url = await seeded.file("3144-Windows-installer-64-bit")
    by_name = await seeded.file("python-3144-gzipped-source-tarball")
    assert (by_url["number"], by_url["id"]) == (51, files[WINDOWS]["id"])
    assert (by_name["number"], by_name["id"]) == (50, files[SOURCE]["id"])


async def test_python_org_wins_where_it_has_a_word_and_the_rest_stays(
    with_3144: PythonOrg, seeded: Installation
) -> None:
    ours = {
        "yanked": True, "yanked_reason": "Broken.", "content": "Text", "release_page_url": "", "has_binaries": False,
        "is_published": False, "show_on_download_page": False, "name": "Python!", "release_date": date(2020, 1, 1),
        "pre_release": True, "release_notes_url": "https://example.org/",
    }  # fmt: skip
    await seeded.change(update(tables.Release).where(tables.Release.slug == "python-3144").values(**ours))
    await seeded.take_over(with_3144.url)
    release = await seeded.release("python-3144")
    stays = ("yanked", "yanked_reason", "content", "release_page_url", "has_binaries")
    assert {name: release[name] for name in stays} == {name: ours[name] for name in stays}
    assert {name: release[name] for name in ours.keys() - set(stays)} == {
        "is_published": True, "show_on_download_page": True, "name": "Python 3.14.4", "pre_release": False,
        "release_date": date(2026, 4, 7), "release_notes_url": "",
    }  # fmt: skip


async def test_a_release_keeps_its_number_when_it_is_renamed(with_3144: PythonOrg, installation: Installation) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.release("python-3144")
    with_3144.releases[0] |= {"name": "Python 3.15.0rc1", "slug": "python-3150rc1", "pre_release": True}
    await installation.take_over(with_3144.url)
    after = await installation.release("python-3150rc1")
    assert (after["id"], after["number"]) == (before["id"], 17)
    assert (after["version"], after["cycle"]) == ("3.15.0rc1", "3.15")


async def test_rows_can_exchange_what_is_unique(with_3144: PythonOrg, installation: Installation) -> None:
    with_3144.release(18, "Python 3.14.5", slug="python-3145")
    with_3144.file(60, 18, "Python-3.14.5.tgz", download_button=True)
    with_3144.file(61, 18, "Python-3.14.5.tar.xz")
    await installation.take_over(with_3144.url)
    ids = {slug: (await installation.release(slug))["id"] for slug in ("python-3144", "python-3145")}
    first, second = with_3144.releases
    for name in ("name", "slug"):
        first[name], second[name] = second[name], first[name]
    tgz, xz = with_3144.files[2:]
    for name in ("slug", "download_button"):
        tgz[name], xz[name] = xz[name], tgz[name]
    report = await installation.take_over(with_3144.url)
    assert not [line for line in report if "skipped " in line.partition(":")[0]]
    assert (await installation.release("python-3144"))["id"] == ids["python-3145"]
    assert (await installation.release("python-3145"))["id"] == ids["python-3144"]
    assert (await installation.release("python-3145"))["version"] == "3.14.5"
    assert ((await installation.file("file-60"))["number"], (await installation.file("file-61"))["number"]) == (61, 60)
    assert (await installation.file("file-60"))["download_button"]
    assert (await installation.take_over(with_3144.url))[-1] == "Nothing to change."


async def test_operating_systems_go_by_their_slug_and_can_exchange_numbers(
    with_3144: PythonOrg, seeded: Installation
) -> None:
    before = await seeded.rows(tables.OperatingSystem)
    windows, macos = with_3144.lists["os"][:2]
    windows["resource_uri"], macos["resource_uri"] = macos["resource_uri"], windows["resource_uri"]
    with_3144.files[1]["os"] = f"{PUBLIC}/os/2/"
    await seeded.take_over(with_3144.url)
    after = await seeded.rows(tables.OperatingSystem)
    assert (after["windows"]["number"], after["macos"]["number"]) == (2, 1)
    assert {slug: row["id"] for slug, row in after.items()} == {slug: row["id"] for slug, row in before.items()}
    assert (await seeded.file("3144-Windows-installer-64-bit"))["os_id"] == before["windows"]["id"]


async def test_files_that_were_posted_anew_keep_their_ids(with_3144: PythonOrg, installation: Installation) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.file("3144-Windows-installer-64-bit")
    with_3144.files[1] |= {"resource_uri": f"{PUBLIC}/release_file/99/"}
    await installation.take_over(with_3144.url)
    assert await installation.file("3144-Windows-installer-64-bit") == before | {"number": 99}


async def test_what_would_stand_twice_is_skipped(with_3144: PythonOrg, installation: Installation) -> None:
    with_3144.files[0]["slug"] = "file-50"
    await installation.take_over(with_3144.url)
    # of our own making: a draft and a file that python.org does not have
    draft = {**await installation.release("python-3144"), "id": stable_id(date(2026, 1, 1), "x")}
    draft |= {"number": 18, "slug": "python-3160", "version": "3.16.0", "version_key": "1", "cycle": "3.14"}
    await installation.change(tables.Release.__table__.insert().values(**draft))  # type: ignore[attr-defined]
    with_3144.release(18, "Python 3.14.5", slug="taken-3145")  # number: our draft is this row
    with_3144.release(19, "Python 3.14.6", slug="python-3144")
    with_3144.release(20, "Python 3.14.4", slug="again")
    with_3144.release(21, "Python 3.14.7", slug="python-3147")
    with_3144.file(70, 19, "Python-3.14.6.tgz")
    with_3144.file(71, 21, "Python-3.14.7.tgz", slug="file-50")
    report = await installation.take_over(with_3144.url)
    assert [line for line in report if line.startswith("  skipped")] == [
        "  skipped 19 python-3144: its slug python-3144 is that of 17 python-3144",
        f"  skipped 20 again: its version_key {version_key('3.14.4')} is that of 17 python-3144",
        "  skipped 71 file-50: its slug file-50 is that of 50 file-50",
        "  skipped 70 file-70: its release 19 is not here",
    ]
    assert (await installation.release("taken-3145"))["id"] == draft["id"]
    assert (await installation.release("python-3147"))["number"] == 21


async def test_a_refused_change_may_refuse_another(with_3144: PythonOrg, installation: Installation) -> None:
    """3.14.5 cannot have the slug of a release that python.org does not have; so 3.14.4 cannot have 3.14.5's."""
    with_3144.release(18, "Python 3.14.5", slug="python-3145")
    with_3144.release(19, "Python 3.14.6", slug="python-3146")
    await installation.take_over(with_3144.url)
    with_3144.releases.pop()
    with_3144.releases[0]["slug"] = "python-3145"
    with_3144.releases[1]["slug"] = "python-3146"
    before = await installation.everything()
    report = await installation.take_over(with_3144.url)
    assert [line for line in report if line.startswith("  skipped")] == [
        "  skipped 18 python-3146: its slug python-3146 is that of 19 python-3146",
        "  skipped 17 python-3145: its slug python-3145 is that of 18 python-3145",
    ]
    assert await installation.everything() == before


async def test_a_release_without_a_version_is_skipped_with_its_files(
    with_3144: PythonOrg, installation: Installation
) -> None:
    with_3144.release(18, "Python next", slug="python-next")
    with_3144.file(70, 18, "Python-next.tgz")
    with_3144.file(71, 17, "Python-3.14.4.tar.xz", url="https://nuget.org/x")
    report = await installation.take_over(with_3144.url)
    fault = "url must be an address on https://www.python.org/, not 'https://nuget.org/x'"
    assert [line for line in report if line.startswith("  skipped")] == [
        f"  skipped row 2 of 2 ('{PUBLIC}/release/18/'): its name 'Python next' does not tell the version",
        "  skipped 70 file-70: its release 18 is not here",
        f"  skipped row 4 of 4 ('{PUBLIC}/release_file/71/'): {fault}",
    ]
    assert len(await installation.rows(tables.ReleaseFile)) == 2


async def test_what_python_org_does_not_have_stays(with_3144: PythonOrg, seeded: Installation) -> None:
    before = await seeded.everything()
    report = await seeded.take_over(with_3144.url)
    assert "releases: 0 added, 1 changed, 0 unchanged, 0 skipped; 650 others here left as they are" in report
    after = await seeded.everything()
    changed = [{row["id"] for row in rows.values() if row not in list(old.values())} for old, rows in
               zip(before[:3], after[:3], strict=True)]  # fmt: skip
    assert [len(ids) for ids in changed] == [0, 1, 2]
    assert [len(rows) for rows in after] == [len(rows) for rows in before]


async def test_one_file_of_a_system_keeps_the_download_button(with_3144: PythonOrg, installation: Installation) -> None:
    with_3144.file(49, 17, "python-3.14.4-arm64.exe", os="windows", download_button=True)
    with_3144.file(52, 17, "python-3.14.4.exe", os="windows", download_button=True)
    with_3144.file(53, 17, "python-3.14.4-macos11.pkg", os="macos", download_button=True)
    report = await installation.take_over(with_3144.url)
    assert [line for line in report if line.startswith("  note")] == [
        "  note on 51 3144-Windows-installer-64-bit: goes without its download button, which 49 file-49 has",
        "  note on 52 file-52: goes without its download button, which 49 file-49 has",
    ]
    rows = (await installation.rows(tables.ReleaseFile)).values()
    assert {row["number"] for row in rows if row["download_button"]} == {49, 53}
    assert (await installation.take_over(with_3144.url))[-1] == "Nothing to change."


async def test_a_file_that_python_org_does_not_have_keeps_its_button(
    with_3144: PythonOrg, installation: Installation
) -> None:
    await installation.take_over(with_3144.url)
    del with_3144.files[1]
    with_3144.file(52, 17, "python-3.14.4.exe", os="windows", slug="new", download_button=True)
    report = await installation.take_over(with_3144.url)
    assert "  note on 52 new: goes without its download button, which 51 3144-Windows-installer-64-bit has" in report
    assert not (await installation.file("new"))["download_button"]


async def test_what_python_org_does_not_know_of_a_file_stays_known(
    with_3144: PythonOrg, installation: Installation
) -> None:
    with_3144.files[0]["md5_sum"] = "a" * 32
    await installation.take_over(with_3144.url)
    before = await installation.file("python-3144-gzipped-source-tarball")
    with_3144.files[0] |= {"sha256_sum": "", "filesize": 0}
    assert (await installation.take_over(with_3144.url))[-1] == "Nothing to change."
    assert await installation.file("python-3144-gzipped-source-tarball") == before


@pytest.mark.parametrize(
    "other", [{"md5_sum": "b" * 32}, {"filesize": 7}, {"url": "https://www.python.org/ftp/python/3.14.4/" + SOURCE}]
)
async def test_what_was_known_of_another_content_goes(
    other: dict[str, object], with_3144: PythonOrg, installation: Installation
) -> None:
    with_3144.files[0]["md5_sum"] = "a" * 32
    await installation.take_over(with_3144.url)
    with_3144.files[0] |= {"sha256_sum": "", "md5_sum": "", "filesize": 0} | other
    await installation.take_over(with_3144.url)
    after = await installation.file("python-3144-gzipped-source-tarball")
    unknown = {"sha256_sum": "", "md5_sum": "", "filesize": None} | other
    assert {name: after[name] for name in unknown} == unknown
    assert (await installation.take_over(with_3144.url))[-1] == "Nothing to change."


async def test_kind_and_arch_stay_unless_the_file_is_another(with_3144: PythonOrg, installation: Installation) -> None:
    await installation.take_over(with_3144.url)
    await installation.change(update(tables.ReleaseFile).values(kind="archive", arch="universal"))
    with_3144.files[1]["url"] = "https://www.python.org/ftp/python/python-3.14.4-arm64.exe"
    await installation.take_over(with_3144.url)
    same = await installation.file("python-3144-gzipped-source-tarball")
    another = await installation.file("3144-Windows-installer-64-bit")
    assert (same["kind"], same["arch"]) == ("archive", "universal")
    assert (another["kind"], another["arch"], another["filename"]) == ("installer", "arm64", "python-3.14.4-arm64.exe")


async def test_a_name_of_a_new_form_is_taken_for_something_and_told(
    with_3144: PythonOrg, installation: Installation
) -> None:
    for number, name in enumerate(("python-3.14.4-wasm.zip", "python-3.14.4-riscv.exe"), 60):
        with_3144.file(number, 17, name, os="windows")
    with_3144.file(62, 17, "Python-3.14.4.tar.zst")
    report = await installation.take_over(with_3144.url)
    assert [line for line in report if line.startswith("  note")] == [
        "  note on 60 file-60: python-3.14.4-wasm.zip is a new form of name; taken for kind archive",
        "  note on 61 file-61: python-3.14.4-riscv.exe is a new form of name; taken for kind installer",
        "  note on 62 file-62: Python-3.14.4.tar.zst is a new form of name; taken for kind source",
    ]


async def test_the_install_manager_has_releases_of_its_own(with_3144: PythonOrg, installation: Installation) -> None:
    with_3144.release(30, "Python install manager 3.14.4", slug="pymanager-3144")
    with_3144.release(31, "Python install manager 26.1b1", slug="pymanager-261b1", pre_release=True,
                      release_date="2026-05-01T00:00:00Z")  # fmt: skip
    await installation.take_over(with_3144.url)
    manager = await installation.release("pymanager-261b1")
    assert (manager["product"], manager["cycle"], manager["major"]) == ("install-manager", "26.1", 26)
    async with installation.engine.connect() as connection:
        cycles = await connection.execute(
            select(tables.ReleaseCycle.product, tables.ReleaseCycle.cycle, tables.ReleaseCycle.first_release)
        )
        assert {tuple(row) for row in cycles} == {
            ("python", "3.14", date(2026, 4, 7)),
            ("install-manager", "3.14", date(2026, 4, 7)),
            ("install-manager", "26.1", date(2026, 5, 1)),
        }


async def test_a_cycle_of_previews_only_is_still_in_development(
    with_3144: PythonOrg, installation: Installation
) -> None:
    with_3144.release(18, "Python 3.17.0a1", pre_release=True)
    await installation.take_over(with_3144.url)
    cycle = (await installation.rows(tables.ReleaseCycle, key="cycle"))["3.17"]
    assert (cycle["first_release"], cycle["ended"], cycle["cycle_key"]) == (None, False, version_key("3.17"))


async def test_a_new_row_whose_slug_has_made_an_id_before_gets_another(
    with_3144: PythonOrg, installation: Installation
) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.release("python-3144")
    with_3144.releases[0]["slug"] = "python-3144-old"
    with_3144.releases[0]["name"] = "Python 3.14.3"
    with_3144.release(18, "Python 3.14.4", slug="python-3144")
    await installation.take_over(with_3144.url)
    assert (await installation.release("python-3144-old"))["id"] == before["id"]
    assert (await installation.release("python-3144"))["id"] != before["id"]


async def test_binaries_become_known_when_they_come(with_3144: PythonOrg, installation: Installation) -> None:
    installer = with_3144.files.pop()
    await installation.take_over(with_3144.url)
    assert (await installation.release("python-3144"))["has_binaries"] is None
    with_3144.files.append(installer)
    await installation.take_over(with_3144.url)
    assert (await installation.release("python-3144"))["has_binaries"] is True


async def test_the_snapshot_can_be_loaded_after_an_import(with_3144: PythonOrg, installation: Installation) -> None:
    await installation.take_over(with_3144.url)
    await installation.seed()
    before = await installation.everything()
    assert not any((await installation.seed()).values())
    assert (await installation.take_over(with_3144.url))[-1] == "Nothing to change."
    assert await installation.everything() == before
    names = [row["filename"] for row in before[2].values() if row["filename"].startswith(("Python-3.14.4.", WINDOWS))]
    assert sorted(names) == ["Python-3.14.4.tar.xz", "Python-3.14.4.tgz", WINDOWS]


async def test_an_import_does_not_make_the_snapshot_load_again(with_3144: PythonOrg, seeded: Installation) -> None:
    await seeded.take_over(with_3144.url)
    assert not any((await seeded.seed()).values())


async def test_nothing_is_written_when_the_last_list_cannot_be_read(
    with_3144: PythonOrg, installation: Installation
) -> None:
    del with_3144.lists["release_file"]
    before = await installation.everything()
    with pytest.raises(Exception, match="answered 404"):
        await installation.take_over(with_3144.url)
    assert await installation.everything() == before


async def test_a_release_that_was_deleted_here_comes_back(with_3144: PythonOrg, installation: Installation) -> None:
    await installation.take_over(with_3144.url)
    before = await installation.everything()
    await installation.change(delete(tables.ReleaseFile))
    await installation.change(delete(tables.Release))
    await installation.take_over(with_3144.url)
    assert await installation.everything() == before
