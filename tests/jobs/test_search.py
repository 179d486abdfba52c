"""What is found on the board: by each filter and by several, by words, in one order, by GET and by POST alike."""

from itertools import combinations
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import person
from tests.conventions.asking import error_of, faults_of
from tests.review.desks import Json

from .desk import JOBS, listed, searched, step

pytestmark = pytest.mark.anyio

#: what is on the board, the oldest first
BOARD: tuple[Json, ...] = (
    {"job_title": "Django developer", "company_name": "Ärzte GmbH", "city": "Zürich", "region": "ZH",
     "country": "Switzerland", "category": "software-developer", "job_types": ["web", "database"],
     "telecommuting": True, "description": "Build **websites**."},
    {"job_title": "Data analyst", "company_name": "Snake & Sons", "city": "München", "region": "Bavaria",
     "country": "Germany", "category": "data-analyst", "job_types": ["big-data"], "visa_sponsorship": True,
     "description": "Analyse the Django logs."},
    {"job_title": "Système engineer", "company_name": "Ärzte GmbH", "city": "Genève", "region": "GE",
     "country": "Switzerland", "category": "software-engineer", "telecommuting": True, "visa_sponsorship": True,
     "description": "Keep it running.", "requirements": "C++, and django."},
    {"job_title": "Python developer", "company_name": "Zurich Insects", "city": "São Paulo",
     "country": "Brazil", "category": "software-developer", "job_types": ["web"], "description": "Django, Flask."},
    {"job_title": "Admin", "company_name": "No Place", "country": "Germany", "category": "administrator",
     "description": "Switzerland is not meant.", "company_description": "We like developer tools."},
)  # fmt: skip
FILTERS: tuple[tuple[str, Any, set[int]], ...] = (
    ("country", "switzerland", {0, 2}), ("country", "GERMANY", {1, 4}), ("country", "Switz", set()),
    ("city", "zurich", {0}), ("city", "sao paulo", {3}), ("city", "-", set()), ("region", "bavaria", {1}),
    ("company", "arzte gmbh", {0, 2}), ("company", "Ärzte", set()), ("telecommuting", "true", {0, 2}),
    ("telecommuting", "false", {1, 3, 4}), ("visa_sponsorship", "true", {1, 2}),
    ("category", "software-developer", {0, 3}), ("job_type", "web", {0, 3}),
    ("job_type", ["web", "big-data"], {0, 1, 3}),
    ("q", "django", {0, 1, 2, 3}), ("q", "dev", {0, 3, 4}), ("q", "django developer", {0, 3}),
    ("q", '"python developer"', {3}), ("q", "c++", {2}), ("q", "SYSTEME", {2}), ("q", "zurich", {0, 3}),
    ("q", "!", set()),
    ("posted_after", "2020-01-01", {0, 1, 2, 3, 4}), ("posted_after", "2100-01-01T00:00:00Z", set()),
)  # fmt: skip
ONE_OF_EACH = tuple({each[0]: each for each in reversed(FILTERS)}.values())
#: what a database could take for more than words
ODD = (
    "django", '"', "*", "AND", "OR", "NOT", "NEAR(", ")", ":", "-", "'", "\\", "%", "_", "dev", "&", "|", "!", "<->",
    "^", "{", "c++", "🐍", "ß",
)  # fmt: skip


@pytest.fixture(scope="module")
async def board(app: Application) -> list[str]:
    """The ids of these jobs."""
    owner, moderator = await person(app), await person(app, Role.job_moderator)
    ids = []
    for each in BOARD:
        job = (await owner.client.post(JOBS, json={"email": "a@example.org", **each})).json()
        await step(owner, job, "submit")
        assert (await step(moderator, job, "approve")).status_code == 200
        ids.append(job["id"])
    return ids


def places(board: list[str], found: list[Json]) -> list[int]:
    return [board.index(each["id"]) for each in found]


async def test_each_filter_finds_what_it_says_and_two_find_what_both_find(
    public: httpx.AsyncClient, board: list[str]
) -> None:
    for name, value, expected in FILTERS:
        for sort, order in (("-published_at", sorted(expected)[::-1]), ("published_at", sorted(expected))):
            assert places(board, await listed(public, **{name: value}, sort=sort)) == order, (name, value)
    for (name, value, one), (other_name, other_value, other) in combinations(ONE_OF_EACH, 2):
        found = await listed(public, **{name: value, other_name: other_value})
        assert places(board, found) == sorted(one & other)[::-1], (name, value, other_name, other_value)


async def test_a_day_or_a_time_is_when_jobs_were_approved(public: httpx.AsyncClient, board: list[str]) -> None:
    jobs = await listed(public)
    for place, job in enumerate(jobs):
        found = await listed(public, posted_after=job["published_at"])
        assert [each["id"] for each in found] == [each["id"] for each in jobs[: place + 1]]
    day = jobs[0]["published_at"][:10]
    assert len(await listed(public, posted_after=day)) == len(board)
    for wrong in (
        "yesterday",
        "2026-02-30",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
    ):
        assert set(faults_of(await public.get(JOBS, params={"posted_after": wrong}))) == {"posted_after"}


async def test_a_posted_search_finds_the_same_rows_in_the_same_order(
    public: httpx.AsyncClient, board: list[str]
) -> None:
    for sort in ("-published_at", "published_at", "relevance"):
        for words in ("django", "dev", "django developer", '"python developer"', "zurich", "switzerland", "!"):
            by_get = await listed(public, q=words, sort=sort)
            assert await searched(public, query=words, sort=sort) == by_get
            assert await searched(public, query=words, sort=sort, telecommuting=True) == await listed(
                public, q=words, sort=sort, telecommuting="true"
            )
    assert await searched(public) == await listed(public)
    same = {"country": "germany", "category": "data-analyst"}
    assert await searched(public, **same, job_types=["big-data", "web"]) == await listed(
        public, **same, job_type=["big-data", "web"]
    )


async def test_the_most_relevant_come_first_where_that_is_asked_for(
    public: httpx.AsyncClient, board: list[str]
) -> None:
    assert places(board, await listed(public, q="django", sort="relevance"))[0] == 0, "in its title"
    assert places(board, await listed(public, q="developer", sort="relevance")) == [3, 0, 4], "ties: the newest first"
    assert places(board, await listed(public, q="zurich", sort="relevance")) == [3, 0], "a company before a place"
    assert set(faults_of(await public.get(JOBS, params={"sort": "relevance"}))) == {"sort"}
    refused = await public.post(f"{JOBS}/search", json={"sort": "relevance", "location": "zurich"})
    assert set(faults_of(refused, 422, "body")) == {"sort"}


async def test_a_location_is_looked_for_in_places_only(public: httpx.AsyncClient, board: list[str]) -> None:
    for location, expected in (
        ("zurich", [0]), ("switz", [2, 0]), ("sao", [3]), ("bavaria germany", [1]), ("zurich germany", []), ("!", []),
    ):  # fmt: skip
        assert places(board, await searched(public, location=location)) == expected, location
    assert places(board, await searched(public, location="switzerland", query="django")) == [2, 0]
    assert places(board, await searched(public, location="switzerland", query="developer")) == [0]


async def test_pages_of_a_search_add_up(public: httpx.AsyncClient, board: list[str]) -> None:
    for sort in ("-published_at", "published_at", "relevance"):
        whole = [each["id"] for each in await searched(public, query="dev", sort=sort)]
        for size in (1, 2, 5):
            got: list[str] = []
            for offset in range(0, len(whole) + size, size):
                one = await public.get(JOBS, params={"q": "dev", "sort": sort, "limit": size, "offset": offset})
                other = await public.post(
                    f"{JOBS}/search", json={"query": "dev", "sort": sort, "limit": size, "offset": offset}
                )
                assert one.json() == other.json()
                assert one.headers["x-total-count"] == other.headers["x-total-count"] == str(len(whole))
                got += [each["id"] for each in one.json()]
            assert got == whole
    for wrong in ({"limit": 0}, {"limit": 1001}, {"offset": -1}, {"limit": "5"}, {"offset": 2**60}, {"limit": None}):
        assert set(faults_of(await public.post(f"{JOBS}/search", json=wrong), 422, "body")) == set(wrong)


async def test_a_search_takes_no_other_words_and_changes_nothing(public: httpx.AsyncClient, board: list[str]) -> None:
    for name in ("q", "job_type", "page", "currentPage", "status", "company"):
        assert set(faults_of(await public.post(f"{JOBS}/search", json={name: "x"}), 422, "body")) == {name}
    error_of(await public.post(f"{JOBS}/search", content=b""), 415)
    error_of(await public.post(f"{JOBS}/search", json=[]), 422)
    error_of(await public.get(f"{JOBS}/search"), 405)
    for name in ("query", "location", "country"):
        for value in ("", " ", "x" * 201, "a\nb", "\0", None, 1):
            refused = await public.post(f"{JOBS}/search", json={name: value})
            assert set(faults_of(refused, 422, "body")) == {name}, value
    assert len(await listed(public)) == len(board)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.one_of(st.text(max_size=200), st.lists(st.sampled_from(ODD), max_size=20).map(" ".join)))
async def test_whatever_is_typed_is_answered_alike_by_both(
    public: httpx.AsyncClient, board: list[str], words: str
) -> None:
    one = await public.get(JOBS, params={"q": words, "sort": "relevance"})
    other = await public.post(f"{JOBS}/search", json={"query": words, "sort": "relevance"})
    assert (one.status_code, other.status_code) in {(200, 200), (400, 422)}
    if one.status_code == 200:
        assert one.json() == other.json()
        assert one.headers["x-total-count"] == other.headers["x-total-count"]
