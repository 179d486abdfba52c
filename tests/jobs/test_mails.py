"""At each step its owner and the moderators are told, but for who made it; and nobody else."""

from email.message import EmailMessage

import pytest

from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person, service

from .desk import JOBS, Json, job_in, on_the_board, step, written
from .mailing import SITE, Office, said_in

pytestmark = pytest.mark.anyio


def subjects(mails: list[EmailMessage]) -> list[tuple[str, str]]:
    """To whom, and about what, in one order."""
    return sorted((mail["To"], mail["Subject"]) for mail in mails)


def to_all(
    job: Json, done: str, *, owner: Person | None = None, moderators: tuple[Person, ...] = ()
) -> list[tuple[str, str]]:
    about = f"job “{job['job_title']} at {job['company_name']}” has been {done}"
    told = [(f"{owner.name}@example.org", f"Your {about}")] if owner else []
    return sorted(told + [(f"{each.name}@example.org", f"The {about}") for each in moderators])


async def test_each_step_is_told_to_all_but_who_made_it(
    owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    job = await written(owner)
    assert await office.works() == []
    both = (moderator, boss)
    for who, move, done, told in (
        (owner, "submit", "submitted for review", {"moderators": both}),
        (moderator, "reject", "rejected", {"owner": owner, "moderators": (boss,)}),
        (owner, "submit", "submitted for review", {"moderators": both}),
        (boss, "approve", "approved", {"owner": owner, "moderators": (moderator,)}),
        (owner, "close", "closed", {"moderators": both}),
        (moderator, "remove", "removed", {"owner": owner, "moderators": (boss,)}),
    ):
        await office.forget()
        assert (await step(who, job, move)).status_code == 200
        mails = await office.works()
        assert subjects(mails) == to_all(job, done, **told), move
        for mail in mails:
            for kind in ("plain", "html"):
                assert f"by {who.name}" in said_in(mail, kind)
                assert f"{SITE}{JOBS}/{job['slug']}" in said_in(mail, kind)
                assert ("Please say more." in said_in(mail, kind)) is (move == "reject")


async def test_a_change_that_must_be_reviewed_is_told_and_others_are_not(
    owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    job = await on_the_board(owner, moderator)
    await office.forget()
    for who, change in ((owner, {"contact": "Ada"}), (moderator, {"city": "Bern"})):
        await who.client.patch(f"{JOBS}/{job['id']}", json=change)
    assert await office.works() == []
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"city": "Basel"})
    assert subjects(await office.works()) == to_all(job, "changed, and waits for review", moderators=(moderator, boss))


async def test_who_renews_or_archives_is_told_of_too(
    owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    job = await on_the_board(owner, moderator, 3600)
    await office.forget()
    await step(owner, job, "renew")
    assert subjects(await office.works()) == to_all(job, "renewed", moderators=(moderator, boss))
    await office.forget()
    await step(boss, job, "archive")
    assert subjects(await office.works()) == to_all(job, "archived", owner=owner, moderators=(moderator,))


async def test_a_moderator_is_told_once_of_what_is_his_own(moderator: Person, boss: Person, office: Office) -> None:
    job = await written(moderator)
    await step(moderator, job, "submit")
    assert subjects(await office.works()) == to_all(job, "submitted for review", moderators=(boss,))
    await office.forget()
    await step(boss, job, "approve")
    assert subjects(await office.works()) == to_all(job, "approved", owner=moderator)


async def test_moderators_hear_nothing_of_what_was_never_submitted(owner: Person, office: Office) -> None:
    removed, deleted = await written(owner), await written(owner)
    await owner.client.post(f"{JOBS}/{removed['id']}/comments", json={"text": "A note to myself."})
    await step(owner, removed, "remove")
    await owner.client.delete(f"{JOBS}/{deleted['id']}")
    assert await office.works() == []


async def test_who_deletes_what_was_submitted_is_told_of_without_a_link(
    owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    for who, told in (
        (owner, {"moderators": (moderator, boss)}), (moderator, {"owner": owner, "moderators": (boss,)}),
    ):  # fmt: skip
        job = await job_in("review", owner, moderator)
        await office.forget()
        await who.client.delete(f"{JOBS}/{job['id']}")
        mails = await office.works()
        assert subjects(mails) == to_all(job, "deleted", **told)
        assert not any(job["slug"] in said_in(mail, kind) for mail in mails for kind in ("plain", "html"))


async def test_a_step_that_fails_is_not_told(owner: Person, moderator: Person, office: Office) -> None:
    job = await written(owner)
    await step(moderator, job, "approve")
    await step(owner, job, "renew")
    await owner.client.post(f"{JOBS}/{job['id']}/submit", json={"reason": "no body"})
    for _ in range(2):
        await step(owner, job, "submit")
    assert len(await office.mails_to(moderator)) == 1


@pytest.mark.parametrize(
    "title",
    [
        "“Snakes” <b>&amp; {{ adders }} {% endif %}", "x" * 200, "é" * 200, "日" * 200, "a\u202eb \ufeff c",
        "=?utf-8?q?Bcc=3A?=", "Bcc: eve@example.org, <eve@example.org>", "👩‍💻" * 40, "a\u00a0b\u200b\u00adc",
    ],
)  # fmt: skip
async def test_no_title_breaks_a_mail(owner: Person, moderator: Person, office: Office, title: str) -> None:
    await job_in("rejected", owner, moderator, job_title=title, company_name='<i>"Odd" & Sons</i>')
    [mail] = await office.mails_to(owner)
    assert [name.lower() for name in [*mail]].count("bcc") == 0
    assert mail["To"] == f"{owner.name}@example.org"
    assert title in said_in(mail)
    assert "<i>" not in said_in(mail, "html")
    bytes(mail)


async def test_a_reason_is_shown_as_it_is_and_never_as_html(owner: Person, moderator: Person, office: Office) -> None:
    job = await job_in("review", owner, moderator)
    reason = "First <script>alert(1)</script>\n\nSecond {{ line }} & more"
    await step(moderator, job, "reject", reason=reason)
    [mail] = [mail for mail in await office.mails_to(owner) if "rejected" in mail["Subject"]]
    assert reason in said_in(mail)
    assert "<script>" not in said_in(mail, "html")
    assert "&lt;script&gt;" in said_in(mail, "html")


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


async def test_without_moderators_staff_are_told_and_without_staff_superusers(fresh_database: str) -> None:
    async with service(fresh_database) as app:
        office, owner, root = Office(app), await person(app), await person(app, Role.superuser)
        people = [root]
        for role in (Role.staff, Role.job_moderator):
            await step(owner, await written(owner), "submit")
            assert {mail["To"] for mail in await office.works()} == {f"{people[-1].name}@example.org"}
            await office.forget()
            people.append(await person(app, role))
        await step(owner, await written(owner), "submit")
        assert {mail["To"] for mail in await office.works()} == {f"{people[-1].name}@example.org"}
