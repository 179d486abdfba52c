"""A public profile shows what its owner wants to show, to whom he wants to show it."""

from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from tests.conventions.asking import error_of

from .people import Person, account, person, signed_in, token

pytestmark = pytest.mark.anyio

PROFILE = {"id", "username", "first_name", "last_name", "bio", "email", "created_at"}


async def profile(client: httpx.AsyncClient, name: object) -> dict[str, Any] | None:
    """What this client sees, if it sees anything."""
    answer = await client.get(f"/api/v1/users/{name}")
    if answer.status_code != 200:
        assert error_of(answer, 404)["extra"] == {}
        return None
    assert answer.headers["cache-control"] == "private, no-store"
    assert "Authorization" in answer.headers["vary"]
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_profile_says_who_somebody_is_and_nothing_of_his_account(
    app: Application, stranger: httpx.AsyncClient
) -> None:
    ada = await person(app, Role.superuser, first_name="Ada", last_name="Lovelace", bio="Analyst")
    shown = await profile(stranger, ada.id)
    assert shown is not None
    assert shown.keys() == PROFILE
    told = {"id": str(ada.id), "username": ada.name, "first_name": "Ada", "last_name": "Lovelace", "bio": "Analyst"}
    assert shown.items() >= {**told, "email": ""}.items()


async def test_a_username_is_the_same_in_any_case_and_may_begin_with_any_of_its_characters(
    app: Application, stranger: httpx.AsyncClient
) -> None:
    for name in ("_Ada", ".ada", "-ada", "+ada", "4da", "._+-"):
        id = await account(app, name)
        for identifier in (name, name.upper(), name.lower(), id, str(id).upper()):
            shown = await profile(stranger, identifier)
            assert shown is not None, identifier
            assert (shown["username"], shown["id"]) == (name, str(id))


@pytest.mark.parametrize("identifier", ["nobody", "01a210b3-c249-7119-b379-026d96c18316", "ä", "a@b.example", "%00"])
async def test_who_is_not_there_is_a_404(stranger: httpx.AsyncClient, identifier: str) -> None:
    assert await profile(stranger, identifier) is None


@pytest.mark.parametrize(
    ("privacy", "strangers", "members"), [("public", True, True), ("members", False, True), ("never", False, False)]
)
async def test_an_address_is_shown_to_whom_its_owner_says(
    app: Application, stranger: httpx.AsyncClient, privacy: str, strangers: bool, members: bool
) -> None:
    ada, other, staff = await person(app, email_privacy=privacy), await person(app), await person(app, Role.staff)
    program = await token(app, other.name, Scope.jobs_write)
    for client, sees in (
        (stranger, strangers), (other.client, members), (program, members), (ada.client, members),
        (staff.client, members),
    ):  # fmt: skip
        shown = await profile(client, ada.name)
        assert shown is not None
        assert shown["email"] == (f"{ada.name}@example.org" if sees else "")


@pytest.mark.parametrize("hidden", [{"public_profile": False}, {"is_active": False}, {"email_verified": False}])
async def test_a_hidden_profile_is_there_for_staff_and_its_owner_only(
    app: Application, stranger: httpx.AsyncClient, hidden: dict[str, bool]
) -> None:
    ada, other, manager = await person(app, **hidden), await person(app), await person(app, Role.release_manager)
    staff = await person(app, Role.staff)
    assert [await profile(each, ada.name) for each in (stranger, other.client, manager.client)] == [None] * 3
    nothing = (await stranger.get("/api/v1/users/nobody")).json()
    assert (await stranger.get(ada.address)).json() == {**nothing, "detail": f"There is no user {ada.name}."}
    assert await profile(staff.client, ada.name) is not None
    assert await profile(await token(app, staff.name, Scope.users_write), ada.name) is not None
    assert await profile(await token(app, staff.name, Scope.account_read), ada.name) is None


async def test_an_owner_sees_his_hidden_profile_and_so_does_a_token_that_may_read_his_account(
    app: Application,
) -> None:
    ada = await person(app, public_profile=False)
    assert await profile(ada.client, ada.name) is not None
    assert await profile(await token(app, ada.name, Scope.account_read), ada.id) is not None
    assert await profile(await token(app, ada.name, Scope.jobs_write), ada.id) is None


async def test_what_an_owner_hides_is_hidden_from_the_next_request_on(
    app: Application, stranger: httpx.AsyncClient
) -> None:
    ada = await person(app)
    assert await profile(stranger, ada.name) is not None
    assert (await ada.client.patch("/api/auth/me", json={"public_profile": False})).status_code == 200
    assert await profile(stranger, ada.name) is None


async def listed(staff: Person, **asked: str) -> list[dict[str, Any]]:
    answer = await staff.client.get("/api/v1/users", params={"limit": "1000", **asked})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    assert answer.headers["x-total-count"] == str(len(rows))
    return rows


async def test_staff_see_whole_accounts_in_the_list_but_no_secrets(app: Application) -> None:
    staff, ada = await person(app, Role.staff), await person(app, Role.job_moderator, Role.release_manager)
    (row,) = await listed(staff, q=ada.name)
    me = (await ada.client.get("/api/auth/me")).json()
    assert {name: row[name] for name in me} == me
    assert row.keys() - me.keys() == {"is_active", "updated_at"}
    assert row["roles"] == ["release_manager", "job_moderator"]
    (itself,) = await listed(staff, q=staff.name)
    assert (itself["is_staff"], itself["is_superuser"]) == (True, False)


async def test_the_list_is_filtered_by_names_addresses_roles_and_states(app: Application) -> None:
    staff = await person(app, Role.staff)
    ada = await person(app, Role.event_moderator, first_name="Augusta", last_name="King-Noel")
    gone = await person(app, is_active=False, email="lost@elsewhere.example", email_key="lost@elsewhere.example")
    new = await person(app, email_verified=False)

    async def found(**asked: str) -> set[str]:
        return {row["username"] for row in await listed(staff, **asked)}

    for text in (ada.name, ada.name.upper(), "augusta", "king-n", f"{ada.name}@example"):
        assert await found(q=text) == {ada.name}, text
    assert await found(q="ELSEWHERE.example") == {gone.name}
    assert await found(q="%") == set()
    assert await found(q="_ugusta") == set()
    assert await found(role="event_moderator") >= {ada.name}
    assert await found(role="event_moderator", q=staff.name) == set()
    inactive, active = await found(is_active="false"), await found(is_active="true")
    assert gone.name in inactive
    assert ada.name in active
    assert inactive.isdisjoint(active)
    assert new.name in await found(email_verified="false")
    assert new.name not in await found(email_verified="true")


async def test_the_list_is_in_the_order_that_is_asked_for_on_both_databases(app: Application) -> None:
    staff = await person(app, Role.staff)
    for name in ("Zz.order", "aa_order", "_order", "9order", "Bb-order", "b.order"):
        await account(app, name)
    await signed_in(app, "Bb-order")
    names = [row["username"] for row in await listed(staff, q="order")]
    assert names == ["9order", "_order", "aa_order", "b.order", "Bb-order", "Zz.order"]
    assert [row["username"] for row in await listed(staff, q="order", sort="-username")] == names[::-1]
    never = [row["last_login_at"] for row in await listed(staff, q="order", sort="last_login_at")]
    assert never[:-1] == [None] * 5
    assert never[-1] is not None
    latest = await listed(staff, q="order", sort="-last_login_at")
    assert latest[0]["username"] == "Bb-order"
    made = [row["created_at"] for row in await listed(staff, sort="created_at")]
    assert made == sorted(made)
    page = await staff.client.get("/api/v1/users", params={"q": "order", "pageSize": "4", "currentPage": "2"})
    assert [row["username"] for row in page.json()] == names[4:]
    assert page.headers["x-total-count"] == "6"
