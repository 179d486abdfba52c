"""What staff do with accounts, and superusers with roles; what nobody may do."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from pydotorg.accounts import links
from pydotorg.accounts.tables import MailedLink
from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.tasks.tables import Task
from tests.conftest import client_of
from tests.conventions.asking import error_of, faults_of

from .people import PASSWORD, Person, account, person, service, signed_in, token

pytestmark = pytest.mark.anyio

ME = "/api/auth/me"
SUPERUSERS_ONLY = "Superusers are changed by superusers only."


async def rows(app: Application, table: Any) -> list[Any]:
    return list(await app.transactions.read(lambda db: db.fetch(select(table.__table__))))


async def logs_in(app: Application, name: str) -> httpx.Response:
    async with client_of(app) as client:
        return await client.post("/api/auth/login", json={"username": name, "password": PASSWORD})


async def changed(by: Person, whom: Person, **change: Any) -> httpx.Response:
    return await by.client.patch(whom.address, json=change)


async def test_staff_change_what_is_named_and_see_the_whole_account(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    change = {"first_name": "Ada", "bio": "Analyst\n", "public_profile": False, "email_privacy": "public"}
    answer = await changed(staff, ada, **change, username=ada.name.upper())
    assert answer.status_code == 200
    me = (await ada.client.get(ME)).json()
    assert me.items() >= {**change, "username": ada.name.upper(), "last_name": ""}.items()
    assert answer.json() == {**me, "is_active": True, "updated_at": answer.json()["updated_at"]}
    assert (await changed(staff, ada)).json() == {**answer.json(), "updated_at": (await listed(staff, ada))}


async def listed(staff: Person, whom: Person) -> str:
    (row,) = (await staff.client.get("/api/v1/users", params={"q": whom.name})).json()
    moment: str = row["updated_at"]
    return moment


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"roles": ["staff"]}, "roles"), ({"is_staff": True}, "is_staff"), ({"is_active": False}, "is_active"),
        ({"email_verified": True}, "email_verified"), ({"password": "x"}, "password"), ({"id": "x"}, "id"),
        ({"created_at": None}, "created_at"), ({"current_password": PASSWORD}, "current_password"),
        ({"username": "a b"}, "username"), ({"username": "01a210b3-c249-7119-b379-026d96c18316"}, "username"),
        ({"email": "ada"}, "email"), ({"bio": "a\x00"}, "bio"), ({"first_name": "a\nb"}, "first_name"),
        ({"email_privacy": None}, "email_privacy"), ({"public_profile": 1}, "public_profile"),
    ],
)  # fmt: skip
async def test_staff_write_nothing_that_is_not_theirs_to_write(
    app: Application, change: dict[str, Any], field: str
) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    before = await listed(staff, ada)
    assert faults_of(await changed(staff, ada, **change), 422, "body").keys() == {field}
    assert await listed(staff, ada) == before


async def test_an_address_that_staff_set_is_confirmed_and_the_old_one_is_told(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    async with client_of(app) as stranger:
        await stranger.post("/api/auth/forgot-password", json={"email": f"{ada.name}@example.org"})
    before = {task.id for task in await rows(app, Task)}
    answer = await changed(staff, ada, email="Ada@New.example")
    assert (answer.json()["email"], answer.json()["email_verified"]) == ("Ada@New.example", True)
    (told,) = [task for task in await rows(app, Task) if task.id not in before]
    assert (told.name, f"{ada.name}@example.org" in told.payload) == ("accounts.change", True)
    assert (await logs_in(app, "ada@new.example")).status_code == 200


async def test_an_address_that_nobody_had_confirmed_is_told_nothing(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app, email_verified=False)
    before = len(await rows(app, Task))
    assert (await changed(staff, ada, email=f"{ada.name}@example.org")).json()["email_verified"] is True
    assert len(await rows(app, Task)) == before


async def test_links_that_went_to_the_old_address_are_good_for_nothing(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    purpose = links.Purpose.reset_password
    await app.transactions.write(lambda db: links.make(db, "key", uuid4(), ada.id, purpose, "x@example.org"))
    assert ada.id in {link.account_id for link in await rows(app, MailedLink) if not link.spent}
    assert (await changed(staff, ada, email=f"{ada.name}@new.example")).status_code == 200
    assert ada.id not in {link.account_id for link in await rows(app, MailedLink) if not link.spent}


async def test_names_and_addresses_of_others_are_a_409(app: Application) -> None:
    staff, ada, bob = await person(app, Role.staff), await person(app), await person(app)
    error_of(await changed(staff, ada, username=bob.name.upper()), 409)
    error_of(await changed(staff, ada, email=f"{bob.name}@EXAMPLE.org"), 409)
    claimed = await person(app, email_verified=False)
    assert (await changed(staff, ada, email=f"{claimed.name}@example.org")).status_code == 200


async def test_an_address_is_not_changed_without_a_password_where_one_could_be_asked(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    program = await token(app, staff.name, Scope.users_write)
    assert "token" in error_of(await program.patch(ada.address, json={"email": "a@b.example"}), 403)["detail"]
    assert (await program.patch(ada.address, json={"first_name": "Ada"})).status_code == 200
    assert ME in error_of(await changed(staff, staff, email="a@b.example"), 403)["detail"]
    assert (await changed(staff, staff, first_name="Stan")).status_code == 200


async def test_staff_do_nothing_to_superusers_but_superusers_do(app: Application) -> None:
    staff, root, other = await person(app, Role.staff), await person(app, Role.superuser), await person(app)
    gone = await person(app, Role.superuser, is_active=False)
    for answer in (
        await changed(staff, root, first_name="Nobody"),
        await staff.client.post(f"{root.address}/deactivate"),
        await staff.client.post(f"{gone.address}/reactivate"),
    ):
        assert error_of(answer, 403)["detail"] == SUPERUSERS_ONLY
    assert (await root.client.get(ME)).json()["first_name"] == ""
    boss = await person(app, Role.superuser)
    assert (await changed(boss, root, first_name="Root")).status_code == 200
    assert (await boss.client.post(f"{root.address}/deactivate")).status_code == 200
    assert (await boss.client.post(f"{gone.address}/reactivate")).status_code == 200
    assert (await changed(staff, other, first_name="Other")).status_code == 200


@pytest.mark.parametrize("path", ["", "/deactivate", "/reactivate", "/roles"])
async def test_who_is_not_there_is_a_404_for_those_who_may(app: Application, path: str) -> None:
    root = await person(app, Role.superuser)
    method = {"": "PATCH", "/roles": "PUT"}.get(path, "POST")
    body: dict[str, Any] = {"roles": []} if path == "/roles" else {}
    for nobody in ("nobody", "01a210b3-c249-7119-b379-026d96c18316"):
        error_of(await root.client.request(method, f"/api/v1/users/{nobody}{path}", json=body), 404)


async def test_a_deactivated_account_is_out_at_once_and_for_good(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app, Role.release_manager)
    program, signed_on = await token(app, ada.name), (await logs_in(app, ada.name)).json()
    assert [(await each.get(ME)).status_code for each in (ada.client, program)] == [200, 200]

    answer = await staff.client.post(f"/api/v1/users/{ada.id}/deactivate")
    assert (answer.status_code, answer.json()["is_active"], answer.json()["username"]) == (200, False, ada.name)
    for client in (ada.client, program):
        error_of(await client.get(ME), 401)
        error_of(await client.get("/api/v1/releases/latest"), 401)
    async with client_of(app) as stranger:
        spent = {"refresh_token": signed_on["refresh_token"]}
        error_of(await stranger.post("/api/auth/refresh", json=spent), 401)
        error_of(await stranger.get(ada.address), 404)
    error_of(await logs_in(app, ada.name), 401)

    back = await staff.client.post(f"{ada.address}/reactivate")
    assert (back.status_code, back.json()["is_active"], back.json()["roles"]) == (200, True, ["release_manager"])
    for client in (ada.client, program):
        error_of(await client.get(ME), 401)
    assert (await logs_in(app, ada.name)).status_code == 200


async def test_to_do_it_twice_is_a_409_that_says_how_it_is(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    assert error_of(await staff.client.post(f"{ada.address}/reactivate"), 409)["extra"] == {"is_active": True}
    assert (await staff.client.post(f"{ada.address}/deactivate")).status_code == 200
    assert error_of(await staff.client.post(f"{ada.address}/deactivate"), 409)["extra"] == {"is_active": False}


@pytest.mark.parametrize("role", [Role.staff, Role.superuser])
async def test_nobody_deactivates_himself(app: Application, role: Role) -> None:
    somebody = await person(app, role)
    error_of(await somebody.client.post(f"/api/v1/users/{somebody.name.upper()}/deactivate"), 409)
    assert (await somebody.client.get(ME)).status_code == 200


async def test_transitions_take_no_body(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app)
    answer = await staff.client.post(f"{ada.address}/deactivate", content=b"anything", headers={"Content-Type": "x/y"})
    assert answer.status_code == 200


async def given(by: Person, whom: Person, *roles: str) -> httpx.Response:
    return await by.client.put(f"{whom.address}/roles", json={"roles": [*roles]})


async def test_a_superuser_gives_a_whole_set_of_roles_that_holds_from_the_next_request_on(app: Application) -> None:
    root, ada = await person(app, Role.superuser), await person(app, Role.job_moderator)
    error_of(await ada.client.get("/api/v1/users"), 403)
    answer = await given(root, ada, "staff", "event_moderator", "staff")
    assert (answer.status_code, answer.json()["roles"]) == (200, ["event_moderator", "staff"])
    assert (answer.json()["is_staff"], answer.json()["is_superuser"]) == (True, False)
    assert (await ada.client.get("/api/v1/users")).status_code == 200
    assert (await given(root, ada)).json()["roles"] == []
    error_of(await ada.client.get("/api/v1/users"), 403)
    assert (await ada.client.get(ME)).json()["roles"] == []


async def test_a_token_keeps_its_scopes_and_loses_what_it_owed_to_a_role(app: Application) -> None:
    root, ada = await person(app, Role.superuser), await person(app, Role.staff)
    program = await token(app, ada.name, Scope.users_write, Scope.account_read)
    assert (await program.get("/api/v1/users")).status_code == 200
    assert (await given(root, ada)).status_code == 200
    error_of(await program.get("/api/v1/users"), 403)
    assert (await program.get(ME)).status_code == 200
    assert (await given(root, ada, "staff")).status_code == 200
    assert (await program.get("/api/v1/users")).status_code == 200


async def test_nobody_takes_superuser_from_himself_but_another_does(app: Application) -> None:
    root, boss = await person(app, Role.superuser), await person(app, Role.superuser)
    error_of(await given(root, root, "staff"), 409)
    assert (await given(root, root, "superuser", "staff")).json()["roles"] == ["staff", "superuser"]
    assert (await given(boss, root, "staff")).json()["is_superuser"] is False
    error_of(await given(root, boss), 403)


async def test_a_superuser_who_is_deactivated_can_lose_the_role(app: Application) -> None:
    root, gone = await person(app, Role.superuser), await person(app, Role.superuser, is_active=False)
    assert (await given(root, gone)).json()["roles"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "roles"), ({"roles": None}, "roles"), ({"roles": "staff"}, "roles"), ({"roles": ["king"]}, "roles.0"),
        ({"roles": ["staff"] * 9}, "roles"), ({"roles": [], "username": "x"}, "username"),
    ],
)  # fmt: skip
async def test_roles_are_read_strictly(app: Application, body: dict[str, Any], field: str) -> None:
    root, ada = await person(app, Role.superuser), await person(app)
    assert field in faults_of(await root.client.put(f"{ada.address}/roles", json=body), 422, "body")


async def test_another_worker_knows_it_at_once(app: Application, own_database: str) -> None:
    root, ada = await person(app, Role.superuser), await person(app)
    async with service(own_database) as elsewhere:
        ada_there = client_of(elsewhere, ada.client.headers["authorization"].removeprefix("Bearer "))
        error_of(await ada_there.get("/api/v1/users"), 403)
        await given(root, ada, "staff")
        assert (await ada_there.get("/api/v1/users")).status_code == 200
        await given(root, ada)
        error_of(await ada_there.get("/api/v1/users"), 403)
        await root.client.post(f"{ada.address}/deactivate")
        error_of(await ada_there.get(ME), 401)


async def test_an_account_with_an_odd_name_is_governed_too(app: Application) -> None:
    root = await person(app, Role.superuser)
    await account(app, "+._-odd")
    odd = Person(root.id, "+._-odd", await signed_in(app, "+._-odd"))
    assert (await given(root, odd, "staff")).json()["username"] == "+._-odd"
    assert (await root.client.post(f"{odd.address}/deactivate")).status_code == 200
