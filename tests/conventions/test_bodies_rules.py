"""What the members of a body say against each other, and what they mention that is not there, is told at once."""

from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from tests.conftest import client_of

from .asking import faults_of

pytestmark = pytest.mark.anyio

PILES = "/api/v1/workshop/piles"
GOOD = {"shelf": "windows"}


async def pile(app: Application, body: dict[str, Any]) -> httpx.Response:
    async with client_of(app) as client:
        return await client.post(PILES, json=body)


async def test_what_is_known_and_fits_is_taken(changing: Application) -> None:
    answer = await pile(
        changing, {"shelf": "macos", "planks": [GOOD, {**GOOD, "length": 3.0, "width": 3}], "top": GOOD}
    )
    assert (answer.status_code, answer.json()) == (200, {"number": 2})


async def test_every_name_of_nothing_is_a_fault_where_it_stands(changing: Application) -> None:
    unknown = {"shelf": "nowhere"}
    answer = await pile(changing, {**unknown, "planks": [GOOD, unknown, unknown], "top": unknown})
    missing = "names no shelf: nowhere"
    fields = ("shelf", "planks.1.shelf", "planks.2.shelf", "top.shelf")
    assert faults_of(answer, 422, "body") == dict.fromkeys(fields, missing)


async def test_rules_names_and_types_are_told_together(changing: Application) -> None:
    planks = [
        {**GOOD, "width": 5},
        {"shelf": "nowhere", "length": "long"},
        {"shelf": 7},
        7,
        {"shelf": "nowhere", "width": 9},
    ]
    assert faults_of(await pile(changing, {"planks": planks, "colour": "red"}), 422, "body") == {
        "shelf": "is required",
        "planks.0.width": "must not be more than the length",
        "planks.1.shelf": "names no shelf: nowhere",
        "planks.1.length": "must be an integer, got text",
        "planks.2.shelf": "must be text, got an integer",
        "planks.3": "must be an object, got an integer",
        "planks.4.shelf": "names no shelf: nowhere",
        "planks.4.width": "must not be more than the length",
        "colour": "unknown member; allowed are `shelf`, `planks`, `top`",
    }


async def test_a_rule_of_one_member_is_told_whatever_else_is_wrong(changing: Application) -> None:
    rotten = {"wood": "rotten"}
    planks = [{**GOOD, **rotten}, rotten, {**GOOD, **rotten, "width": 5}]
    assert faults_of(await pile(changing, {**GOOD, "planks": planks}), 422, "body") == {
        "planks.0.wood": "must not be rotten",
        "planks.1.shelf": "is required",
        "planks.1.wood": "must not be rotten",
        "planks.2.wood": "must not be rotten",
    }
    answer = await pile(changing, {**GOOD, "planks": planks[::2]})
    assert faults_of(answer, 422, "body") == {
        "planks.0.wood": "must not be rotten",
        "planks.1.wood": "must not be rotten",
        "planks.1.width": "must not be more than the length",
    }


async def test_a_rule_of_the_whole_is_told_with_those_of_its_parts(changing: Application) -> None:
    answer = await pile(changing, {"shelf": "nowhere", "planks": [], "top": {**GOOD, "length": 0}})
    assert faults_of(answer, 422, "body") == {
        "shelf": "names no shelf: nowhere",
        "planks": "must not be empty",
        "top.width": "must not be more than the length",
    }


async def test_of_too_many_items_only_their_number_is_told(changing: Application) -> None:
    answer = await pile(changing, {**GOOD, "planks": [{"shelf": "nowhere"}] * 11})
    assert faults_of(answer, 422, "body") == {"planks": "must have at most 10 items"}
