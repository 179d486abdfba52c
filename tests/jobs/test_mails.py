"""Of a job that is renewed, archived or whose contact changes, those are told whom it concerns."""

import pytest

from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person, service
from tests.review.mailing import Office
from tests.review.test_mails import subjects, to_all

from .desk import DESK, JOBS, on_the_board, step, written

pytestmark = pytest.mark.anyio


async def test_a_change_that_need_not_be_reviewed_is_not_told(owner: Person, moderator: Person, office: Office) -> None:
    job = await on_the_board(owner, moderator)
    await office.forget()
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"contact": "Ada"})
    assert await office.works() == []


async def test_who_renews_or_archives_is_told_of_too(
    owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    job = await on_the_board(owner, moderator, 3600)
    await office.forget()
    await step(owner, job, "renew")
    assert subjects(await office.works()) == to_all(DESK, job, "renewed", moderators=(moderator, boss))
    await office.forget()
    await step(boss, job, "archive")
    assert subjects(await office.works()) == to_all(DESK, job, "archived", owner=owner, moderators=(moderator,))


async def test_who_cannot_sign_in_any_more_is_told_nothing(fresh_database: str) -> None:
    async with service(fresh_database) as app:
        owner, moderator = await person(app), await person(app, Role.job_moderator)
        gone, root = await person(app, Role.job_moderator), await person(app, Role.superuser)
        job = await written(owner)
        await step(owner, job, "submit")
        office = Office(app)
        for who in (owner, gone):
            assert (await root.client.post(f"{who.address}/deactivate")).status_code == 200
        await step(moderator, job, "approve")
        told = [mail["To"] for mail in await office.works()]
        assert told == [f"{moderator.name}@example.org"], "of the submission; and nobody of the approval"
