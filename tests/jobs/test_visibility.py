"""What exists for whom: another's job cannot be seen, changed or deleted, by id or slug, by anyone but moderators."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from pydotorg.jobs.lifecycle import LIFECYCLE
from pydotorg.kernel.review.lifecycle import By
from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of

from .conftest import Outsiders, Passing
from .desk import JOBS, WAYS, Json, described, job_in, listed, searched, seen_by, step, word_of, written
from .test_transitions import ASKED_FOR

pytestmark = pytest.mark.anyio

STATES = pytest.mark.parametrize("state", WAYS)
FOR_THE_OWNER = {"email", "owner", "reason", "submitted_at"}
FOR_MODERATORS = FOR_THE_OWNER | {"suspected_spam", "suspicion"}
DERIVED = (
    "id", "slug", "status", "owner", "owner_id", "published_at", "expires_at", "submitted_at", "created_at",
    "updated_at", "reason", "suspicion", "suspected_spam", "description_html", "document", "category_id",
)  # fmt: skip
MODERATORS_ALONE = {move.name for move in ASKED_FOR if move.by is By.moderator}


class Attempt(NamedTuple):
    """A request that is to fail."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012  nobody changes it

    async def by(self, client: httpx.AsyncClient) -> httpx.Response:
        body = {} if self.body is None else {"json": self.body}
        return await client.request(self.method, self.path, headers=self.headers, **body)


def attempts(job: Json) -> Iterator[Attempt]:
    """All that can be done with a job, by its id and by its slug."""
    for name in (job["id"], job["id"].upper(), job["slug"]):
        address = f"{JOBS}/{name}"
        for headers in ({}, {"If-Match": "*"}, {"If-Match": '"another"'}):
            yield Attempt("PATCH", address, {"country": "Elsewhere"}, headers)
            yield Attempt("DELETE", address, None, headers)
        for move in ASKED_FOR:
            yield Attempt("POST", f"{address}/{move.name}", {"reason": "No."} if move.name == "reject" else None)
        yield Attempt("GET", f"{address}/comments")
        yield Attempt("POST", f"{address}/comments", {"text": "Is this yours?"})


@STATES
async def test_a_job_is_there_for_those_whom_it_concerns(
    owner: Person, moderator: Person, program: httpx.AsyncClient, outsiders: Outsiders, time_passes: Passing,
    state: str,
) -> None:  # fmt: skip
    job = await job_in(state, owner, moderator, time_passes)
    for name in (job["id"], job["id"].upper(), job["slug"]):
        for client in outsiders:
            answer = await client.get(f"{JOBS}/{name}")
            if state == "approved":
                assert answer.json().keys() == job.keys() - FOR_THE_OWNER
            else:
                error_of(answer, 404)
        for client in (owner.client, program):
            assert (await client.get(f"{JOBS}/{name}")).json() == job
        seen = (await moderator.client.get(f"{JOBS}/{name}")).json()
        assert seen.keys() - job.keys() == FOR_MODERATORS - FOR_THE_OWNER
        assert {key: seen[key] for key in job} == job
    for answer in [await client.get(f"{JOBS}/{job['id']}") for client in (*outsiders, owner.client, moderator.client)]:
        assert answer.headers["cache-control"] == ("private, no-store" if answer.status_code == 200 else "no-store")


@STATES
async def test_nobody_else_does_anything_with_a_job(
    owner: Person, moderator: Person, outsiders: Outsiders, time_passes: Passing, state: str
) -> None:  # fmt: skip
    job = await job_in(state, owner, moderator, time_passes)
    before = await seen_by(moderator, job)
    for attempt in attempts(job):
        error_of(await attempt.by(outsiders.public), 401)
        error_of(await attempt.by(outsiders.other_program), 403)
        answer = await attempt.by(outsiders.stranger)
        if attempt.path.rpartition("/")[2] in MODERATORS_ALONE:
            error_of(answer, 403)
        elif state != "approved":
            error_of(answer, 404)
        else:
            error_of(answer, 412 if attempt.headers.get("If-Match") == '"another"' else 403)
    assert await seen_by(moderator, job) == before
    assert (await moderator.client.get(f"{JOBS}/{job['id']}/comments")).json() == []


@STATES
async def test_an_owner_does_what_his_program_may(
    owner: Person, moderator: Person, program: httpx.AsyncClient, time_passes: Passing, state: str
) -> None:
    job = await job_in(state, owner, moderator, time_passes)
    change = LIFECYCLE.move("change")
    changed = await program.patch(f"{JOBS}/{job['slug']}", json={"contact": "Ada"})
    assert changed.status_code == (200 if state in change.sources else 409), changed.text
    deleted = await program.delete(f"{JOBS}/{job['slug']}")
    assert deleted.status_code == (204 if state in LIFECYCLE.move("delete").sources else 409), deleted.text
    after = await owner.client.get(f"{JOBS}/{job['id']}")
    assert after.status_code == (404 if deleted.status_code == 204 else 200)


async def test_a_tag_of_the_job_guards_what_is_written(owner: Person, moderator: Person) -> None:
    job = await written(owner)
    address = f"{JOBS}/{job['id']}"
    tag = (await owner.client.get(address)).headers["etag"]
    error_of(await owner.client.patch(address, json={"city": "Bern"}, headers={"If-Match": '"another"'}), 412)
    changed = await owner.client.patch(address, json={"city": "Bern"}, headers={"If-Match": tag})
    assert (changed.json()["city"], changed.headers["etag"] == tag) == ("Bern", False)
    error_of(await owner.client.patch(address, json={"city": "Basel"}, headers={"If-Match": tag}), 412)
    error_of(await owner.client.delete(address, headers={"If-Match": tag}), 412)
    assert (await seen_by(owner, job))["city"] == "Bern"
    again = (await owner.client.get(address)).headers["etag"]
    assert (await owner.client.delete(address, headers={"If-Match": again})).status_code == 204
    error_of(await moderator.client.get(address), 404)


async def test_nobody_writes_what_follows_from_moves_by_naming_it(owner: Person, moderator: Person) -> None:
    job = await written(owner)
    before = await seen_by(moderator, job)
    for who in (owner, moderator):
        for name in DERIVED:
            refused = await who.client.post(JOBS, json=described(**{name: "approved"}))
            assert set(faults_of(refused, 422, "body")) == {name}
            refused = await who.client.patch(f"{JOBS}/{job['id']}", json={name: "approved"})
            assert set(faults_of(refused, 422, "body")) == {name}
    assert await seen_by(moderator, job) == before


async def test_only_moderators_feature_a_job(owner: Person, moderator: Person, public: httpx.AsyncClient) -> None:
    job = await job_in("approved", owner, moderator)
    address = f"{JOBS}/{job['id']}"
    assert set(faults_of(await owner.client.post(JOBS, json=described(is_featured=True)), 422, "body")) == {
        "is_featured"
    }
    for value in (True, False):
        error_of(await owner.client.patch(address, json={"is_featured": value}), 403)
    featured = (await moderator.client.patch(address, json={"is_featured": True})).json()
    assert (featured["is_featured"], featured["status"]) == (True, "approved")
    assert (await listed(public, q=word_of(job)))[0]["is_featured"] is True


async def test_no_list_shows_what_is_not_for_everybody(
    owner: Person, moderator: Person, public: httpx.AsyncClient, stranger: Person
) -> None:
    job = await job_in("approved", owner, moderator, email="secret@example.org")
    for state in ("draft", "review", "rejected", "archived", "removed"):
        await job_in(state, owner, moderator, email="secret@example.org")
    for client in (public, stranger.client, owner.client, moderator.client):
        for found in (await listed(client, q=word_of(job)), await searched(client, query=word_of(job))):
            assert [each["id"] for each in found] == [job["id"]]
            assert not found[0].keys() & FOR_MODERATORS
        assert "secret@example.org" not in (await client.get(JOBS, params={"limit": 1000})).text
        assert {each["status"] for each in await listed(client)} == {"approved"}


async def test_a_list_of_ones_own_shows_nobody_elses(
    owner: Person, moderator: Person, public: httpx.AsyncClient, other_program: httpx.AsyncClient
) -> None:
    mine = [await written(each) for each in (owner, moderator)]
    error_of(await public.get(f"{JOBS}/mine"), 401)
    error_of(await other_program.get(f"{JOBS}/mine"), 403)
    error_of(await public.get(f"{JOBS}/review"), 401)
    error_of(await owner.client.get(f"{JOBS}/review"), 403)
    [own] = (await owner.client.get(f"{JOBS}/mine")).json()
    assert own["id"] == mine[0]["id"]
    assert own.keys() & FOR_MODERATORS == FOR_THE_OWNER
    assert mine[0]["id"] not in [each["id"] for each in (await moderator.client.get(f"{JOBS}/mine")).json()]


async def test_a_word_that_is_a_path_is_no_job(owner: Person, moderator: Person) -> None:
    job = await written(owner, job_title="Review", company_name="!")
    assert job["slug"].startswith("review-")
    for name in ("mine", "review", "search"):
        error_of(await owner.client.patch(f"{JOBS}/{name}", json={"city": "Bern"}), 405)
    for name in ("nobody", "a b", "%00", "%ff", "x" * 300):
        error_of(await owner.client.patch(f"{JOBS}/{name}", json={"city": "Bern"}), 404)
    error_of(await step(moderator, {"id": "review"}, "archive"), 404)
