"""`GET /releases`: which releases, and in which order."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from packaging.version import Version

from pydotorg.snapshot.records import Facts, ReleaseRecord
from tests.conftest import OnDay

from .reading import rows

pytestmark = pytest.mark.anyio

TODAY = "2026-11-24"
Match = Callable[[ReleaseRecord], bool]


def versions(found: list[dict[str, Any]]) -> list[str]:
    return [row["version"] for row in found]


async def test_all_releases_are_there_newest_version_first(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = await rows(anyone, "releases")
    assert len(found) == 651
    assert versions(found) == sorted((record.version for record in facts.releases), key=Version, reverse=True)
    assert versions(found)[:3] == ["3.15.0", "3.15.0rc3", "3.15.0rc2"]


async def test_version_order_is_not_text_order(anyone: httpx.AsyncClient) -> None:
    found = versions(await rows(anyone, "releases", cycle="3.10", pre_release="false"))
    assert found[0] == "3.10.22"
    assert found[-2:] == ["3.10.1", "3.10.0"]


async def test_a_release_says_what_is_known_of_it(anyone: httpx.AsyncClient, facts: Facts, on_day: OnDay) -> None:
    on_day(TODAY)
    cycles = {cycle.cycle: cycle for cycle in facts.cycles}
    found = {row["version"]: row for row in await rows(anyone, "releases")}
    for record in facts.releases:
        row = found[record.version]
        end = cycles[record.cycle].end_of_life
        known = {
            "id": str(record.id), "product": "python", "name": record.name, "slug": record.slug,
            "version": record.version, "cycle": record.cycle, "major": record.major, "pre_release": record.pre_release,
            "is_published": True, "release_date": record.date.isoformat(), "yanked": record.yanked,
            "yanked_reason": record.yanked_reason, "release_notes_url": record.release_notes_url,
            "release_page_url": record.release_page_url, "show_on_download_page": True,
            "has_binaries": record.has_binaries, "end_of_life": end and end.isoformat(),
        }  # fmt: skip
        derived = {"is_latest", "is_latest_of_cycle", "status", "created_at", "updated_at"}
        assert set(row) == {*known, *derived}
        assert {name: row[name] for name in known} == known
        assert row["created_at"].endswith("Z")
        assert row["updated_at"].endswith("Z")


async def test_the_newest_of_its_major_and_of_its_cycle_are_marked(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = await rows(anyone, "releases")
    assert (
        {row["version"] for row in found if row["is_latest"]} == newest(facts, "major") == {"1.6.1", "2.7.18", "3.15.0"}
    )
    assert {row["version"] for row in found if row["is_latest_of_cycle"]} == newest(facts, "cycle")


def newest(facts: Facts, of: str) -> set[str]:
    """The newest stable versions of each major or cycle; facts are in version order."""
    stable = [record for record in facts.releases if not record.pre_release and not record.yanked]
    return set({getattr(record, of): record.version for record in stable}.values())


ENDED = ("1.", "2.", "3.0.", "3.1.", "3.2.", "3.3.", "3.4.", "3.5.", "3.6.", "3.7.", "3.8.", "3.9.", "3.10.")
FILTERS: dict[str, Match] = {
    "product=python": lambda _: True,
    "product=install-manager": lambda _: False,
    "cycle=3.14": lambda release: release.cycle == "3.14",
    "cycle=3.1": lambda release: release.cycle == "3.1",
    "cycle=1.0": lambda release: release.cycle == "1.0",
    "cycle=9.9": lambda _: False,
    "major=1": lambda release: release.major == 1,
    "major=2": lambda release: release.major == 2,
    "major=3": lambda release: release.major == 3,
    "major=0": lambda _: False,
    "version=3.14.8": lambda release: release.version == "3.14.8",
    "version=3.15.0rc2": lambda release: release.version == "3.15.0rc2",
    "version=9.9.9": lambda _: False,
    "pre_release=true": lambda release: release.pre_release,
    "pre_release=false": lambda release: not release.pre_release,
    "yanked=true": lambda release: release.yanked,
    "yanked=false": lambda release: not release.yanked,
    "status=bugfix": lambda release: release.cycle in {"3.14", "3.15"},
    "status=security": lambda release: release.cycle in {"3.11", "3.12", "3.13"},
    "status=end-of-life": lambda release: (release.cycle + ".").startswith(ENDED),
    "status=feature": lambda _: False,
    "status=prerelease": lambda _: False,
    "released_after=2026-10-09": lambda release: release.date.isoformat() >= "2026-10-09",
    "released_after=2026-10-10": lambda _: False,
    "released_before=1994-02-15": lambda release: release.date.isoformat() <= "1994-02-15",
    "released_before=1994-02-14": lambda _: False,
    "released_after=2020-01-01&released_before=2020-12-31": lambda release: release.date.year == 2020,
    "released_after=2020-10-05&released_before=2020-10-05": lambda release: release.date.isoformat() == "2020-10-05",
    "q=3.14": lambda release: "3.14" in release.name,
    "q=PYTHON 3.15.0RC": lambda release: "Python 3.15.0rc" in release.name,
    "q=python": lambda _: True,
    "q=%25": lambda _: False,
    "q=_": lambda _: False,
    "q=3_14": lambda _: False,
    "is_published=true": lambda _: True,
    "cycle=3.14&pre_release=false": lambda release: release.cycle == "3.14" and not release.pre_release,
    "cycle=3.14&major=2": lambda _: False,
    "cycle=3.9&yanked=true&pre_release=true": lambda release: release.version == "3.9.0b2",
    "status=security&pre_release=true&released_after=2024-01-01": lambda release: (
        release.cycle == "3.13" and release.pre_release and release.date.year >= 2024
    ),
    "major=3&pre_release=false&q=.10": lambda release: (
        release.major == 3 and not release.pre_release and ".10" in release.name
    ),
}


@pytest.mark.parametrize("query", FILTERS)
async def test_a_filter_lets_through_what_the_facts_say(
    anyone: httpx.AsyncClient, facts: Facts, on_day: OnDay, query: str
) -> None:
    on_day(TODAY)
    answer = await anyone.get(f"/api/v1/releases?{query}&limit=1000")
    assert answer.status_code == 200
    expected = [record.version for record in facts.releases if FILTERS[query](record)]
    assert versions(answer.json()) == expected[::-1]
    assert answer.headers["x-total-count"] == str(len(expected))


@pytest.mark.parametrize("name", ["windows", "macos", "source", "android", "ios"])
async def test_releases_with_files_for_an_operating_system(anyone: httpx.AsyncClient, facts: Facts, name: str) -> None:
    having = {file.version for file in facts.files if file.os == name}
    expected = [record.version for record in facts.releases if record.version in having][::-1]
    assert versions(await rows(anyone, "releases", os=name)) == expected
    stable = [version for version in expected if not Version(version).is_prerelease]
    assert versions(await rows(anyone, "releases", os=name, pre_release="false")) == stable


async def test_only_the_newest_or_only_the_others(anyone: httpx.AsyncClient, facts: Facts) -> None:
    for parameter, of in (("is_latest", "major"), ("is_latest_of_cycle", "cycle")):
        found = versions(await rows(anyone, "releases", **{parameter: "true"}))
        assert set(found) == newest(facts, of)
        others = versions(await rows(anyone, "releases", **{parameter: "false"}))
        assert {*found, *others} == {record.version for record in facts.releases}
        assert len(found) + len(others) == 651


async def test_releases_by_date(anyone: httpx.AsyncClient, facts: Facts) -> None:
    by_date = [record.version for record in sorted(facts.releases, key=lambda record: (record.date, record.id))]
    assert versions(await rows(anyone, "releases", sort="release_date")) == by_date
    assert versions(await rows(anyone, "releases", sort="-release_date")) == by_date[::-1]


async def test_releases_by_version(anyone: httpx.AsyncClient, facts: Facts) -> None:
    by_version = [record.version for record in facts.releases]
    assert versions(await rows(anyone, "releases", sort="version")) == by_version
    assert versions(await rows(anyone, "releases", sort="-version")) == by_version[::-1]


async def test_releases_by_the_time_of_their_last_change(stranger: httpx.AsyncClient) -> None:
    found = await rows(stranger, "releases", sort="-updated_at")
    assert {row["version"] for row in found[:3]} == {"3.15.2", "3.16.0a2", "3.4.11"}
    assert found[0]["updated_at"] == "2031-05-01T12:30:15.123456Z"
    assert found == sorted(found, key=lambda row: (row["updated_at"], row["id"]), reverse=True)
    assert await rows(stranger, "releases", sort="updated_at") == found[::-1]


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2031-05-01T12:30:15.123456Z", 3),
        ("2031-05-01T14:30:15.123456+02:00", 3),
        ("2031-05-01T07:00:15.123456-05:30", 3),
        ("2031-05-01T12:30:15.123457Z", 0),
        ("2031-05-01T12:30:15.123455Z", 3),
        ("2031-05-01T12:30:16Z", 0),
        ("2031-05-01T12:30:15Z", 3),
        ("2000-01-01T00:00:00Z", 654),
        ("0001-01-01T00:00:00Z", 654),
        ("9999-12-31T23:59:59.999999Z", 0),
    ],
)
async def test_releases_changed_since_a_moment(stranger: httpx.AsyncClient, moment: str, count: int) -> None:
    assert len(await rows(stranger, "releases", updated_after=moment)) == count


async def test_a_list_can_bring_the_files_of_each_release(anyone: httpx.AsyncClient, facts: Facts) -> None:
    found = await rows(anyone, "releases", include="files", cycle="3.12")
    for row in found:
        expected = sorted(file.filename for file in facts.files if file.version == row["version"])
        assert [file["filename"] for file in row["files"]] == expected
        assert {file["release_id"] for file in row["files"]} <= {row["id"]}
    assert [{name: value for name, value in row.items() if name != "files"} for row in found] == await rows(
        anyone, "releases", cycle="3.12"
    )


async def test_a_whole_page_with_its_files_is_one_answer(anyone: httpx.AsyncClient) -> None:
    found = await rows(anyone, "releases", include="files")
    assert sum(len(row["files"]) for row in found) == 4145


async def test_another_product_is_listed_for_whom_asks_for_it(stranger: httpx.AsyncClient) -> None:
    assert versions(await rows(stranger, "releases", product="install-manager")) == ["25.0"]
    assert "25.0" not in versions(await rows(stranger, "releases"))
    (found,) = await rows(stranger, "releases", product="install-manager", is_latest="true", include="files")
    assert (found["slug"], found["is_latest_of_cycle"], len(found["files"])) == ("pymanager-250", True, 2)
