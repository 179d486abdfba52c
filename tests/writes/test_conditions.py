"""Who writes can say which state he changes: of two who change the same, one hears that it is not what he knows."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.accounts.people import Person
from tests.conventions.asking import error_of

pytestmark = pytest.mark.anyio

GROUPS = "/api/v1/user-groups"
LONG = "https://a.example/" + "long/" * 94


async def made(staff: Person, name: str) -> httpx.Response:
    answer = await staff.client.post(GROUPS, json={"name": name, "url": LONG, "approved": True})
    assert answer.status_code == 201, answer.text
    return answer


async def changed(person: Person, address: str, tag: str, **change: Any) -> httpx.Response:
    return await person.client.patch(address, json=change, headers={"If-Match": tag})


async def test_what_is_written_is_answered_as_it_is_read(staff: Person, called: str) -> None:
    written = await made(staff, called)
    address = f"{GROUPS}/{written.json()['id']}"
    read = await staff.client.get(address)
    assert (written.content, written.headers["etag"]) == (read.content, read.headers["etag"])
    written = await staff.client.patch(address, json={"location": "Malmö"})
    assert (written.headers["etag"] != read.headers["etag"], written.status_code) == (True, 200)
    read = await staff.client.get(address)
    assert (written.content, written.headers["etag"]) == (read.content, read.headers["etag"])
    assert written.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
async def test_a_tag_serves_whatever_its_coding_and_its_address(staff: Person, called: str, coding: str) -> None:
    group = (await made(staff, called)).json()
    for address in (f"{GROUPS}/{group['id']}", f"{GROUPS}/{group['slug']}"):
        read = await staff.client.get(address, headers={"Accept-Encoding": coding})
        answer = await changed(staff, f"{GROUPS}/{group['id']}", read.headers["etag"], location=address[-9:])
        assert (answer.status_code, answer.json().get("location")) == (200, address[-9:])


async def test_a_compressed_answer_has_the_tag_of_its_coding(staff: Person, called: str) -> None:
    group = (await made(staff, called)).json()
    address, asked = f"{GROUPS}/{group['id']}", {"Accept-Encoding": "gzip"}
    change = {"url": LONG, "location": "x" * 195, "name": f"{group['name']} " + "y" * 170}
    written = await staff.client.patch(address, json=change, headers=asked)
    read = await staff.client.get(address, headers=asked)
    assert (written.headers["content-encoding"], read.headers["content-encoding"]) == ("gzip", "gzip")
    assert written.headers["etag"] == read.headers["etag"]
    assert written.headers["etag"].endswith('-gzip"')


@pytest.mark.parametrize("stale", ['"0"', "W/{}", '"9dce92268f1b991ba9ae5f82"', '"a", "b"'])
async def test_another_tag_changes_nothing(staff: Person, called: str, stale: str) -> None:
    first = await made(staff, called)
    address, tag = f"{GROUPS}/{first.json()['id']}", stale.format(first.headers["etag"])
    assert "has changed since" in error_of(await changed(staff, address, tag, name="Other"), 412)["detail"]
    error_of(await staff.client.delete(address, headers={"If-Match": tag}), 412)
    assert (await staff.client.get(address)).content == first.content


@pytest.mark.parametrize("held", ["*", " * ", '"x", {}', '{},"y"', ",{},"])
async def test_a_list_of_tags_and_any_tag_will_do(staff: Person, called: str, held: str) -> None:
    first = await made(staff, called)
    address, tag = f"{GROUPS}/{first.json()['id']}", held.format(first.headers["etag"])
    assert (await changed(staff, address, tag, location="Oslo")).status_code == 200


@pytest.mark.parametrize("malformed", ["", "abc", '"abc', "*, *", '"a" "b"'])
async def test_a_malformed_condition_is_none(staff: Person, called: str, malformed: str) -> None:
    address = f"{GROUPS}/{(await made(staff, called)).json()['id']}"
    assert (await changed(staff, address, malformed, location="Oslo")).status_code == 200


async def test_what_must_not_be_there_is_not_written_over(staff: Person, called: str) -> None:
    first = await made(staff, called)
    address = f"{GROUPS}/{first.json()['id']}"
    for held in ("*", first.headers["etag"], "W/" + first.headers["etag"]):
        error_of(await staff.client.patch(address, json={"location": "x"}, headers={"If-None-Match": held}), 412)
    passed = await staff.client.patch(address, json={"location": "x"}, headers={"If-None-Match": '"another"'})
    assert passed.status_code == 200


async def test_what_is_not_there_is_a_404_whatever_the_condition(staff: Person) -> None:
    error_of(await changed(staff, f"{GROUPS}/no-such-group", '"x"', name="Other"), 404)
    error_of(await staff.client.delete(f"{GROUPS}/no-such-group", headers={"If-Match": "*"}), 404)


async def test_a_body_is_judged_before_a_condition(staff: Person, called: str) -> None:
    address = f"{GROUPS}/{(await made(staff, called)).json()['id']}"
    error_of(await changed(staff, address, '"x"', nonsense=1), 422)


async def test_of_many_who_change_the_same_at_once_one_does(staff: Person, colleague: Person, called: str) -> None:
    first = await made(staff, called)
    address, tag = f"{GROUPS}/{first.json()['id']}", first.headers["etag"]
    for _ in range(3):
        people = [staff, colleague] * 5
        race = [changed(who, address, tag, location=f"Town {place}") for place, who in enumerate(people)]
        answers = await asyncio.gather(*race)
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 9
        [won] = [answer for answer in answers if answer.status_code == 200]
        now = await staff.client.get(address)
        assert (now.content, now.headers["etag"]) == (won.content, won.headers["etag"])
        tag = now.headers["etag"]


async def test_of_many_who_read_change_and_try_again_nobody_is_lost(
    staff: Person, colleague: Person, called: str
) -> None:
    address = f"{GROUPS}/{(await made(staff, called)).json()['id']}"
    assert (await staff.client.patch(address, json={"location": "0"})).status_code == 200

    async def count(who: Person) -> None:
        for _ in range(5):
            while True:
                read = await who.client.get(address)
                number = int(read.json()["location"]) + 1
                if (await changed(who, address, read.headers["etag"], location=str(number))).status_code == 200:
                    break

    await asyncio.gather(*(count(who) for who in [staff, colleague] * 2))
    assert (await staff.client.get(address)).json()["location"] == "20"


async def test_ones_own_account_is_changed_on_condition_too(staff: Person) -> None:
    me = "/api/auth/me"
    tag = (await staff.client.get(me)).headers["etag"]
    answer = await changed(staff, me, tag, first_name="Ada")
    assert (answer.status_code, answer.headers["etag"] != tag) == (200, True)
    error_of(await changed(staff, me, tag, first_name="Bob"), 412)
    assert (await staff.client.get(me)).json()["first_name"] == "Ada"
