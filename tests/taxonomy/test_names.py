"""Names that moderators give, each with an address: alike for types of jobs, for calendars, and for all other lists."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import Person, person
from tests.conventions.asking import error_of, faults_of

from .conftest import Names

pytestmark = pytest.mark.anyio


def new_name() -> str:
    return f"Quokkas {uuid4().hex[:12]}"


async def test_a_name_is_enough_and_no_two_differ_in_their_spelling_alone(
    moderator: Person, public: httpx.AsyncClient, names: Names
) -> None:
    path, name = names.path, new_name()
    made = await moderator.client.post(path, json={"name": name})
    assert (made.status_code, made.json()["active"]) == (201, True)
    assert made.json().keys() == names.members
    assert made.headers["location"].endswith(f"{path}/{made.json()['id']}")
    assert made.json()["slug"] == name.lower().replace(" ", "-")
    for identifier in (made.json()["slug"], made.json()["id"].upper()):
        assert (await public.get(f"{path}/{identifier}")).json() == made.json()
    for same in (name, name.upper(), f" {name.replace(' ', '  ')} "):
        assert name in error_of(await moderator.client.post(path, json={"name": same}), 409)["detail"]
    other = (await moderator.client.post(path, json={"name": new_name()})).json()
    error_of(await moderator.client.patch(f"{path}/{other['id']}", json={"name": name.upper()}), 409)
    assert (await public.get(f"{path}/{other['id']}")).json() == other


async def test_a_list_is_in_the_order_of_its_names(moderator: Person, public: httpx.AsyncClient, names: Names) -> None:
    for _ in range(3):
        await moderator.client.post(names.path, json={"name": new_name()})
    answer = await public.get(names.path, params={"limit": 1000})
    found = [each["name"] for each in answer.json()]
    assert found == sorted(found, key=str.casefold)
    assert answer.headers["x-total-count"] == str(len(found))
    pages = [await public.get(names.path, params={"limit": 2, "offset": at}) for at in (0, 2)]
    assert [each["name"] for page in pages for each in page.json()] == found[:4]


async def test_a_name_that_makes_no_free_address_has_one_of_its_own(
    moderator: Person, public: httpx.AsyncClient, names: Names
) -> None:
    path, first = names.path, new_name()
    for name in (first, first.replace(" ", "-") + "!", "日本語", "mine", str(uuid4()), f"  {new_name()}   C++ "):
        made = (await moderator.client.post(path, json={"name": name})).json()
        assert made["name"] == " ".join(name.split())
        assert (await public.get(f"{path}/{made['slug']}")).json() == made
        assert (await moderator.client.delete(f"{path}/{made['slug']}")).status_code == 204 or name == first


async def test_what_is_no_line_is_no_name(moderator: Person, public: httpx.AsyncClient, names: Names) -> None:
    path = names.path
    before = (await public.get(path)).json()
    for name in ("", " ", "a\nb", "x" * 201, None):
        refused = await moderator.client.post(path, json={"name": name})
        assert set(faults_of(refused, 422, "body")) == {"name"}, name
    for member in ("id", "slug", "created_at"):
        refused = await moderator.client.post(path, json={"name": new_name(), member: "x"})
        assert set(faults_of(refused, 422, "body")) == {member}
    assert (await public.get(path)).json() == before


async def test_only_its_moderators_and_staff_write_a_list(
    app: Application, moderator: Person, stranger: Person, public: httpx.AsyncClient, names: Names
) -> None:
    path = names.path
    term = (await moderator.client.post(path, json={"name": new_name()})).json()
    address = f"{path}/{term['slug']}"
    others = [await person(app, role) for role in {Role.job_moderator, Role.event_moderator} - {names.by}]
    for client, status in ((public, 401), (stranger.client, 403), *((other.client, 403) for other in others)):
        error_of(await client.post(path, json={"name": new_name()}), status)
        error_of(await client.patch(address, json={"active": False}), status)
        error_of(await client.delete(address), status)
    assert (await public.get(address)).json() == term
    error_of(await moderator.client.patch(address, json={"name": "x"}, headers={"If-Match": '"another"'}), 412)
    for name in ("nothing", str(uuid4()), "%00"):
        error_of(await moderator.client.patch(f"{path}/{name}", json={"name": "x"}), 404)
        error_of(await moderator.client.delete(f"{path}/{name}"), 404)
    staff = await person(app, Role.staff)
    assert (await staff.client.patch(address, json={"active": False})).json() == {**term, "active": False}


async def test_what_is_not_active_is_told_from_the_rest(
    moderator: Person, public: httpx.AsyncClient, names: Names
) -> None:
    term = (await moderator.client.post(names.path, json={"name": new_name(), "active": False})).json()
    ids = {
        flag: [each["id"] for each in (await public.get(names.path, params={"active": flag, "limit": 1000})).json()]
        for flag in ("true", "false")
    }
    assert (term["id"] in ids["true"], term["id"] in ids["false"]) == (False, True)


async def test_a_new_spelling_keeps_the_address(moderator: Person, public: httpx.AsyncClient, names: Names) -> None:
    path = names.path
    term = (await moderator.client.post(path, json={"name": new_name()})).json()
    for name in (term["name"].upper(), new_name()):
        changed = await moderator.client.patch(f"{path}/{term['slug']}", json={"name": name})
        assert changed.json() == {**term, "name": name}
    assert (await moderator.client.post(path, json={"name": name.lower()})).status_code == 409
    assert (await public.get(f"{path}/{term['slug']}")).json() == {**term, "name": name}


async def test_many_who_make_the_same_at_once_make_one(moderator: Person, boss: Person, names: Names) -> None:
    name = new_name()
    answers = await asyncio.gather(
        *(
            who.client.post(names.path, json={"name": spelt})
            for who in (moderator, boss)
            for spelt in (name, name.upper())
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_name_sent_again_with_its_key_is_made_once(moderator: Person, names: Names) -> None:
    key, body = {"Idempotency-Key": f"{uuid4()}"}, {"name": new_name()}
    answers = [await moderator.client.post(names.path, json=body, headers=key) for _ in "12"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


async def test_what_nothing_has_been_given_is_deleted_and_its_name_is_free(
    moderator: Person, public: httpx.AsyncClient, names: Names
) -> None:
    term = (await moderator.client.post(names.path, json={"name": new_name()})).json()
    address = f"{names.path}/{term['id']}"
    tag = (await public.get(address)).headers["etag"]
    assert (await moderator.client.delete(address, headers={"If-Match": tag})).status_code == 204
    error_of(await public.get(address), 404)
    assert (await moderator.client.post(names.path, json={"name": term["name"]})).status_code == 201
