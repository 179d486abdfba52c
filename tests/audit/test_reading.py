"""`GET /api/v1/audit`: who may read the log, and how entries are found in it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec import structs
from sqlalchemy import insert

from pydotorg.app import Application
from pydotorg.audit.queries import FILTERS
from pydotorg.audit.schemas import AuditFilters
from pydotorg.kernel.access import Role, Scope
from pydotorg.kernel.database.audit import AuditEntry
from pydotorg.kernel.database.keys import new_id
from tests.accounts.people import account, signed_in, token
from tests.conftest import client_of

from .conftest import Log

pytestmark = pytest.mark.anyio

AUDIT = "/api/v1/audit"
NOON = datetime(2020, 2, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ADA, BOB = UUID(int=1), UUID(int=2)


def entry(moment: datetime = NOON, account_id: UUID | None = None, username: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "moment": moment, "account_id": account_id, "username": username,
        "username_key": username.lower(), "actor_kind": "account" if account_id else "nobody", "token_id": None,
        "action": "tests_write", "change": "change", "resource": "lamp", "resource_id": "1",
        "before": {"on": False}, "after": {"on": True}, "request_id": "", "reason": "", "flagged": False, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
async def written(app: Application) -> list[str]:
    """Ids of entries of long ago: every kind of actor, thing and moment, in the order in which they are read."""
    rows = [
        entry(NOON - SECOND, ADA, "ada", resource_id="2"),
        entry(NOON, ADA, "Ada", action="tests_make", change="create", before=None),
        entry(NOON + SECOND, BOB, "bob", resource="desk", resource_id="2", flagged=True),
        entry(NOON + 2 * SECOND, resource="desk", action="tests.tidying", change="delete", after=None),
    ]
    async with app.transactions.writing.begin() as connection:
        await connection.execute(insert(AuditEntry), rows)
    return [str(row["id"]) for row in reversed(rows)]


LONG_AGO = {"to": "2021-01-01T00:00:00Z"}


async def found(staff: httpx.AsyncClient, where: Mapping[str, Any]) -> list[str]:
    answer = await staff.get(AUDIT, params={**LONG_AGO, **where})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()]


@pytest.mark.parametrize(
    ("where", "places"),
    [
        ({}, [0, 1, 2, 3]),
        ({"actor": "ada"}, [2, 3]),
        ({"actor": "ADA"}, [2, 3]),
        ({"actor": str(BOB)}, [1]),
        ({"actor": str(BOB).upper()}, [1]),
        ({"actor": "nobody"}, []),
        ({"actor": "ad"}, []),
        ({"resource": "desk"}, [0, 1]),
        ({"resource": "des"}, []),
        ({"id": "2"}, [1, 3]),
        ({"id": "2", "resource": "lamp"}, [3]),
        ({"action": "tests_make"}, [2]),
        ({"action": "tests.tidying"}, [0]),
        ({"from": "2020-02-29T12:00:00Z"}, [0, 1, 2]),
        ({"from": "2020-02-29T12:00:00.000001Z"}, [0, 1]),
        ({"to": "2020-02-29T12:00:00Z"}, [3]),
        ({"to": "2020-02-29T12:00:00.000001Z"}, [2, 3]),
        ({"from": "2020-02-29T13:00:00+01:00", "to": "2020-02-29T12:00:01Z"}, [2]),
        ({"from": "2020-02-29T12:00:00Z", "to": "2020-02-29T12:00:00Z"}, []),
        ({"actor": "ada", "from": "2020-02-29T12:00:00Z"}, [2]),
        ({"flagged": "true"}, [1]),
        ({"flagged": "false"}, [0, 2, 3]),
    ],
)
async def test_entries_are_found_by_who_what_and_when(
    staff: httpx.AsyncClient, written: list[str], where: dict[str, str], places: list[int]
) -> None:
    assert await found(staff, where) == [written[place] for place in places]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("from=2020-02-29", "from"),
        ("from=2020-02-29T12:00:00", "from"),
        ("to=1582977600", "to"),
        ("from=2020-02-29T12:00:01Z&to=2020-02-29T12:00:00Z", "to"),
        ("actor=", "actor"),
        ("actor=a%00b", "actor"),
        ("actor=ada&actor=bob", "actor"),
        ("id=", "id"),
        ("resource_id=1", "resource_id"),
        ("since=2020-02-29T12:00:00Z", "since"),
        ("user=ada", "user"),
        ("sort=moment", "sort"),
        ("limit=0", "limit"),
        ("limit=10&currentPage=2", "limit"),
    ],
)
async def test_what_cannot_be_meant_is_refused(staff: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await staff.get(f"{AUDIT}?{query}")
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["extra"]["errors"]] == [field]


async def test_only_staff_read_it(app: Application, staff: httpx.AsyncClient, name: str) -> None:
    others = [role for role in Role if role not in (Role.staff, Role.superuser)]
    await account(app, name, *others)
    await account(app, f"{name}-root", Role.superuser)
    async with client_of(app) as anyone:
        assert (await anyone.get(AUDIT)).status_code == 401
        assert (await anyone.get(AUDIT, headers={"Authorization": "Bearer nonsense"})).status_code == 401
    async with await signed_in(app, name) as user:
        assert (await user.get(AUDIT)).status_code == 403
        assert (await user.get(f"{AUDIT}?user=ada")).status_code == 403, "before its query is looked at"
    async with await token(app, f"{name}-root", Scope.releases_write) as narrow:
        assert (await narrow.get(AUDIT)).status_code == 403
    async with await token(app, f"{name}-root", Scope.users_write) as wide:
        assert (await wide.get(AUDIT)).status_code == 200
    assert (await staff.get(AUDIT)).status_code == 200


async def test_nobody_writes_to_it(staff: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await staff.request(method, AUDIT, json={})).status_code == 405
    assert (await staff.get(f"{AUDIT}/{new_id()}")).status_code == 404


async def test_an_answer_is_kept_by_nobody(staff: httpx.AsyncClient) -> None:
    answer = await staff.get(AUDIT)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "surrogate-key" not in answer.headers


async def test_pages_of_entries_of_one_moment_repeat_and_drop_nothing(
    app: Application, staff: httpx.AsyncClient
) -> None:
    moment = datetime(2019, 1, 1, tzinfo=UTC)
    rows = [entry(moment, resource="tile", resource_id=str(number)) for number in range(25)]
    async with app.transactions.writing.begin() as connection:
        await connection.execute(insert(AuditEntry), rows)
    newest_first = sorted((str(row["id"]) for row in rows), reverse=True)
    for paging in ({"limit": 7, "offset": 0}, {"currentPage": 1, "pageSize": 7}):
        step = "offset" if "offset" in paging else "currentPage"
        read: list[str] = []
        for page in range(4):
            paging[step] = page * 7 if step == "offset" else page + 1
            answer = await staff.get(AUDIT, params={"resource": "tile", **paging})
            assert answer.headers["x-total-count"] == "25"
            read += [each["id"] for each in answer.json()]
        assert read == newest_first


async def test_the_newest_comes_first(app: Application, log: Log, name: str) -> None:
    await account(app, name)
    entries = await log()
    assert entries == sorted(entries, key=lambda each: (each["moment"], each["id"]), reverse=True)
    assert entries[0]["after"]["username"] == name


def test_every_filter_is_applied() -> None:
    assert {field.name for field in structs.fields(AuditFilters)} == FILTERS.keys()
