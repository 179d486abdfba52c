"""Every operation that writes leaves an entry: a new one fails here until it is asked for, and does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from pydotorg.accounts.links import Purpose, make
from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.access import Role
from tests.accounts.people import PASSWORD, account, signed_in
from tests.conftest import client_of

from .conftest import Log

pytestmark = pytest.mark.anyio

#: what each makes, changes or deletes
ENTRIES = {
    "auth_register": "create account",
    "auth_login": "create session",
    "auth_logout": "delete session",
    "auth_me_change": "change account",
    "auth_me_close": "delete account",
    "auth_sessions_end": "delete session",
    "auth_tokens_create": "create api_token",
    "auth_tokens_revoke": "delete api_token",
    "auth_change_password": "change account",
    "auth_verify_email": "change account",
    "auth_reset_password": "change account",
    "memberships_create": "create membership",
    "memberships_change": "change membership",
    "memberships_end": "delete membership",
    "user_groups_create": "create user_group",
    "user_groups_change": "change user_group",
    "user_groups_delete": "delete user_group",
    "users_change": "change account",
    "users_deactivate": "change account",
    "users_reactivate": "change account",
    "users_set_roles": "create account_role",
}
#: what is no write though it is no GET, and why
NOTHING = {
    "auth_me_posted": "it only reads",
    "auth_refresh": "the session goes on; when it was last used is bookkeeping",
    "auth_resend_verification": "it only asks for a mail",
    "auth_forgot_password": "it only asks for a mail",
}


def test_every_operation_that_writes_is_asked_for_here() -> None:
    declared = [handler.opt["operation"] for domain in DOMAINS for handler in domain.routes]
    assert {operation.id for operation in declared if not operation.reads} == {*ENTRIES, *NOTHING}


class Story:
    """Asks for one operation after another; each request is named after its operation."""

    def __init__(self, app: Application, name: str) -> None:
        self.app, self.name = app, name
        self.clients = AsyncExitStack()

    async def person(self, suffix: str, *roles: Role, **fields: Any) -> tuple[UUID, httpx.AsyncClient]:
        id = await account(self.app, self.name + suffix, *roles, **fields)
        return id, await self.clients.enter_async_context(await signed_in(self.app, self.name + suffix))

    async def link(self, id: UUID, purpose: Purpose) -> str:
        write = partial(
            make, key="key", task=uuid4(), account=id, purpose=purpose, email=f"{self.name}-linked@example.org"
        )
        secret = await self.app.transactions.write(write)
        assert secret is not None
        return secret

    async def asks(self, who: httpx.AsyncClient, operation: str, method: str, path: str, **body: Any) -> Any:
        headers = {"X-Request-ID": operation.replace("_", "-")}
        answer = await who.request(method, f"/api/{path}", json=body or None, headers=headers)
        assert answer.status_code < 300, f"{operation}: {answer.text}"
        return answer.json() if answer.content else None


@pytest.fixture
async def story(app: Application, name: str) -> AsyncIterator[Story]:
    told = Story(app, name)
    async with told.clients:
        yield told


async def of_signing_in(story: Story, stranger: httpx.AsyncClient) -> None:
    new, login = {"username": story.name, "password": PASSWORD}, {"username": story.name, "password": PASSWORD}
    await story.asks(stranger, "auth_register", "POST", "auth/register", **new, email=f"{story.name}@example.org")
    tokens = await story.asks(stranger, "auth_login", "POST", "auth/login", **login)
    await story.asks(stranger, "auth_refresh", "POST", "auth/refresh", refresh_token=tokens["refresh_token"])
    me = await story.clients.enter_async_context(await signed_in(story.app, story.name))
    await story.asks(me, "auth_me_posted", "POST", "auth/me")
    await story.asks(me, "auth_me_change", "PATCH", "auth/me", first_name="Ada")
    made = await story.asks(me, "auth_tokens_create", "POST", "auth/tokens", name="tests")
    await story.asks(me, "auth_tokens_revoke", "DELETE", f"auth/tokens/{made['id']}")
    sessions = (await me.get("/api/auth/sessions")).json()
    other = next(session for session in sessions if not session["is_current"])
    await story.asks(me, "auth_sessions_end", "DELETE", f"auth/sessions/{other['id']}")
    passwords = {"current_password": PASSWORD, "password": "another battery of horses"}
    await story.asks(me, "auth_change_password", "POST", "auth/change-password", **passwords)
    await story.asks(me, "auth_logout", "POST", "auth/logout")


async def of_links(story: Story, stranger: httpx.AsyncClient) -> None:
    id, owner = await story.person("-linked", email_verified=False)
    for operation, path in (("resend_verification", "resend-verification"), ("forgot_password", "forgot-password")):
        await story.asks(stranger, f"auth_{operation}", "POST", f"auth/{path}", email=f"{story.name}-l@example.org")
    verify, reset = [await story.link(id, purpose) for purpose in (Purpose.verify_email, Purpose.reset_password)]
    await story.asks(stranger, "auth_verify_email", "POST", "auth/verify-email", token=verify)
    new = {"token": reset, "password": "another battery of horses"}
    await story.asks(stranger, "auth_reset_password", "POST", "auth/reset-password", **new)
    assert (await owner.get("/api/auth/me")).status_code == 401
    _, leaving = await story.person("-leaving")
    await story.asks(leaving, "auth_me_close", "DELETE", "auth/me", password=PASSWORD)


async def of_people(story: Story) -> None:
    _, root = await story.person("-root", Role.superuser)
    id, member = await story.person("-member")
    membership = await story.asks(member, "memberships_create", "POST", "v1/memberships", legal_name="Ada Lovelace")
    at = f"v1/memberships/{membership['id']}"
    await story.asks(member, "memberships_change", "PATCH", at, city="London")
    await story.asks(member, "memberships_end", "DELETE", at)
    group = await story.asks(root, "user_groups_create", "POST", "v1/user-groups", name=f"Group {story.name}")
    at = f"v1/user-groups/{group['id']}"
    await story.asks(root, "user_groups_change", "PATCH", at, location="London")
    await story.asks(root, "user_groups_delete", "DELETE", at)
    await story.asks(root, "users_set_roles", "PUT", f"v1/users/{id}/roles", roles=["release_manager"])
    await story.asks(root, "users_change", "PATCH", f"v1/users/{id}", first_name="Ada")
    await story.asks(root, "users_deactivate", "POST", f"v1/users/{id}/deactivate")
    await story.asks(root, "users_reactivate", "POST", f"v1/users/{id}/reactivate")


async def test_every_operation_that_writes_leaves_an_entry(app: Application, log: Log, story: Story) -> None:
    async with client_of(app) as stranger:
        await of_signing_in(story, stranger)
        await of_links(story, stranger)
    await of_people(story)
    left: dict[str, set[str]] = {}
    for entry in await log(limit=1000):
        if entry["request_id"]:
            assert entry["request_id"].replace("-", "_") == entry["action"]
            left.setdefault(entry["action"], set()).add(f"{entry['change']} {entry['resource']}")
    assert left.keys() == ENTRIES.keys()
    assert {operation: said for operation, said in ENTRIES.items() if said not in left[operation]} == {}
