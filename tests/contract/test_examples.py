"""The examples of the document are facts: they fit their schemas, and so answers the service with what is bundled."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.conftest import OnDay

from .conftest import SNAPSHOT, Document

DOCUMENT: Document = json.loads(SNAPSHOT.read_bytes())
#: what anybody may read
OPERATIONS = {
    operation["operationId"]: (path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method == "get" and {} in operation["security"]
}
DAY = "2026-10-09"
#: when a server was filled is its own affair, and so are the ids of what did not come with the snapshot
MOMENTS = {"created_at", "updated_at", "published_at", "expires_at"}
IDS = {"id", "uid"}
OWN_IDS = re.compile("users_get|user_groups_|jobs_(?:list|get)|event|calendars_events")


def address(path: str, operation: dict[str, Any]) -> str:
    """The path with the examples of its parameters."""
    given = {each["name"]: each["example"] for each in operation["parameters"] if each["in"] == "path"}
    return path.format(**given)


def query_examples() -> Iterator[Any]:
    for name, (path, operation) in OPERATIONS.items():
        for parameter in operation["parameters"]:
            for example in parameter["schema"].get("examples", []):
                one = example[0] if isinstance(example, list) else example
                text = str(one).lower() if isinstance(one, bool) else str(one)
                yield pytest.param(
                    address(path, operation), {parameter["name"]: text}, id=f"{name}-{parameter['name']}"
                )


def examples(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example of the document with its schema and its place."""
    if isinstance(part, list):
        part = {str(index): each for index, each in enumerate(part)}
    if not isinstance(part, dict):
        return
    if "example" in part and "schema" in part:
        yield place, part["schema"], part["example"]
    if isinstance(part.get("examples"), list):
        for example in part["examples"]:
            yield place, {name: each for name, each in part.items() if name != "examples"}, example
    for name, each in part.items():
        if name not in ("example", "examples"):
            yield from examples(each, f"{place}/{name}")


def without_ids(part: Any) -> Any:
    if isinstance(part, list):
        return [without_ids(each) for each in part]
    if isinstance(part, dict):
        return {name: without_ids(each) for name, each in part.items() if name not in IDS}
    return part


def is_said_in(answer: Any, example: Any) -> bool:
    """Whether an answer says all that the example says; a list may have more rows."""
    if isinstance(example, dict):
        shared = example.keys() - MOMENTS
        return (
            isinstance(answer, dict)
            and example.keys() == answer.keys()
            and all(is_said_in(answer[name], example[name]) for name in shared)
        )
    if isinstance(example, list):
        return all(any(is_said_in(row, each) for row in answer) for each in example)
    return bool(answer == example)


def test_every_example_fits_its_schema() -> None:
    found = list(examples(DOCUMENT))
    assert len(found) > 100
    for place, schema, example in found:
        whole = {**schema, "components": DOCUMENT["components"]}
        faults = jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(example)
        assert [f"{place}: {fault.message}" for fault in faults] == []


@pytest.mark.anyio
@pytest.mark.parametrize("name", OPERATIONS)
async def test_every_answer_is_as_its_example_says(anyone: httpx.AsyncClient, on_day: OnDay, name: str) -> None:
    on_day(DAY)
    path, operation = OPERATIONS[name]
    answer = await anyone.get(address(path, operation))
    assert answer.status_code == 200
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    told = answer.json()
    if OWN_IDS.match(name):
        told, example = without_ids(told), without_ids(example)
    assert is_said_in(told, example)


@pytest.mark.anyio
@pytest.mark.parametrize(("path", "query"), list(query_examples()))
async def test_every_example_of_a_parameter_finds_something(
    anyone: httpx.AsyncClient, on_day: OnDay, path: str, query: dict[str, str]
) -> None:
    on_day(DAY)
    answer = await anyone.get(path, params=query)
    assert answer.status_code == 200
    assert answer.json()
