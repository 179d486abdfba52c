"""`/metrics`: who may read it, and in which form."""

import subprocess
import sys

import pytest

from pydotorg.kernel.metrics import Readings
from tests.conventions.asking import error_of

from .scraping import ELSEWHERE, TOKEN, read, scrape, worker

pytestmark = pytest.mark.anyio

BEARER = ("Authorization", f"Bearer {TOKEN}")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("token", [TOKEN, None])
async def test_this_host_may_read_without_a_token(peer: str, token: str | None) -> None:
    answer = await scrape(worker(), peer=peer, token=token)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("peer", [ELSEWHERE, "2001:db8::1", "::ffff:10.0.0.1", "0.0.0.0", "", "localhost"])
async def test_others_may_not_and_are_told_the_way(peer: str) -> None:
    for method in ("GET", "HEAD"):
        assert (await scrape(worker(), method=method, peer=peer)).status_code == 403
    assert "PYDOTORG_METRICS_TOKEN" in error_of(await scrape(worker(), peer=peer, token=None), 403)["detail"]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-proto", "Forwarded", "X-Real-IP", "VIA"])
async def test_who_comes_through_a_proxy_on_this_host_is_not_this_host(name: str) -> None:
    error_of(await scrape(worker(), headers=[(name, "127.0.0.1")]), 403)
    assert (await scrape(worker(), headers=[(name, ELSEWHERE), BEARER])).status_code == 200


@pytest.mark.parametrize("credentials", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN}"])
async def test_the_token_opens_it_from_anywhere(credentials: str) -> None:
    answer = await scrape(worker(), peer=ELSEWHERE, headers=[("Authorization", credentials)])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "credentials",
    ["Bearer wrong", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer é", ""],
)
@pytest.mark.parametrize("peer", ["127.0.0.1", ELSEWHERE])
async def test_a_wrong_token_is_refused_even_on_this_host(credentials: str, peer: str) -> None:
    answer = await scrape(worker(), peer=peer, headers=[("Authorization", credentials)])
    assert "PYDOTORG_METRICS_TOKEN" in error_of(answer, 401)["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_where_no_token_is_set_none_is_right() -> None:
    for given in ("Bearer", "Bearer None", f"Bearer {TOKEN}"):
        error_of(await scrape(worker(), peer=ELSEWHERE, token=None, headers=[("Authorization", given)]), 401)


async def test_two_tokens_are_none() -> None:
    error_of(await scrape(worker(), headers=[BEARER, ("Authorization", "Bearer wrong")]), 401)


async def test_a_token_of_other_letters_than_those_of_ascii_holds() -> None:
    for sent, status in (("é" * 32, 200), ("è" * 32, 401)):
        headers = [("Authorization", f"Bearer {sent}")]
        assert (await scrape(worker(), peer=ELSEWHERE, token="é" * 32, headers=headers)).status_code == status


async def test_it_is_only_read() -> None:
    answer = await scrape(worker(), method="POST")
    error_of(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    head = await scrape(worker(), method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/plain")


async def test_what_is_counted_is_what_is_read() -> None:
    ledger = worker(readings=Readings(stored_answers=3))
    ledger.tallies.answered("releases_list", 200)
    found = read((await scrape(ledger)).text)
    assert found["pydotorg_requests_total"] == {("releases_list", "200"): 1}
    assert found["pydotorg_store_answers"] == {(): 3}


def test_who_is_never_scraped_never_loads_the_library() -> None:
    program = "import sys, pydotorg.kernel.observability.metrics; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
