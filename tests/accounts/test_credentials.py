"""Sessions and API tokens, as their owner sees and ends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from pydotorg.accounts import sessions
from pydotorg.accounts.credentials import RefreshToken, digest, is_api_token, new_api_token
from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from tests.conftest import client_of

from .people import PASSWORD, account, signed_in, token

pytestmark = pytest.mark.anyio

ME, SESSIONS, TOKENS = "/api/auth/me", "/api/auth/sessions", "/api/auth/tokens"


async def makes(client: httpx.AsyncClient, **order: Any) -> httpx.Response:
    return await client.post(TOKENS, json={"name": "tests", **order})


async def test_a_session_says_when_and_from_where(app: Application, name: str) -> None:
    await account(app, name)
    async with client_of(app) as client:
        head = {"User-Agent": "Mozilla/5.0 (tests)\x7f"}
        body = {"username": name, "password": PASSWORD}
        tokens = (await client.post("/api/auth/login", json=body, headers=head)).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        listed = await client.get(SESSIONS)
    [session] = listed.json()
    assert listed.headers["x-total-count"] == "1"
    assert session.keys() == {
        "id", "created_at", "last_used_at", "expires_at", "user_agent", "address", "is_current",
    }  # fmt: skip
    assert (session["user_agent"], session["address"], session["is_current"]) == (
        "Mozilla/5.0 (tests)",
        "127.0.0.1",
        True,
    )


async def test_who_is_signed_in_elsewhere_signs_out_there(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as elsewhere, await signed_in(app, name) as here:
        listed = (await here.get(SESSIONS)).json()
        assert [session["is_current"] for session in listed] == [True, False]
        assert (await here.delete(f"{SESSIONS}/{listed[1]['id']}")).status_code == 204
        assert (await here.delete(f"{SESSIONS}/{listed[1]['id']}")).status_code == 404
        assert [(await client.get(ME)).status_code for client in (here, elsewhere)] == [200, 401]


async def test_nobody_ends_the_session_or_the_token_of_another(app: Application, name: str) -> None:
    await account(app, name)
    await account(app, f"{name}-other", Role.superuser)
    async with await signed_in(app, name) as owner, await signed_in(app, f"{name}-other") as other:
        made = (await makes(owner)).json()
        [session] = (await owner.get(SESSIONS)).json()
        for path in (f"{SESSIONS}/{session['id']}", f"{TOKENS}/{made['id']}"):
            assert (await other.delete(path)).status_code == 404
        assert (await owner.get(ME)).status_code == 200
        assert [each["id"] for each in (await owner.get(TOKENS)).json()] == [made["id"]]


@pytest.mark.parametrize("path", [SESSIONS, TOKENS])
@pytest.mark.parametrize("id", ["x", "01a210b3-c249-7119-b379-026d96c18316", "%00", "current"])
async def test_what_is_not_there_is_not_found(app: Application, name: str, path: str, id: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        assert (await client.delete(f"{path}/{id}")).status_code == 404


async def test_an_account_has_only_so_many_sessions(
    app: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_MAX", 3)
    await account(app, name)
    clients = [await signed_in(app, name) for _ in range(5)]
    statuses = [(await client.get(ME)).status_code for client in clients]
    assert statuses == [401, 401, 200, 200, 200]


async def test_a_token_is_shown_once_and_stored_as_its_digest(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        made = await makes(client, name="release script")
        assert made.status_code == 201
        secret, id = made.json()["token"], made.json()["id"]
        assert made.headers["location"].endswith(f"{TOKENS}/{id}")
        listed = await client.get(TOKENS)
        assert [each["id"] for each in listed.json()] == [id]
        assert secret not in listed.text
    async with app.transactions.begin(writes=False, here=False) as db:
        rows = (await db.execute(text("select * from api_token"))).all()
    assert digest(secret) in str(rows)
    assert secret not in str(rows)


async def test_a_token_has_the_form_that_finders_of_secrets_know() -> None:
    made = {new_api_token() for _ in range(100)}
    assert len(made) == 100
    for each in made:
        assert is_api_token(each)
        assert each.startswith("pydotorg_")
        assert len(each) == 45


@given(st.integers(9, 44), st.sampled_from("0123456789ABCabcz"))
def test_a_token_that_is_mistyped_is_none(place: int, character: str) -> None:
    known = "pydotorg_" + "0" * 30
    made = next(each for each in (new_api_token() for _ in range(9)) if each != known)
    changed = made[:place] + character + made[place + 1 :]
    assert is_api_token(changed) is (changed == made)


@pytest.mark.parametrize("scheme", ["Bearer", "Token", "bearer", "TOKEN"])
async def test_a_token_comes_in_two_schemes(app: Application, name: str, scheme: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client, client_of(app) as program:
        secret = (await makes(client)).json()["token"]
        assert (await program.get(ME, headers={"Authorization": f"{scheme} {secret}"})).status_code == 200
        assert (await program.get(ME, headers={"Authorization": f"Basic {secret}"})).status_code == 401
        assert (await program.get(f"{ME}?token={secret}")).status_code == 401
        assert (await program.get(ME, headers={"Cookie": f"token={secret}"})).status_code == 401


async def test_a_revoked_token_is_good_for_nothing_at_once(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client, client_of(app) as program:
        made = (await makes(client)).json()
        program.headers["Authorization"] = f"Bearer {made['token']}"
        assert [(await program.get(ME)).status_code for _ in range(2)] == [200, 200]
        assert (await client.delete(f"{TOKENS}/{made['id']}")).status_code == 204
        assert (await program.get(ME)).status_code == 401
        assert (await program.get("/api/v1/releases/latest")).status_code == 401


async def test_a_token_expires(app: Application, name: str) -> None:
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as clock:
        await account(app, name)
        async with await signed_in(app, name) as client, client_of(app) as program:
            made = (await makes(client, expires_at="2026-11-25T10:00:30Z")).json()
            program.headers["Authorization"] = f"Bearer {made['token']}"
            assert (await program.get(ME)).status_code == 200
            clock.shift(30)
            assert (await program.get(ME)).status_code == 401
            assert [each["id"] for each in (await client.get(TOKENS)).json()] == [made["id"]]


@pytest.mark.parametrize("days", [-1, 0, 366, 40_000])
async def test_a_token_lives_at_most_a_year(app: Application, name: str, days: int) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        refused = await makes(client, expires_at=(datetime.now(UTC) + timedelta(days=days)).isoformat())
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["extra"]["errors"]] == ["expires_at"]
        year = datetime.fromisoformat((await makes(client)).json()["expires_at"]) - datetime.now(UTC)
        assert timedelta(days=364) < year <= timedelta(days=365)


async def test_a_token_has_only_scopes_that_its_owner_may_give(app: Application, name: str) -> None:
    await account(app, name)
    await account(app, f"{name}-manager", Role.release_manager)
    async with await signed_in(app, name) as user, await signed_in(app, f"{name}-manager") as manager:
        refused = await makes(user, scopes=["account:read", "releases:write"])
        assert (refused.status_code, refused.json()["extra"]["errors"][0]["field"]) == (422, "scopes.1")
        assert (await makes(user, scopes=[])).status_code == 422
        assert (await makes(user, scopes=["everything"])).status_code == 422
        everybodys = ["jobs:write", "events:write", "content:write", "account:read"]
        assert (await makes(user)).json()["scopes"] == everybodys
        assert (await makes(manager)).json()["scopes"] == ["releases:write", *everybodys]
        assert (await makes(manager, scopes=["releases:write"])).json()["scopes"] == ["releases:write"]


async def test_a_token_can_do_what_its_scopes_say_as_far_as_its_owner_may(app: Application, name: str) -> None:
    await account(app, name, Role.release_manager)
    drafts = "/api/v1/releases?is_published=false"
    async with await token(app, name, Scope.releases_write) as able, await token(app, name, Scope.jobs_write) as other:
        assert [(await each.get(drafts)).status_code for each in (able, other)] == [200, 403]
        async with app.transactions.begin(writes=True) as db:
            await db.execute(text("delete from account_role"))
        assert (await able.get(drafts)).status_code == 403


async def test_a_token_of_staff_may_no_more_than_its_scopes(app: Application, name: str) -> None:
    await account(app, name, Role.superuser)
    async with await token(app, name, Scope.users_write) as program:
        assert (await program.get("/api/v1/releases?is_published=false")).status_code == 403


async def test_an_access_token_has_one_spelling(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client:
        good = client.headers["Authorization"]
        for bad in (
            f"{good}=",
            f"{good}==",
            f"{good}.",
            f"{good}!",
            good.replace(".", "=.", 1),
            good.replace(".", ".."),
        ):
            assert (await client.get(ME, headers={"Authorization": bad})).status_code == 401, bad
        assert (await client.get(ME)).status_code == 200


@given(st.text(max_size=80))
def test_a_refresh_token_is_read_or_is_none(text: str) -> None:
    read = RefreshToken.read(text)
    assert read is None or read.text == text
    made = RefreshToken.new()
    assert RefreshToken.read(made.text) == made
    assert RefreshToken.new(made.name).name == made.name
