"""A job from its first draft to its end, as its owner, moderators and everybody see it."""

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of

from .desk import JOBS, described, step

pytestmark = pytest.mark.anyio


async def test_a_job_goes_from_draft_to_the_board(owner: Person, moderator: Person, public: httpx.AsyncClient) -> None:
    made = await owner.client.post(JOBS, json=described(job_types=["web", "database"], city="Zürich"))
    job = made.json()
    assert made.headers["location"].endswith(f"/api/v1/jobs/{job['id']}")
    assert (job["status"], job["email"], job["owner"]) == ("draft", "jobs@example.org", owner.name)
    assert [each["slug"] for each in job["job_types"]] == ["database", "web"]
    assert job["description_html"] == "<p>Charm <em>snakes</em>.</p>\n"
    error_of(await public.get(f"{JOBS}/{job['slug']}"), 404)
    submitted = (await step(owner, job, "submit")).json()
    assert (submitted["status"], submitted["published_at"]) == ("review", None)
    queued = (await moderator.client.get(f"{JOBS}/review")).json()
    assert [each["id"] for each in queued if each["id"] == job["id"]] == [job["id"]]
    approved = await step(moderator, job, "approve")
    assert approved.json()["status"] == "approved"
    seen = await public.get(f"{JOBS}/{job['slug']}")
    assert seen.status_code == 200
    assert not {"email", "owner", "reason", "suspicion"} & seen.json().keys()
    listed = (await public.get(JOBS, params={"q": job["job_title"].split()[-1]})).json()
    assert [each["id"] for each in listed] == [job["id"]]
    found = await public.post(f"{JOBS}/search", json={"query": "snake", "location": "zurich", "job_types": ["web"]})
    assert job["id"] in [each["id"] for each in found.json()]
    assert int(found.headers["x-total-count"]) >= 1
