"""Whose host: addresses are built from it, so that only ours is answered."""

import httpx
import pytest

from pydotorg.app import Application
from tests.conftest import configured

from .asking import ask, error_of, faults_of
from .routes import NOWHERE

pytestmark = pytest.mark.anyio

LOCAL = Application(configured(NOWHERE))
PUBLIC = Application(configured(NOWHERE, PYDOTORG_PUBLIC_URL="https://API.Example.org"))
WITH_PORT = Application(configured(NOWHERE, PYDOTORG_PUBLIC_URL="http://api.example.org:8443"))
CHOSEN = Application(configured(NOWHERE, PYDOTORG_ALLOWED_HOSTS="One.example, two.example:8000,[2001:db8::1]"))


async def index(app: Application, *hosts: str, http_version: str = "1.1") -> httpx.Response:
    return await ask(app, "GET", "/api/v1", headers=[("host", host) for host in hosts], http_version=http_version)


@pytest.mark.parametrize(
    ("app", "host"),
    [
        (LOCAL, "localhost"),
        (LOCAL, "localhost:8000"),
        (LOCAL, "localhost:1"),
        (LOCAL, "LocalHost:8000"),
        (LOCAL, "127.0.0.1"),
        (LOCAL, "127.0.0.1:65535"),
        (LOCAL, "[::1]"),
        (LOCAL, "[::1]:8000"),
        (CHOSEN, "one.example"),
        (CHOSEN, "ONE.EXAMPLE:443"),
        (CHOSEN, "two.example:8000"),
        (CHOSEN, "[2001:db8::1]:80"),
        (CHOSEN, "[2001:DB8::1]"),
    ],
)
async def test_our_own_host_is_answered_and_addresses_are_built_from_it(app: Application, host: str) -> None:
    answer = await index(app, host)
    assert answer.status_code == 200
    assert answer.json()["resources"]["releases"] == f"http://{host.lower()}/api/v1/releases"


@pytest.mark.parametrize(
    ("app", "host"),
    [
        (PUBLIC, "api.example.org"),
        (PUBLIC, "API.example.ORG"),
        (PUBLIC, "api.example.org:443"),
        (PUBLIC, "localhost:8000"),
        (PUBLIC, "127.0.0.1"),
        (WITH_PORT, "api.example.org:8443"),
        (WITH_PORT, "api.example.org"),
        (WITH_PORT, "[::1]:8000"),
    ],
)
async def test_with_a_public_url_addresses_are_built_from_that(app: Application, host: str) -> None:
    answer = await index(app, host)
    assert answer.status_code == 200
    base = {PUBLIC: "https://api.example.org", WITH_PORT: "http://api.example.org:8443"}[app]
    assert answer.json()["resources"]["releases"] == f"{base}/api/v1/releases"
    assert answer.json()["documentation"] == f"{base}/api/"


@pytest.mark.parametrize(
    ("app", "host"),
    [
        (LOCAL, "evil.example"),
        (LOCAL, "localhost.evil.example"),
        (LOCAL, "evil.example:8000"),
        (LOCAL, "evil-localhost"),
        (LOCAL, "localhost:8000.evil.example"),
        (LOCAL, "localhost:8000:8000"),
        (LOCAL, "localhost:port"),
        (LOCAL, "localhost@evil.example"),
        (LOCAL, "user@localhost"),
        (LOCAL, "localhost/"),
        (LOCAL, "localhost, evil.example"),
        (LOCAL, "localhost\\evil.example"),
        (LOCAL, " "),
        (LOCAL, ""),
        (LOCAL, "."),
        (LOCAL, "localhost."),
        (LOCAL, "::1"),
        (LOCAL, "[::2]"),
        (LOCAL, "127.0.0.2"),
        (LOCAL, "0.0.0.0"),
        (LOCAL, "\xff"),
        (LOCAL, "a" * 5000),
        (PUBLIC, "example.org"),
        (PUBLIC, "www.api.example.org"),
        (CHOSEN, "localhost"),
        (CHOSEN, "two.example"),
        (CHOSEN, "two.example:8001"),
    ],
)
async def test_a_foreign_host_is_refused(app: Application, host: str) -> None:
    for target in ("/api/v1", "/health", "/nothing"):
        answer = await ask(app, "GET", target, headers=[("host", host)])
        assert set(faults_of(answer, source="request")) == {"host"}
        assert len(answer.content) < 1000


async def test_several_hosts_are_none() -> None:
    for hosts in (("localhost", "localhost"), ("localhost", "evil.example"), ("evil.example", "localhost")):
        answer = await index(LOCAL, *hosts)
        assert faults_of(answer, source="request") == {"host": "There must be one Host header, not several."}


async def test_http_1_1_needs_a_host() -> None:
    assert faults_of(await index(LOCAL), source="request") == {"host": "There must be a Host header."}


async def test_http_1_0_is_served_without_a_host() -> None:
    answer = await index(LOCAL, http_version="1.0")
    assert answer.status_code == 200
    assert answer.json()["resources"]["releases"] == "http://127.0.0.1:8000/api/v1/releases"
    public = await index(PUBLIC, http_version="1.0")
    assert public.json()["resources"]["releases"] == "https://api.example.org/api/v1/releases"


async def test_http_1_0_without_a_host_on_ipv6_has_its_address_in_brackets() -> None:
    answer = await ask(LOCAL, "GET", "/api/v1", headers=(), http_version="1.0", server=("::1", 8000))
    assert answer.json()["resources"]["releases"] == "http://[::1]:8000/api/v1/releases"


async def test_http_1_0_with_a_foreign_host_is_refused() -> None:
    error_of(await index(LOCAL, "evil.example", http_version="1.0"), 400)


async def test_a_forwarded_host_of_a_stranger_changes_no_address() -> None:
    told = [
        ("host", "localhost:8000"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "/api/v1/files"),
        ("x-http-method-override", "DELETE"),
    ]
    answer = await ask(LOCAL, "GET", "/api/v1", headers=told)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert answer.json()["documentation"] == "http://localhost:8000/api/"


async def test_links_and_locations_are_built_from_the_public_url(database: str) -> None:
    app = Application(configured(database, PYDOTORG_PUBLIC_URL="https://api.example.org"))
    try:
        answer = await ask(app, "GET", "/api/v1/os/?limit=2")
    finally:
        await app.close()
    assert answer.status_code == 200
    assert answer.links["next"]["url"] == "https://api.example.org/api/v1/os/?limit=2&offset=2"


@pytest.mark.parametrize(("app", "expected"), [(PUBLIC, "max-age=31536000"), (WITH_PORT, None), (LOCAL, None)])
async def test_a_public_https_address_is_to_be_kept_to(app: Application, expected: str | None) -> None:
    for target in ("/api/v1", "/nothing"):
        answer = await ask(app, "GET", target, headers=[("host", "localhost")])
        assert answer.headers.get("strict-transport-security") == expected
