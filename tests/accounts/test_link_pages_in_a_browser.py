"""Mailed links as somebody with a telephone follows them, in a real Chromium."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from pydotorg.accounts import registering
from pydotorg.accounts.links import Purpose, make
from pydotorg.kernel.database.transaction import Database, Transactions
from tests.browsers import driven
from tests.servers import serving

from .people import PASSWORD, PASSWORD_HASH

HERE = Path(__file__).parent
MAIL_SECONDS_MAX = 20
ANOTHER = "seven green umbrellas in march"
SPENT = "This link is not valid, has been used, or is older than an hour. Ask for a new mail."


class View(msgspec.Struct):
    address: str
    told: str
    form: bool
    invalid: int
    wide: bool


class Seen(msgspec.Struct):
    complaints: list[str]
    requests: list[str]
    seen: list[View]

    @property
    def posts(self) -> list[str]:
        return [request for request in self.requests if request.startswith("POST")]


class Service(msgspec.Struct):
    base: str
    folder: Path

    def confirmation(self, username: str) -> str:
        """The link that would be mailed to somebody who has just made an account, if there were a mail server."""

        async def prepare(db: Database) -> str | None:
            account = registering.made(username, f"{username}@example.org", PASSWORD_HASH, email_verified=False)
            db.add(account)
            await db.flush()
            return await make(db, "key", uuid4(), account.id, Purpose.verify_email, account.email)

        return f"{self.base}/account/verify-email#{asyncio.run(self._write(prepare))}"

    def reset(self, username: str) -> str:
        """The link in the mail that somebody gets who has forgotten his password; there, mails are in the log."""
        address = f"{username}@example.org"
        self.post("register", username=username, email=address, password=PASSWORD)
        self.post("forgot-password", email=address)
        link = re.compile(rf"{re.escape(self.base)}/account/reset-password#[\w-]{{40,}}")
        deadline = time.monotonic() + MAIL_SECONDS_MAX
        while not (mailed := link.findall((self.folder / "server.log").read_text())):
            assert time.monotonic() < deadline, "no mail came"
            time.sleep(0.05)
        return str(mailed[-1])

    def post(self, path: str, **body: str) -> httpx.Response:
        return httpx.post(f"{self.base}/api/auth/{path}", json=body, trust_env=False)

    def signs_in(self, username: str, password: str) -> int:
        return self.post("login", username=username, password=password).status_code

    async def _write(self, work: Any) -> Any:
        transactions = Transactions(f"sqlite+aiosqlite:///{self.folder}/pydotorg.db")
        try:
            return await transactions.write(work)
        finally:
            await transactions.dispose()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service as it ships."""
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, PYDOTORG_RATE_LIMIT_FACTOR="100") as base:
        yield Service(base, folder)


def follow(name: str, *steps: tuple[str, ...]) -> Seen:
    """What somebody sees who does this; PYDOTORG_TEST_PICTURES names a folder for what the screen shows."""
    pictures = os.environ.get("PYDOTORG_TEST_PICTURES")
    seen = msgspec.json.decode(driven(HERE / "follow.mjs", name=name, steps=steps, pictures=pictures), type=Seen)
    assert all("#" not in view.address for view in seen.seen), "the token stays in the address"
    assert not any(view.wide for view in seen.seen), "the page is wider than a telephone"
    # what the service refuses, a browser complains about as well
    assert [line for line in seen.complaints if "the server responded with a status of 4" not in line] == []
    return seen


def test_an_address_is_confirmed_by_a_button_and_by_nothing_less(service: Service) -> None:
    link = service.confirmation("ada")
    opened = follow("opened", ("open", link))
    assert (opened.posts, opened.seen[-1].form) == ([], True)
    assert service.signs_in("ada", PASSWORD) == 403
    done = follow("confirmed", ("open", link), ("press", "Confirm"), ("answered",))
    assert done.posts == [f"POST {service.base}/api/auth/verify-email"]
    assert done.seen[-1].told == "Your address is confirmed. You can close this page, and sign in."
    assert not done.seen[-1].form
    assert service.signs_in("ada", PASSWORD) == 200
    again = follow("again", ("open", link), ("press", "Confirm"), ("answered",))
    assert (again.seen[-1].told, again.seen[-1].form) == (SPENT, True)


def test_a_password_is_set_once_it_is_good_enough(service: Service) -> None:
    link = service.reset("grace")
    seen = follow(
        "reset",
        ("open", link),
        ("type", "short"),
        ("press", "Set password"),
        ("type", ANOTHER, "something else in june"),
        ("press", "Set password"),
        ("type", "password1234"),
        ("press", "Set password"),
        ("answered",),
        ("type", ANOTHER),
        ("press", "Set password"),
        ("answered",),
    )
    short, differing, common, done = (seen.seen[index] for index in (2, 4, 7, 10))
    assert (short.invalid, short.told) == (1, "")
    assert (differing.invalid, differing.told) == (1, "")
    assert common.told.startswith("The password is easy to guess: this is a very common password;")
    assert common.form
    assert seen.seen[-1].told == "Your new password is set. Wherever you were signed in, sign in again with it."
    assert not seen.seen[-1].form
    assert (service.signs_in("grace", PASSWORD), service.signs_in("grace", ANOTHER)) == (401, 200)
    assert done.invalid == 0


def test_a_page_without_a_token_says_where_it_is(service: Service) -> None:
    link = service.confirmation("linus")
    lost = follow("lost", ("open", link), ("reload",)).seen[-1]
    assert lost.told == "This address lacks its token. Open the link in the mail once more."
    assert not lost.form


def test_another_link_in_the_same_tab_counts(service: Service) -> None:
    wrong = f"{service.base}/account/verify-email#not-a-token"
    right = service.confirmation("barbara")
    seen = follow("two", ("open", wrong), ("open", right), ("press", "Confirm"), ("answered",))
    assert seen.seen[-1].told.startswith("Your address is confirmed.")
