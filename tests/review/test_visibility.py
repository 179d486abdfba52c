"""What exists for whom: another's cannot be seen, changed or deleted, by id or slug, by anyone but moderators."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from pydotorg.kernel.review.lifecycle import By
from tests.accounts.people import Person
from tests.conventions.asking import error_of, faults_of

from .conftest import STATES
from .desks import REASON, Desk, Json, Passing
from .people import Outsiders

pytestmark = pytest.mark.anyio

FOR_THE_OWNER = {"owner", "reason", "submitted_at"}
FOR_MODERATORS = FOR_THE_OWNER | {"suspected_spam", "suspicion"}
DERIVED = (
    "id", "slug", "status", "owner", "owner_id", "published_at", "submitted_at", "created_at", "updated_at", "reason",
    "suspicion", "suspected_spam", "description_html", "document", "expires_at", "category_id",
)  # fmt: skip


class Attempt(NamedTuple):
    """A request that is to fail."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012  nobody changes it
    is_for_moderators: bool = False

    async def by(self, client: httpx.AsyncClient) -> httpx.Response:
        body = {} if self.body is None else {"json": self.body}
        return await client.request(self.method, self.path, headers=self.headers, **body)


def attempts(desk: Desk, thing: Json) -> Iterator[Attempt]:
    """All that can be done with a thing, by its id and by its slug."""
    for name in (thing["id"], thing["id"].upper(), thing["slug"]):
        address = f"{desk.address}/{name}"
        for headers in ({}, {"If-Match": "*"}, {"If-Match": '"another"'}):
            yield Attempt("PATCH", address, desk.change, headers)
            yield Attempt("DELETE", address, None, headers)
        for move in desk.moves:
            body = REASON if move.name == "reject" else None
            yield Attempt("POST", f"{address}/{move.name}", body, is_for_moderators=move.by is By.moderator)
        yield Attempt("GET", f"{address}/comments")
        yield Attempt("POST", f"{address}/comments", {"text": "Is this yours?"})


@STATES
async def test_a_thing_is_there_for_those_whom_it_concerns(
    desk: Desk, owner: Person, moderator: Person, program: httpx.AsyncClient, outsiders: Outsiders,
    time_passes: Passing, state: str,
) -> None:  # fmt: skip
    thing = await desk.brought_into(state, owner, moderator, time_passes)
    for name in (thing["id"], thing["id"].upper(), thing["slug"]):
        address = f"{desk.address}/{name}"
        for client in outsiders:
            answer = await client.get(address)
            if state in desk.public:
                assert answer.json().keys() == thing.keys() - FOR_THE_OWNER - desk.secret
            else:
                error_of(answer, 404)
        for client in (owner.client, program):
            assert (await client.get(address)).json() == thing
        seen = (await moderator.client.get(address)).json()
        assert seen.keys() - thing.keys() == FOR_MODERATORS - FOR_THE_OWNER
        assert {key: seen[key] for key in thing} == thing
    for client in (*outsiders, owner.client, moderator.client):
        answer = await client.get(desk.of(thing))
        assert answer.headers["cache-control"] == ("private, no-store" if answer.status_code == 200 else "no-store")


@STATES
async def test_nobody_else_does_anything_with_it(
    desk: Desk, owner: Person, moderator: Person, outsiders: Outsiders, time_passes: Passing, state: str
) -> None:  # fmt: skip
    thing = await desk.brought_into(state, owner, moderator, time_passes)
    before = await desk.seen_by(moderator, thing)
    for attempt in attempts(desk, thing):
        error_of(await attempt.by(outsiders.public), 401)
        error_of(await attempt.by(outsiders.other_program), 403)
        answer = await attempt.by(outsiders.stranger)
        if attempt.is_for_moderators:
            error_of(answer, 403)
        elif state not in desk.public:
            error_of(answer, 404)
        else:
            error_of(answer, 412 if attempt.headers.get("If-Match") == '"another"' else 403)
    assert await desk.seen_by(moderator, thing) == before
    assert (await moderator.client.get(f"{desk.of(thing)}/comments")).json() == []


@STATES
async def test_an_owner_does_what_his_program_may(
    desk: Desk, owner: Person, moderator: Person, program: httpx.AsyncClient, time_passes: Passing, state: str
) -> None:
    thing, lifecycle = await desk.brought_into(state, owner, moderator, time_passes), desk.review.lifecycle
    changed = await program.patch(f"{desk.address}/{thing['slug']}", json=desk.change)
    allowed = {*lifecycle.move("change").sources, *lifecycle.move("revise").sources}
    assert changed.status_code == (200 if state in allowed else 409), changed.text
    deleted = await program.delete(f"{desk.address}/{thing['slug']}")
    status = (await desk.seen_by(owner, thing))["status"] if deleted.status_code == 409 else "review"
    assert deleted.status_code == (204 if status in lifecycle.move("delete").sources else 409), deleted.text
    after = await owner.client.get(desk.of(thing))
    assert after.status_code == (404 if deleted.status_code == 204 else 200)


async def test_a_tag_guards_what_is_written(desk: Desk, owner: Person, moderator: Person) -> None:
    thing = await desk.written(owner)
    address = desk.of(thing)
    tag = (await owner.client.get(address)).headers["etag"]
    error_of(await owner.client.patch(address, json=desk.change, headers={"If-Match": '"another"'}), 412)
    changed = await owner.client.patch(address, json=desk.change, headers={"If-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)
    error_of(await owner.client.patch(address, json={"description": "!"}, headers={"If-Match": tag}), 412)
    error_of(await owner.client.delete(address, headers={"If-Match": tag}), 412)
    assert await desk.seen_by(owner, thing) == changed.json()
    again = (await owner.client.get(address)).headers["etag"]
    assert again == changed.headers["etag"]
    assert (await owner.client.delete(address, headers={"If-Match": again})).status_code == 204
    error_of(await moderator.client.get(address), 404)


async def test_a_tag_of_what_everybody_sees_serves_its_owner_too(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    thing = await desk.brought_into("approved", owner, moderator)
    tag = (await public.get(f"{desk.address}/{thing['slug']}")).headers["etag"]
    assert tag != (await owner.client.get(f"{desk.address}/{thing['slug']}")).headers["etag"]
    for status in (200, 412):
        change = {"description": f"Version {status}."}
        answer = await owner.client.patch(desk.of(thing), json=change, headers={"If-Match": tag})
        assert answer.status_code == status


async def test_nobody_writes_what_follows_from_moves_by_naming_it(desk: Desk, owner: Person, moderator: Person) -> None:
    thing = await desk.written(owner)
    before = await desk.seen_by(moderator, thing)
    for who in (owner, moderator):
        for name in (*DERIVED, "nothing"):
            refused = await who.client.post(desk.address, json=desk.described(**{name: "approved"}))
            assert set(faults_of(refused, 422, "body")) == {name}
            refused = await who.client.patch(desk.of(thing), json={name: "approved"})
            assert set(faults_of(refused, 422, "body")) == {name}
    assert await desk.seen_by(moderator, thing) == before


async def test_only_moderators_feature_something(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient
) -> None:
    thing, featured = await desk.brought_into("approved", owner, moderator), desk.featured
    for who in (owner, moderator):
        refused = await who.client.post(desk.address, json=desk.described(**{featured: True}))
        assert set(faults_of(refused, 422, "body")) == {featured}
    for value in (True, False):
        error_of(await owner.client.patch(desk.of(thing), json={featured: value}), 403)
    changed = (await moderator.client.patch(desk.of(thing), json={featured: True})).json()
    assert (changed[featured], changed["status"]) == (True, "approved")
    assert (await desk.listed(public, q=desk.word_of(thing)))[0][featured] is True


async def test_no_list_shows_what_is_not_for_everybody(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient, stranger: Person, time_passes: Passing
) -> None:
    things = {state: await desk.brought_into(state, owner, moderator, time_passes) for state in [*desk.ways][:4]}
    for client in (public, stranger.client, owner.client, moderator.client):
        for state, thing in things.items():
            found = await desk.listed(client, q=desk.word_of(thing))
            assert [each["id"] for each in found] == ([thing["id"]] if state == "approved" else [])
            assert not any(each.keys() & (FOR_MODERATORS | desk.secret) for each in found)
        assert {each["status"] for each in await desk.listed(client)} == {"approved"}


async def test_a_list_of_ones_own_shows_nobody_elses(
    desk: Desk, owner: Person, moderator: Person, public: httpx.AsyncClient, other_program: httpx.AsyncClient
) -> None:
    mine = [await desk.written(each) for each in (owner, moderator)]
    error_of(await public.get(f"{desk.address}/mine"), 401)
    error_of(await other_program.get(f"{desk.address}/mine"), 403)
    error_of(await public.get(f"{desk.address}/review"), 401)
    error_of(await owner.client.get(f"{desk.address}/review"), 403)
    [own] = (await owner.client.get(f"{desk.address}/mine")).json()
    assert own["id"] == mine[0]["id"]
    assert own.keys() & FOR_MODERATORS == FOR_THE_OWNER
    assert mine[0]["id"] not in [each["id"] for each in (await moderator.client.get(f"{desk.address}/mine")).json()]


async def test_a_word_that_is_a_path_names_nothing(desk: Desk, owner: Person, moderator: Person) -> None:
    for name in ("mine", "review"):
        error_of(await owner.client.patch(f"{desk.address}/{name}", json=desk.change), 405)
    for name in ("nobody", "a b", "%00", "%ff", "x" * 300):
        error_of(await owner.client.patch(f"{desk.address}/{name}", json=desk.change), 404)
        error_of(await owner.client.get(f"{desk.address}/{name}"), 404)
    error_of(await desk.step(moderator, {"id": "review"}, "approve"), 404)


@pytest.mark.parametrize("title", ["日本語", "123e4567-e89b-12d3-a456-426614174000", "!", "3.14", "Review", "é" * 200])
async def test_whatever_a_thing_is_called_it_has_an_address(desk: Desk, owner: Person, title: str) -> None:
    things = [await desk.written(owner, **{desk.titled: title}) for _ in range(3)]
    assert len({thing["slug"] for thing in things}) == 3
    for thing in things:
        assert (await owner.client.get(f"{desk.address}/{thing['slug']}")).json() == thing
