"""What a caller may ask, counted exactly, and told with every answer that was counted."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from pydotorg.app import Application

from .asking import QUOTA, Answer, ask, computed
from .conftest import Make, Time
from .probes import LOGIN, MINE, SEARCH, TEXT, VAULT, WORDS

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),  # it makes no difference here
]

API = "/api/v1"
LATEST = f"{API}/releases/latest"
JSON = ("content-type", "application/json")
PROBLEM = ("accept", "application/problem+json")
MINUTE = 60


def somebody() -> str:
    """An address that nobody else has, whoever counts."""
    return ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])  # noqa: S311  no secret


@pytest.fixture(params=["true", "false"], ids=["storing", "storeless"])
def limited(request: pytest.FixtureRequest, make: Make, database: str, time: Time) -> Application:
    """An application with the quotas that are promised."""
    return make(database, PYDOTORG_RATE_LIMIT_FACTOR="1", PYDOTORG_STORE=request.param)


async def spend(app: Application, target: str = LATEST, number: int = 120, **how: Any) -> list[Answer]:
    return list(await asyncio.gather(*(ask(app, target, **how) for _ in range(number))))


def told(answer: Answer) -> list[str]:
    return [answer.headers[name] for name in QUOTA]


@pytest.mark.parametrize(
    ("target", "method", "name", "allowed"),
    [
        (LATEST, "GET", None, 120),
        (LATEST, "HEAD", None, 120),
        (LATEST, "GET", "alice", 300),
        (LATEST, "GET", "nobody", 120),
        (SEARCH, "GET", None, 60),
        (SEARCH, "GET", "alice", 180),
        (WORDS, "POST", None, 20),
        (WORDS, "POST", "alice", 60),
        (LOGIN, "POST", None, 5),
        (LOGIN, "POST", "alice", 20),
    ],
)
async def test_exactly_as_many_pass_as_may(
    limited: Application, target: str, method: str, name: str | None, allowed: int
) -> None:
    answers = await asyncio.gather(*(ask(limited, target, method=method, name=name) for _ in range(3 * allowed)))
    refused = [answer for answer in answers if answer.status == 429]
    passed = [answer for answer in answers if answer.status != 429]
    assert (len(passed), len(refused)) == (allowed, 2 * allowed)
    assert sorted(answer.remaining for answer in passed) == list(range(allowed))
    assert {answer.remaining for answer in refused} == {0}
    assert {answer.headers["ratelimit-policy"] for answer in answers} == {f"{allowed};w=60"}


async def test_a_release_manager_has_a_quota_of_1500(make: Make, database: str, time: Time) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="1")
    assert Counter(answer.status for answer in await spend(app, number=1600, name="rita")) == {200: 1500, 429: 100}


async def test_redis_counts_exactly_over_two_services(make: Make, database: str, redis_url: str, time: Time) -> None:
    apps = [make(database, PYDOTORG_RATE_LIMIT_FACTOR="1", PYDOTORG_REDIS_URL=redis_url) for _ in range(2)]
    client = somebody()
    for app in apps:  # the first question needs a connection
        await ask(app, LATEST, client=client)
    answers = await asyncio.gather(*(ask(app, LATEST, client=client) for _ in range(180) for app in apps))
    assert Counter(answer.status for answer in answers) == {200: 118, 429: 242}
    assert sorted(answer.remaining for answer in answers if answer.status == 200) == list(range(118))


@pytest.mark.parametrize(
    ("method", "target", "name", "expected"),
    [
        ("GET", LATEST, None, 200),
        ("GET", f"{API}/releases/latest/3.14/download?os=windows", None, 302),
        ("GET", f"{API}/releases?page_size=3", None, 400),
        ("GET", LATEST, "nobody", 401),
        ("GET", VAULT, None, 401),
        ("GET", VAULT, "alice", 403),
        ("GET", MINE, "alice", 200),
        ("GET", f"{API}/releases/0.0.1", None, 404),
        ("POST", WORDS, None, 415),
        ("POST", WORDS, "alice", 415),
    ],
)
async def test_every_counted_answer_says_what_is_left(
    limited: Application, time: Time, *, method: str, target: str, name: str | None, expected: int
) -> None:
    first, second = [await ask(limited, target, method=method, name=name) for _ in range(2)]
    assert (first.status, second.status) == (expected, expected)
    limit = int(first.headers["ratelimit-limit"])
    reset = str(int(time.moment) + MINUTE)
    assert told(first) == [f"{limit};w=60", str(limit), str(limit - 1), reset]
    assert told(second) == [f"{limit};w=60", str(limit), str(limit - 2), reset]


@pytest.mark.parametrize(("body", "expected"), [(b"{", 400), (b"{}", 422), (b'{"words": "hello"}', 204)])
async def test_what_is_wrong_with_a_body_is_counted(limited: Application, body: bytes, expected: int) -> None:
    answer = await ask(limited, WORDS, JSON, method="POST", body=body)
    assert (answer.status, answer.remaining) == (expected, 19)


async def test_a_body_that_is_too_large_is_counted(limited: Application) -> None:
    answer = await ask(limited, WORDS, JSON, ("content-length", "2000000"), method="POST", body=b" " * 2_000_000)
    assert (answer.status, answer.remaining) == (413, 19)


FREE = [
    ("GET", f"{API}/nothing"),
    ("GET", f"{API}//releases"),
    ("POST", LATEST),
    ("DELETE", LATEST),
    ("GET", WORDS),
    ("OPTIONS", LATEST),
    ("GET", "/health"),
    ("GET", "/ready"),
    ("GET", "/metrics"),
    ("GET", "/favicon.ico"),
    ("GET", "/api/"),
    ("GET", "/api/swagger"),
    ("GET", "/api/redoc"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/openapi.yaml"),
    ("GET", "/nothing"),
]


@pytest.mark.parametrize(("method", "target"), FREE)
async def test_what_is_free_says_nothing_of_quotas(limited: Application, method: str, target: str) -> None:
    for _ in range(3):
        answer = await ask(limited, target, method=method)
        assert not set(QUOTA) & answer.headers.keys()
    assert (await ask(limited, LATEST)).remaining == 119


async def test_what_is_free_stays_so_when_the_quota_is_spent(limited: Application) -> None:
    await spend(limited)
    assert (await ask(limited, LATEST)).status == 429
    for method, target in FREE:
        assert (await ask(limited, target, method=method)).status in (200, 204, 404, 405), target


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("target", [LATEST, f"{API}/releases/0.0.1", f"{API}/releases?nothing=1", VAULT])
async def test_who_asks_too_often_is_told_when_to_come_again(
    limited: Application, time: Time, target: str, method: str
) -> None:
    await spend(limited)
    for passed, wait in ((0, 60), (0.5, 60), (1, 59), (59.99, 1)):
        time.moment = time.moment // MINUTE * MINUTE + passed
        answer = await ask(limited, target, method=method)
        assert (answer.status, answer.headers["retry-after"]) == (429, str(wait))
        assert told(answer)[1:3] == ["120", "0"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json"
        assert "etag" not in answer.headers
        if method == "GET":
            assert answer.json.keys() == {"detail", "status_code", "extra"}
            assert (answer.json["status_code"], type(answer.json["extra"])) == (429, dict)
        problem = await ask(limited, target, PROBLEM, method=method)
        assert (problem.status, problem.headers["content-type"]) == (429, "application/problem+json")
        assert problem.headers["retry-after"] == str(wait)
    time.moment += 1
    assert (await ask(limited, LATEST)).remaining == 119


async def test_errors_come_in_their_order(limited: Application) -> None:
    await spend(limited)
    await spend(limited, WORDS, 20, method="POST")
    for method, target, name, expected in (
        ("GET", f"{API}/nothing", "nobody", 404),
        ("POST", LATEST, "nobody", 405),
        ("GET", LATEST, "nobody", 429),
        ("GET", VAULT, "nobody", 429),
        ("GET", VAULT, None, 429),
        ("GET", VAULT, "alice", 403),
        ("GET", f"{API}/releases?nothing=1", None, 429),
        ("POST", WORDS, "nobody", 429),
        ("POST", WORDS, None, 429),
        ("POST", WORDS, "alice", 415),
    ):
        assert (await ask(limited, target, method=method, name=name)).status == expected, (method, target, name)
    assert (await ask(limited, LATEST, host="evil.example")).status == 400
    assert (await ask(limited, LATEST, name="nobody", client="10.9.8.7")).status == 401


async def test_a_stored_304_is_free_even_when_the_quota_is_spent(make: Make, database: str, time: Time) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="1")
    tag = ("if-none-match", (await ask(app, LATEST)).etag)
    for _ in range(5):
        unchanged = await ask(app, LATEST, tag)
        assert unchanged.status == 304
        assert not set(QUOTA) & unchanged.headers.keys()
    assert (await ask(app, LATEST)).remaining == 118
    await spend(app)
    for method in ("GET", "HEAD"):
        assert (await ask(app, LATEST, tag, method=method)).status == 304
        assert (await ask(app, LATEST, ("if-none-match", "*"), method=method)).status == 304
        assert (await ask(app, LATEST, ("if-none-match", '"other"'), method=method)).status == 429
    assert (await ask(app, LATEST, tag, name="nobody")).status == 429
    assert (await ask(app, f"{API}/os", ("if-none-match", "*"))).status == 429


async def test_a_304_that_had_to_be_computed_is_counted(limited: Application) -> None:
    target = f"{TEXT}?size=10"
    unchanged = await ask(limited, target, ("if-none-match", "*"))
    assert (unchanged.status, unchanged.remaining) == (304, 119)
    private = await ask(limited, MINE, ("if-none-match", "*"), name="alice")
    assert (private.status, private.remaining) == (304, 299)


async def test_tiers_and_callers_are_counted_apart(limited: Application) -> None:
    seen = [
        (await ask(limited, target, method=method, name=name, client=client)).remaining
        for target, method in ((LATEST, "GET"), (SEARCH, "GET"), (WORDS, "POST"), (LOGIN, "POST"), (LATEST, "HEAD"))
        for name, client in ((None, "127.0.0.1"), ("alice", "127.0.0.1"), ("rita", "127.0.0.1"), (None, "10.0.0.1"))
    ]
    assert seen == [
        119, 299, 1499, 119, 59, 179, 899, 59, 19, 59, 299, 19, 4, 19, 99, 4, 118, 298, 1498, 118,
    ]  # fmt: skip
    assert (await ask(limited, LATEST, name="alice", client="10.0.0.2")).remaining == 297


async def test_unreadable_credentials_count_for_the_address(limited: Application) -> None:
    for remaining, credentials in enumerate(("Bearer nobody", "Basic eDp5", "", "Bearer", "Bearer a b")):
        answer = await ask(limited, LATEST, ("authorization", credentials))
        assert (answer.status, answer.remaining) == (401, 119 - remaining)
    twice = await ask(limited, LATEST, ("authorization", "Bearer alice"), name="alice")
    assert (twice.status, twice.remaining) == (401, 114)
    assert (await ask(limited, LATEST)).remaining == 113


async def test_a_new_window_gives_a_new_quota(limited: Application, time: Time) -> None:
    for _ in range(3):
        answers = await spend(limited, number=130)
        assert Counter(answer.status for answer in answers) == {200: 120, 429: 10}
        assert {answer.headers["ratelimit-reset"] for answer in answers} == {str(int(time.moment) // 60 * 60 + 60)}
        time.moment += MINUTE


async def test_the_factor_multiplies_every_quota(make: Make, database: str) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="0.1")
    assert [
        (await ask(app, target, method=method, name=name)).headers["ratelimit-limit"]
        for target, method in ((LATEST, "GET"), (LOGIN, "POST"))
        for name in (None, "alice", "rita")
    ] == ["12", "30", "150", "1", "2", "10"]


@pytest.mark.parametrize("store", ["true", "false"])
async def test_without_limits_nothing_is_counted(make: Make, database: str, store: str) -> None:
    app = make(database, PYDOTORG_RATE_LIMIT_FACTOR="1", PYDOTORG_RATE_LIMIT_ENABLED="false", PYDOTORG_STORE=store)
    answers = await spend(app, number=200)
    assert {answer.status for answer in answers} == {200}
    assert not any(set(QUOTA) & answer.headers.keys() for answer in answers)


async def test_a_refused_request_costs_no_computing(limited: Application) -> None:
    await spend(limited, f"{API}/os")
    for offset in range(50):
        assert (await ask(limited, f"{API}/releases?offset={offset}")).status == 429
    assert computed(limited, "releases_list") == 0
