"""What readers and generators of clients may count on in the document."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple, get_args

import pytest

from pydotorg.app import Application
from pydotorg.kernel.http.openapi import operations
from tests.conftest import configured
from tests.conventions.routes import EVERY

from .conftest import Document, schemas_in

TIERS = {"CRITICAL", "HIGH", "MEDIUM", "LOW"}
#: what is there only where it is asked for, or only for those whom it concerns
OPTIONAL = {
    ("ReleaseSummary", "files"), ("JobDetail", "email"),
    *product(("JobDetail", "EventDetail"), ("owner", "reason", "submitted_at", "suspected_spam", "suspicion")),
}  # fmt: skip
METHODS = {"get", "post", "put", "patch", "delete"}


class Described(NamedTuple):
    path: str
    method: str
    operation: dict[str, Any]


@pytest.fixture(scope="module")
def described(document: Document) -> list[Described]:
    return [
        Described(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_introduces_itself(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": "/"}]
    assert {"title", "version", "description", "license"} <= document["info"].keys()
    assert document["info"]["license"]["identifier"] == "Apache-2.0"


def test_every_operation_has_an_id_that_reads_as_a_function(described: list[Described]) -> None:
    ids = [each.operation["operationId"] for each in described]
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", each) for each in ids)
    assert Counter(ids).most_common(1)[0][1] == 1
    assert {"index", "releases_list", "releases_get", "releases_latest"} <= {*ids}


def test_every_operation_says_what_it_does_and_who_may_ask_how_often(
    document: Document, described: list[Described]
) -> None:
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    schemes = document["components"]["securitySchemes"]
    for _, method, operation in described:
        assert method in METHODS
        assert operation["summary"]
        assert not operation["summary"].endswith(".")
        assert operation["description"].endswith(".")
        assert [tag in tags for tag in operation["tags"]] == [True]
        assert all(requirement.keys() <= schemes.keys() for requirement in operation["security"])
        assert operation["security"]
        assert operation["x-rate-limit-tier"] in TIERS


def test_what_everybody_may_read_needs_no_token(described: list[Described]) -> None:
    public = {operation["operationId"] for _, _, operation in described if {} in operation["security"]}
    assert public == {
        route.operation.id for route in EVERY if route.operation.documented and not route.operation.by.signed_in
    }


def test_paths_have_no_slash_at_their_end_and_name_their_parameters(described: list[Described]) -> None:
    for path, _, operation in described:
        assert path.startswith("/api/")
        assert not path.endswith("/")
        named = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
        assert re.findall(r"{(\w+)}", path) == named


def test_every_parameter_is_described_and_every_address_has_an_example(described: list[Described]) -> None:
    for _, _, operation in described:
        for parameter in operation["parameters"]:
            assert parameter["description"].endswith(".")
            must = parameter["in"] == "path" or (parameter["name"] == "If-Match" and "428" in operation["responses"])
            assert parameter["required"] == must
            assert ("example" in parameter) == (parameter["in"] == "path")


#: writes that answer as the read does that shows what they have written
TAGGED = {
    route.operation.id
    for route in EVERY
    if route.operation.of and route.operation.of.result in (route.operation.result, *get_args(route.operation.result))
}


def test_every_answer_is_described_with_its_headers_and_an_example(
    document: Document, described: list[Described]
) -> None:
    for path, method, operation in described:
        expected = {"400", "401", "429", "500", "503"} | ({"404"} if "{" in path else set())
        assert expected <= operation["responses"].keys()
        for status, answer in operation["responses"].items():
            whole = (
                document["components"]["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
            )
            assert whole["description"]
            assert "X-Request-ID" in whole["headers"]
            content = whole.get("content", {})
            assert all("schema" in media and "example" in media for media in content.values())
            assert ("application/problem+json" in content) == (status >= "400")
            assert not content if status == "304" else "RateLimit-Remaining" in whole["headers"]
            tagged = method == "get" or operation["operationId"] in TAGGED
            assert ("ETag" in whole["headers"]) == (status < "400" and tagged)


def test_what_is_no_operation_here_stands_in_the_prose(described: list[Described]) -> None:
    app = Application(configured("sqlite:///never-opened.db"))
    prose = " ".join(each.operation["description"] for each in described)
    undocumented = [
        path.removeprefix("/api/v1")
        for path, operation in operations(app.litestar)
        if not operation.documented and operation.dialect is None
    ]
    assert undocumented
    assert [path for path in undocumented if f"`{path}`" not in prose] == []


def test_every_list_has_its_total_and_its_links(document: Document, described: list[Described]) -> None:
    for operation in (each for _, method, each in described if method == "get"):
        answer = operation["responses"]["200"]
        listed = answer["content"]["application/json"]["schema"].get("type") == "array"
        assert ({"X-Total-Count", "Link"} <= answer["headers"].keys()) == listed
        paged = {"limit", "offset", "currentPage", "pageSize"} <= {each["name"] for each in operation["parameters"]}
        assert paged == listed
    assert all(
        {"description", "required", "schema"} <= each.keys() for each in document["components"]["headers"].values()
    )


def test_what_is_always_there_is_required(document: Document, described: list[Described]) -> None:
    bodies = [operation["requestBody"] for _, _, operation in described if "requestBody" in operation]
    sent = set(components_in(document, bodies))
    for name, schema in document["components"]["schemas"].items():
        if name in sent:
            continue  # a change need not name what stays as it is
        optional = schema.get("properties", {}).keys() - {*schema.get("required", ())}
        assert {(name, each) for each in optional} <= OPTIONAL


def components_in(document: Document, part: Any) -> Iterator[str]:
    """The schemas that a part of the document refers to, with those to which they refer."""
    for schema in schemas_in(part):
        if isinstance(schema.get("$ref"), str):
            name = schema["$ref"].rpartition("/")[2]
            yield name
            yield from components_in(document, document["components"]["schemas"][name])


def test_arrays_name_their_items_and_enumerations_and_objects_their_type(document: Document) -> None:
    for schema in schemas_in(document):
        if schema.get("type") == "array":
            assert schema["items"]
        if schema.get("type") == "object":
            assert {"properties", "additionalProperties"} & schema.keys()
        if isinstance(schema.get("enum"), list):
            assert schema["type"] == "string"
            names = schema.get("x-enum-varnames", schema["enum"])
            assert len({*names}) == len(schema["enum"])
            assert all(re.match("[A-Za-z]", name) for name in names)


def test_what_may_be_null_says_so_in_one_way(document: Document) -> None:
    for schema in schemas_in(document["components"]["schemas"]):
        if isinstance(schema.get("anyOf"), list):
            said, null = schema["anyOf"]
            assert null == {"type": "null"}
            assert not {"description", "examples"} & said.keys()


def test_values_with_a_form_name_it(document: Document) -> None:
    schemas = document["components"]["schemas"]
    forms = {
        name: (each.get("anyOf") or [each])[0].get("format")
        for schema in schemas.values()
        for name, each in schema.get("properties", {}).items()
    }
    assert {name for name, form in forms.items() if form == "uuid"} == {"id", "release_id", "user_id"}
    assert all(form == "date-time" for name, form in forms.items() if name.endswith("_at"))
    days = {"release_date", "end_of_life", "first_release", "latest_release_date", "date"}
    assert {forms[name] for name in days} == {"date"}
