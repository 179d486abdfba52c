"""What becomes of a job that is changed, rejected, submitted again, or deleted."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from pydotorg.kernel.text.markdown import WAITING_MAX
from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of
from tests.review.desks import Json, Passing

from .desk import JOBS, described, is_on_the_board, job_in, listed, on_the_board, seen_by, step, written

pytestmark = pytest.mark.anyio

#: a change of every member that can be changed
CHANGES: dict[str, Any] = {
    "job_title": "Keeper of snakes", "company_name": "Another Company", "country": "Chile", "city": "Arica",
    "region": "North", "description": "Keep *them*.", "requirements": "Patience.", "company_description": "**We**.",
    "telecommuting": True, "agencies": True, "visa_sponsorship": True, "relocation": True, "salary_min": 1,
    "salary_max": 2, "salary_currency": "CLP", "salary_period": "hour", "contact": "Ada", "email": "a@example.org",
    "url": "https://example.org/x",
}  # fmt: skip
#: what a job cannot say
FAULTY: tuple[tuple[str, Any], ...] = (
    ("job_title", " "), ("job_title", "two\nlines"), ("job_title", "x" * 201), ("job_title", None),
    ("company_name", ""), ("country", "\t"), ("description", ""), ("description", " \n "),
    ("description", "x" * 100_001), ("requirements", "\0"), ("city", "a\u2028b"), ("email", "nobody"),
    ("email", "a@b.example\r\nBcc: c@d.example"), ("url", "javascript:alert(1)"), ("url", "https://u:p@example.org"),
    ("salary_min", -1), ("salary_min", 1.5), ("salary_min", 10**13), ("salary_max", 0), ("salary_currency", "euro"),
    ("salary_period", "decade"), ("telecommuting", "yes"), ("category", "nothing"), ("category", None),
    ("category", "\0"), ("job_types", "web"),
)  # fmt: skip
CONTACT = {"contact", "url", "email"}


async def change(who: Person, job: Json, **changes: Any) -> Json:
    answer = await who.client.patch(f"{JOBS}/{job['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    changed: Json = answer.json()
    return changed


@pytest.mark.parametrize("state", ["draft", "review", "rejected"])
async def test_what_is_not_decided_on_is_changed_in_its_state(owner: Person, moderator: Person, state: str) -> None:
    job = await job_in(state, owner, moderator)
    for who in (owner, moderator):
        await change(who, job, job_types=["web"], category="administrator", **CHANGES)
        changed = await seen_by(owner, job)
        assert {name: changed[name] for name in CHANGES} == CHANGES
        assert (changed["status"], changed["slug"], changed["reason"]) == (state, job["slug"], job["reason"])
        assert (changed["category"]["slug"], [each["slug"] for each in changed["job_types"]]) == (
            "administrator", ["web"],
        )  # fmt: skip
        assert changed["company_description_html"] == "<p><strong>We</strong>.</p>\n"


@pytest.mark.parametrize("name", [*CHANGES, "category", "job_types"])
async def test_what_an_approved_job_says_is_reviewed_again_when_its_owner_changes_it(
    owner: Person, moderator: Person, public: httpx.AsyncClient, name: str
) -> None:
    job = await on_the_board(owner, moderator)
    value = {"category": "administrator", "job_types": ["web"], **CHANGES}[name]
    changed = await change(owner, job, **({"salary_min": 1} if name == "salary_max" else {}), **{name: value})
    assert changed["status"] == ("approved" if name in CONTACT else "review")
    public_times = (changed["published_at"], changed["expires_at"])
    assert public_times == (job["published_at"], job["expires_at"])
    assert (changed["submitted_at"] == job["submitted_at"]) is (name in CONTACT)
    assert await is_on_the_board(public, {**job, "job_title": changed["job_title"]}) is (name in CONTACT)


async def test_what_changes_nothing_sends_nothing_back(owner: Person, moderator: Person) -> None:
    job = await on_the_board(owner, moderator, job_types=["web", "database"])
    same = {name: job[name] for name in CHANGES}
    for changes in ({}, same, {"category": job["category"]["id"], "job_types": ["database", "web", "web"]}):
        assert await change(owner, job, **changes) == job


async def test_what_moderators_correct_stays_on_the_board_and_is_found_by_what_it_says_now(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    job = await on_the_board(owner, moderator, description="A quolltypo.")
    newer = await on_the_board(owner, moderator)
    changed = await change(moderator, job, description="A quollword.", city="Bern")
    assert (changed["status"], changed["published_at"]) == ("approved", job["published_at"])
    assert await listed(public, q="quolltypo") == []
    assert [each["id"] for each in await listed(public, q="quollword", city="bern")] == [job["id"]]
    ids = [each["id"] for each in await listed(public)]
    assert ids.index(newer["id"]) < ids.index(job["id"]), "a correction makes nothing newer"


async def test_an_expired_job_is_changed_and_comes_back_through_review(
    owner: Person, moderator: Person, public: httpx.AsyncClient, time_passes: Passing
) -> None:
    job = await job_in("expired", owner, moderator, time_passes)
    assert (await change(owner, job, contact="Ada"))["status"] == "expired"
    assert (await change(moderator, job, city="Bern"))["status"] == "expired"
    assert not await is_on_the_board(public, job)
    assert (await change(owner, job, city="Basel"))["status"] == "review"
    again = (await step(moderator, job, "approve")).json()
    assert again["expires_at"] > job["expires_at"]
    assert await is_on_the_board(public, job)


async def test_an_expired_job_of_a_moderator_comes_back_as_that_of_anybody(
    moderator: Person, boss: Person, public: httpx.AsyncClient, time_passes: Passing
) -> None:
    job = await job_in("expired", moderator, boss, time_passes)
    assert (await change(boss, job, city="Bern"))["status"] == "expired"
    assert (await change(moderator, job, city="Basel"))["status"] == "review"
    await step(moderator, job, "approve")
    assert await is_on_the_board(public, job)
    assert (await change(moderator, job, city="Chur"))["status"] == "approved"


async def test_a_job_that_is_approved_again_is_the_newest_with_its_whole_time(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    job = await on_the_board(owner, moderator)
    newer = await on_the_board(owner, moderator)
    await change(owner, job, city="Bern")
    approved = (await step(moderator, job, "approve")).json()
    assert approved["published_at"] > job["published_at"]
    assert approved["expires_at"] > job["expires_at"]
    for sort, expected in (("-published_at", [job, newer]), ("published_at", [newer, job])):
        ids = [each["id"] for each in await listed(public, sort=sort)]
        assert [id for id in ids if id in (job["id"], newer["id"])] == [each["id"] for each in expected]


async def test_a_moderator_deletes_what_is_spam(owner: Person, moderator: Person) -> None:
    for state in ("draft", "review", "rejected", "approved"):
        job = await job_in(state, owner, moderator)
        assert (await moderator.client.delete(f"{JOBS}/{job['id']}")).status_code == 204
        error_of(await owner.client.get(f"{JOBS}/{job['id']}"), 404)


async def test_what_a_job_cannot_say_is_refused_by_its_member(owner: Person, moderator: Person) -> None:
    job = await written(owner, salary_min=1, salary_max=2)
    for field, value in FAULTY:
        new = described(salary_min=1) | {field: value}
        assert set(faults_of(await owner.client.post(JOBS, json=new), 422, "body")) == {field}
        for who in (owner, moderator):
            refused = await who.client.patch(f"{JOBS}/{job['id']}", json={field: value})
            assert set(faults_of(refused, 422, "body")) == {field}
    assert await seen_by(owner, job) == job


async def test_every_fault_of_a_job_is_named_at_once(owner: Person) -> None:
    refused = await owner.client.post(JOBS, json={"category": "nothing", "job_types": ["web", "no", "\0"], "city": 1})
    assert set(faults_of(refused, 422, "body")) == {
        "job_title", "company_name", "country", "description", "email", "category", "job_types.1", "job_types.2",
        "city",
    }  # fmt: skip


async def test_a_range_holds_for_what_is_changed_of_it(owner: Person) -> None:
    job = await written(owner, salary_min=10, salary_max=20)
    for changes in ({"salary_min": 21}, {"salary_max": 9}):
        assert faults_of(await owner.client.patch(f"{JOBS}/{job['id']}", json=changes), 422, "body")
    assert (await change(owner, job, salary_max=None, salary_min=21))["salary_min"] == 21


async def test_what_a_job_has_can_be_said_again_when_it_is_not_in_use_any_more(
    owner: Person, moderator: Person
) -> None:
    paths = ("/api/v1/job-categories", "/api/v1/job-types")
    terms = [(await moderator.client.post(path, json={"name": f"Term {uuid4()}"})).json() for path in paths]
    chosen = {"category": terms[0]["slug"], "job_types": [terms[1]["slug"]]}
    job, other = await written(owner, **chosen), await written(owner, salary_max=1)
    for path, term in zip(paths, terms, strict=True):
        await moderator.client.patch(f"{path}/{term['id']}", json={"active": False})
    changed = await owner.client.patch(f"{JOBS}/{job['id']}", json={**chosen, "city": "Bern"})
    assert (changed.status_code, changed.json()["city"]) == (200, "Bern")
    refused = await owner.client.patch(f"{JOBS}/{other['id']}", json={**chosen, "salary_min": 2})
    assert set(faults_of(refused, 422, "body")) == {"category", "job_types.0", "salary_max"}
    assert set(faults_of(await owner.client.post(JOBS, json=described(**chosen)), 422, "body")) == {
        "category", "job_types.0",
    }  # fmt: skip


async def test_spaces_around_a_line_are_not_kept(owner: Person) -> None:
    job = await written(owner, city=" Bern ", company_name="\u00a0Example Company ")
    assert (job["city"], job["company_name"]) == ("Bern", "Example Company")
    changed = await owner.client.patch(f"{JOBS}/{job['id']}", json={"contact": "  Ada  "})
    assert changed.json()["contact"] == "Ada"


async def test_a_place_that_folds_to_very_many_letters_is_kept_and_found(
    owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    city = "\ufdfa" * 200
    job = await on_the_board(owner, moderator, city=city)
    assert [each["id"] for each in await listed(public, city=city)] == [job["id"]]


async def test_every_fault_is_in_one_answer(owner: Person, public: httpx.AsyncClient) -> None:
    job = await written(owner)
    wrong = {"salary_min": 2, "salary_max": 1, "email": "nobody", "category": "nothing"}
    for answer in (
        await owner.client.post(JOBS, json={**wrong, "status": "approved"}),
        await owner.client.patch(f"{JOBS}/{job['id']}", json=wrong),
    ):
        assert set(wrong) - {"salary_min"} <= set(faults_of(answer, 422, "body"))
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"salary_max": 10})
    answer = await owner.client.patch(f"{JOBS}/{job['id']}", json={"salary_min": 20, "job_types": ["web", "nothing"]})
    faults = faults_of(answer, 422, "body")
    assert set(faults) == {"salary_max", "job_types.1"}
    assert "`web`" in faults["job_types.1"], "it says which there are"
    answer = await public.post(f"{JOBS}/search", json={"sort": "relevance", "limit": 0})
    assert set(faults_of(answer, 422, "body")) == {"sort", "limit"}


async def test_so_many_long_texts_at_once_are_refused_that_others_need_not_wait(owner: Person) -> None:
    job = await written(owner)
    texts = [{"description": f"{number} " + "[" * 9_000} for number in range(2 * WAITING_MAX)]
    answers = await asyncio.gather(*(owner.client.patch(f"{JOBS}/{job['id']}", json=text) for text in texts))
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert all("retry-after" in answer.headers and error_of(answer, 503) for answer in refused)
    assert (await owner.client.patch(f"{JOBS}/{job['id']}", json=texts[-1])).status_code == 200
