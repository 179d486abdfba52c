"""Every operation that writes leaves an entry: a new one fails here until it is asked for, and does."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from pydotorg.accounts.links import Purpose, make
from pydotorg.app import DOMAINS, Application
from pydotorg.kernel import clock
from pydotorg.kernel.access import Role
from tests.accounts.people import PASSWORD, account, signed_in
from tests.compatibility.people import keys_of
from tests.conftest import BASE, client_of

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
    "releases_create": "create release",
    "releases_change": "change release",
    "releases_delete": "delete release",
    "releases_replace_files": "create release_file",
    "releases_schedule": "change scheduled_release",
    "releases_unschedule": "delete scheduled_release",
    "release_cycles_put": "change release_cycle",
    "files_create": "create release_file",
    "files_change": "change release_file",
    "files_delete": "delete release_file",
    "files_replace": "delete release_file",
    "os_create": "create operating_system",
    "os_change": "change operating_system",
    "os_delete": "delete operating_system",
    **{
        f"{resource}_{verb}": f"{change} {table}"
        for resource, table in {"jobs": "job", "events": "event"}.items()
        for verb, change in {
            "create": "create",
            "delete": "delete",
            **dict.fromkeys(("change", "submit", "approve", "reject", "reject_many"), "change"),
        }.items()
    },
    **{f"jobs_{verb}": "change job" for verb in ("renew", "close", "archive", "remove")},
    **{f"{resource}_comment": "create review_comment" for resource in ("jobs", "events")},
    "events_cancel": "change event",
    "calendars_import": "create event",
    **{
        f"{resource}_{verb}": f"{verb} {table}"
        for resource, table in {
            "job_types": "job_type",
            "job_categories": "job_category",
            "calendars": "calendar",
            "event_categories": "event_category",
            "event_locations": "event_location",
        }.items()
        for verb in ("create", "change", "delete")
    },
    **{
        f"{version}_{resource}_{verb}": f"{change} {table}"
        for version, verbs in {"v1": ("create", "delete"), "v2": ("create", "replace", "change", "delete")}.items()
        for resource, table in {"os": "operating_system", "release": "release", "release_file": "release_file"}.items()
        for verb in verbs
        for change in (verb.replace("replace", "change"),)
    },
    "v1_release_file_delete_by_release": "delete release_file",
    "v2_release_file_delete_by_release": "delete release_file",
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
    assert {operation.id for operation in declared if not operation.is_safe} == {*ENTRIES, *NOTHING}


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

    async def asks_in_dialect(
        self, headers: dict[str, str], operation: str, method: str, path: str, **body: Any
    ) -> str:  # fmt: skip
        """Ask for an operation of the old API; where what it made is."""
        headers = headers | {"X-Request-ID": operation.replace("_", "-")}
        address = f"/api/{operation[:2]}/downloads/{path}" if path[0] != "/" else path
        async with client_of(self.app) as client:
            answer = await client.request(method, address, json=body or None, headers=headers)
        assert answer.status_code < 300, f"{operation}: {answer.text}"
        return str(answer.headers.get("location", "")).removeprefix(BASE)

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


async def of_releases(story: Story) -> None:
    _, rita = await story.person("-rita", Role.release_manager)
    rita.headers["If-Match"] = "*"
    release = await story.asks(rita, "releases_create", "POST", "v1/releases", version="7.0.0")
    at = f"v1/releases/{release['id']}"
    await story.asks(rita, "releases_change", "PATCH", at, content="News")
    url = "https://www.python.org/ftp/python/7.0.0/Python-7.0.0"
    file = await story.asks(rita, "files_create", "POST", "v1/files", release="7.0.0", url=f"{url}.tgz")
    at_file = f"v1/files/{file['id']}"
    await story.asks(rita, "files_change", "PATCH", at_file, description="Recommended")
    await story.asks(rita, "files_delete", "DELETE", at_file)
    await story.asks(rita, "releases_replace_files", "PUT", f"{at}/files", files=[{"url": f"{url}.tgz"}])
    await story.asks(rita, "files_replace", "PUT", "v1/files/release/7.0.0", files=[{"url": f"{url}.tar.xz"}])
    await story.asks(rita, "releases_delete", "DELETE", at)
    await story.asks(rita, "releases_schedule", "PUT", "v1/releases/scheduled/3.14.9", date="2030-01-01")
    await story.asks(rita, "releases_unschedule", "DELETE", "v1/releases/scheduled/3.14.9")
    await story.asks(rita, "release_cycles_put", "PUT", "v1/release-cycles/3.14", first_release="2025-10-07")
    system = await story.asks(rita, "os_create", "POST", "v1/os", name="Haiku")
    await story.asks(rita, "os_change", "PATCH", f"v1/os/{system['id']}", name="Haiku OS")
    await story.asks(rita, "os_delete", "DELETE", f"v1/os/{system['id']}")


async def of_jobs(story: Story) -> None:
    _, ada = await story.person("-ada")
    _, mia = await story.person("-mia", Role.job_moderator)
    asks, made = story.asks, []
    for number in range(3):
        new = {
            "job_title": f"Job {number} of {story.name}", "company_name": "Example", "country": "Switzerland",
            "description": "Snakes", "category": "administrator", "email": "jobs@example.org",
        }  # fmt: skip
        job = await asks(ada, "jobs_create", "POST", "v1/jobs", **new)
        made.append(f"v1/jobs/{job['id']}")
        await asks(ada, "jobs_submit", "POST", f"{made[-1]}/submit")
    first, second, third = made
    await asks(ada, "jobs_change", "PATCH", first, city="Zürich")
    await asks(ada, "jobs_comment", "POST", f"{first}/comments", text="It is urgent.")
    soon = (clock.now() + timedelta(days=7)).isoformat()
    await asks(mia, "jobs_approve", "POST", f"{first}/approve", expires_at=soon)
    await asks(ada, "jobs_renew", "POST", f"{first}/renew")
    await asks(ada, "jobs_close", "POST", f"{first}/close")
    await asks(mia, "jobs_reject", "POST", f"{second}/reject", reason="Where is it?")
    await asks(mia, "jobs_archive", "POST", f"{second}/archive")
    await asks(mia, "jobs_remove", "POST", f"{second}/remove")
    identifier = third.rpartition("/")[2]
    await asks(mia, "jobs_reject_many", "POST", "v1/jobs/review/reject", ids=[identifier], reason="Spam.")
    await asks(ada, "jobs_delete", "DELETE", third)
    await of_terms(story, mia, "job-types", "job-categories")


async def of_terms(story: Story, moderator: httpx.AsyncClient, *paths: str) -> None:
    for path in paths:
        operation = path.replace("-", "_")
        term = await story.asks(moderator, f"{operation}_create", "POST", f"v1/{path}", name=story.name)
        await story.asks(moderator, f"{operation}_change", "PATCH", f"v1/{path}/{term['id']}", active=False)
        await story.asks(moderator, f"{operation}_delete", "DELETE", f"v1/{path}/{term['id']}")


async def of_events(story: Story) -> None:
    _, ada = await story.person("-host")
    _, eve = await story.person("-eve", Role.event_moderator)
    asks, made = story.asks, []
    for number in range(3):
        new = {
            "title": f"Event {number} of {story.name}", "calendar": "python-events-calendar",
            "starts_at": "2030-01-01T09:00:00Z",
        }  # fmt: skip
        event = await asks(ada, "events_create", "POST", "v1/events", **new)
        made.append(f"v1/events/{event['id']}")
        await asks(ada, "events_submit", "POST", f"{made[-1]}/submit")
    first, second, third = made
    await asks(ada, "events_change", "PATCH", first, venue="Hall 3")
    await asks(ada, "events_comment", "POST", f"{first}/comments", text="It is urgent.")
    await asks(eve, "events_approve", "POST", f"{first}/approve")
    await asks(ada, "events_cancel", "POST", f"{first}/cancel")
    await asks(eve, "events_reject", "POST", f"{second}/reject", reason="Where is it?")
    identifier = third.rpartition("/")[2]
    await asks(eve, "events_reject_many", "POST", "v1/events/review/reject", ids=[identifier], reason="Spam.")
    await asks(ada, "events_delete", "DELETE", third)
    await of_terms(story, eve, "event-categories", "event-locations", "calendars")
    calendar = await asks(eve, "calendars_create", "POST", "v1/calendars", name=f"Calendar of {story.name}")
    file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20300101T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    await asks(eve, "calendars_import", "POST", f"v1/calendars/{calendar['id']}/import", ics=file)


async def of_the_old_api(story: Story) -> None:
    name = f"{story.name}-tools"
    await account(story.app, name, Role.release_manager)
    keys = await keys_of(story.app, name)
    for version, headers in (("v1", keys.api_key), ("v2", keys.token)):
        changing = version == "v2"
        asks = partial(story.asks_in_dialect, headers)
        system = {"name": f"System {version}", "slug": f"system-{version}"}
        release = {"name": f"Python 3.17{version[1]}.0", "slug": f"python-317{version[1]}0"}
        at_system = await asks(f"{version}_os_create", "POST", "os", **system)
        at_release = await asks(f"{version}_release_create", "POST", "release", **release)
        file = {
            "name": "Source", "slug": f"source-{version}", "os": at_system, "release": at_release,
            "url": f"https://www.python.org/ftp/python/3.17{version[1]}.0/Python-3.17{version[1]}.0.tgz",
        }  # fmt: skip
        at_file = await asks(f"{version}_release_file_create", "POST", "release_file", **file)
        if changing:
            await asks("v2_os_change", "PATCH", at_system, name="Other system")
            await asks("v2_os_replace", "PUT", at_system, **system)
            await asks("v2_release_change", "PATCH", at_release, show_on_download_page=False)
            await asks("v2_release_replace", "PUT", at_release, **release)
            await asks("v2_release_file_change", "PATCH", at_file, description="Recommended")
            await asks("v2_release_file_replace", "PUT", at_file, **file)
        await asks(f"{version}_release_file_delete", "DELETE", at_file)
        await asks(f"{version}_release_file_create", "POST", "release_file", **file)
        everything = "release_file/delete_by_release" if changing else "release_file"
        number = at_release.split("/")[-2]
        await asks(f"{version}_release_file_delete_by_release", "DELETE", f"{everything}?release={number}")
        await asks(f"{version}_release_delete", "DELETE", at_release)
        await asks(f"{version}_os_delete", "DELETE", at_system)


async def test_every_operation_that_writes_leaves_an_entry(app: Application, log: Log, story: Story) -> None:
    async with client_of(app) as stranger:
        await of_signing_in(story, stranger)
        await of_links(story, stranger)
    await of_people(story)
    await of_releases(story)
    await of_jobs(story)
    await of_events(story)
    await of_the_old_api(story)
    left: dict[str, set[str]] = {}
    for entry in await log(limit=1000):
        if entry["request_id"]:
            assert entry["request_id"].replace("-", "_") == entry["action"]
            left.setdefault(entry["action"], set()).add(f"{entry['change']} {entry['resource']}")
    assert left.keys() == ENTRIES.keys()
    assert {operation: said for operation, said in ENTRIES.items() if said not in left[operation]} == {}
