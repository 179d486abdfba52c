"""At each step its owner and the moderators are told, but for who made it; and nobody else."""

from email.message import EmailMessage
from typing import Any

import pytest

from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person, service

from .desks import Desk, Json
from .mailing import SITE, Office, said_in

pytestmark = pytest.mark.anyio


def subjects(mails: list[EmailMessage]) -> list[tuple[str, str]]:
    """To whom, and about what, in one order."""
    return sorted((mail["To"], mail["Subject"]) for mail in mails)


def to_all(
    desk: Desk, thing: Json, done: str, *, owner: Person | None = None, moderators: tuple[Person, ...] = ()
) -> list[tuple[str, str]]:
    """What is told to them of something that has been done."""
    about = f"{desk.review.called} “{desk.called(thing)}” has been {done}"
    told = [(f"{owner.name}@example.org", f"Your {about}")] if owner else []
    return sorted(told + [(f"{each.name}@example.org", f"The {about}") for each in moderators])


async def test_each_step_is_told_to_all_but_who_made_it(
    desk: Desk, owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    thing = await desk.written(owner)
    assert await office.works() == []
    both = (moderator, boss)
    steps: tuple[tuple[Person, str, str, dict[str, Any]], ...] = (
        (owner, "submit", "submitted for review", {"moderators": both}),
        (moderator, "reject", "rejected", {"owner": owner, "moderators": (boss,)}),
        (owner, "submit", "submitted for review", {"moderators": both}),
        (boss, "approve", "approved", {"owner": owner, "moderators": (moderator,)}),
        *((owner, move, done, {"moderators": both}) for move, done in desk.ends),
    )
    for who, move, done, told in steps:
        await office.forget()
        assert (await desk.step(who, thing, move)).status_code == 200
        mails = await office.works()
        assert subjects(mails) == to_all(desk, thing, done, **told), move
        for mail in mails:
            for kind in ("plain", "html"):
                assert f"by {who.name}" in said_in(mail, kind)
                assert f"{SITE}{desk.address}/{thing['slug']}" in said_in(mail, kind)
                assert ("Please say more." in said_in(mail, kind)) is (move == "reject")


async def test_a_change_that_must_be_reviewed_is_told_and_a_moderators_is_not(
    desk: Desk, owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    thing = await desk.brought_into("approved", owner, moderator)
    await office.forget()
    await moderator.client.patch(desk.of(thing), json={"description": "Corrected."})
    assert await office.works() == []
    await owner.client.patch(desk.of(thing), json=desk.change)
    told = to_all(desk, thing, "changed, and waits for review", moderators=(moderator, boss))
    assert subjects(await office.works()) == told


async def test_a_moderator_is_told_once_of_what_is_his_own(
    desk: Desk, moderator: Person, boss: Person, office: Office
) -> None:
    thing = await desk.written(moderator)
    await desk.step(moderator, thing, "submit")
    assert subjects(await office.works()) == to_all(desk, thing, "submitted for review", moderators=(boss,))
    await office.forget()
    await desk.step(boss, thing, "approve")
    assert subjects(await office.works()) == to_all(desk, thing, "approved", owner=moderator)


async def test_moderators_hear_nothing_of_what_was_never_submitted(desk: Desk, owner: Person, office: Office) -> None:
    thing = await desk.written(owner)
    await owner.client.post(f"{desk.of(thing)}/comments", json={"text": "A note to myself."})
    await owner.client.delete(desk.of(thing))
    assert await office.works() == []


async def test_who_deletes_what_was_submitted_is_told_of_without_a_link(
    desk: Desk, owner: Person, moderator: Person, boss: Person, office: Office
) -> None:
    for who, told in (
        (owner, {"moderators": (moderator, boss)}), (moderator, {"owner": owner, "moderators": (boss,)}),
    ):  # fmt: skip
        thing = await desk.brought_into("review", owner, moderator)
        await office.forget()
        await who.client.delete(desk.of(thing))
        mails = await office.works()
        assert subjects(mails) == to_all(desk, thing, "deleted", **told)
        assert not any(thing["slug"] in said_in(mail, kind) for mail in mails for kind in ("plain", "html"))


async def test_a_step_that_fails_is_not_told(desk: Desk, owner: Person, moderator: Person, office: Office) -> None:
    thing = await desk.written(owner)
    await desk.step(moderator, thing, "approve")
    await owner.client.post(f"{desk.of(thing)}/submit", json={"reason": "no body"})
    for _ in range(2):
        await desk.step(owner, thing, "submit")
    assert len(await office.mails_to(moderator)) == 1


@pytest.mark.parametrize(
    "title",
    [
        "“Snakes” <b>&amp; {{ adders }} {% endif %}", "x" * 200, "é" * 200, "日" * 200, "a\u202eb \ufeff c",
        "=?utf-8?q?Bcc=3A?=", "Bcc: eve@example.org, <eve@example.org>", "👩‍💻" * 40, "a\u00a0b\u200b\u00adc",
    ],
    ids=["markup", "long", "accents", "kanji", "direction", "encoded", "header", "joined", "spaces"],
)  # fmt: skip
async def test_no_title_breaks_a_mail(
    desk: Desk, owner: Person, moderator: Person, office: Office, title: str
) -> None:  # fmt: skip
    await desk.brought_into("rejected", owner, moderator, **{desk.titled: title})
    [mail] = await office.mails_to(owner)
    assert [name.lower() for name in [*mail]].count("bcc") == 0
    assert mail["To"] == f"{owner.name}@example.org"
    assert title in said_in(mail)
    assert "<b>" not in said_in(mail, "html")
    bytes(mail)


async def test_a_reason_is_shown_as_it_is_and_never_as_html(
    desk: Desk, owner: Person, moderator: Person, office: Office
) -> None:
    thing = await desk.brought_into("review", owner, moderator)
    reason = "First <script>alert(1)</script>\n\nSecond {{ line }} & more"
    await desk.step(moderator, thing, "reject", reason=reason)
    [mail] = [mail for mail in await office.mails_to(owner) if "rejected" in mail["Subject"]]
    assert reason in said_in(mail)
    assert "<script>" not in said_in(mail, "html")
    assert "&lt;script&gt;" in said_in(mail, "html")


async def test_without_moderators_staff_are_told_and_without_staff_superusers(desk: Desk, fresh_database: str) -> None:
    async with service(fresh_database) as app:
        office, owner, root = Office(app), await person(app), await person(app, Role.superuser)
        people = [root]
        for role in (Role.staff, desk.review.moderators):
            await desk.step(owner, await desk.written(owner), "submit")
            assert {mail["To"] for mail in await office.works()} == {f"{people[-1].name}@example.org"}
            await office.forget()
            people.append(await person(app, role))
        await desk.step(owner, await desk.written(owner), "submit")
        assert {mail["To"] for mail in await office.works()} == {f"{people[-1].name}@example.org"}
