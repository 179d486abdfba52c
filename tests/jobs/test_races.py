"""What happens at the same time: nobody waits for ever, and nothing is half done."""

import asyncio
from functools import partial
from uuid import UUID, uuid4

import pytest
from msgspec import convert
from sqlalchemy import select

from pydotorg.accounts import changing
from pydotorg.app import Application
from pydotorg.jobs.bodies import NewJob
from pydotorg.jobs.tables import Job
from pydotorg.jobs.writing import AUTHORING
from pydotorg.kernel.access import Caller, Identity
from pydotorg.kernel.domain import Leavings
from pydotorg.kernel.http.errors import Unauthenticated
from tests.accounts.people import PASSWORD_HASH, Person, person, service

from .desk import JOBS, described, written

pytestmark = pytest.mark.anyio

ROUNDS = 4
#: so that one begins while the other is somewhere in its middle
SECONDS_APART = 0.0007


async def test_jobs_with_one_title_written_at_once_have_addresses_of_their_own(owner: Person) -> None:
    job = described(job_title="One title for all")
    answers = await asyncio.gather(*(owner.client.post(JOBS, json=job) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["slug"] for answer in answers}) == 4


async def test_a_type_is_deleted_or_chosen_but_not_both(moderator: Person, owner: Person) -> None:
    for path, named in (("job-types", "job_types"), ("job-categories", "category")):
        for _ in range(ROUNDS):
            made = await moderator.client.post(f"/api/v1/{path}", json={"name": f"Quokkas {uuid4().hex[:12]}"})
            slug = made.json()["slug"]
            chosen = {named: [slug] if named == "job_types" else slug}
            posted, deleted = await asyncio.gather(
                owner.client.post(JOBS, json=described(**chosen)), moderator.client.delete(f"/api/v1/{path}/{slug}")
            )
            assert (posted.status_code, deleted.status_code) in {(201, 409), (422, 204)}, posted.text


async def test_who_posts_while_his_account_is_closed_leaves_no_job_behind(app: Application, own_database: str) -> None:
    async with service(own_database) as other:
        for round_ in range(4 * ROUNDS):
            owner = await person(app)
            await written(owner)
            caller, new = Caller(Identity.of(owner.id, owner.name)), convert(described(), NewJob)

            async def post(after: float, caller: Caller = caller, new: NewJob = new) -> object:
                await asyncio.sleep(after)
                return await other.transactions.write(lambda db: AUTHORING.make(db, new, caller))

            close = partial(
                changing.close, id=owner.id, proved=PASSWORD_HASH, leavings=app.parts[Leavings]
            )  # fmt: skip
            posts = [post(round_ * SECONDS_APART) for _ in range(2)]
            closed, *made = await asyncio.gather(app.transactions.write(close), *posts, return_exceptions=True)
            assert closed is None
            assert all(isinstance(each, UUID | Unauthenticated) for each in made), made
            async with app.transactions.begin(writes=False, here=False) as db:
                assert (
                    await db.fetch(select(Job.id).where(Job.id.in_([id for id in made if isinstance(id, UUID)]))) == []
                )
