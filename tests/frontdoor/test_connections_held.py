"""PostgreSQL is asked for each request, and the client does something meanwhile."""

import select
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.proxies import Proxy, proxied

from .asking import Answer
from .conftest import built
from .fronts import Front, fronting
from .probes import WORDS
from .wire import Wire, head_of

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True, scope="session")

LATEST, LONG, MISSING = "/api/v1/releases/latest", "/api/v1/releases?limit=50", "/api/v1/releases/0.0.1"
KNOWN = head_of(LATEST)
BODY = b'{"words": "hello"}'
POST = head_of(WORDS, ("Content-Type", "application/json"), ("Content-Length", str(len(BODY))), method="POST") + BODY
MOMENT = 0.1


@pytest.fixture(scope="module")
def proxy(database: str) -> Iterator[Proxy]:
    with proxied(urlsplit(database).port or 5432) as one:
        yield one


@pytest.fixture(scope="module")
def far(database: str, proxy: Proxy) -> Iterator[Front]:
    """A server whose database is behind the proxy."""
    url = proxy.leading_to(database)
    with fronting(built(url, {"PYDOTORG_STORE": "true"})) as front:
        yield front


@pytest.fixture
def warm(far: Front, proxy: Proxy) -> Iterator[Answer]:
    """The answer that is stored under a known head; afterwards the database is back."""
    with far.wire() as wire:
        wire.ask(LONG)
        wire.ask(LATEST)
        yield wire.ask(LATEST)
    proxy.start()
    with far.wire() as wire:
        while "age" in wire.ask(LATEST).headers:
            time.sleep(0.05)


def hold(far: Front, proxy: Proxy, sent: bytes = KNOWN) -> Wire:
    """A connection whose request waits for the database."""
    wire = far.wire()
    wire.ask(LATEST)
    proxy.hang()
    wire.send(sent)
    time.sleep(MOMENT)
    assert select.select([wire.socket], [], [], 0)[0] == [], "nothing has come yet"
    return wire


def test_a_request_waits_for_the_database_and_is_answered(far: Front, proxy: Proxy, warm: Answer) -> None:
    with hold(far, proxy) as wire:
        began = time.monotonic()
        proxy.start()
        answer = wire.answer()
        assert (answer.body, "age" in answer.headers) == (warm.body, False)
        assert time.monotonic() - began < 1
        assert wire.ask(LATEST).body == warm.body


def test_who_says_no_more_meanwhile_is_answered(far: Front, proxy: Proxy, warm: Answer) -> None:
    with hold(far, proxy) as wire:
        wire.says_no_more()
        time.sleep(MOMENT)
        proxy.start()
        assert wire.answer().body == warm.body
        assert wire.rest() == b""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (KNOWN, [200]),
        (KNOWN * 50, [200] * 50),
        (KNOWN + head_of(MISSING) + KNOWN, [200, 404, 200]),
        (head_of(MISSING) + KNOWN + POST, [404, 200, 204]),
        (POST + KNOWN, [204, 200]),
        (head_of(LATEST, ("If-None-Match", "*")), [304]),
        (head_of(LATEST, ("X-Fill", "x" * 60_000)), [200]),
        (head_of(LATEST, ("X-Fill", "x" * 50_000)) * 4, [200] * 4),
        (b"", []),
    ],
)
@pytest.mark.parametrize("ends", [True, False])
def test_what_is_sent_meanwhile_is_answered_in_its_order(
    far: Front, proxy: Proxy, warm: Answer, *, sent: bytes, expected: list[int], ends: bool
) -> None:
    with hold(far, proxy) as wire:
        wire.send(sent)
        if ends:
            wire.says_no_more()
        time.sleep(MOMENT)
        proxy.start()
        assert wire.answer().body == warm.body
        assert [wire.answer().status for _ in expected] == expected
        if ends:
            assert wire.rest() == b""
        else:
            assert wire.ask(LATEST).body == warm.body


@pytest.mark.parametrize("place", [1, 10, len(KNOWN) - 3, len(KNOWN) - 1])
def test_half_a_request_that_is_sent_meanwhile_may_be_ended_later(
    far: Front, proxy: Proxy, warm: Answer, place: int
) -> None:
    with hold(far, proxy) as wire:
        wire.send(KNOWN + KNOWN[:place])
        time.sleep(MOMENT)
        proxy.start()
        assert [wire.answer().status for _ in range(2)] == [200, 200]
        wire.send(KNOWN[place:])
        assert wire.answer().body == warm.body


def test_half_a_request_that_is_never_ended_is_told_so(far: Front, proxy: Proxy, warm: Answer) -> None:
    with hold(far, proxy) as wire:
        wire.send(KNOWN[:10])
        wire.says_no_more()
        time.sleep(MOMENT)
        proxy.start()
        assert [wire.answer().status for _ in range(2)] == [200, 400]
        assert wire.rest() == b""


def test_garbage_that_is_sent_meanwhile_does_not_cost_the_answer(far: Front, proxy: Proxy, warm: Answer) -> None:
    with hold(far, proxy) as wire:
        wire.send(b"\x00\x01\r\n\r\n")
        time.sleep(MOMENT)
        proxy.start()
        assert wire.answer().body == warm.body
        told = wire.rest()
        assert not told or told.startswith(b"HTTP/1.1 400 ")


def test_who_goes_away_meanwhile_troubles_nobody(far: Front, proxy: Proxy, warm: Answer) -> None:
    gone = [hold(far, proxy) for _ in range(1)]
    staying = far.wire()
    staying.send(KNOWN)
    for _ in range(20):
        gone.append(far.wire())
        gone[-1].send(KNOWN + KNOWN)
    time.sleep(MOMENT)
    for wire in gone:
        wire.close()
    time.sleep(MOMENT)
    proxy.start()
    with staying:
        assert staying.answer().body == warm.body
    with far.wire() as wire:
        assert wire.ask(LATEST).body == warm.body


@pytest.mark.parametrize("way", ["stop", "hang"])
def test_when_the_database_does_not_answer_what_is_stored_is_given_with_its_age(
    far: Front, proxy: Proxy, warm: Answer, way: str
) -> None:
    with hold(far, proxy, KNOWN * 3) as wire:
        if way == "stop":
            proxy.stop()
        answers = [wire.answer() for _ in range(3)]
        assert {answer.body for answer in answers} == {warm.body}
        assert all("age" in answer.headers for answer in answers)


@pytest.mark.parametrize("way", ["start", "stop"])
def test_a_server_that_ends_meanwhile_answers_first(database: str, proxy: Proxy, way: str) -> None:
    url = proxy.leading_to(database)
    with fronting(built(url, {"PYDOTORG_STORE": "true"})) as front:
        with front.wire() as wire:
            wire.ask(LATEST)
        wire = hold(front, proxy)
        front.server.should_exit = True
        time.sleep(3 * MOMENT)
        getattr(proxy, way)()
        with wire:
            assert wire.answer().status == 200
            assert wire.rest() == b""
    proxy.start()
