"""Who may do what with people: every route of theirs, asked by everybody."""

import re
from typing import Any

import httpx
import pytest

from pydotorg.accounts.people import domain
from pydotorg.accounts.routes import export
from pydotorg.app import Application
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.http.operations import Operation
from tests.conftest import client_of
from tests.conventions.asking import error_of

from .people import person, token

pytestmark = pytest.mark.anyio

ROUTES = {
    each.opt["operation"].id: (path, each.opt["operation"])
    for base, routes in ((domain.base, domain.routes), ("/api/auth", export.routes))
    for each in routes
    for path in [re.sub(r"{\w+:str}", "nobody-is-called-so", base + min(each.paths))]
}
EVERYBODY = frozenset(
    {
        "stranger", "user", "his reader", "his writer", "staff", "their reader", "their writer", "former writer",
        "superuser", "its reader", "its writer",
    }
)  # fmt: skip
STAFF = {"staff", "their writer", "superuser", "its writer"}
IN_PERSON = {"user", "staff", "superuser"}
READERS = IN_PERSON | {"his reader", "their reader", "its reader"}
WRITERS = IN_PERSON | {"their writer", "former writer", "its writer"}
#: whom the route itself lets in; what he sees there is told elsewhere
MAY: dict[str, set[str] | frozenset[str]] = {
    "users_get": EVERYBODY, "users_list": STAFF, "users_change": STAFF, "users_deactivate": STAFF,
    "users_reactivate": STAFF, "users_set_roles": {"superuser", "its writer"},
    "memberships_list": READERS, "memberships_get": READERS, "memberships_create": IN_PERSON,
    "memberships_change": WRITERS, "memberships_end": IN_PERSON,
    "user_groups_list": EVERYBODY, "user_groups_get": EVERYBODY, "user_groups_create": STAFF,
    "user_groups_change": STAFF, "user_groups_delete": STAFF,
    "auth_me_export": IN_PERSON,
}  # fmt: skip


@pytest.fixture(scope="module")
async def everybody(app: Application) -> dict[str, httpx.AsyncClient]:
    """One client of each sort; readers and writers are API tokens with a scope."""
    user, staff, superuser = await person(app), await person(app, Role.staff), await person(app, Role.superuser)
    former, root = await person(app, Role.staff), await person(app, Role.superuser)
    once = await token(app, former.name, Scope.users_write)
    assert (await root.client.put(f"{former.address}/roles", json={"roles": []})).status_code == 200
    return {
        "stranger": client_of(app), "user": user.client, "staff": staff.client, "superuser": superuser.client,
        "his reader": await token(app, user.name, Scope.account_read),
        "his writer": await token(app, user.name, Scope.jobs_write),
        "their reader": await token(app, staff.name, Scope.account_read),
        "their writer": await token(app, staff.name, Scope.users_write),
        "its reader": await token(app, superuser.name, Scope.account_read),
        "its writer": await token(app, superuser.name, Scope.users_write),
        "former writer": once,
    }  # fmt: skip


def test_every_route_is_asked() -> None:
    assert ROUTES.keys() == MAY.keys()


@pytest.mark.parametrize("name", ROUTES)
async def test_a_route_lets_in_whom_it_should_before_it_looks_at_anything_else(
    everybody: dict[str, httpx.AsyncClient], name: str
) -> None:
    path, operation = ROUTES[name]
    assert everybody.keys() == EVERYBODY
    for who, client in everybody.items():
        answer = await client.request(operation.method, path, content=b"{", headers={"Content-Type": "text/plain"})
        if who in MAY[name]:
            assert answer.status_code in allowed(operation), (who, answer.text)
        else:
            error_of(answer, 401 if who == "stranger" else 403)


def allowed(operation: Operation) -> set[int]:
    """How a body that is none, or a thing that is not there, is answered once somebody is let in."""
    return {415} if operation.bodies else {404} if operation.path else {200}


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("credentials", ["Bearer nobody", "Bearer pydotorg_x", "Basic YWRhOmFkYQ=="])
async def test_credentials_that_do_not_hold_are_refused_everywhere(
    stranger: httpx.AsyncClient, name: str, credentials: str
) -> None:
    path, operation = ROUTES[name]
    error_of(await stranger.request(operation.method, path, headers={"Authorization": credentials}), 401)


READ_ONLY: dict[str, tuple[str, ...]] = {
    "users_change": ("roles", "is_active", "is_staff", "is_superuser", "email_verified", "id", "created_at"),
    "users_set_roles": ("is_active", "username"),
    "memberships_create": ("kind", "may_vote", "votes_affirmed_at", "user_id", "username", "id", "created_at"),
    "memberships_change": ("may_vote", "votes_affirmed_at", "user_id", "username", "id", "updated_at"),
    "user_groups_create": ("slug", "id", "created_at", "updated_at"),
    "user_groups_change": ("slug", "id", "created_at", "updated_at"),
}


@pytest.mark.parametrize("name", READ_ONLY)
async def test_nobody_writes_what_is_not_written_by_naming_it(
    everybody: dict[str, httpx.AsyncClient], name: str
) -> None:
    path, operation = ROUTES[name]
    body: dict[str, Any] = dict.fromkeys(READ_ONLY[name], "x")
    told = error_of(await everybody["superuser"].request(operation.method, path, json=body), 422)
    assert {fault["field"] for fault in told["extra"]["errors"]} >= {*READ_ONLY[name]}


def test_every_body_is_looked_at() -> None:
    assert {name for name, (_, operation) in ROUTES.items() if operation.bodies} == READ_ONLY.keys()
