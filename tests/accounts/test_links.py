"""Confirming addresses, and forgotten passwords: what mails are good for, and what they never tell."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import select, text

from pydotorg.accounts import links, mails, tidying
from pydotorg.accounts.tables import Account
from pydotorg.app import Application
from pydotorg.kernel.attempts import Hopeless, NotNow
from pydotorg.kernel.mail.composing import sender_of
from pydotorg.kernel.mail.post import HandOver, Post
from pydotorg.kernel.tasks import attempting
from pydotorg.kernel.tasks.declaring import Equipment
from pydotorg.kernel.tasks.worker import Worker
from tests.conftest import client_of
from tests.working import until_done

from .people import PASSWORD, account, service, signed_in

pytestmark = pytest.mark.anyio

SITE = "https://www.example.org"
WITH_MAIL = {
    "PYDOTORG_SMTP_URL": "smtp://127.0.0.1:9",
    "PYDOTORG_MAIL_FROM": "noreply@example.org",
    "PYDOTORG_PUBLIC_URL": SITE,
    "PYDOTORG_ALLOWED_HOSTS": "localhost",
}
NEW = "another battery of horses"
LINK = re.compile(rf"{SITE}/account/(verify-email|reset-password)#([\w-]+)")


class Tray(Post):
    """Where mails lie that have been delivered."""

    def __init__(self) -> None:
        super().__init__(sender_of("noreply@example.org"))
        self.mails: list[EmailMessage] = []
        self.refusals, self.refuses = 0, False

    async def deliver(self, message: EmailMessage, hand_over: HandOver) -> None:
        await hand_over()
        if self.refuses:
            raise Hopeless("nobody of this name")
        if self.refusals:
            self.refusals -= 1
            raise NotNow("come back later")
        self.mails.append(message)


class Office:
    """Delivers what an application has queued."""

    def __init__(self, app: Application) -> None:
        self.app, self.tray = app, Tray()

    async def mails_to(self, address: str) -> list[EmailMessage]:
        """Those to this address, once everything that is queued has been done."""
        equipment = Equipment(self.app.transactions, self.tray, SITE, self.app.parts)
        worker = Worker(equipment, {task.name: task for task in mails.tasks}, [], led=False)
        await worker.start()
        try:
            await until_done(self.app.transactions)
        finally:
            await worker.stop()
        return [mail for mail in self.tray.mails if mail["To"] == address]


def secret_in(mail: EmailMessage) -> str:
    """The token of its link."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = LINK.search(body.get_content())
    assert found is not None, body.get_content()
    return found[2]


@pytest.fixture(scope="module")
async def mailing(own_database: str) -> AsyncIterator[Application]:
    """The application where mail can be sent."""
    async with service(own_database, **WITH_MAIL) as app:
        yield app


@pytest.fixture
async def office(mailing: Application) -> Office:
    async with mailing.transactions.begin(writes=True) as db:
        await db.execute(text("delete from task"))
    return Office(mailing)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is so at once."""
    monkeypatch.setattr(attempting, "PAUSE_SECONDS_MIN", 0.01)


@pytest.fixture
async def client(mailing: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(mailing) as client:
        yield client


async def registers(client: httpx.AsyncClient, name: str, email: str) -> httpx.Response:
    return await client.post("/api/auth/register", json={"username": name, "email": email, "password": PASSWORD})


async def logs_in(client: httpx.AsyncClient, name: str, password: str = PASSWORD) -> int:
    return (await client.post("/api/auth/login", json={"username": name, "password": password})).status_code


async def posts(client: httpx.AsyncClient, path: str, **body: str) -> int:
    answer = await client.post(f"/api/auth/{path}", json=body)
    if answer.status_code == 204:
        assert answer.content == b""
    return answer.status_code


def shape(account: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in account.items() if key not in ("id", "created_at", "username", "email")}


async def test_an_address_is_confirmed_before_who_has_it_signs_in(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    email = f"{name}@example.org"
    made = await registers(client, name, email)
    assert (made.status_code, made.json()["email_verified"]) == (201, False)
    assert await logs_in(client, name) == 403
    [mail] = await office.mails_to(email)
    assert await posts(client, "verify-email", token=secret_in(mail)) == 204
    assert [await logs_in(client, each) for each in (name, email)] == [200, 200]
    assert await posts(client, "verify-email", token=secret_in(mail)) == 422


async def test_an_address_that_is_known_is_told_to_its_owner_only(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    email = f"{name}@example.org"
    await account(office.app, name)
    again = await registers(client, f"{name}-again", email.upper())
    new = await registers(client, f"{name}-new", f"new-{email}")
    assert again.status_code == new.status_code == 201
    assert again.headers.keys() == new.headers.keys()
    assert shape(again.json()) == shape(new.json())
    [told] = await office.mails_to(email.upper())
    assert LINK.search(str(told)) is None
    assert await logs_in(client, f"{name}-again") == await logs_in(client, f"{name}-new") == 403
    taken = [(await registers(client, f"{name}-{each}", f"third-{email}")).status_code for each in ("again", "new")]
    assert taken == [409, 409]
    assert await logs_in(client, name) == 200


async def test_a_mail_to_confirm_is_sent_again_and_nobody_learns_whom_it_went_to(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    email = f"{name}@example.org"
    await registers(client, name, email)
    await account(office.app, f"{name}-known")
    for address in (email, f"{name}-known@example.org", f"{name}-nobody@example.org"):
        assert await posts(client, "resend-verification", email=address) == 204
    sent = await office.mails_to(email)
    assert len(sent) == 2
    assert (
        await office.mails_to(f"{name}-known@example.org") == await office.mails_to(f"{name}-nobody@example.org") == []
    )
    assert await posts(client, "verify-email", token=secret_in(sent[0])) == 204
    assert await posts(client, "verify-email", token=secret_in(sent[1])) == 422


async def test_a_forgotten_password_is_set_anew_and_ends_every_session(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    email = f"{name}@example.org"
    await account(office.app, name)
    async with await signed_in(office.app, name) as elsewhere:
        assert await posts(client, "forgot-password", email=email) == 204
        [mail] = await office.mails_to(email)
        assert await posts(client, "reset-password", token=secret_in(mail), password="password1234") == 422
        assert await posts(client, "reset-password", token=secret_in(mail), password=NEW) == 204
        assert await posts(client, "reset-password", token=secret_in(mail), password=NEW) == 422
        assert (await elsewhere.get("/api/auth/me")).status_code == 401
    assert [await logs_in(client, name), await logs_in(client, name, NEW)] == [401, 200]
    told = (await office.mails_to(email))[1:]
    assert len(told) == 1
    assert LINK.search(str(told[0])) is None


async def test_who_asks_for_a_link_learns_nothing(client: httpx.AsyncClient, office: Office, name: str) -> None:
    await account(office.app, name)
    await account(office.app, f"{name}-gone", is_active=False)
    answers = [
        await client.post("/api/auth/forgot-password", json={"email": f"{name}{end}@example.org"})
        for end in ("", "-gone", "-nobody")
    ]
    assert {(answer.status_code, answer.content, tuple(answer.headers)) for answer in answers} == {
        (204, b"", tuple(answers[0].headers))
    }
    async with office.app.transactions.begin(writes=False, here=False) as db:
        assert (await db.execute(text("select count(*) from task where name = 'accounts.reset'"))).scalar_one() == 3
    assert len(await office.mails_to(f"{name}@example.org")) == 1
    assert len(office.tray.mails) == 1


async def test_no_usable_link_lies_in_the_database(client: httpx.AsyncClient, office: Office, name: str) -> None:
    await account(office.app, name)
    await posts(client, "forgot-password", email=f"{name}@example.org")
    async with office.app.transactions.begin(writes=False, here=False) as db:
        queued = str((await db.execute(text("select * from task"))).all())
    [mail] = await office.mails_to(f"{name}@example.org")
    async with office.app.transactions.begin(writes=False, here=False) as db:
        stored = str((await db.execute(text("select * from mailed_link"))).all())
    assert secret_in(mail) not in queued + stored


async def test_nobodys_mailbox_is_filled_by_others(client: httpx.AsyncClient, office: Office, name: str) -> None:
    await account(office.app, name)
    for _ in range(10):
        await posts(client, "forgot-password", email=f"{name}@example.org")
    assert len(await office.mails_to(f"{name}@example.org")) == links.MAILS_MAX


async def test_a_mail_that_is_refused_for_now_is_sent_all_the_same(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    await account(office.app, name)
    office.tray.refusals = 2 * links.MAILS_MAX
    await posts(client, "forgot-password", email=f"{name}@example.org")
    [mail] = await office.mails_to(f"{name}@example.org")
    assert await posts(client, "reset-password", token=secret_in(mail), password=NEW) == 204


async def test_a_link_is_good_for_an_hour_and_for_one_thing(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    await account(office.app, name)
    with time_machine.travel("2026-11-25T10:00:00Z", tick=True) as clock:
        await posts(client, "forgot-password", email=f"{name}@example.org")
        [mail] = await office.mails_to(f"{name}@example.org")
        assert await posts(client, "verify-email", token=secret_in(mail)) == 422
        clock.shift(3601)
        assert await posts(client, "reset-password", token=secret_in(mail), password=NEW) == 422
    assert await logs_in(client, name) == 200


async def test_a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    old, new = f"{name}@example.org", f"new-{name}@example.org"
    await account(office.app, name)
    async with await signed_in(office.app, name) as owner:
        changed = await owner.patch("/api/auth/me", json={"email": new, "current_password": PASSWORD})
        assert (changed.json()["email"], changed.json()["email_verified"]) == (old, True)
        [mail] = await office.mails_to(new)
        assert await posts(client, "verify-email", token=secret_in(mail)) == 204
        assert (await owner.get("/api/auth/me")).json()["email"] == new
    [told] = await office.mails_to(old)
    assert LINK.search(str(told)) is None
    assert [await logs_in(client, new), await logs_in(client, old)] == [200, 401]


@pytest.mark.parametrize("last", ["right", "own"])
async def test_of_several_new_addresses_only_the_latest_can_be_confirmed(
    client: httpx.AsyncClient, office: Office, name: str, last: str
) -> None:
    own, typo, right = (f"{each}{name}@example.org" for each in ("", "typo-", "right-"))
    await account(office.app, name)
    async with await signed_in(office.app, name) as owner:
        for email in (typo, right, *([own] if last == "own" else [])):
            await owner.patch("/api/auth/me", json={"email": email, "current_password": PASSWORD})
            await office.mails_to(email)
        [mistaken], [meant] = await office.mails_to(typo), await office.mails_to(right)
        assert await posts(client, "verify-email", token=secret_in(mistaken)) == 422
        assert await posts(client, "verify-email", token=secret_in(meant)) == (204 if last == "right" else 422)
        assert (await owner.get("/api/auth/me")).json()["email"] == (right if last == "right" else own)


async def test_nobody_is_mailed_without_end_that_he_has_an_account(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    await account(office.app, name)
    for number in range(links.MAILS_MAX + 3):
        await registers(client, f"{name}-{number}", f"{name}@example.org")
    await posts(client, "resend-verification", email=f"{name}@example.org")
    assert len(await office.mails_to(f"{name}@example.org")) == links.MAILS_MAX


async def test_a_mail_that_is_refused_for_good_is_not_counted(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    await account(office.app, name)
    office.tray.refuses = True
    for _ in range(links.MAILS_MAX + 1):
        await posts(client, "forgot-password", email=f"{name}@example.org")
    assert await office.mails_to(f"{name}@example.org") == []
    office.tray.refuses = False
    await posts(client, "forgot-password", email=f"{name}@example.org")
    assert len(await office.mails_to(f"{name}@example.org")) == 1


async def test_a_new_password_spoils_links_that_somebody_else_may_have_asked_for(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    await account(office.app, name)
    async with await signed_in(office.app, name) as thief:
        await thief.patch("/api/auth/me", json={"email": f"thief-{name}@example.org", "current_password": PASSWORD})
        [mail] = await office.mails_to(f"thief-{name}@example.org")
    async with await signed_in(office.app, name) as owner:
        change = {"current_password": PASSWORD, "password": NEW}
        assert (await owner.post("/api/auth/change-password", json=change)).status_code == 204
    assert await posts(client, "verify-email", token=secret_in(mail)) == 422


async def test_of_two_who_claim_one_address_the_first_to_confirm_has_it(
    client: httpx.AsyncClient, office: Office, name: str
) -> None:
    email = f"{name}@example.org"
    await registers(client, f"{name}-one", email)
    await registers(client, f"{name}-two", email)
    first, second = (secret_in(mail) for mail in await office.mails_to(email))
    statuses = await asyncio.gather(*(posts(client, "verify-email", token=each) for each in (first, second)))
    assert sorted(statuses) == [204, 409]
    assert sorted([await logs_in(client, f"{name}-one"), await logs_in(client, f"{name}-two")]) == [200, 403]


async def usernames(app: Application, name: str) -> set[str]:
    question = select(Account.username).where(Account.username.startswith(name))
    async with app.transactions.begin(writes=False, here=False) as db:
        return set((await db.execute(question)).scalars())


async def test_what_has_expired_is_dropped_and_nothing_else(mailing: Application, name: str) -> None:
    for days in (6, 8):
        for confirmed in (True, False):
            made = datetime.now(UTC) - timedelta(days=days)
            await account(mailing, f"{name}-{days}-{confirmed}", email_verified=confirmed, created_at=made)
    async with await signed_in(mailing, f"{name}-8-True") as client:
        async with mailing.transactions.begin(writes=True) as db:
            await tidying.tidy_up.handler(db, tidying.Tidying())
        assert await usernames(mailing, name) == {f"{name}-6-True", f"{name}-6-False", f"{name}-8-True"}
        assert (await client.get("/api/auth/me")).status_code == 200
