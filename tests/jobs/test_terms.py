"""Types and categories of jobs: named by moderators, chosen by whoever writes a job, known to everybody."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of

from .desk import JOBS, described, listed, on_the_board, searched, seen_by, written

pytestmark = pytest.mark.anyio

TYPES, CATEGORIES = "/api/v1/job-types", "/api/v1/job-categories"
BOTH = pytest.mark.parametrize("path", [TYPES, CATEGORIES])


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


@BOTH
async def test_a_name_is_enough_and_no_two_differ_in_their_spelling_alone(
    moderator: Person, public: httpx.AsyncClient, path: str
) -> None:
    name = new_name()
    made = await moderator.client.post(path, json={"name": name})
    assert (made.status_code, made.json()["active"]) == (201, True)
    assert made.headers["location"].endswith(f"{path}/{made.json()['id']}")
    assert made.json()["slug"] == name.lower().replace(" ", "-")
    assert (await public.get(f"{path}/{made.json()['slug']}")).json() == made.json()
    for same in (name, name.upper(), f" {name.replace(' ', '  ')} "):
        assert name in error_of(await moderator.client.post(path, json={"name": same}), 409)["detail"]
    other = (await moderator.client.post(path, json={"name": new_name()})).json()
    error_of(await moderator.client.patch(f"{path}/{other['id']}", json={"name": name.upper()}), 409)
    assert (await public.get(f"{path}/{other['id']}")).json() == other


@BOTH
async def test_a_name_that_makes_no_free_address_has_one_of_its_own(
    moderator: Person, public: httpx.AsyncClient, path: str
) -> None:
    first = new_name()
    for name in (first, first.replace(" ", "-") + "!", "日本語", "mine", str(uuid4()), f"  {new_name()}   C++ "):
        made = (await moderator.client.post(path, json={"name": name})).json()
        assert made["name"] == " ".join(name.split())
        assert (await public.get(f"{path}/{made['slug']}")).json() == made
        assert (await moderator.client.delete(f"{path}/{made['slug']}")).status_code == 204 or name == first


@BOTH
async def test_what_is_no_line_is_no_name(moderator: Person, public: httpx.AsyncClient, path: str) -> None:
    before = (await public.get(path)).json()
    for name in ("", " ", "a\nb", "x" * 201, None):
        refused = await moderator.client.post(path, json={"name": name})
        assert set(faults_of(refused, 422, "body")) == {"name"}, name
    for member in ("id", "slug", "created_at"):
        refused = await moderator.client.post(path, json={"name": new_name(), member: "x"})
        assert set(faults_of(refused, 422, "body")) == {member}
    assert (await public.get(path)).json() == before


@BOTH
async def test_only_moderators_write_them(
    moderator: Person, owner: Person, public: httpx.AsyncClient, path: str
) -> None:
    term = (await moderator.client.post(path, json={"name": new_name()})).json()
    address = f"{path}/{term['slug']}"
    for client, status in ((public, 401), (owner.client, 403)):
        error_of(await client.post(path, json={"name": new_name()}), status)
        error_of(await client.patch(address, json={"active": False}), status)
        error_of(await client.delete(address), status)
    assert (await public.get(address)).json() == term
    error_of(await moderator.client.patch(address, json={"name": "x"}, headers={"If-Match": '"another"'}), 412)
    for name in ("nothing", str(uuid4()), "%00"):
        error_of(await moderator.client.patch(f"{path}/{name}", json={"name": "x"}), 404)
        error_of(await moderator.client.delete(f"{path}/{name}"), 404)


@BOTH
async def test_a_new_spelling_keeps_the_address(moderator: Person, public: httpx.AsyncClient, path: str) -> None:
    term = (await moderator.client.post(path, json={"name": new_name()})).json()
    for name in (term["name"].upper(), new_name()):
        changed = await moderator.client.patch(f"{path}/{term['slug']}", json={"name": name})
        assert changed.json() == {**term, "name": name}
    assert (await moderator.client.post(path, json={"name": name.lower()})).status_code == 409
    assert (await public.get(f"{path}/{term['slug']}")).json() == {**term, "name": name}


@BOTH
async def test_many_who_make_the_same_at_once_make_one(moderator: Person, boss: Person, path: str) -> None:
    name = new_name()
    answers = await asyncio.gather(
        *(who.client.post(path, json={"name": spelt}) for who in (moderator, boss) for spelt in (name, name.upper()))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


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
