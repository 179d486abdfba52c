"""Whatever is asked within the document or beyond it, no answer is a 5xx, and none is outside the document."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode, HookContext
from schemathesis.checks import load_all_checks
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance
from sqlalchemy import select

from pydotorg.accounts import queries
from pydotorg.accounts.tables import Account, AccountRole
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.transaction import Database, Transactions
from tests.conftest import configured
from tests.servers import serving

from .conftest import SNAPSHOT

load_all_checks()
PASSWORD = "correct horse battery staple"

#: what a schema cannot say of a text: that it names something that is there, or a day that there is
NAMING, DATING = {"calendar", "category", "job_type", "location"}, {"from", "posted_after", "to"}
NUMBERED, COUNTED = {"currentPage", "pageSize"}, {"limit", "offset"}


def read(*phases: str) -> BaseSchema:
    """The document, to be asked about in these ways."""
    described = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_bytes()))
    described.config.phases.update(phases=[*phases])
    described.config.generation.update(deterministic=True, with_security_parameters=False)
    # a write without the state that it is to change is a 428 (RFC 6585 3), which the check has not heard of
    refusals = ["400", "401", "403", "404", "415", "422", "428"]
    described.config.checks.missing_required_header.expected_statuses = refusals
    return described


described = read("examples", "coverage", "fuzzing")
#: for callers who are mostly refused before anybody looks at what they say
described_briefly = read("examples", "fuzzing")
steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """OpenAPI cannot say what contradicts what: a valid request has one paging pattern, and no span that ends early.

    Nor does it know which names there are.
    """
    if not case.meta or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    query = case.query
    if COUNTED & query.keys():
        for name in NUMBERED & query.keys():
            del query[name]
    if str(query.get("released_after", "")) > str(query.get("released_before", "9999-12-31")):
        del query["released_before"]
    if query.get("sort") == "relevance" and "q" not in query:
        del query["sort"]
    for name in (NAMING | {name for name in DATING if not is_moment(query.get(name))}) & query.keys():
        del query[name]
    if str(query.get("from", "")) > str(query.get("to", "9999")):
        del query["to"]


def is_moment(text: Any) -> bool:
    """Whether it is a day or a time that there is, in UTC, too."""
    try:
        datetime.fromisoformat(str(text).upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def ruled(case: Case[Any]) -> list[Any]:
    """Checks that do not hold where a rule refuses what no schema can: an easy password, a tag of the past."""
    return [positive_data_acceptance] if {"412", "422"} & case.operation.definition.raw["responses"].keys() else []


@pytest.fixture(scope="module")
def busy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("busy")


@pytest.fixture(scope="module")
def busy(busy_folder: Path) -> Iterator[str]:
    """A server of one's own, for callers who change what they can."""
    with serving(busy_folder, PYDOTORG_RATE_LIMIT_ENABLED="false") as base:
        yield base


@pytest.fixture
def user(busy: str) -> dict[str, str]:
    """The credentials of somebody new: who was there before may have been changed by others."""
    return signed_in(busy, registered(busy))


@pytest.fixture
def superuser(busy: str, busy_folder: Path) -> dict[str, str]:
    """The same of somebody who may do everything."""
    name = registered(busy)
    asyncio.run(promote(f"sqlite:///{busy_folder}/pydotorg.db", name))
    return signed_in(busy, name)


def registered(busy: str) -> str:
    name = f"u{uuid4().hex}"
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    assert httpx.post(f"{busy}/api/auth/register", json=body, trust_env=False).status_code == 201
    return name


async def promote(url: str, name: str) -> None:
    """Past the command, which takes a second."""

    async def work(db: Database) -> None:
        account = (await db.execute(select(Account.id).where(queries.called(name)))).scalar_one()
        db.add(AccountRole(account_id=account, role=Role.superuser))

    transactions = Transactions(configured(url).database_url)
    try:
        await transactions.write(work)
    finally:
        await transactions.dispose()


def signed_in(busy: str, name: str) -> dict[str, str]:
    body = {"username": name, "password": PASSWORD}
    answer = httpx.post(f"{busy}/api/auth/login", json=body, trust_env=False)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@described.parametrize()
@settings(steady, max_examples=25)
def test_no_answer_is_outside_the_document(case: Case[Any], server: str) -> None:
    case.call_and_validate(base_url=server, excluded_checks=ruled(case))


@described_briefly.parametrize()
@settings(steady, max_examples=5)
def test_no_answer_to_a_wrong_token_is_outside_the_document(case: Case[Any], server: str) -> None:
    wrong = {"Authorization": "Bearer nobody-has-this-token"}
    case.call_and_validate(base_url=server, headers=wrong, excluded_checks=ruled(case))


@described_briefly.parametrize()
@settings(steady, max_examples=10)
def test_no_answer_to_a_user_is_outside_the_document(case: Case[Any], busy: str, user: dict[str, str]) -> None:
    case.call_and_validate(base_url=busy, headers=user, excluded_checks=ruled(case))


@described.parametrize()
@settings(steady, max_examples=10)
def test_no_answer_to_a_superuser_is_outside_the_document(
    case: Case[Any], busy: str, superuser: dict[str, str]
) -> None:
    case.call_and_validate(base_url=busy, headers=superuser, excluded_checks=ruled(case))
