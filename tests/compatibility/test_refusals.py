"""Who is refused, and how either version says so."""

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Scope
from tests.conftest import client_of, configured

from .people import Keys, keys_of
from .test_lists import RESOURCES, V1, V2

pytestmark = pytest.mark.anyio

WRITES = [
    *[("POST", f"{version}/{resource}/") for version in (V1, V2) for resource in RESOURCES],
    *[("DELETE", f"{version}/{resource}/1/") for version in (V1, V2) for resource in RESOURCES],
    *[(method, f"{V2}/{resource}/1/") for method in ("PUT", "PATCH") for resource in RESOURCES],
    ("DELETE", f"{V1}/release_file/?release=1"),
    ("DELETE", f"{V2}/release_file/delete_by_release/?release=1"),
]


def demand_refused(answer: httpx.Response, address: str, detail: str) -> None:
    """In v1 an empty 401, in v2 one with a sentence."""
    assert answer.status_code == 401, answer.text
    if address.startswith(V1):
        assert (answer.content, answer.headers["www-authenticate"]) == (b"", "ApiKey")
    else:
        assert (answer.json(), answer.headers["www-authenticate"]) == ({"detail": detail}, "Token")


@pytest.mark.parametrize(("method", "address"), WRITES)
async def test_nobody_in_particular_writes_nothing(anyone: httpx.AsyncClient, method: str, address: str) -> None:
    demand_refused(await anyone.request(method, address), address, "Authentication credentials were not provided.")


@pytest.mark.parametrize(("method", "address"), WRITES)
async def test_who_has_no_role_is_a_403_of_v2_and_a_401_of_v1(
    anyone: httpx.AsyncClient, alice: Keys, method: str, address: str
) -> None:
    answer = await anyone.request(method, address, headers=alice.api_key if address.startswith(V1) else alice.token)
    if address.startswith(V1):
        demand_refused(answer, address, "")
    else:
        said = {"detail": "You do not have permission to perform this action."}
        assert (answer.status_code, answer.json()) == (403, said)


async def test_a_token_needs_the_scope(anyone: httpx.AsyncClient, app: Application, rita: Keys) -> None:
    narrow = await keys_of(app, rita.username, Scope.jobs_write)
    assert (await anyone.post(f"{V2}/os/", headers=narrow.token)).status_code == 403
    assert (await anyone.post(f"{V1}/os/", headers=narrow.api_key)).status_code == 401
    assert len((await anyone.get(f"{V2}/release/?is_published=false", headers=narrow.token)).json()) == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_each_version_takes_its_own_credentials_and_no_others(
    anyone: httpx.AsyncClient, rita: Keys, method: str
) -> None:
    for version, wrong in ((V1, [rita.token, rita.bearer]), (V2, [rita.api_key, rita.bearer])):
        for headers in wrong:
            answer = await anyone.request(method, f"{version}/os/", headers=headers)
            demand_refused(answer, version, "Authentication credentials were not provided.")
    wrong_token = {"Authorization": "Token nobody's"}
    demand_refused(await anyone.request(method, f"{V2}/os/", headers=wrong_token), V2, "Invalid token.")
    answer = await anyone.get("/api/v1/releases/latest", headers=rita.api_key)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer, Token")


async def test_credentials_that_hold_elsewhere_are_not_believed_because_they_were_seen(
    anyone: httpx.AsyncClient, rita: Keys
) -> None:
    for address, right, wrong in (
        (f"{V1}/os/", rita.api_key, rita.token),
        (f"{V2}/os/", rita.token, rita.api_key),
        ("/api/v1/os", rita.bearer, rita.api_key),
    ):
        for _ in range(2):
            assert (await anyone.get(address)).status_code == 200
            assert (await anyone.get(address, headers=right)).status_code == 200
            assert (await anyone.get(address, headers=wrong)).status_code == 401, "though it is stored"


@pytest.mark.parametrize(
    "written",
    ["ApiKey {secret}", "ApiKey :{secret}", "ApiKey alice:{secret}", "ApiKey rita:", "ApiKey rita:{secret}x", "ApiKey"],
)
async def test_a_key_is_good_only_with_its_owner_s_name(
    anyone: httpx.AsyncClient, rita: Keys, alice: Keys, written: str
) -> None:
    headers = {"Authorization": written.format(secret=rita.secret)}
    demand_refused(await anyone.get(f"{V1}/os/", headers=headers), V1, "")


async def test_the_scheme_and_the_name_may_be_written_in_any_case(anyone: httpx.AsyncClient, rita: Keys) -> None:
    headers = {"Authorization": f"apikey RITA:{rita.secret}"}
    assert (await anyone.get(f"{V1}/release/?is_published=false", headers=headers)).json()["meta"]["total_count"] > 0


@pytest.mark.parametrize("who", ["nobody", "a manager"])
@pytest.mark.parametrize("query", ["api_key={secret}&username=rita", "username=guest&api_key=anything", "api_key=x"])
async def test_a_guest_changes_nothing_with_a_key_in_the_query_string(
    anyone: httpx.AsyncClient, rita: Keys, who: str, query: str
) -> None:
    """The flaw of python.org's API in which anybody could replace the URL of a file."""
    (file, *_) = (await anyone.get(f"{V2}/release_file/?slug=python-3144-gzipped-source-tarball")).json()
    asked = query.format(secret=rita.secret)
    evil = {"url": "https://www.python.org/ftp/python/evil.tgz", "reason": "Because."}
    number = file["resource_uri"].split("/")[-2]
    detail = "Authentication credentials were not provided."
    if who == "a manager":
        detail = "Credentials belong in the Authorization header, not in the query string."
    for method in ("PATCH", "PUT", "DELETE"):
        address = f"{V2}/release_file/{number}/?{asked}"
        headers = rita.token if who == "a manager" else {}
        demand_refused(await anyone.request(method, address, json=evil, headers=headers), address, detail)
    for address in (f"{V1}/release_file/{number}/?{asked}", f"{V1}/release_file/?release=1&{asked}"):
        headers = rita.api_key if who == "a manager" else {}
        demand_refused(await anyone.delete(address, headers=headers), address, "")
    for version in (V1, V2):
        for address in (f"{version}/release_file/{number}/?{asked}", f"{version}/release/?{asked}"):
            said = "Credentials belong in the Authorization header, not in the query string."
            demand_refused(await anyone.get(address), address, said)
    assert (await anyone.get(file["resource_uri"])).json() == file


@pytest.mark.parametrize("address", ["/release/999/", "/release/x/", "/release/%00/", "/release/99999999999/"])
async def test_what_is_not_there_is_a_404_in_the_words_of_either(anyone: httpx.AsyncClient, address: str) -> None:
    old, new = await anyone.get(V1 + address), await anyone.get(V2 + address)
    assert (old.status_code, old.content) == (404, b"")
    assert (new.status_code, new.json()) == (404, {"detail": "No Release matches the given query."})
    nowhere = await anyone.get(f"{V2}/nothing/")
    assert (nowhere.status_code, nowhere.json()) == (404, {"detail": "Not found."})


async def test_a_method_that_is_not_there_is_a_405(anyone: httpx.AsyncClient, rita: Keys) -> None:
    for method in ("PUT", "PATCH"):
        old = await anyone.request(method, f"{V1}/release/1/", headers=rita.api_key)
        assert (old.status_code, old.content, old.headers["allow"]) == (405, b"", "DELETE, GET, HEAD, OPTIONS")
    new = await anyone.delete(f"{V2}/release/", headers=rita.token)
    assert (new.status_code, new.json()) == (405, {"detail": 'Method "DELETE" not allowed.'})
    assert (await anyone.options(f"{V2}/release_file/1/")).headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"


async def test_who_asks_too_often_is_told_so_in_the_words_of_either(fresh_database: str) -> None:
    settings = {"PYDOTORG_RATE_LIMIT_FACTOR": "0.001", "PYDOTORG_STORE": "true"}
    app = Application(configured(fresh_database, **settings))
    async with client_of(app) as client:
        await client.get(f"{V2}/os/")
        old, new, write = [
            await client.request(method, address)
            for method, address in (("GET", f"{V1}/os/"), ("GET", f"{V2}/os/"), ("POST", f"{V2}/os/"))
        ]
        assert write.status_code == 401, "writes are counted for themselves"
        assert (old.status_code, new.status_code) == (429, 429)
        assert old.json()["error_message"].startswith("More than 1 ")
        seconds = new.headers["retry-after"]
        assert new.json()["detail"].startswith(f"Request was throttled. Expected available in {seconds} second")
        assert (await client.get("/api/v1/releases/latest")).json()["status_code"] == 429
    await app.close()
