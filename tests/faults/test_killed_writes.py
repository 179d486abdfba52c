"""kill -9 amid many writes: what was acknowledged is there, the rest is whole or absent, and may be repeated."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import Struct

from tests.servers import address, command, environment

pytestmark = pytest.mark.anyio

Json = dict[str, Any]

RELEASES, AT_ONCE, KILLED_AFTER = 80, 8, 40
REWORKED = 2  # of so many releases one is changed again
PASSWORD = "a password that only this test knows"
SECRET_KEY = "0123456789abcdef0123456789abcdef"
DRAFTS = {"is_published": "false", "product": "python", "limit": "1000"}


def settings_for(database: str) -> dict[str, str]:
    """What one of PostgreSQL must say; the port is free now, and the same for each server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    return {
        "PYDOTORG_DATABASE_URL": database, "PYDOTORG_WORKERS": "2", "PYDOTORG_SECRET_KEY": SECRET_KEY,
        "PYDOTORG_HOST": "127.0.0.1", "PYDOTORG_PORT": port, "PYDOTORG_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYDOTORG_RATE_LIMIT_FACTOR": "10000",
    }  # fmt: skip


@contextmanager
def killed_at_the_end(folder: Path, settings: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server with two workers, and its process group; whatever of it is left at the end is killed."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("pydotorg"), "serve"], cwd=folder, env=environment(folder, settings),
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield address(process, log), process.pid
    finally:
        kill(process.pid)
        process.wait()


def kill(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        assert group  # it was killed before


def token_for(folder: Path, settings: dict[str, str]) -> str:
    made = ["users", "create", "rita", "--email", "rita@example.org", "--password-stdin"]
    made += ["--role", "release_manager", "--role", "staff"]
    command(folder, *made, said=PASSWORD, **settings)
    return command(folder, "tokens", "create", "rita", "--name", "tests", **settings).split()[-1]


class Acknowledged(Struct):
    """What the server said that it had done, by the number of the release."""

    made: dict[int, bytes] = {}
    changed: set[int] = set()
    replaced: set[int] = set()


def version(number: int) -> str:
    return f"77.{number}.0"


def url(number: int, form: str) -> str:
    return f"https://www.python.org/ftp/python/{version(number)}/{form.format(version(number))}"


def release(number: int) -> Json:
    return {"version": version(number), "slug": f"killed-{number}", "files": first_files(number)}


def first_files(number: int) -> list[Json]:
    return [
        {"url": url(number, "Python-{}.tar.xz"), "sha256_sum": f"{number:064x}"},
        {"url": url(number, "python-{}-amd64.exe"), "download_button": True},
    ]


def other_files(number: int) -> list[Json]:
    """One goes, one changes, one comes, and the button moves."""
    return [
        {"url": url(number, "python-{}-amd64.exe"), "sha256_sum": f"{number:064x}"},
        {"url": url(number, "python-{}-arm64.exe"), "download_button": True},
    ]


def told(files: list[Json]) -> set[tuple[str, str, bool]]:
    """What of a set of files differs from the other."""
    return {(file["url"], file.get("sha256_sum", ""), file.get("download_button", False)) for file in files}


async def insist(send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Try again as long as one worker keeps SQLite from the other: nothing is written then."""
    while True:
        answer = await send()
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(0.1)


async def write(client: httpx.AsyncClient, number: int) -> httpx.Response:
    """Make a release; the key makes it safe to ask again."""
    key = {"Idempotency-Key": f"killed-{number}"}
    return await insist(lambda: client.post("/releases", json=release(number), headers=key))


async def rework(client: httpx.AsyncClient, number: int, tag: str, acknowledged: Acknowledged) -> None:
    """Change a release that is there, then all its files."""
    at = f"/releases/{version(number)}"
    body, seen = {"content": f"Text {number}."}, {"If-Match": tag}
    changed = await insist(lambda: client.patch(at, json=body, headers=seen))
    assert changed.status_code == 200, changed.text
    acknowledged.changed.add(number)
    files, seen = {"files": other_files(number)}, {"If-Match": changed.headers["etag"]}
    replaced = await insist(lambda: client.put(f"{at}/files", json=files, headers=seen))
    assert replaced.status_code == 200, replaced.text
    acknowledged.replaced.add(number)


async def write_until_killed(client: httpx.AsyncClient, group: int) -> Acknowledged:
    """Write one after another, several at once, and kill the server in the midst; answers what was acknowledged."""
    numbers, acknowledged = iter(range(RELEASES)), Acknowledged()

    async def go_on() -> None:
        for number in numbers:
            try:
                answer = await write(client, number)
                assert answer.status_code == 201, answer.text
                acknowledged.made[number] = answer.content
                if len(acknowledged.made) == KILLED_AFTER:
                    kill(group)
                if number % REWORKED == 0:
                    await rework(client, number, answer.headers["etag"], acknowledged)
            except httpx.TransportError:
                return

    await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return acknowledged


@asynccontextmanager
async def serving(folder: Path, settings: dict[str, str], token: str) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """A client of a server, and the process group of that."""
    headers = {"Authorization": f"Bearer {token}"}
    with killed_at_the_end(folder, settings) as (base, group):
        async with httpx.AsyncClient(base_url=f"{base}/api/v1", headers=headers, trust_env=False, timeout=30) as client:
            yield client, group


async def test_each_of_many_writes_is_there_once_though_the_server_is_killed(
    fresh_database: str, tmp_path: Path
) -> None:
    settings = settings_for(fresh_database)
    token = token_for(tmp_path, settings)
    async with serving(tmp_path, settings, token) as (client, group):
        acknowledged = await write_until_killed(client, group)
    assert KILLED_AFTER <= len(acknowledged.made) < KILLED_AFTER + 2 * AT_ONCE
    assert len(acknowledged.replaced) > KILLED_AFTER / REWORKED / 2

    async with serving(tmp_path, settings, token) as (client, _):
        drafts = (await client.get("/releases", params=DRAFTS)).json()
        ours = {row["version"]: row["id"] for row in drafts if row["major"] == 77}
        assert len(acknowledged.made) <= len(ours) <= len(acknowledged.made) + AT_ONCE
        assert {version(number) for number in acknowledged.made} <= ours.keys()
        stored = await asyncio.gather(*(client.get(f"/releases/{id}") for id in ours.values()))
        for answer in stored:
            demand_whole(answer, acknowledged)
        await demand_agreement(client, [answer.json() for answer in stored])
        await demand_the_same_again(client, acknowledged.made, ours)


def demand_whole(answer: httpx.Response, acknowledged: Acknowledged) -> None:
    """What is stored of a release is all of one state, and no earlier one than was acknowledged."""
    seen = answer.json()
    number = int(seen["version"].split(".")[1])
    if number % REWORKED:
        assert answer.content == acknowledged.made.get(number, answer.content)
    is_changed, is_replaced = seen["content"] != "", told(seen["files"]) == told(other_files(number))
    assert seen["content"] in ("", f"Text {number}.")
    assert is_replaced or told(seen["files"]) == told(first_files(number))
    assert is_changed >= (number in acknowledged.changed)
    assert is_replaced >= (number in acknowledged.replaced)
    assert is_changed >= is_replaced


async def demand_agreement(client: httpx.AsyncClient, releases: list[Json]) -> None:
    """Who follows the audit log from its beginning arrives at what is stored."""
    files = [file for release in releases for file in release["files"]]
    for resource, rows, names in (
        ("release", releases, ("version", "content")),
        ("release_file", files, ("slug", "url", "sha256_sum", "download_button")),
    ):
        known: dict[str, Json] = {}
        for entry in reversed(await entries(client, resource)):
            known[entry["resource_id"]] = known.get(entry["resource_id"], {}) | (entry["after"] or {})
            if entry["change"] == "delete":
                del known[entry["resource_id"]]
        assert {id: [row[name] for name in names] for id, row in known.items()} == {
            row["id"]: [row[name] for name in names] for row in rows
        }


async def entries(client: httpx.AsyncClient, resource: str) -> list[Json]:
    """All of the audit log about rows that were written one by one, the newest first."""
    found: list[Json] = []
    while True:
        query = {"resource": resource, "limit": "1000", "offset": str(len(found))}
        answer = await client.get("/audit", params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()
        if len(found) == int(answer.headers["x-total-count"]):
            return [entry for entry in found if entry["actor"]["kind"] == "api_token"]


async def demand_the_same_again(client: httpx.AsyncClient, made: dict[int, bytes], ours: dict[str, str]) -> None:
    """To repeat a write changes nothing, and does what has not been done."""
    for start in range(0, RELEASES, AT_ONCE):
        answers = await asyncio.gather(*(write(client, start + place) for place in range(AT_ONCE)))
        for place, answer in enumerate(answers):
            assert answer.status_code == 201, answer.text
            number, body = start + place, answer.content
            assert made.get(number, body) == body
            assert ours.get(version(number), answer.json()["id"]) == answer.json()["id"]
    counted = await client.get("/releases", params={**DRAFTS, "major": "77", "limit": "1"})
    assert counted.headers["x-total-count"] == str(RELEASES)
