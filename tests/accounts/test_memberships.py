"""Memberships: one a person, seen by its member and by staff."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from pydotorg.accounts.people.tables import Membership
from pydotorg.app import Application
from pydotorg.kernel import clock
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.transaction import Database
from tests.conventions.asking import error_of, faults_of

from .people import PASSWORD, Person, person, token

pytestmark = pytest.mark.anyio

PATH = "/api/v1/memberships"


async def member(app: Application, *roles: Role, **said: Any) -> tuple[Person, dict[str, Any]]:
    """Somebody with a membership."""
    somebody = await person(app, *roles)
    made = await somebody.client.post(PATH, json={"legal_name": "Ada Lovelace", **said})
    assert made.status_code == 201, made.text
    return somebody, made.json()


async def change(by: Person, which: dict[str, Any], **said: Any) -> httpx.Response:
    return await by.client.patch(f"{PATH}/{which['id']}", json=said)


async def test_anybody_becomes_a_basic_member_once(app: Application) -> None:
    ada, made = await member(app)
    nothing = dict.fromkeys(
        ("preferred_name", "email_address", "city", "region", "country", "postal_code"), ""
    )  # fmt: skip
    expected = {
        **nothing, "kind": "basic", "legal_name": "Ada Lovelace", "psf_code_of_conduct": None,
        "psf_announcements": None, "votes": False, "votes_affirmed_at": None, "may_vote": False,
        "user_id": str(ada.id), "username": ada.name,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    assert made.keys() - expected.keys() == {"id", "created_at", "updated_at"}
    address = f"{PATH}/{made['id']}"
    assert (await ada.client.get(address)).json() == made
    assert (await ada.client.get(PATH)).json() == [made]
    error_of(await ada.client.post(PATH, json={"legal_name": "Another"}), 409)
    again = await person(app)
    answer = await again.client.post(PATH, json={"legal_name": "Ada"})
    assert answer.headers["location"] == f"http://localhost:8000{PATH}/{answer.json()['id']}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "legal_name"), ({"legal_name": ""}, "legal_name"), ({"legal_name": "a\nb"}, "legal_name"),
        ({"legal_name": "a", "email_address": "ada"}, "email_address"), ({"legal_name": "a", "votes": 1}, "votes"),
        ({"legal_name": "a", "kind": "fellow"}, "kind"), ({"legal_name": "a", "city": "a" * 201}, "city"),
        ({"legal_name": "a", "surname": "b"}, "surname"), ({"legal_name": "a", "may_vote": True}, "may_vote"),
    ],
)  # fmt: skip
async def test_what_a_new_member_says_is_read_strictly(app: Application, body: dict[str, Any], field: str) -> None:
    somebody = await person(app)
    assert faults_of(await somebody.client.post(PATH, json=body), 422, "body").keys() == {field}
    assert (await somebody.client.get(PATH)).json() == []


async def test_a_member_changes_what_is_his_to_say(app: Application) -> None:
    ada, made = await member(app)
    said = {"preferred_name": "Ada", "city": "London", "psf_code_of_conduct": True, "email_address": "a@b.example"}
    changed = await change(ada, made, **said)
    assert changed.status_code == 200
    assert changed.json() == {**made, **said, "updated_at": changed.json()["updated_at"]}
    back = await change(ada, made, psf_code_of_conduct=None, email_address="")
    assert (back.json()["psf_code_of_conduct"], back.json()["email_address"]) == (None, "")


async def test_only_staff_set_the_kind_and_only_the_member_says_that_he_votes(app: Application) -> None:
    ada, made = await member(app)
    staff = await person(app, Role.staff)
    error_of(await change(ada, made, kind="fellow"), 403)
    error_of(await change(staff, made, votes=True), 403)
    assert (await ada.client.get(f"{PATH}/{made['id']}")).json() == made
    raised = await change(staff, made, kind="fellow", legal_name="Augusta Ada King-Noel")
    assert (raised.json()["kind"], raised.json()["legal_name"]) == ("fellow", "Augusta Ada King-Noel")
    assert faults_of(await change(staff, made, kind="managing"), 422, "body").keys() == {"kind"}
    program = await token(app, staff.name, Scope.users_write)
    assert (await program.patch(f"{PATH}/{made['id']}", json={"kind": "basic"})).json()["kind"] == "basic"


async def test_a_membership_of_others_is_not_there(app: Application, stranger: httpx.AsyncClient) -> None:
    _, made = await member(app)
    bob, _ = await member(app)
    address = f"{PATH}/{made['id']}"
    for answer in (
        await bob.client.get(address),
        await bob.client.patch(address, json={"city": "Paris"}),
        await bob.client.patch(address, json={"kind": "fellow"}),
        await bob.client.delete(address),
    ):
        assert error_of(answer, 404)["detail"] == f"There is no membership {made['id']}."
    error_of(await stranger.get(address), 401)
    error_of(await bob.client.get(f"{PATH}/{uuid4()}"), 404)
    error_of(await bob.client.get(f"{PATH}/{bob.name}"), 404)


async def affirmed_before(app: Application, which: dict[str, Any], days: float) -> None:
    async def age(db: Database) -> None:
        row = await db.get_one(Membership, UUID(which["id"]))
        row.votes_affirmed_at = clock.now() - timedelta(days=days)

    await app.transactions.write(age)


async def test_a_vote_is_affirmed_for_366_days(app: Application) -> None:
    ada, made = await member(app, votes=True)

    async def seen() -> tuple[bool, bool]:
        shown = (await ada.client.get(f"{PATH}/{made['id']}")).json()
        return shown["votes"], shown["may_vote"]

    assert await seen() == (True, True)
    await affirmed_before(app, made, 365.99)
    assert await seen() == (True, True)
    await affirmed_before(app, made, 366.01)
    assert await seen() == (True, False)
    assert (await change(ada, made, city="London")).json()["may_vote"] is False
    anew = (await change(ada, made, votes=True)).json()
    assert (anew["may_vote"], anew["votes_affirmed_at"] > made["votes_affirmed_at"]) == (True, True)
    ended = (await change(ada, made, votes=False)).json()
    assert [ended[name] for name in ("votes", "may_vote", "votes_affirmed_at")] == [False, False, None]


async def test_staff_list_all_and_others_their_own(app: Application) -> None:
    staff, own = await member(app, Role.staff)
    ada, made = await member(app, preferred_name="Countess", votes=True)
    _, other = await member(app)
    await change(staff, other, kind="sponsor")

    async def ids(client: httpx.AsyncClient, **asked: str) -> list[str]:
        answer = await client.get(PATH, params={"limit": "1000", **asked})
        assert answer.status_code == 200, answer.text
        assert answer.headers["x-total-count"] == str(len(answer.json()))
        return [row["id"] for row in answer.json()]

    assert {own["id"], made["id"], other["id"]} <= {*await ids(staff.client)}
    assert await ids(await token(app, staff.name, Scope.users_write, Scope.account_read), user=ada.name) == [made["id"]]
    assert await ids(await token(app, staff.name, Scope.account_read)) == [own["id"]]
    assert await ids(ada.client) == [made["id"]]
    assert await ids(ada.client, user=staff.name) == []
    assert await ids(staff.client, user=ada.name.upper()) == await ids(staff.client, user=str(ada.id)) == [made["id"]]
    assert await ids(staff.client, q="counTESS", user=ada.name) == [made["id"]]
    assert other["id"] in await ids(staff.client, kind="sponsor")
    assert other["id"] not in await ids(staff.client, kind="basic")
    assert await ids(staff.client, user=ada.name, may_vote="true") == [made["id"]]
    assert await ids(staff.client, user=ada.name, may_vote="false") == []
    assert other["id"] in await ids(staff.client, may_vote="false")
    assert await ids(staff.client, sort="-created_at") == (await ids(staff.client))[::-1]
    await affirmed_before(app, made, 400)
    assert await ids(staff.client, user=ada.name, may_vote="false") == [made["id"]]


async def test_a_member_ends_his_membership_and_may_come_back(app: Application) -> None:
    ada, made = await member(app)
    staff = await person(app, Role.staff)
    error_of(await staff.client.delete(f"{PATH}/{made['id']}"), 403)
    assert (await ada.client.delete(f"{PATH}/{made['id']}")).status_code == 204
    error_of(await ada.client.get(f"{PATH}/{made['id']}"), 404)
    assert (await ada.client.post(PATH, json={"legal_name": "Ada"})).status_code == 201


async def test_a_membership_goes_with_its_account(app: Application) -> None:
    ada, made = await member(app)
    closed = await ada.client.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
    assert closed.status_code == 204
    left = select(Membership.id).where(Membership.id == UUID(made["id"]))
    assert await app.transactions.read(lambda db: db.fetch(left)) == []


async def test_of_two_memberships_at_once_one_is_made(app: Application) -> None:
    ada = await person(app)
    asked = [ada.client.post(PATH, json={"legal_name": "Ada"}) for _ in range(4)]
    statuses = sorted([answer.status_code for answer in await asyncio.gather(*asked)])
    assert statuses == [201, 409, 409, 409]
