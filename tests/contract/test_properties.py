"""Whatever is asked within the document or beyond it, no answer is a 5xx, and none is outside the document."""

import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode, HookContext

from .conftest import SNAPSHOT

NUMBERED, COUNTED = {"currentPage", "pageSize"}, {"limit", "offset"}

described = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_bytes()))
described.config.generation.update(deterministic=True, with_security_parameters=False)
steady = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """OpenAPI cannot say what contradicts what: a valid request has one paging pattern, and no span that ends early."""
    if not case.meta or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    query = case.query
    if COUNTED & query.keys():
        for name in NUMBERED & query.keys():
            del query[name]
    if str(query.get("released_after", "")) > str(query.get("released_before", "9999-12-31")):
        del query["released_before"]


@described.parametrize()
@settings(steady, max_examples=25)
def test_no_answer_is_outside_the_document(case: Case[Any], server: str) -> None:
    case.call_and_validate(base_url=server)


@described.parametrize()
@settings(steady, max_examples=5)
def test_no_answer_to_a_wrong_token_is_outside_the_document(case: Case[Any], server: str) -> None:
    case.call_and_validate(base_url=server, headers={"Authorization": "Bearer nobody-has-this-token"})
