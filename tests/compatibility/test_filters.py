"""Filters, exact, and what is said of those that there are not."""

from typing import Any

import httpx
import pytest

from .test_lists import V1, V2, rows

pytestmark = pytest.mark.anyio


async def number_of(anyone: httpx.AsyncClient, slug: str) -> str:
    (found,) = await rows(anyone, f"{V2}/release/?slug={slug}")
    return str(found["resource_uri"].split("/")[-2])


def every(found: list[dict[str, Any]], name: str, value: Any) -> bool:
    return bool(found) and all(row[name] == value for row in found)


@pytest.mark.parametrize("version", [V1, V2])
@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ("os/?slug=macos", ["macos"]),
        ("os/?name=Source+release", ["source"]),
        ("os/?name=macos", []),
        ("release/?name=Python+3.14.4", ["python-3144"]),
        ("release/?name=Python%203.14.4", ["python-3144"]),
        ("release/?slug=python-3144&pre_release=true", []),
        ("release/?slug=python-3144&pre_release=False&is_published=1", ["python-3144"]),
        ("release/?slug=PYTHON-3144", []),
        ("release/?slug=x&slug=python-3144", ["python-3144"]),
        ("release/?slug=%00", []),
        ("release/?version=100", ["pymanager-250"]),
        ("release_file/?slug=manager-msix", ["manager-msix"]),
        ("release_file/?name=python-manager-25.0.msix&os=1", ["manager-msix"]),
        ("release_file/?slug=manager-msix&os=2", []),
        ("release_file/?os=77", []),
        ("release_file/?release=999999999999999999999", []),
        ("release_file/?description__contains=no-such-thing", []),
    ],
)
async def test_a_filter_is_exact(anyone: httpx.AsyncClient, version: str, asked: str, slugs: list[str]) -> None:
    assert [row["slug"] for row in await rows(anyone, f"{version}/{asked}")] == slugs


@pytest.mark.parametrize("version", [V1, V2])
async def test_filters_can_be_combined(anyone: httpx.AsyncClient, version: str) -> None:
    found = await rows(anyone, f"{version}/release/?pre_release=false&is_published=true&version=3&limit=0")
    assert every(found, "version", 3)
    assert every(found, "pre_release", value=False)
    files = await rows(anyone, f"{version}/release_file/?release={await number_of(anyone, 'python-3144')}&os=1")
    assert every(files, "is_source", value=False)
    assert all(file["url"].startswith("https://www.python.org/ftp/python/3.14.4/") for file in files)


@pytest.mark.parametrize("version", [V1, V2])
async def test_a_part_of_a_description_is_looked_for_letter_by_letter(anyone: httpx.AsyncClient, version: str) -> None:
    found = await rows(anyone, f"{version}/release_file/?description__contains=ecommende&limit=0")
    assert found
    assert all("ecommende" in row["description"] for row in found)
    assert await rows(anyone, f"{version}/release_file/?description__contains=ECOMMENDE") == []
    assert await rows(anyone, f"{version}/release_file/?description__contains=%25") == []


@pytest.mark.parametrize("true", ["true", "True", "1"])
async def test_true_can_be_written_in_three_ways(anyone: httpx.AsyncClient, true: str) -> None:
    for version in (V1, V2):
        assert every(await rows(anyone, f"{version}/release/?is_published={true}"), "is_published", value=True)


@pytest.mark.parametrize(
    ("asked", "count"),
    [("2026-04-07", 1), ("2026-04-07T00:00:00Z", 1), ("2026-04-07T00:00:00", 1), ("2026-04-07T01:00:00Z", 0)],
)
async def test_v2_finds_releases_by_their_day(anyone: httpx.AsyncClient, asked: str, count: int) -> None:
    found = await rows(anyone, f"{V2}/release/?release_date={asked}&slug=python-3144")
    assert len(found) == count


async def test_v1_finds_files_by_what_they_belong_to(anyone: httpx.AsyncClient) -> None:
    number = await number_of(anyone, "python-3144")
    expected = await rows(anyone, f"{V1}/release_file/?release={number}&limit=0")
    for other in ("release__slug=python-3144", "release__name=Python+3.14.4"):
        assert await rows(anyone, f"{V1}/release_file/?{other}&limit=0") == expected
    for system in ("os__slug=source", "os__name=Source+release", "os=3"):
        found = await rows(anyone, f"{V1}/release_file/?release__slug=python-3144&{system}")
        assert sorted(row["url"].rpartition(".")[2] for row in found) == ["tgz", "xz"]
    manager = await rows(anyone, f"{V1}/release_file/?release__version=100")
    assert sorted(row["name"] for row in manager) == ["python-manager-25.0.msi", "python-manager-25.0.msix"]


async def test_the_beginning_of_a_version_is_a_text_in_v1(anyone: httpx.AsyncClient) -> None:
    found = await rows(anyone, f"{V1}/release/?version__startswith=1&limit=0")
    assert {row["version"] for row in found} == {1, 100}
    assert await rows(anyone, f"{V1}/release/?version__startswith=7") == []
    assert await rows(anyone, f"{V1}/release/?version__startswith=%00") == []


@pytest.mark.parametrize("asked", ["7", "-3", "0", "2147483648", "9" * 40])
async def test_a_version_that_no_release_has_finds_nothing_in_v1(anyone: httpx.AsyncClient, asked: str) -> None:
    assert await rows(anyone, f"{V1}/release/?version={asked}") == []
    assert await rows(anyone, f"{V1}/release_file/?release__version={asked}") == []


async def test_a_release_of_a_later_major_version_is_listed_and_found_in_v1(
    anyone: httpx.AsyncClient, manager: httpx.AsyncClient
) -> None:
    body = {"version": "4.0.0", "is_published": True}
    assert (await manager.post("/api/v1/releases?allow_empty=true", json=body)).status_code == 201
    for asked in ("version=4", "version__startswith=4", "slug=python-400"):
        (found,) = await rows(anyone, f"{V1}/release/?{asked}")
        assert (found["name"], found["version"], found["is_latest"]) == ("Python 4.0.0", 4, True)
    (found,) = await rows(anyone, f"{V2}/release/?slug=python-400")
    assert (found["name"], found["version"]) == ("Python 4.0.0", 4)
    assert (await anyone.get(f"{V2}/release/?version=4")).status_code == 400
    assert (await manager.delete("/api/v1/releases/4.0.0", headers={"If-Match": "*"})).status_code == 204


@pytest.mark.parametrize("asked", ["release/?foo=1&page=3&ordering=name", "os/?foo=1&limit=1", "release/?name="])
async def test_v2_ignores_what_it_does_not_know_of_releases_and_systems(anyone: httpx.AsyncClient, asked: str) -> None:
    assert await rows(anyone, f"{V2}/{asked}") == await rows(anyone, f"{V2}/{asked.partition('?')[0]}")


async def test_v1_ignores_what_it_does_not_know(anyone: httpx.AsyncClient) -> None:
    for resource in ("os", "release", "release_file"):
        found = await rows(anyone, f"{V1}/{resource}/?foo=1&foo__bar=2&format=xml&limit=3")
        assert found == await rows(anyone, f"{V1}/{resource}/?limit=3")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "release_file/?description=x",
            {"error": ["'exact' is not an allowed filter on the 'description' field."]},
        ),
        ("release_file/?foo=1", {"error": ["'exact' is not an allowed filter on the 'foo' field."]}),
        ("release_file/?url__contains=x", {"error": ["'contains' is not an allowed filter on the 'url' field."]}),
        ("release/?version=7", {"version": ["Select a valid choice. 7 is not one of the available choices."]}),
        ("release/?version=abc", {"version": ["Select a valid choice. abc is not one of the available choices."]}),
        ("release/?release_date=soon", {"release_date": ["Enter a valid date/time."]}),
        (
            "release_file/?os=windows",
            {"os": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
    ],
)
async def test_what_v2_refuses_it_names(anyone: httpx.AsyncClient, asked: str, said: dict[str, Any]) -> None:
    answer = await anyone.get(f"{V2}/{asked}")
    assert (answer.status_code, answer.json()) == (400, said)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("release/?name__contains=x", "'contains' is not an allowed filter on the 'name' field."),
        ("release/?release_date=2026-04-07", "The 'release_date' field does not allow filtering."),
        ("release_file/?description=x", "'exact' is not an allowed filter on the 'description' field."),
        (
            "release_file/?description__startswith=x",
            "'startswith' is not an allowed filter on the 'description' field.",
        ),
        ("release_file/?url=x", "The 'url' field does not allow filtering."),
        ("release_file/?release__pre_release=1", "'pre_release' is not an allowed filter on the 'release' field."),
        ("release/?version=abc", "Invalid resource lookup data provided (mismatched type)."),
        ("release/?is_published=maybe", "Invalid resource lookup data provided (mismatched type)."),
        ("release_file/?os=windows", "Invalid resource lookup data provided (mismatched type)."),
    ],
)
async def test_what_v1_refuses_it_says(anyone: httpx.AsyncClient, asked: str, said: str) -> None:
    answer = await anyone.get(f"{V1}/{asked}")
    assert (answer.status_code, answer.json()) == (400, {"error": said})


@pytest.mark.parametrize("query", ["slug=%FF", "&".join(f"a{number}=1" for number in range(101))])
async def test_an_unreadable_query_is_a_400_in_the_words_of_either(anyone: httpx.AsyncClient, query: str) -> None:
    old, new = [await anyone.get(f"{version}/release/?{query}") for version in (V1, V2)]
    assert (old.status_code, list(old.json())) == (400, ["error"])
    assert (new.status_code, list(new.json())) == (400, ["detail"])
