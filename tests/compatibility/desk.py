"""What release managers write by v2, and what the tests of it look at."""

from itertools import count
from typing import Any

import httpx

from pydotorg.app import Application
from pydotorg.kernel.access import Role
from tests.accounts.people import account, signed_in

from .test_lists import BASE, V2

Json = dict[str, Any]
_minors = count(500)


def new_version() -> str:
    return f"3.{next(_minors)}.0"


async def made(manager: httpx.AsyncClient, version: str, **more: Any) -> Json:
    """A new release of v2."""
    body = {"name": f"Python {version}", "slug": f"python-{version.replace('.', '')}", **more}
    answer = await manager.post(f"{V2}/release/", json=body)
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    assert answer.headers["location"] == row["resource_uri"]
    return row


def described(release: Json, filename: str, **more: Any) -> Json:
    return {
        "name": filename, "slug": filename.replace(".", "-"), "os": f"{BASE}{V2}/os/3/",
        "release": release["resource_uri"], "url": f"https://www.python.org/ftp/python/3.500.0/{filename}", **more,
    }  # fmt: skip


async def file_of(manager: httpx.AsyncClient, release: Json, filename: str, **more: Any) -> Json:
    answer = await manager.post(f"{V2}/release_file/", json=described(release, filename, **more))
    assert answer.status_code == 201, answer.text
    row: Json = answer.json()
    return row


def number_of(row: Json) -> str:
    return str(row["resource_uri"].split("/")[-2])


def refused(answer: httpx.Response, **said: list[str]) -> None:
    assert (answer.status_code, answer.json()) == (400, said)


async def entries(app: Application, **asked: str) -> list[Json]:
    """What the audit log has, the newest first."""
    name = f"staff{next(_minors)}"
    await account(app, name, Role.staff)
    async with await signed_in(app, name) as client:
        answer = await client.get("/api/v1/audit", params=asked)
        found: list[Json] = answer.json()
        return found
