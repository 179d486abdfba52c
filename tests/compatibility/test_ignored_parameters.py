"""What an address ignores makes no answer of its own: nobody can have the long lists computed again and again."""

from uuid import uuid4

import httpx
import pytest

from pydotorg.app import Application
from tests.frontdoor.asking import computed, stored

pytestmark = pytest.mark.anyio

V1, V2 = "/api/v1/downloads", "/api/v2/downloads"


@pytest.mark.parametrize(
    ("address", "operation", "ignored"),
    [
        (f"{V2}/release/", "v2_release_list", "limit"),
        (f"{V2}/release/?version=3", "v2_release_list", "utm_source"),
        (f"{V2}/os/", "v2_os_list", "page"),
        (f"{V2}/release_file/", "v2_release_file_list", "page"),
        (f"{V2}/os/1/", "v2_os_get", "name"),
        (f"{V1}/os/1/", "v1_os_get", "format"),
    ],
)
async def test_fifty_values_of_what_is_ignored_are_one_computation(
    app: Application, anyone: httpx.AsyncClient, address: str, operation: str, ignored: str
) -> None:
    plain = await anyone.get(address)
    before, kept = computed(app, operation), stored(app)
    for value in range(50):
        answer = await anyone.get(f"{address}{'&' if '?' in address else '?'}{ignored}={value}")
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (
            200, plain.content, plain.headers["etag"],
        )  # fmt: skip
    assert (computed(app, operation), stored(app)) == (before, kept)


async def test_what_is_heeded_is_told_apart_in_any_order(app: Application, anyone: httpx.AsyncClient) -> None:
    begin = computed(app, "v2_release_list")
    one = await anyone.get(f"{V2}/release/?version=3&pre_release=true&x=1")
    other = await anyone.get(f"{V2}/release/?x=2&pre_release=true&version=3")
    assert one.content == other.content
    assert computed(app, "v2_release_list") == begin + 1
    assert (await anyone.get(f"{V2}/release/?version=3&pre_release=false&x=1")).content != one.content
    assert (await anyone.get(f"{V2}/release/?version=3&version=2")).json() == (
        await anyone.get(f"{V2}/release/?version=2")
    ).json()


@pytest.mark.parametrize("address", [f"{V2}/release/", f"{V2}/os/1/", f"{V2}/release_file/", f"{V1}/os/1/"])
async def test_what_is_stored_does_not_hide_what_is_refused(anyone: httpx.AsyncClient, address: str) -> None:
    assert (await anyone.get(address)).status_code == 200
    assert (await anyone.get(address, params={"api_key": "1234"})).status_code == 401
    assert (await anyone.get(address, params={"username": ""})).status_code == 401


async def test_what_a_list_of_files_does_not_know_is_refused_though_the_list_is_stored(
    anyone: httpx.AsyncClient,
) -> None:
    assert (await anyone.get(f"{V2}/release_file/")).status_code == 200
    assert (await anyone.get(f"{V2}/release_file/?foo=1")).status_code == 400


async def test_a_page_of_v1_tells_of_the_next_with_all_that_was_said(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get(f"{V1}/release/")).status_code == 200
    answer = await anyone.get(f"{V1}/release/?x=1")
    assert answer.json()["meta"]["next"] == f"{V1}/release/?x=1&limit=20&offset=20"


async def test_who_repeats_a_post_with_its_key_makes_one_row(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient
) -> None:
    for client, edition in ((manager, V2), (old_manager, V1)):
        key, slug = {"Idempotency-Key": uuid4().hex}, f"system-{uuid4().hex}"
        body = {"name": slug, "slug": slug}
        answers = [await client.post(f"{edition}/os/", json=body, headers=key) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        first, again = (
            {name: each.headers[name] for name in ("location", "content-type", "deprecation", "link")}
            for each in answers
        )
        assert (first, answers[0].content) == (again, answers[1].content)
        other = await client.post(f"{edition}/os/", json={**body, "name": "Another"}, headers=key)
        assert other.status_code == 400


async def test_a_form_can_be_repeated_with_its_key_as_well(manager: httpx.AsyncClient) -> None:
    key, slug = {"Idempotency-Key": uuid4().hex}, f"system-{uuid4().hex}"
    answers = [await manager.post(f"{V2}/os/", data={"name": slug, "slug": slug}, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
