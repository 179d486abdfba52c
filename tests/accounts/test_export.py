"""A copy of all that is stored about oneself, without what is secret."""

import re

import httpx
import pytest

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.access import Role, Scope
from tests.conventions.asking import error_of

from .people import PASSWORD_HASH, person, token

pytestmark = pytest.mark.anyio

EXPORT = "/api/auth/me/export"


async def test_it_has_what_the_domains_store_about_an_account(app: Application) -> None:
    ada = await person(app, Role.job_moderator, bio="Analyst", public_profile=False)
    await token(app, ada.name, Scope.jobs_write)
    await ada.client.post("/api/v1/memberships", json={"legal_name": "Ada Lovelace"})
    answer = await ada.client.get(EXPORT)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    copy = answer.json()
    assert copy.keys() == {"exported_at", "account", "stored"}
    assert copy["account"] == (await ada.client.get("/api/auth/me")).json()
    assert copy["stored"].keys() == {name for domain in DOMAINS for name in domain.exports} | {"comments"}
    assert copy["stored"]["sessions"] == (await ada.client.get("/api/auth/sessions")).json()
    assert copy["stored"]["tokens"] == (await ada.client.get("/api/auth/tokens")).json()
    assert copy["stored"]["memberships"] == (await ada.client.get("/api/v1/memberships")).json()
    assert [len(copy["stored"][name]) for name in ("sessions", "tokens", "memberships")] == [1, 1, 1]


async def test_nothing_in_it_is_secret_or_of_others(app: Application) -> None:
    ada, bob = await person(app), await person(app)
    await bob.client.post("/api/v1/memberships", json={"legal_name": "Bob"})
    program = await token(app, ada.name, Scope.jobs_write)
    text = (await ada.client.get(EXPORT)).text
    assert PASSWORD_HASH not in text
    assert program.headers["authorization"].removeprefix("Bearer ") not in text
    assert re.search(r"[0-9a-f]{64}", text) is None, "a digest"
    assert bob.name not in text
    assert str(bob.id) not in text


async def test_it_is_for_somebody_who_signed_in_himself(app: Application, stranger: httpx.AsyncClient) -> None:
    ada = await person(app)
    error_of(await stranger.get(EXPORT), 401)
    error_of(await (await token(app, ada.name)).get(EXPORT), 403)


def test_what_domains_export_has_names_of_their_own() -> None:
    found = [name for domain in DOMAINS for name in domain.exports]
    assert len(found) == len({*found})
    assert {"sessions", "tokens", "memberships"} <= {*found}
