"""Types and categories of jobs: named by moderators, chosen by whoever writes a job, known to everybody."""

from uuid import uuid4

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of

from .desk import JOBS, described, listed, on_the_board, searched, seen_by, written

pytestmark = pytest.mark.anyio

TYPES, CATEGORIES = "/api/v1/job-types", "/api/v1/job-categories"


def new_name() -> str:
    return f"Quokkas {uuid4().hex[:12]}"


async def test_they_begin_with_those_of_today(public: httpx.AsyncClient) -> None:
    types = [each["slug"] for each in (await public.get(TYPES)).json()]
    assert {"big-data", "cloud", "database", "evangelism", "operations", "systems", "test", "web"} <= {*types}
    categories = [each["slug"] for each in (await public.get(CATEGORIES)).json()]
    assert {"administrator", "data-analyst", "software-developer", "software-engineer"} <= {*categories}
    assert types == sorted(types)
    for path, slug in ((TYPES, "web"), (CATEGORIES, "administrator")):
        term = (await public.get(f"{path}/{slug}")).json()
        assert term == (await public.get(f"{path}/{term['id'].upper()}")).json()
        assert term.keys() == {"id", "name", "slug", "active"}


async def test_what_is_not_active_cannot_be_chosen_but_stays_where_it_was(
    moderator: Person, owner: Person, public: httpx.AsyncClient
) -> None:
    type_ = (await moderator.client.post(TYPES, json={"name": new_name()})).json()
    category = (await moderator.client.post(CATEGORIES, json={"name": new_name()})).json()
    chosen = {"category": category["slug"], "job_types": [type_["id"], "web"]}
    job = await on_the_board(owner, moderator, **chosen)
    for path, term in ((TYPES, type_), (CATEGORIES, category)):
        assert (await moderator.client.patch(f"{path}/{term['id']}", json={"active": False})).status_code == 200
        ids = {
            flag: [each["id"] for each in (await public.get(path, params={"active": flag})).json()]
            for flag in ("true", "false")
        }
        assert (term["id"] in ids["true"], term["id"] in ids["false"]) == (False, True)
    assert await seen_by(owner, job) == job
    faults = faults_of(await owner.client.post(JOBS, json=described(**chosen)), 422, "body")
    assert set(faults) == {"category", "job_types.0"}
    for term in (type_, category):
        assert f"`{term['slug']}`" not in faults["category"] + faults["job_types.0"]
    where = {"category": category["slug"], "job_type": type_["slug"]}
    assert [each["id"] for each in await listed(public, **where)] == [job["id"]]
    kept = await owner.client.patch(f"{JOBS}/{job['id']}", json={"contact": "Ada"})
    assert kept.json()["job_types"] == job["job_types"]


async def test_what_is_in_use_cannot_be_deleted(moderator: Person, owner: Person, public: httpx.AsyncClient) -> None:
    type_ = (await moderator.client.post(TYPES, json={"name": new_name()})).json()
    category = (await moderator.client.post(CATEGORIES, json={"name": new_name()})).json()
    job = await written(owner, category=category["slug"], job_types=[type_["slug"]])
    for path, term in ((TYPES, type_), (CATEGORIES, category)):
        error = error_of(await moderator.client.delete(f"{path}/{term['slug']}"), 409)
        assert error["extra"] == {"uses": 1}
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"category": "administrator", "job_types": []})
    for path, term in ((TYPES, type_), (CATEGORIES, category)):
        assert (await moderator.client.delete(f"{path}/{term['slug']}")).status_code == 204
        error_of(await public.get(f"{path}/{term['id']}"), 404)
        assert (await moderator.client.post(path, json={"name": term["name"]})).status_code == 201


async def test_a_name_that_changes_changes_in_every_job(
    moderator: Person, owner: Person, public: httpx.AsyncClient
) -> None:
    type_ = (await moderator.client.post(TYPES, json={"name": new_name()})).json()
    job = await on_the_board(owner, moderator, job_types=[type_["slug"]])
    assert [each["job_types"][0]["name"] for each in await listed(public, job_type=type_["slug"])] == [type_["name"]]
    await moderator.client.patch(f"{TYPES}/{type_['id']}", json={"name": "Renamed " + type_["name"]})
    [found] = await listed(public, job_type=type_["slug"])
    assert (found["id"], found["job_types"][0]["name"]) == (job["id"], "Renamed " + type_["name"])


async def test_who_looks_for_what_there_is_not_is_told_what_there_is(public: httpx.AsyncClient, owner: Person) -> None:
    for where, field, known in (
        ({"category": "snakes"}, "category", "administrator"),
        ({"job_type": ["web", "snakes"]}, "job_type", "database"),
    ):
        message = faults_of(await public.get(JOBS, params=where))[field]
        assert f"`{known}`" in message
        error_of(await public.get(JOBS, params={field: "\0"}), 400)
    for search, field in (
        ({"category": "snakes"}, "category"), ({"job_types": ["web", "snakes"]}, "job_types.1"),
        ({"job_types": ["\0"]}, "job_types.0"),
    ):  # fmt: skip
        assert set(faults_of(await public.post(f"{JOBS}/search", json=search), 422, "body")) == {field}
        assert set(faults_of(await owner.client.post(JOBS, json=described(**search)), 422, "body")) == {field}
    for names in ("category=web", "job_type=administrator"):
        assert len(faults_of(await public.get(f"{JOBS}?{names}"))) == 1
    assert await searched(public, job_types=[], category="administrator", query="quokka") == []
