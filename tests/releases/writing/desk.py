"""A release manager at work: what she sends, with the tag of what she has seen."""

from itertools import count
from typing import Any
from uuid import uuid4

import httpx

API = "/api/v1"
HOST = "https://www.python.org/"
Json = dict[str, Any]
_minors = count(1)


def new_version() -> str:
    """A version that no release has: the first of a cycle of its own, and of a major that nothing else is of."""
    return f"6.{next(_minors)}.0"


def url_of(filename: str, directory: str = "ftp/python/7/") -> str:
    return f"{HOST}{directory}{filename}"


def source(version: str, ending: str = "tgz", **more: Any) -> Json:
    """A source tarball, as the body of a request has it."""
    return {"url": url_of(f"Python-{version}.{ending}"), "sha256_sum": uuid4().hex * 2, **more}


def installer(version: str, machine: str = "amd64", **more: Any) -> Json:
    """A Windows installer."""
    return {"url": url_of(f"python-{version}-{machine}.exe"), "sha256_sum": uuid4().hex * 2, **more}


def as_body(file: Json) -> Json:
    """A stored file as a set repeats it."""
    derived = {"id", "release_id", "version", "filename", "updated_at"}
    return {name: value for name, value in file.items() if name not in derived}


class Desk:
    """What a client with a role can do; each method asserts that it works, and `ask` does not."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"{API}/{path}", json=body, headers=named)

    async def get(self, path: str) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def tag(self, path: str) -> str:
        """What the thing at this path is known by now."""
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        tag: str = answer.headers["etag"]
        return tag

    async def write(self, method: str, path: str, body: Any = None, of: str | None = None) -> httpx.Response:
        """A write over what is there now: at this path, or at that of which it is."""
        return await self.ask(method, path, body, If_Match=await self.tag(of or path.partition("?")[0]))

    async def change(self, path: str, **body: Any) -> Any:
        """The thing after a change."""
        answer = await self.write("PATCH", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def remove(self, path: str) -> None:
        answer = await self.write("DELETE", path)
        assert answer.status_code == 204, answer.text

    async def release(self, version: str | None = None, **body: Any) -> Json:
        """A new release; a draft."""
        said = body if "name" in body else {"version": version or new_version(), **body}
        answer = await self.ask("POST", "releases", said)
        assert answer.status_code == 201, answer.text
        made: Json = answer.json()
        return made

    async def published(self, *files: Json, version: str | None = None, **body: Any) -> Json:
        """A new release that everybody sees, with a source tarball if no files are named."""
        version = version or new_version()
        return await self.release(version, is_published=True, files=[*files] or [source(version)], **body)

    async def put(self, release: Json, *files: Json, query: str = "", **body: Any) -> httpx.Response:
        """A whole set of files."""
        at = f"releases/{release['id']}"
        return await self.write("PUT", f"{at}/files{query}", {"files": [*files], **body}, of=at)

    async def entries(self, since: str, reader: httpx.AsyncClient) -> list[Json]:
        """What the audit log says of this request."""
        answer = await reader.get(f"{API}/audit", params={"limit": 1000})
        assert answer.status_code == 200, answer.text
        return [entry for entry in answer.json() if entry["request_id"] == since]


def faults_in(answer: httpx.Response) -> dict[str, str]:
    """The message for each member that is at fault."""
    assert answer.status_code == 422, answer.text
    told: dict[str, list[str]] = {}
    for fault in answer.json()["extra"]["errors"]:
        told.setdefault(fault["field"], []).append(fault["message"])
    return {field: "; ".join(messages) for field, messages in told.items()}


def conflict_in(answer: httpx.Response) -> str:
    """What a request is at odds with."""
    assert answer.status_code == 409, answer.text
    detail: str = answer.json()["detail"]
    return detail
