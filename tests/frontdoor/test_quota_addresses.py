"""Who is counted: forwarded addresses are believed of trusted proxies alone."""

import pytest

from .asking import ask
from .conftest import Make, Time

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),  # it makes no difference here
]

LATEST = "/api/v1/releases/latest"
FORGED = [
    ("x-forwarded-for", "192.0.2.{}"),
    ("x-forwarded-for", "192.0.2.{}, 127.0.0.1"),
    ("forwarded", "for=192.0.2.{}"),
    ("forwarded", 'for="[2001:db8:{}::1]";proto=https'),
    ("x-real-ip", "192.0.2.{}"),
    ("true-client-ip", "192.0.2.{}"),
    ("cf-connecting-ip", "192.0.2.{}"),
    ("x-forwarded-host", "evil{}.example"),
    ("x-forwarded-proto", "https"),
]


@pytest.mark.parametrize("store", ["true", "false"])
@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8"])
@pytest.mark.parametrize(("name", "value"), FORGED)
async def test_what_a_stranger_forwards_changes_nothing(
    make: Make, database: str, time: Time, *, name: str, value: str, trusted: str, store: str
) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="0.1", PYDOTORG_TRUSTED_PROXIES=trusted, PYDOTORG_STORE=store)
    for number in range(12):
        answer = await ask(app, LATEST, (name, value.format(number)))
        assert (answer.status, answer.remaining) == (200, 11 - number)
        assert "http://localhost:8000" in (await ask(app, "/api/v1", client="10.9.9.9")).body.decode()
    assert (await ask(app, LATEST, (name, value.format(99)))).status == 429


@pytest.mark.parametrize("store", ["true", "false"])
@pytest.mark.parametrize(("name", "value"), FORGED[:1] + FORGED[2:4])
async def test_what_a_trusted_proxy_forwards_counts(
    make: Make, database: str, time: Time, *, name: str, value: str, store: str
) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="0.1", PYDOTORG_TRUSTED_PROXIES="127.0.0.1", PYDOTORG_STORE=store)
    for number in range(30):
        assert (await ask(app, LATEST, (name, value.format(number)))).remaining == 11
    for remaining in range(10, -1, -1):
        assert (await ask(app, LATEST, (name, value.format(7)))).remaining == remaining
    assert (await ask(app, LATEST, (name, value.format(7)))).status == 429
    assert (await ask(app, LATEST)).remaining == 11, "the proxy itself"


async def test_what_a_client_puts_before_the_proxys_own_word_is_not_read(make: Make, database: str, time: Time) -> None:
    app = make(database, PYDOTORG_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8", PYDOTORG_RATE_LIMIT_FACTOR="1")
    for remaining, forwarded in enumerate(
        (
            "192.0.2.1",
            "203.0.113.5, 192.0.2.1",
            "nonsense, 192.0.2.1, 10.1.1.1",
            "127.0.0.1, 192.0.2.1, 10.1.1.1, 10.2.2.2",
            ", 192.0.2.1:4711 ,",
        )
    ):
        answer = await ask(app, LATEST, ("x-forwarded-for", forwarded))
        assert answer.remaining == 119 - remaining, forwarded
    lines = ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.1")
    assert (await ask(app, LATEST, *lines)).remaining == 114, "several lines are one list"


async def test_an_ipv6_customer_is_one_caller(make: Make, database: str, time: Time) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="1")
    for remaining, client in enumerate(("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::1", "2001:0DB8::3")):
        assert (await ask(app, LATEST, client=client)).remaining == 119 - remaining
    assert (await ask(app, LATEST, client="2001:db8:0:1::1")).remaining == 119
    assert (await ask(app, LATEST, client="192.0.2.4")).remaining == 119
    assert (await ask(app, LATEST, client="::ffff:192.0.2.4")).remaining == 118


async def test_a_user_is_one_caller_wherever_he_is(make: Make, database: str, time: Time) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="1", PYDOTORG_TRUSTED_PROXIES="127.0.0.1")
    for number in range(5):
        answer = await ask(app, LATEST, ("x-forwarded-for", f"192.0.2.{number}"), name="alice")
        assert answer.remaining == 299 - number
        assert (await ask(app, LATEST, ("x-forwarded-for", f"192.0.2.{number}"))).remaining == 119
