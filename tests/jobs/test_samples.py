"""Jobs that are made up to try things with: found like all others, marked as made up, and gone in their time."""

from datetime import UTC, datetime

import pytest
import time_machine

from pydotorg.kernel.access import Role
from pydotorg.kernel.database.engine import create_engine
from pydotorg.snapshot.loading import load
from tests.accounts.people import person, service, signed_in
from tests.conftest import client_of, configured

from .desk import listed, searched, seen_by, step

pytestmark = pytest.mark.anyio


async def test_samples_are_on_the_board_for_their_time(fresh_database: str) -> None:
    engine = create_engine(configured(fresh_database).database_url, writes=True)
    await load(engine, samples=True)
    await engine.dispose()
    async with service(fresh_database) as app, client_of(app) as public:
        jobs = await listed(public)
        assert len(jobs) >= 2
        assert all(job["job_title"].startswith("Example: ") for job in jobs)
        assert await searched(public, query="invented") == jobs
        assert await listed(public, country="utopia") == jobs
        moderator = await person(app, Role.job_moderator)
        seen = await seen_by(moderator, jobs[0])
        assert (seen["owner"], seen["email"], seen["suspicion"]) == ("", "", "")
        assert "<strong>invented</strong>" in seen["description_html"]
        assert (await step(moderator, jobs[0], "archive")).status_code == 200
        assert await listed(public) == jobs[1:]
        with time_machine.travel(datetime.now(UTC), tick=False) as clock:
            clock.shift(90 * 86_400)
            assert await listed(public) == []
            later = moderator._replace(client=await signed_in(app, moderator.name))
            assert (await seen_by(later, jobs[1]))["status"] == "expired"
