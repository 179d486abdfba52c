"""User groups: approved ones are everybody's, and staff keep the list."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from pydotorg.accounts.people.user_groups import slug_for
from pydotorg.app import Application
from pydotorg.kernel.access import Role
from pydotorg.kernel.text.slugs import slug_of
from tests.conventions.asking import error_of, faults_of

from .people import Person, person, service, signed_in

pytestmark = pytest.mark.anyio

PATH = "/api/v1/user-groups"


@pytest.fixture(scope="module")
async def staff(app: Application) -> Person:
    return await person(app, Role.staff)


@pytest.fixture(scope="module")
async def user(app: Application) -> Person:
    return await person(app)


@pytest.fixture
def called() -> str:
    """A name that no other group has."""
    return f"PyLadies {uuid4().hex[:10]}"


async def group(staff: Person, name: str, **more: Any) -> dict[str, Any]:
    made = await staff.client.post(PATH, json={"name": name, **more})
    assert made.status_code == 201, made.text
    shown: dict[str, Any] = made.json()
    return shown


async def test_staff_make_a_group_that_nobody_else_sees_until_it_is_approved(
    staff: Person, user: Person, stranger: httpx.AsyncClient, called: str
) -> None:
    made = await group(staff, called, location="São Paulo", url="https://a.example/b?c=d#e")
    told = {"name": called, "location": "São Paulo", "url": "https://a.example/b?c=d#e"}
    assert (
        made.items() >= {**told, "approved": False, "trusted": False, "slug": called.lower().replace(" ", "-")}.items()
    )
    for address in (f"{PATH}/{made['id']}", f"{PATH}/{made['slug']}"):
        for client in (stranger, user.client):
            assert error_of(await client.get(address), 404)["extra"] == {}
        hidden = await staff.client.get(address)
        assert (hidden.json(), hidden.headers["cache-control"]) == (made, "private, no-store")
    approved = (await staff.client.patch(f"{PATH}/{made['slug']}", json={"approved": True})).json()
    assert approved == {**made, "approved": True, "updated_at": approved["updated_at"]}
    for client in (stranger, user.client, staff.client):
        answer = await client.get(f"{PATH}/{made['slug']}")
        assert (answer.json(), answer.headers["cache-control"]) == (approved, "public, max-age=60")
        assert answer.headers["surrogate-key"] == f"user-groups user-group:{made['id']}"


async def test_a_new_group_says_where_it_is(staff: Person, called: str) -> None:
    answer = await staff.client.post(PATH, json={"name": called})
    assert answer.headers["location"] == f"http://localhost:8000{PATH}/{answer.json()['id']}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"name": " "}, "name"), ({"name": "a\nb"}, "name"), ({"name": "a" * 201}, "name"),
        ({"name": "a", "slug": "b"}, "slug"), ({"name": "a", "is_approved": True}, "is_approved"),
        ({"name": "a", "approved": "yes"}, "approved"), ({"name": "a", "location": None}, "location"),
        *(
            ({"name": "a", "url": url}, "url")
            for url in (
                "javascript:alert(1)", "ftp://a.example", "//a.example", "a.example", "https://", "https://a",
                "https://user@a.example", "https://a.example:pass@b.example", "https://a.example/ b",
                'https://a.example/"b', "https://a.example/<b>", "https://a.example\n", "HTTPS://a.example/\\b",
                "https://a.example/ä", "data:text/html,x", " https://a.example", "https://a.example/" + "a" * 500,
            )
        ),
    ],
)  # fmt: skip
async def test_what_staff_write_of_a_group_is_read_strictly(staff: Person, body: dict[str, Any], field: str) -> None:
    assert faults_of(await staff.client.post(PATH, json=body), 422, "body").keys() == {field}


@pytest.mark.parametrize(
    "url", ["", "http://a.example", "https://a-b.example:8443/c/?d=%20&e#f", "https://a.example?b"]
)
async def test_a_link_leads_to_a_web_page_or_nowhere(staff: Person, called: str, url: str) -> None:
    assert (await group(staff, called, url=url))["url"] == url


async def test_a_slug_stays_whatever_the_name_becomes_and_is_nobody_elses(staff: Person, called: str) -> None:
    made = await group(staff, called)
    renamed = await staff.client.patch(f"{PATH}/{made['id']}", json={"name": f"{called} e.V.", "trusted": True})
    assert (renamed.json()["slug"], renamed.json()["trusted"]) == (made["slug"], True)
    assert made["slug"] in error_of(await staff.client.post(PATH, json={"name": called.upper()}), 409)["detail"]


ID = UUID("01a210b3-c249-7119-b379-026d96c18316")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("PyLadies São Paulo", "pyladies-sao-paulo"), ("  C++ & Python!  ", "c-python"), ("Straße", "strae"),
        ("Latest", "group-latest"), ("mine", "group-mine"), (str(ID), f"group-{ID}"), ("東京", "group-026d96c18316"),
        ("🐍", "group-026d96c18316"), ("北京 Python", "python"), ("a" * 200, "a" * 180),
    ],
)  # fmt: skip
def test_a_slug_follows_from_the_name_and_is_never_mistaken_for_anything_else(name: str, slug: str) -> None:
    assert slug_for(name, ID) == slug


def test_a_slug_that_is_cut_ends_with_a_word() -> None:
    assert slug_of("a" * 179 + " b") == "a" * 179


async def names(client: httpx.AsyncClient, **asked: str) -> list[str]:
    answer = await client.get(PATH, params={"limit": "1000", **asked})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-total-count"] == str(len(answer.json()))
    return [row["name"] for row in answer.json()]


async def test_the_list_is_the_same_for_everybody_and_staff_ask_for_the_rest(
    staff: Person, user: Person, stranger: httpx.AsyncClient, called: str
) -> None:
    shown = await group(staff, f"{called} a", approved=True, trusted=True, location="Berlin")
    hidden = await group(staff, f"{called} b")
    answers = [await client.get(PATH, params={"q": called}) for client in (stranger, user.client, staff.client)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert answers[0].json() == [shown]
    assert {answer.headers["surrogate-key"] for answer in answers} == {"user-groups"}
    assert await names(staff.client, q=called, approved="false") == [hidden["name"]]
    error_of(await stranger.get(PATH, params={"approved": "false"}), 401)
    error_of(await user.client.get(PATH, params={"approved": "false"}), 403)
    assert await names(stranger, q=called, trusted="true") == [shown["name"]]
    assert await names(stranger, q=called, trusted="false") == []
    assert shown["name"] in await names(stranger, q="berlin")
    assert await names(stranger, q="%") == []


async def test_the_list_is_in_the_order_of_names_in_any_case(
    staff: Person, stranger: httpx.AsyncClient, called: str
) -> None:
    for last in ("b", "C", "a", "_"):
        await group(staff, f"{called} {last}x", approved=True)
    expected = [f"{called} {last}x" for last in ("_", "a", "b", "C")]
    assert await names(stranger, q=called) == expected
    assert await names(stranger, q=called, sort="-name") == expected[::-1]
    assert await names(stranger, q=called, sort="created_at") == [f"{called} {last}x" for last in ("b", "C", "a", "_")]


async def test_every_write_is_seen_by_the_next_read_on_every_worker(own_database: str, app: Application) -> None:
    keeper = await person(app, Role.staff)
    async with service(own_database) as elsewhere:
        reader, called = await signed_in(elsewhere, keeper.name), f"Group {uuid4().hex[:10]}"
        assert await names(reader, q=called) == []
        made = await group(keeper, called, approved=True)
        assert await names(reader, q=called) == [called]
        await keeper.client.patch(f"{PATH}/{made['id']}", json={"name": f"{called}!"})
        assert await names(reader, q=called) == [f"{called}!"]
        assert (await keeper.client.delete(f"{PATH}/{made['slug']}")).status_code == 204
        assert await names(reader, q=called) == []
        error_of(await reader.get(f"{PATH}/{made['id']}"), 404)
        error_of(await keeper.client.delete(f"{PATH}/{made['slug']}"), 404)
        error_of(await keeper.client.patch(f"{PATH}/{made['slug']}", json={}), 404)


async def test_signing_in_and_governing_move_no_public_answer(app: Application, stranger: httpx.AsyncClient) -> None:
    keeper = await person(app, Role.superuser)
    tag = (await stranger.get(PATH)).headers["etag"]
    await keeper.client.put(f"{(await person(app)).address}/roles", json={"roles": ["staff"]})
    assert (await stranger.get(PATH, headers={"If-None-Match": tag})).status_code == 304
