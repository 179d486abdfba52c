"""Whatever people do, in whatever order: the board shows what is approved and has not expired, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pydotorg.app import Application
from pydotorg.jobs.expiring import Expiring, expire
from pydotorg.jobs.lifecycle import EXPIRED, LIFECYCLE
from pydotorg.kernel import clock
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.review.bounds import SUBMISSIONS
from pydotorg.kernel.review.lifecycle import APPROVED, CHANGE, DELETE, DRAFT, REVIEW, REVISE, By
from tests.accounts.people import Person, person
from tests.conftest import forget
from tests.review.desks import Json, moment
from tests.review.mailing import Office

from .desk import BOARD_SECONDS, JOBS, listed, searched, written

pytestmark = pytest.mark.anyio

OWNER, ANOTHER, MODERATOR = "owner", "another", "moderator"
SIDES = {OWNER: {By.owner, By.either}, ANOTHER: set[By](), MODERATOR: {By.moderator, By.either}}
#: a change after which its owner must wait for review, and one after which he need not
CHANGES = {REVISE: "city", CHANGE: "contact"}
EVENTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from([OWNER, OWNER, MODERATOR, MODERATOR, ANOTHER]), st.integers(0, 1),
            st.sampled_from([move.name for move in LIFECYCLE.moves if move.by is not By.clock]),
        ),
        st.tuples(st.just("clock"), st.just(0), st.sampled_from(["time passes", "somebody tidies up"])),
    ),
    min_size=10, max_size=20,
)  # fmt: skip


class Model:
    """A job as the table says that it must be."""

    def __init__(self, job: Json) -> None:
        self.id, self.slug, self.status, self.ends = job["id"], job["slug"], DRAFT, clock.now()

    @property
    def state(self) -> str:
        return EXPIRED if self.status == APPROVED and self.ends <= clock.now() else self.status

    def answers(self, who: str, name: str, submitted: int) -> int:
        """The status of the answer to this move, after so many submissions of that day."""
        move = LIFECYCLE.move(CHANGE if name == REVISE and not self.is_revised(who, name) else name)
        if move.by is By.moderator and who != MODERATOR:
            return 403
        if self.state == DELETE or (who == ANOTHER and self.state != APPROVED):
            return 404
        if move.by not in SIDES[who]:
            return 403
        if self.state not in move.sources or (name == "renew" and self.ends > clock.now() + timedelta(days=30)):
            return 409
        if move.target == REVIEW and submitted == SUBMISSIONS.most:
            return 429
        return 204 if name == DELETE else 200

    def is_revised(self, who: str, name: str) -> bool:
        return (who, name) == (OWNER, REVISE) and self.state in LIFECYCLE.move(REVISE).sources

    def becomes(self, who: str, name: str) -> None:
        """What it is once this has succeeded."""
        if name in CHANGES:
            self.status = REVIEW if self.is_revised(who, name) else self.status
            return
        self.status = LIFECYCLE.move(name).target or DELETE
        if name in ("approve", "renew"):
            days = timedelta(seconds=BOARD_SECONDS) if name == "approve" else timedelta(days=90)
            self.ends = clock.now() + days


class World:
    """Somebody's jobs, and who does something with them."""

    def __init__(self, people: dict[str, Person], jobs: list[Json]) -> None:
        self.people, self.jobs = people, [Model(job) for job in jobs]
        self.submitted = self.asked = 0

    async def asks(self, who: str, job: Model, name: str) -> None:
        """Somebody makes a move; it is answered, and the job is afterwards, as the table says."""
        expected = job.answers(who, name, self.submitted)
        answer = await self._answer(self.people[who].client, f"{JOBS}/{job.id}", name)
        assert answer.status_code == expected, (who, job.state, name, answer.text)
        if expected < 300:
            self.submitted += name == "submit" or job.is_revised(who, name)
            job.becomes(who, name)

    async def _answer(self, client: httpx.AsyncClient, address: str, name: str) -> httpx.Response:
        self.asked += 1
        if name == DELETE:
            return await client.delete(address)
        if name in CHANGES:
            return await client.patch(address, json={CHANGES[name]: f"Bern {self.asked}"})
        bodies: dict[str, Json] = {"reject": {"reason": "No."}, "approve": {"expires_at": moment(BOARD_SECONDS)}}
        return await client.post(f"{address}/{name}", json=bodies.get(name))


async def demand_truth(app: Application, world: World, public: httpx.AsyncClient) -> None:
    """List, search, detail and the index of words tell of the same jobs; owner and moderator see each as it is."""
    ids = {job.id for job in world.jobs}
    shown, over = ({job.id for job in world.jobs if job.state == state} for state in (APPROVED, EXPIRED))
    for found in (await listed(public), await listed(public, q="snake"), await searched(public, query="snake")):
        assert {each["id"] for each in found} & ids == shown
    async with app.transactions.begin(writes=False, here=False) as db:
        indexed = {str(id) for (id,) in await db.fetch(select(SearchDocument.row_id))} & ids
    assert shown <= indexed <= shown | over, "what has expired is forgotten once somebody tidies up"
    for job in world.jobs:
        assert ((await public.get(f"{JOBS}/{job.slug}")).status_code == 200) is (job.state == APPROVED)
        for who in (OWNER, MODERATOR):
            seen = await world.people[who].client.get(f"{JOBS}/{job.id}")
            assert (seen.json()["status"] if seen.status_code == 200 else DELETE) == job.state


@settings(max_examples=8, deadline=None, suppress_health_check=[*HealthCheck])
@given(events=EVENTS)
async def test_the_board_is_true_whatever_happens(
    app: Application, public: httpx.AsyncClient, moderator: Person, office: Office, events: list[Any]
) -> None:
    await office.forget()  # what was queued at a later time would not be due now
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        owner = await person(app)
        world = World(
            {OWNER: owner, ANOTHER: await person(app), MODERATOR: moderator}, [await written(owner) for _ in range(2)]
        )
        for who, number, what in events:
            if what == "time passes":
                traveller.shift(BOARD_SECONDS)
            elif what == "somebody tidies up":
                await office.does(expire, Expiring())
            else:
                await world.asks(who, world.jobs[number], what)
            await demand_truth(app, world, public)
    forget(app)
