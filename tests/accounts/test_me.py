"""One's own account: what its owner changes, what it takes, and how it ends."""

from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from tests.conftest import client_of

from .people import PASSWORD, account, signed_in, token

pytestmark = pytest.mark.anyio

ME = "/api/auth/me"


async def logs_in(app: Application, name: str, password: str = PASSWORD) -> int:
    async with client_of(app) as client:
        return (await client.post("/api/auth/login", json={"username": name, "password": password})).status_code


async def closes(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    return await client.request("DELETE", ME, json={"password": password})


async def test_what_is_named_changes_and_nothing_else(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        before = (await client.get(ME)).json()
        change = {
            "first_name": "Ada",
            "bio": "Analyst,\nmetaphysician",
            "public_profile": False,
            "email_privacy": "members",
        }
        changed = await client.patch(ME, json=change)
        assert (changed.status_code, changed.json()) == (200, {**before, **change})
        assert (await client.get(ME)).json() == changed.json()
        assert (await client.patch(ME, json={})).json() == changed.json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"roles": ["superuser"]}, "roles"),
        ({"is_superuser": True}, "is_superuser"),
        ({"email_verified": True}, "email_verified"),
        ({"id": "01a210b3-c249-7119-b379-026d96c18316"}, "id"),
        ({"last_login_at": None}, "last_login_at"),
        ({"password": "another battery of horses"}, "password"),
        ({"first_name": None}, "first_name"),
        ({"first_name": "a\nb"}, "first_name"),
        ({"first_name": "a" * 201}, "first_name"),
        ({"bio": "a\x00b"}, "bio"),
        ({"bio": "a" * 10_001}, "bio"),
        ({"email_privacy": "friends"}, "email_privacy"),
        ({"username": "a b"}, "username"),
        ({"username": "01a210b3-c249-7119-b379-026d96c18316"}, "username"),
        ({"email": "new@example.org"}, "current_password"),
        ({"email": "new@example.org", "current_password": "not this password"}, "current_password"),
    ],
)
async def test_what_is_not_his_to_change_is_refused(
    app: Application, name: str, change: dict[str, Any], field: str
) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        before = (await client.get(ME)).json()
        refused = await client.patch(ME, json={**change, "last_name": "Lovelace"})
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["extra"]["errors"]] == [field]
        assert (await client.get(ME)).json() == before


async def test_a_new_address_takes_the_password_and_without_mail_counts_at_once(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        change = {"email": f"new-{name}@example.org", "current_password": PASSWORD}
        changed = await client.patch(ME, json=change)
        assert (changed.json()["email"], changed.json()["email_verified"]) == (change["email"], True)
    assert await logs_in(app, f"new-{name}@example.org") == 200
    assert await logs_in(app, f"{name}@example.org") == 401


async def test_nobody_takes_the_name_or_the_address_of_another(app: Application, name: str) -> None:
    await account(app, name)
    await account(app, f"{name}-other")
    async with await signed_in(app, name) as client:
        taken = await client.patch(ME, json={"username": f"{name.upper()}-OTHER"})
        assert (taken.status_code, taken.json()["detail"]) == (409, f"The username {name.upper()}-OTHER is taken.")
        change = {"email": f"{name}-OTHER@example.org", "current_password": PASSWORD}
        assert (await client.patch(ME, json=change)).status_code == 409
        assert (await client.patch(ME, json={"username": name.upper()})).json()["username"] == name.upper()


async def test_a_new_password_ends_all_other_sessions(app: Application, name: str) -> None:
    await account(app, name)
    async with (
        await signed_in(app, name) as here,
        await signed_in(app, name) as elsewhere,
        await token(app, name) as program,
    ):
        for client in (here, elsewhere, program):
            assert (await client.get(ME)).status_code == 200
        change = {"current_password": PASSWORD, "password": "another battery of horses"}
        assert (await here.post("/api/auth/change-password", json=change)).status_code == 204
        assert [(await client.get(ME)).status_code for client in (here, elsewhere, program)] == [200, 401, 200]
    assert await logs_in(app, name) == 401
    assert await logs_in(app, name, change["password"]) == 200


@pytest.mark.parametrize("password", ["short", "password1234", "aaaaaaaaaaaaaaaa"])
async def test_a_new_password_must_be_a_good_one(app: Application, name: str, password: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        change = {"current_password": PASSWORD, "password": password}
        assert (await client.post("/api/auth/change-password", json=change)).status_code == 422
    assert await logs_in(app, name) == 200


async def test_who_closes_his_account_is_gone_at_once(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client, await token(app, name) as program:
        assert (await closes(client, "not this password")).status_code == 422
        assert (await closes(client)).status_code == 204
        assert [(await each.get(ME)).status_code for each in (client, program)] == [401, 401]
    assert await logs_in(app, name) == 401
    await account(app, name)  # the name is free


async def test_the_last_superuser_stays(app: Application, name: str) -> None:
    await account(app, name, Role.superuser)
    async with await signed_in(app, name) as client:
        assert (await closes(client)).status_code == 409
        await account(app, f"{name}-other", Role.superuser, is_active=False)
        assert (await closes(client)).status_code == 409
        await account(app, f"{name}-third", Role.superuser)
        assert (await closes(client)).status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", ME), ("DELETE", ME), ("POST", "/api/auth/logout"), ("POST", "/api/auth/change-password"),
        ("GET", "/api/auth/sessions"), ("DELETE", "/api/auth/sessions/01a210b3-c249-7119-b379-026d96c18316"),
        ("GET", "/api/auth/tokens"), ("POST", "/api/auth/tokens"),
        ("DELETE", "/api/auth/tokens/01a210b3-c249-7119-b379-026d96c18316"),
    ],
)  # fmt: skip
async def test_an_api_token_is_not_its_owner(app: Application, name: str, method: str, path: str) -> None:
    await account(app, name, Role.superuser)
    async with await token(app, name, *Scope) as program, client_of(app) as nobody:
        refused = await program.request(method, path)
        assert (refused.status_code, "API token" in refused.json()["detail"]) == (403, True)
        assert (await nobody.request(method, path)).status_code == 401


async def test_a_token_reads_the_account_only_with_its_scope(app: Application, name: str) -> None:
    await account(app, name)
    async with await token(app, name, Scope.jobs_write) as other, await token(app, name, Scope.account_read) as reader:
        assert [(await each.get(ME)).status_code for each in (other, reader)] == [403, 200]
        assert [(await each.post(ME)).status_code for each in (other, reader)] == [403, 200]
