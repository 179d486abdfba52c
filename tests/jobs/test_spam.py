"""What looks like spam is marked in the queue, whoever posts it; and many can be rejected at once, or none."""

from typing import Any

import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of
from tests.review.desks import Json
from tests.review.mailing import Office, said_in

from .desk import JOBS, job_in, on_the_board, seen_by, step, written

pytestmark = pytest.mark.anyio

#: each has one link to the listed host
TO_THE_HOST = (
    "[snakes](https://spam.example/a)",
    "[snakes](<https://spam.example/a> 'title')",
    "[snakes][1]\n\n[1]: https://spam.example/a",
    "[snakes]\n\n[snakes]: https://spam.example/a",
    "<https://spam.example/a>",
    "see https://spam.example/a",
    "see www.spam.example",
    "see HTTPS://SPAM.EXAMPLE",
    "see WWW.Spam.Example/x",
    "see http&#58;//spam.example",
    "see https&colon;&sol;&sol;spam&period;example",
    "[snakes](https&#x3A;//spam.example)",
    "[snakes](http://a.b.spam.example:8080/?q=1#x)",
    "[snakes](http://ada@spam.example)",
    "[snakes](http://ada:pw@spam.example/)",
    "[snakes](https://spam.example.)",
    "[snakes](http:spam.example)",
    "[snakes](http:/spam.example)",
    "[snakes](http:///spam.example)",
    "![snakes](https://spam.example/a.png)",
    "[![x](https://example.org/a.png)](https://spam.example/a)",
    "`https://spam.example/a`",
    "    https://spam.example/a",
    "> - **<https://spam.example>**",
    "| a |\n| - |\n| https://spam.example |",
    "(https://spam.example)",
    "*https://spam.example*",
    "snakes:https://spam.example",
    "<a href='https://spam.example'>x</a>",
    "[a](https://spam。example)",
    "[a](https://spam.example 'more > less')",
    "snakeshttps://spam.example",
    "see http://spa\u00adm.example",
    "see http://spam\u200b.example",
    "[a](http://spam%E2%80%8B.example)",
)
HARMLESS = (
    "[snakes](https://notspam.example)",
    "https://spam.example.org",
    "https://example.org/?next=spam.example",
    "mail me at ada@example.org",
    "Use spam, an example",
)


async def suspicion_of(who: Person, moderator: Person, **more: Any) -> str:
    """What looks like spam in a job that somebody submits, as moderators see it; everything agrees about it."""
    job = await written(who, **more)
    await step(who, job, "submit")
    seen = await seen_by(moderator, job)
    queued = [
        each
        for flag in ("true", "false")
        for each in (
            await moderator.client.get(f"{JOBS}/review", params={"suspected_spam": flag, "limit": 1000})
        ).json()
        if each["id"] == job["id"]
    ]
    assert [(each["suspected_spam"], each["suspicion"]) for each in queued] == [
        (bool(seen["suspicion"]), seen["suspicion"])
    ]
    assert seen["suspected_spam"] is bool(seen["suspicion"])
    found: str = seen["suspicion"]
    return found


async def changed(who: Person, job: Json, **changes: Any) -> None:
    answer = await who.client.patch(f"{JOBS}/{job['id']}", json=changes)
    assert answer.status_code == 200, answer.text


async def test_a_link_to_a_listed_host_is_found_however_it_is_written(moderator: Person, boss: Person) -> None:
    job = await job_in("review", boss, moderator)
    for text in TO_THE_HOST:
        await changed(moderator, job, description=text)
        assert "spam.example" in (await seen_by(moderator, job))["suspicion"], text
        await changed(moderator, job, description="Charm snakes.")
        assert (await seen_by(moderator, job))["suspicion"] == "", text


async def test_what_only_resembles_a_listed_host_is_harmless(moderator: Person, boss: Person) -> None:
    job = await job_in("review", boss, moderator)
    for text in HARMLESS:
        await changed(moderator, job, description=text)
        assert (await seen_by(moderator, job))["suspicion"] == "", text


@pytest.mark.parametrize(
    "field",
    ["job_title", "company_name", "city", "region", "country", "contact", "url", "description", "requirements",
     "company_description"],
)  # fmt: skip
async def test_a_link_is_found_wherever_it_stands(moderator: Person, owner: Person, field: str) -> None:
    assert "bit.ly" in await suspicion_of(owner, moderator, **{field: "https://bit.ly/a"})


async def test_more_than_three_links_are_suspicious_wherever_they_stand(moderator: Person, owner: Person) -> None:
    link = "https://example.org/"
    three = {"url": link, "description": f"[a]({link})", "contact": link}
    assert await suspicion_of(owner, moderator, **three) == ""
    assert await suspicion_of(owner, moderator, **three, requirements=f"<{link}>") == "4 links"
    assert await suspicion_of(owner, moderator, description=f"[a]({link}) " * 5) == "5 links"
    both = await suspicion_of(owner, moderator, description=f"{link} " * 4 + "https://bit.ly/x")
    assert both == "5 links, a link to bit.ly"


async def test_a_moderator_who_posts_is_suspected_like_everybody(moderator: Person) -> None:
    assert await suspicion_of(moderator, moderator, url="https://bit.ly/a") == "a link to bit.ly"


async def test_what_is_suspected_follows_what_a_job_says(moderator: Person, owner: Person) -> None:
    job = await written(owner, url="https://bit.ly/a")
    assert (await seen_by(moderator, job))["suspicion"] == "", "a draft is nobody's business"
    await step(owner, job, "submit")
    assert (await seen_by(moderator, job))["suspicion"] == "a link to bit.ly"
    await changed(owner, job, url="")
    assert (await seen_by(moderator, job))["suspicion"] == ""
    await changed(moderator, job, url="https://bit.ly/a")
    assert (await seen_by(moderator, job))["suspicion"] == "a link to bit.ly"
    approved = (await step(moderator, job, "approve")).json()
    assert (approved["suspected_spam"], approved["suspicion"]) == (False, "")


async def test_many_are_rejected_at_once_for_one_reason(
    moderator: Person, owner: Person, boss: Person, office: Office
) -> None:
    jobs = [await job_in("review", owner, moderator) for _ in range(3)]
    await office.forget()
    named = [jobs[0]["id"], jobs[1]["slug"], jobs[2]["id"].upper(), jobs[0]["slug"]]
    answer = await moderator.client.post(f"{JOBS}/review/reject", json={"ids": named, "reason": "This is spam."})
    assert (answer.status_code, answer.json()) == (200, {"rejected": [job["id"] for job in jobs]})
    for job in jobs:
        seen = await seen_by(owner, job)
        assert (seen["status"], seen["reason"]) == ("rejected", "This is spam.")
    mails = [mail for who in (owner, boss) for mail in await office.mails_to(who)]
    assert [mail["To"] for mail in mails] == [f"{owner.name}@example.org"] * 3 + [f"{boss.name}@example.org"]
    assert all("This is spam." in said_in(mail) for mail in mails)
    assert "and 2 more have been rejected" in mails[3]["Subject"]
    assert await office.mails_to(moderator) == []


async def test_if_one_cannot_be_rejected_none_is(moderator: Person, owner: Person, office: Office) -> None:
    job, draft = await job_in("review", owner, moderator), await written(owner)
    await office.forget()
    address, named = f"{JOBS}/review/reject", [job["id"], draft["id"]]
    missing = {"ids": [*named, "nothing", "\0", "x" * 200], "reason": "Spam."}
    faults = faults_of(await moderator.client.post(address, json=missing), 422, "body")
    assert set(faults) == {f"ids.{place}" for place in (2, 3, 4)}
    refused = await moderator.client.post(address, json={"ids": named, "reason": "Spam."})
    assert f"{draft['slug']} is draft" in error_of(refused, 409)["detail"]
    assert await seen_by(owner, job) == job
    assert await office.works() == []


async def test_to_reject_many_needs_a_role_some_names_and_a_reason(moderator: Person, owner: Person) -> None:
    job = await job_in("review", owner, moderator)
    address, whole = f"{JOBS}/review/reject", {"ids": [job["id"]], "reason": "Spam."}
    error_of(await owner.client.post(address, json=whole), 403)
    for body in ({"ids": whole["ids"]}, {**whole, "reason": " "}, {**whole, "ids": []}, {**whole, "ids": ["x"] * 101}):
        error_of(await moderator.client.post(address, json=body), 422)
    assert await seen_by(owner, job) == job


SPAM = {"url": "https://spam.example/"}


async def test_who_takes_links_out_or_sets_others_of_the_kind_is_not_reviewed_for_it(
    owner: Person, moderator: Person
) -> None:
    four = " ".join(f"https://example.org/{number}" for number in range(4))
    job = await on_the_board(owner, moderator, description=four, url=SPAM["url"], contact="https://example.org/5")
    for change in (
        {"contact": "https://example.org/6"},
        {"url": "https://example.org/7"},
        {"url": ""},
        {"contact": ""},
    ):
        changed = (await owner.client.patch(f"{JOBS}/{job['id']}", json=change)).json()
        assert changed["status"] == "approved", change
    for change in ({"contact": "https://a.example https://b.example"}, SPAM):
        changed = (await owner.client.patch(f"{JOBS}/{job['id']}", json=change)).json()
        assert changed["status"] == "review", change
        await step(moderator, job, "approve")


async def test_what_has_been_rejected_and_mended_is_suspected_no_more(owner: Person, moderator: Person) -> None:
    job = await job_in("rejected", owner, moderator, description="see www.spam.example")
    assert (await seen_by(moderator, job))["suspected_spam"] is True
    await owner.client.patch(f"{JOBS}/{job['id']}", json={"description": "See for yourself."})
    assert (await seen_by(moderator, job))["suspicion"] == ""


@pytest.mark.parametrize("change", [SPAM, {"contact": "see www.spam.example"}])
async def test_what_comes_to_look_like_spam_on_the_board_waits_for_review(
    owner: Person, moderator: Person, change: Json
) -> None:
    job = await on_the_board(owner, moderator)
    changed = (await owner.client.patch(f"{JOBS}/{job['id']}", json=change)).json()
    assert changed["status"] == "review"
    assert "spam.example" in (await seen_by(moderator, job))["suspicion"]


async def test_what_moderators_have_approved_all_the_same_is_not_reviewed_for_it_again(
    owner: Person, moderator: Person
) -> None:
    job = await on_the_board(owner, moderator, url=SPAM["url"])
    changed = (await owner.client.patch(f"{JOBS}/{job['id']}", json={"contact": "Ada"})).json()
    assert (changed["status"], changed["contact"]) == ("approved", "Ada")
    changed = (await moderator.client.patch(f"{JOBS}/{job['id']}", json={"contact": "www.spam.example/2"})).json()
    assert changed["status"] == "approved"
