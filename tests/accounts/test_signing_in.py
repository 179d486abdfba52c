"""Registering, signing in, refreshing, signing out: what works, what is refused, and what cannot be told apart."""

import asyncio
import base64
import json
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
import time_machine
from sqlalchemy import text

from pydotorg.accounts import passwords
from pydotorg.accounts.credentials import AccessTokens
from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.http.errors import Invalid
from tests.conftest import client_of

from .people import PASSWORD, account, signed_in

pytestmark = pytest.mark.anyio

REGISTER, LOGIN, REFRESH, LOGOUT = (f"/api/auth/{path}" for path in ("register", "login", "refresh", "logout"))
ME = "/api/auth/me"


async def registers(client: httpx.AsyncClient, name: str, **fields: Any) -> httpx.Response:
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **fields}
    return await client.post(REGISTER, json=body)


async def logs_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post(LOGIN, json={"username": name, "password": password})


async def tokens_of(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    answer = await logs_in(client, name)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def me(client: httpx.AsyncClient, access_token: str, scheme: str = "Bearer") -> httpx.Response:
    return await client.get(ME, headers={"Authorization": f"{scheme} {access_token}"})


async def refreshes(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    return await client.post(REFRESH, json={"refresh_token": refresh_token})


async def test_who_registers_can_sign_in_and_is_known(stranger: httpx.AsyncClient, name: str) -> None:
    made = await registers(stranger, name)
    assert made.status_code == 201
    assert made.headers["location"] == f"http://localhost:8000/api/v1/users/{made.json()['id']}"
    tokens = await tokens_of(stranger, name)
    assert tokens.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
    known = await me(stranger, tokens["access_token"])
    assert known.status_code == 200
    assert known.json() == {**made.json(), "last_login_at": known.json()["last_login_at"]}
    assert known.json()["roles"] == []
    assert (known.json()["is_staff"], known.json()["is_superuser"], known.json()["email_verified"]) == (
        False, False, True,
    )  # fmt: skip
    posted = await stranger.post(ME, headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert posted.json() == known.json()


@pytest.mark.parametrize("spelled", [str.upper, str.title, lambda name: f"{name.upper()}@EXAMPLE.org"])
async def test_who_signs_in_spells_his_name_or_his_address_as_he_likes(
    stranger: httpx.AsyncClient, app: Application, name: str, spelled: Any
) -> None:
    await account(app, name)
    assert (await logs_in(stranger, spelled(name))).status_code == 200


async def test_a_name_or_an_address_is_taken_in_any_case(stranger: httpx.AsyncClient, name: str) -> None:
    await registers(stranger, name)
    again = await registers(stranger, name.upper(), email=f"other-{name}@example.org")
    assert (again.status_code, again.json()["detail"]) == (409, f"The username {name.upper()} is taken.")
    known = await registers(stranger, f"other-{name}", email=f"{name.upper()}@example.org")
    assert known.status_code == 409


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "a1b2c3d4e5f"}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "password"),
        ({"password": "x" * 1001}, "password"),
        ({"username": "a"}, "username"),
        ({"username": "ada lovelace"}, "username"),
        ({"username": "ada\n"}, "username"),
        ({"username": "x" * 151}, "username"),
        ({"username": "ada@example.org"}, "username"),
        ({"username": str(uuid4())}, "username"),
        ({"email": "ada"}, "email"),
        ({"email": "a..b@example.org"}, "email"),
        ({"email": ".a@example.org"}, "email"),
        ({"email": "a.@example.org"}, "email"),
        ({"email": "ada@example"}, "email"),
        ({"email": "ada@example.org\r\nBcc: all@example.org"}, "email"),
        ({"email": "ada@example.org, eve@example.org"}, "email"),
        ({"email": f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org"}, "email"),
        ({"roles": ["superuser"]}, "roles"),
        ({"is_staff": True}, "is_staff"),
        ({"email_verified": True}, "email_verified"),
    ],
)
async def test_what_cannot_be_registered_is_named(
    stranger: httpx.AsyncClient, name: str, fields: dict[str, Any], field: str
) -> None:
    refused = await registers(stranger, name, **fields)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["extra"]["errors"]] == [field]
    assert (await logs_in(stranger, name, fields.get("password", PASSWORD))).status_code in (401, 422)


async def test_a_password_that_is_the_name_is_easy_to_guess(stranger: httpx.AsyncClient) -> None:
    refused = await registers(stranger, "ada.lovelace.1815", password="ada.lovelace.1815")
    assert refused.status_code == 422


async def test_a_password_may_be_typed_in_any_form_of_unicode(stranger: httpx.AsyncClient, name: str) -> None:
    assert (await registers(stranger, name, password="sch\u00f6ne gr\u00fc\u00dfe aus k\u00f6ln")).status_code == 201
    assert (await logs_in(stranger, name, "scho\u0308ne gru\u0308\u00dfe aus ko\u0308ln")).status_code == 200


@pytest.mark.parametrize("password", ["@4a8(6<{[g93e1!|7$05+%2z" * 3, "l33t@4a8(6<{[g93e1!|7$05"])
async def test_no_password_holds_up_the_event_loop(password: str) -> None:
    began = time.perf_counter()
    for turn in range(0, 20, 3):
        with suppress(Invalid):
            passwords.demand_good(password[turn:] + password[:turn], "ada", "ada@example.org")
    assert (time.perf_counter() - began) / 7 < 0.1  # a second each, if all of it were judged


@pytest.mark.parametrize("name", ["a\x00b", "a\x00@example.org", "a\ufffe"])
async def test_what_is_no_text_is_no_name(stranger: httpx.AsyncClient, name: str) -> None:
    assert (await logs_in(stranger, name)).status_code == 422


async def test_two_who_register_one_name_at_once_are_one_account(stranger: httpx.AsyncClient, name: str) -> None:
    answers = await asyncio.gather(*(registers(stranger, name, email=f"{name}-{n}@example.org") for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_wrong_name_and_a_wrong_password_cannot_be_told_apart(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    await account(app, f"{name}-gone", is_active=False)
    wrong = await logs_in(stranger, name, "not this password")
    unknown = await logs_in(stranger, f"{name}-nobody")
    deactivated = await logs_in(stranger, f"{name}-gone")
    assert [answer.status_code for answer in (wrong, unknown, deactivated)] == [401] * 3
    assert wrong.content == unknown.content == deactivated.content
    assert wrong.headers["www-authenticate"] == "Bearer, Token"


async def test_a_password_is_hashed_whether_or_not_there_is_an_account(
    stranger: httpx.AsyncClient, app: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await account(app, name)
    hashed = []
    verify = passwords._verify

    def noted(password_hash: str, password: str) -> bool:
        hashed.append(password_hash)
        return verify(password_hash, password)

    monkeypatch.setattr(passwords, "_verify", noted)
    for who in (name, f"{name}-nobody", f"{name}@example.org", f"{name}-nobody@example.org"):
        await logs_in(stranger, who, "not this password")
    assert [each.split("$")[1:4] for each in hashed] == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 4
    assert passwords.DUMMY in hashed


async def test_who_is_not_confirmed_is_told_so_only_with_his_password(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name, email_verified=False)
    assert (await logs_in(stranger, name)).status_code == 403
    assert (await logs_in(stranger, name, "not this password")).status_code == 401
    assert (await logs_in(stranger, f"{name}@example.org")).status_code == 401


async def test_a_full_queue_of_hashing_refuses_before_it_hashes(
    stranger: httpx.AsyncClient, app: Application, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await account(app, name)
    monkeypatch.setattr(app.parts[passwords.Passwords].thread, "waiting_max", 3)
    answers = await asyncio.gather(*(logs_in(stranger, name) for _ in range(20)))
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(200) >= 3
    assert statuses.count(503) == 20 - statuses.count(200) > 0
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)


async def test_hashing_does_not_hold_up_the_event_loop(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    logins = asyncio.gather(*(logs_in(stranger, name) for _ in range(10)))
    turns = 0
    while not logins.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert [answer.status_code for answer in await logins] == [200] * 10
    assert turns > 30  # hashing all of them takes 0.2 s


async def test_an_access_token_is_a_jwt_that_says_what_the_contract_says(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    id = await account(app, name)
    tokens = await tokens_of(stranger, name)
    head, body = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in tokens["access_token"].split(".")[:2])
    assert head["alg"] == "HS256"
    assert body.keys() == {"sub", "sid", "iss", "iat", "exp"}
    assert (body["sub"], body["exp"] - body["iat"]) == (str(id), 900)
    assert "." not in tokens["refresh_token"]


async def forgeries(app: Application, token: str) -> dict[str, str]:
    """Tokens that are not ours, made from one that is."""
    ours: AccessTokens = app.parts[AccessTokens]
    claims = jwt.decode(token, options={"verify_signature": False})
    head, body, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return {
        "another key": jwt.encode(claims, "k" * 40, "HS256"),
        "another algorithm": jwt.encode(claims, ours.key + "x" * 40, "HS512"),
        "its own key by another algorithm": jwt.encode(claims, ours.key + "", "HS384"),
        "no algorithm": f"{none}.{body}.",
        "no signature": f"{head}.{body}.",
        "no expiry": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, ours.key, "HS256"),
        "no session": jwt.encode({k: v for k, v in claims.items() if k != "sid"}, ours.key, "HS256"),
        "another server": jwt.encode({**claims, "iss": "https://elsewhere.example"}, ours.key, "HS256"),
        "another session": jwt.encode({**claims, "sid": str(uuid4())}, ours.key, "HS256"),
        "another account": jwt.encode({**claims, "sub": str(uuid4())}, ours.key, "HS256"),
        "expired": jwt.encode({**claims, "exp": claims["iat"] - 1}, ours.key, "HS256"),
        "ids that are none": jwt.encode({**claims, "sid": "x"}, ours.key, "HS256"),
        "expiry that is none": jwt.encode({**claims, "exp": "soon"}, ours.key, "HS256"),
        "cut": token[:-1],
        "longer": f"{token}A",
        "other letters": f"{head}.{body}.{signature[:-2]}{'AA' if signature[-2:] != 'AA' else 'BB'}",
        "empty": "",
        "words": "hello",
        "a dot": ".",
    }


async def test_tokens_that_are_not_ours_are_refused_everywhere(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    token = (await tokens_of(stranger, name))["access_token"]
    for kind, forged in (await forgeries(app, token)).items():
        assert (await me(stranger, forged)).status_code == 401, kind
        public = await stranger.get("/api/v1/releases/latest", headers={"Authorization": f"Bearer {forged}"})
        assert public.status_code == 401, kind
    assert (await me(stranger, token)).status_code == 200


@pytest.mark.parametrize("scheme", ["Basic", "Token", "ApiKey", "Digest", ""])
async def test_an_access_token_comes_as_a_bearer(
    stranger: httpx.AsyncClient, app: Application, name: str, scheme: str
) -> None:
    await account(app, name)
    token = (await tokens_of(stranger, name))["access_token"]
    assert (await me(stranger, token, scheme)).status_code == 401
    assert (await me(stranger, token, "bearer")).status_code == 200


async def test_an_access_token_is_good_for_a_quarter_of_an_hour(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as clock:
        token = (await tokens_of(stranger, name))["access_token"]
        assert (await me(stranger, token)).status_code == 200
        clock.shift(899)
        assert (await me(stranger, token)).status_code == 200
        clock.shift(1)
        assert (await me(stranger, token)).status_code == 401


async def test_a_refresh_gives_new_tokens_and_spends_the_old_one(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    first = await tokens_of(stranger, name)
    second = (await refreshes(stranger, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    third = await refreshes(stranger, second["refresh_token"])
    assert third.status_code == 200
    for tokens in (first, second, third.json()):
        assert (await me(stranger, tokens["access_token"])).status_code == 200


async def test_a_spent_refresh_token_ends_the_whole_session(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    elsewhere = await tokens_of(stranger, name)
    first = await tokens_of(stranger, name)
    second = (await refreshes(stranger, first["refresh_token"])).json()
    assert (await refreshes(stranger, first["refresh_token"])).status_code == 401
    for token in (first["access_token"], second["access_token"]):
        assert (await me(stranger, token)).status_code == 401
    assert (await refreshes(stranger, second["refresh_token"])).status_code == 401
    assert (await me(stranger, elsewhere["access_token"])).status_code == 200


async def test_of_many_who_use_one_refresh_token_at_once_one_wins_and_the_session_ends(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    tokens = await tokens_of(stranger, name)
    answers = await asyncio.gather(*(refreshes(stranger, tokens["refresh_token"]) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    assert (await me(stranger, tokens["access_token"])).status_code == 401


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: "A" * len(token), lambda token: token[:32] + "A" * 32]
)
async def test_a_refresh_token_that_never_was_one_is_refused(
    stranger: httpx.AsyncClient, app: Application, name: str, change: Any
) -> None:
    await account(app, name)
    tokens = await tokens_of(stranger, name)
    refused = await refreshes(stranger, change(tokens["refresh_token"]))
    assert refused.status_code == 401


async def test_a_session_ends_when_it_is_not_used_for_thirty_days(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    with time_machine.travel("2026-11-25T10:00:00Z", tick=False) as clock:
        tokens = await tokens_of(stranger, name)
        for _ in range(3):
            clock.shift(29 * 86_400)
            refreshed = await refreshes(stranger, tokens["refresh_token"])
            assert refreshed.status_code == 200
            tokens = refreshed.json()
        clock.shift(30 * 86_400)
        assert (await refreshes(stranger, tokens["refresh_token"])).status_code == 401


async def test_who_signs_out_is_out_at_once_and_only_there(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    here, elsewhere = await tokens_of(stranger, name), await tokens_of(stranger, name)
    assert (await me(stranger, here["access_token"])).status_code == 200
    out = await stranger.post(LOGOUT, headers={"Authorization": f"Bearer {here['access_token']}"})
    assert (out.status_code, out.content) == (204, b"")
    assert (await me(stranger, here["access_token"])).status_code == 401
    assert (await refreshes(stranger, here["refresh_token"])).status_code == 401
    assert (await stranger.post(LOGOUT, headers={"Authorization": f"Bearer {here['access_token']}"})).status_code == 401
    assert (await me(stranger, elsewhere["access_token"])).status_code == 200


async def test_a_token_that_was_taken_away_reads_nothing_that_is_stored(app: Application, name: str) -> None:
    await account(app, name)
    async with await signed_in(app, name) as client, client_of(app) as anyone:
        for _ in range(2):
            assert (await client.get("/api/v1/releases/latest")).status_code == 200
        await client.post(LOGOUT)
        assert (await client.get("/api/v1/releases/latest")).status_code == 401
        assert (await anyone.get("/api/v1/releases/latest")).status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("delete from account where username = :name", 401),
        ("update account set is_active = false where username = :name", 401),
        ("delete from account_role where account_id = (select id from account where username = :name)", 403),
        ("delete from session where account_id = (select id from account where username = :name)", 401),
    ],
)
async def test_whatever_takes_something_away_is_known_to_the_next_request(
    app: Application, name: str, change: str, status: int
) -> None:
    await account(app, name, Role.release_manager)
    async with await signed_in(app, name) as client:
        for _ in range(2):
            assert (await client.get("/api/v1/releases?is_published=false")).status_code == 200
        async with app.transactions.begin(writes=True) as db:
            await db.execute(text(change), {"name": name})
        assert (await client.get("/api/v1/releases?is_published=false")).status_code == status


async def test_a_login_forgets_nobody_and_empties_no_store(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    question = text("select dataset, number from revision")
    async with app.transactions.begin(writes=True) as db:
        before = sorted((await db.execute(question)).all())
    tokens = await tokens_of(stranger, name)
    await me(stranger, tokens["access_token"])
    assert (await refreshes(stranger, tokens["refresh_token"])).status_code == 200
    async with app.transactions.begin(writes=True) as db:
        assert sorted((await db.execute(question)).all()) == before


async def test_no_answer_about_signing_in_is_kept_by_anybody(
    stranger: httpx.AsyncClient, app: Application, name: str
) -> None:
    await account(app, name)
    tokens = await logs_in(stranger, name)
    assert tokens.headers["cache-control"] == "no-store"
    known = await me(stranger, tokens.json()["access_token"])
    assert known.headers["cache-control"] == "private, no-store"
    assert "Authorization" in known.headers["vary"]
