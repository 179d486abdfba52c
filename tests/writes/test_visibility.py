"""What a release manager publishes is what everybody reads next, on every worker, and nothing else has changed."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from pydotorg.kernel.access import Role, Scope
from tests.accounts.people import account, service, token
from tests.frontdoor.asking import Answer
from tests.frontdoor.fronts import SECRET_KEY, commanded
from tests.frontdoor.wire import Line

pytestmark = pytest.mark.anyio

API = "/api/v1"
VERSION, LINES = "3.14.99", 8
TARBALL = {"url": f"https://www.python.org/ftp/python/{VERSION}/Python-{VERSION}.tgz", "sha256_sum": "ab" * 32}
INSTALLER = {"url": f"https://www.python.org/ftp/python/{VERSION}/python-{VERSION}-amd64.exe", "sha256_sum": "cd" * 32}
#: everywhere that a draft and its files could show
ADDRESSES = [
    f"/releases/{VERSION}", "/releases/python-31499", "/releases/slug/python-31499", f"/releases/{VERSION}/files",
    f"/releases/{VERSION}/SHA256SUMS", f"/files/release/{VERSION}", "/files/python-31499-gzipped-source-tarball",
    "/releases/latest/3.14", f"/releases?version={VERSION}", "/releases?q=3.14.99", f"/files?release={VERSION}",
    f"/files?sha256={'ab' * 32}", f"/files?filename=Python-{VERSION}.tgz", "/releases?cycle=3.14&limit=1",
    "/releases/latest/3.14/download?os=source", "/release-cycles/3.14", "/releases?limit=1", "/files?q=3.14.99",
]  # fmt: skip
#: what has nothing to do with it
OTHERS = ["/releases/3.13.0", "/releases/3.15.0", "/files/python-3150-gzipped-source-tarball", "/os", "/os/windows"]
OTHERS += ["/release-cycles/3.13", "/releases/latest/3.13", "/releases/scheduled"]


def by_ids(release: dict[str, Any]) -> list[str]:
    """Where a release and its files show that only who has seen them knows of."""
    id = release["id"]
    of_files = [f"/files/{file['id']}" for file in release["files"]]
    return [f"/releases/{id}", f"/releases/{id}/files", f"/releases/{id}/SHA256SUMS", f"/files/release/{id}", *of_files]


async def everywhere(lines: list[Line], *more: str) -> dict[str, list[Answer]]:
    """What each connection, and so each worker, is answered at each address, all at once."""
    addresses = [*ADDRESSES, *more, *OTHERS]

    async def walk(line: Line) -> list[Answer]:
        return [await line.ask(API + path, ("Accept-Encoding", "identity")) for path in addresses]

    walked = await asyncio.gather(*(walk(line) for line in lines))
    return {path: [answers[place] for answers in walked] for place, path in enumerate(addresses)}


def alike(answers: list[Answer]) -> tuple[int, str, bytes]:
    """The one answer that all have got."""
    [one] = {(answer.status, answer.headers.get("etag", ""), answer.body) for answer in answers}
    return one


def tells_of_it(found: dict[str, list[Answer]]) -> set[str]:
    """The addresses at which anything of the release is said; a 404 only repeats what it was asked for."""
    said = {
        path: [answer.body + answer.headers.get("location", "").encode() for answer in answers if answer.status < 400]
        for path, answers in found.items()
    }
    known = (VERSION.encode(), b"31499", b"ab" * 32)
    return {path for path, bodies in said.items() if any(word in body for body in bodies for word in known)}


class Manager:
    """A release manager at one of the workers, whichever it is."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def write(self, method: str, path: str, body: Any, of: str) -> Any:
        tag = (await self.client.get(of)).headers["etag"]
        answer = await self.client.request(method, path, json=body, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_a_release_appears_changes_and_goes_everywhere_at_once(fresh_database: str, tmp_path: Path) -> None:
    settings = {"PYDOTORG_WORKERS": "2", "PYDOTORG_RATE_LIMIT_FACTOR": "1000"}
    async with service(fresh_database, PYDOTORG_SECRET_KEY=SECRET_KEY) as app:
        await account(app, "rita", Role.release_manager)
        async with await token(app, "rita", Scope.releases_write) as known:
            authorization = {"Authorization": known.headers["Authorization"]}
    with commanded(tmp_path, fresh_database, **settings) as port:
        lines = [await Line.to(port) for _ in range(LINES)]
        base = f"http://127.0.0.1:{port}{API}"
        async with httpx.AsyncClient(base_url=base, headers=authorization, trust_env=False) as client:
            await publish_and_look(Manager(client), lines)
        for line in lines:
            await line.close()


async def publish_and_look(manager: Manager, lines: list[Line]) -> None:
    at = f"/releases/{VERSION}"
    before = await everywhere(lines)
    made = await manager.client.post("/releases", json={"version": VERSION, "files": [TARBALL]})
    assert made.status_code == 201, made.text
    await manager.write("PUT", f"{at}/files", {"files": [TARBALL, INSTALLER]}, of=at)
    known = by_ids((await manager.client.get(at)).json())
    assert len(known) == 6
    draft = await everywhere(lines, *known)
    assert tells_of_it(draft) == set()
    assert {alike(draft[path])[0] for path in known} == {404}
    assert {path: alike(draft[path]) for path in before if path != at} == {
        path: alike(before[path]) for path in before if path != at
    }

    await manager.write("PATCH", at, {"is_published": True}, of=at)
    published = await everywhere(lines, *known)
    assert tells_of_it(published) == {*ADDRESSES, *known} - {"/releases?limit=1"}  # 3.15.0 comes before it
    for path in OTHERS:
        assert alike(published[path]) == alike(before[path])
    release_id = published[at][0].json["id"]
    assert published[at][0].headers["surrogate-key"] == f"releases release:{release_id}"

    for number in range(20):
        changed = await manager.write("PATCH", at, {"content": f"Text *{number}*."}, of=at)
        seen = await asyncio.gather(*(line.ask(API + at) for line in lines))
        assert {answer.json["content_html"] for answer in seen} == {f"<p>Text <em>{number}</em>.</p>\n"}
        assert {answer.json["updated_at"] for answer in seen} == {changed["updated_at"]}

    await manager.write("PATCH", at, {"yanked": True, "yanked_reason": "It does not start."}, of=at)
    yanked = await everywhere(lines)
    assert alike(yanked["/releases/latest/3.14"]) == alike(before["/releases/latest/3.14"])
    assert yanked[at][0].json["yanked_reason"] == "It does not start."

    await manager.write("PATCH", at, {"is_published": False}, of=at)
    hidden = await everywhere(lines, *known)
    assert {alike(hidden[path])[0] for path in known} == {404}
    assert tells_of_it(hidden) == set()
    assert {path: alike(hidden[path]) for path in OTHERS} == {path: alike(before[path]) for path in OTHERS}
