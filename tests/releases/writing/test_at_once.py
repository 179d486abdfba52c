"""Several release managers at once, each at a worker of his own: rules hold, and nobody's work is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from pydotorg.app import DOMAINS, Application
from tests.conftest import client_of, configured, identify

from .desk import Desk, Json, as_body, installer, new_version, source

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def desks(own_database: str) -> AsyncIterator[list[Desk]]:
    """Two workers on one database, each with a release manager."""
    async with AsyncExitStack() as open_:
        desks = []
        for _ in range(2):
            app = Application(configured(own_database), domains=DOMAINS, identify=identify)
            open_.push_async_callback(app.close)
            desks.append(Desk(await open_.enter_async_context(client_of(app, "rita"))))
        yield desks


def statuses(answers: list[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


async def test_of_two_changes_over_the_same_state_one_happens(desks: list[Desk]) -> None:
    for _ in range(5):
        release = await desks[0].release()
        at = f"releases/{release['id']}"
        tag = await desks[0].tag(at)
        said = [{"content": "One."}, {"release_notes_url": "https://example.org/"}]
        asked = (desk.ask("PATCH", at, body, If_Match=tag) for desk, body in zip(desks, said, strict=True))
        answers = [*await asyncio.gather(*asked)]
        assert statuses(answers) == [200, 412]
        winner = next(answer.json() for answer in answers if answer.status_code == 200)
        for desk in desks:
            assert await desk.get(at) == winner


async def test_of_two_sets_that_publish_one_happens_as_a_whole(desks: list[Desk]) -> None:
    for _ in range(5):
        version = new_version()
        release = await desks[0].release(version)
        at = f"releases/{release['id']}"
        tag = await desks[0].tag(at)
        sets = [[source(version), installer(version)], [source(version, "tar.xz")]]
        asked = (
            desk.ask("PUT", f"{at}/files", {"files": files, "publish": True}, If_Match=tag)
            for desk, files in zip(desks, sets, strict=True)
        )
        answers = [*await asyncio.gather(*asked)]
        assert statuses(answers) == [200, 412]
        winner = next(index for index, answer in enumerate(answers) if answer.status_code == 200)
        stored = (await desks[1].get(f"releases/{version}"))["files"]
        assert {file["url"] for file in stored} == {file["url"] for file in sets[winner]}


async def test_a_file_and_the_set_of_which_it_is_do_not_overwrite_each_other(desks: list[Desk]) -> None:
    for _ in range(5):
        version = new_version()
        release = await desks[0].release(version, files=[source(version)])
        (file,) = release["files"]
        at, of_file = f"releases/{release['id']}", f"files/{file['id']}"
        tags = [await desks[0].tag(at), await desks[0].tag(of_file)]
        wanted = {"files": [{**as_body(file), "description": "By the set"}]}
        answers = await asyncio.gather(
            desks[0].ask("PUT", f"{at}/files", wanted, If_Match=tags[0]),
            desks[1].ask("PATCH", of_file, {"description": "By itself"}, If_Match=tags[1]),
        )
        assert statuses([*answers]) == [200, 412]
        expected = "By the set" if answers[0].status_code == 200 else "By itself"
        assert (await desks[1].get(of_file))["description"] == expected


@pytest.mark.parametrize("what", ["release", "button", "slug", "system", "plan"])
async def test_what_only_one_can_have_only_one_gets(desks: list[Desk], what: str) -> None:
    for turn in range(3):
        version = new_version()
        release = (await desks[0].release(new_version()))["id"]
        files: list[Json] = [{"release": release, **installer(version, machine)} for machine in ("amd64", "arm64")]
        asked = {
            "release": [("POST", "releases", {"version": version})] * 2,
            "button": [("POST", "files", {**file, "download_button": True}) for file in files],
            "slug": [("POST", "files", {**file, "slug": f"one-{turn}"}) for file in files],
            "system": [("POST", "os", {"name": name, "slug": name}) for name in (f"Both{turn}", f"BOTH{turn}")],
            "plan": [
                ("PUT", f"releases/scheduled/{each}", {"date": "2033-01-01"}) for each in (version, version + ".0")
            ],
        }[what]  # fmt: skip
        answers = await asyncio.gather(
            *(desk.ask(method, path, body) for desk, (method, path, body) in zip(desks, asked, strict=True))
        )
        assert statuses([*answers]) == [201, 409]


async def test_many_at_once_make_releases_of_one_new_cycle(desks: list[Desk]) -> None:
    made = await asyncio.gather(
        *(desks[index % 2].ask("POST", "releases", {"version": f"7.600.{index}"}) for index in range(12))
    )
    assert {answer.status_code for answer in made} == {201}
    ids = {answer.json()["id"] for answer in made}
    removed = await asyncio.gather(*(desks[0].ask("DELETE", f"releases/{id}", If_Match="*") for id in ids))
    assert {answer.status_code for answer in removed} == {204}


async def test_a_write_is_seen_by_the_next_read_at_the_other_worker(desks: list[Desk]) -> None:
    release = await desks[0].published()
    for turn in range(5):
        at = f"releases/{release['id']}"
        assert (await desks[1].get(at))["content"] == (f"{turn - 1}" if turn else "")
        await desks[0].change(at, content=f"{turn}")
    assert (await desks[1].get(f"releases/{release['id']}"))["content"] == "4"
