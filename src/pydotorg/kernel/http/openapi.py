"""The OpenAPI document, written from the operations: the same types and declarations that the code runs on."""

import inspect
import types
from collections.abc import Iterable, Iterator
from functools import partial
from http import HTTPStatus
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute

from pydotorg import __version__
from pydotorg.kernel.domain import Domain

from .errors import PROBLEM, SCHEMES, Error, Fault, Faults, Problem, ValidationError
from .json_schema import Schemas, document_form
from .operations import Created, Operation
from .paging import Listing

JSON = dict[str, Any]
FAULTY = {400, 422}
TEXT: JSON = {"type": "string"}
LISTED: JSON = {
    "X-Total-Count": {
        "description": "How many rows there are in all.", "required": True, "schema": {"type": "integer", "minimum": 0},
    },
    "Link": {"description": "Pages `first`, `prev`, `next`, `last` (RFC 8288).", "required": True, "schema": TEXT},
}  # fmt: skip
ERROR_HEADERS: dict[int, JSON] = {
    401: {"WWW-Authenticate": {"description": "Which credentials are understood.", "required": True, "schema": TEXT}},
    503: {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}},
}
EXAMPLES: dict[int, str] = {
    400: "The query string is not valid.",
    401: "These credentials are not valid; sign in again, or leave them out.",
    403: "This needs the role release_manager.",
    404: "There is no release 3.99.",
    409: "Something with the same identity is stored already.",
    413: "The body is larger than 1 MiB.",
    415: "The body must be JSON, with the Content-Type application/json.",
    422: "The body is not valid.",
    500: "This is our fault. If you report it, quote 4f9e1b2c.",
    503: "The database cannot be reached; try again in a moment.",
}
DESCRIPTION = """The data of python.org: releases of Python and their files.

Lists are JSON arrays; `X-Total-Count` and `Link` say what else there is. Every error has the members `detail`,
`status_code` and `extra`, or those of RFC 9457 for who accepts `application/problem+json`."""


def operations(app: Litestar) -> Iterator[tuple[str, Operation]]:
    """Every operation of the application, with its path as OpenAPI writes it."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if "operation" in handler.opt:
                    yield route.path_format, handler.opt["operation"]


def document(app: Litestar, domains: Iterable[Domain]) -> JSON:
    """The document of this application."""
    found = sorted((each for each in operations(app) if each[1].documented), key=lambda each: (each[0], each[1].method))
    schemas = Schemas(_types_of(operation for _, operation in found))
    paths: JSON = {}
    for path, operation in found:
        paths.setdefault(path, {})[operation.method.lower()] = _described(operation, schemas)
    statuses = sorted({status for _, operation in found for status in operation.errors})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pydotorg API", "version": __version__, "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": domain.name, "description": domain.description} for domain in domains],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {_name(status): _error(status, schemas) for status in statuses},
            "securitySchemes": {"bearer": {"type": "http", "scheme": SCHEMES.lower()}},
        },
    }  # fmt: skip


def encoded(app: Litestar, domains: Iterable[Domain]) -> bytes:
    """The document as JSON, indented: one more line in a diff for one more line in the API."""
    return msgspec.json.format(msgspec.json.encode(document(app, domains)), indent=1) + b"\n"


def _types_of(declared: Iterable[Operation]) -> set[Any]:
    used: set[Any] = {Error, ValidationError, Problem}
    for operation in declared:
        used |= {parameter.type for parameter in operation.query.parameters.values()}
        used |= {body.struct for body in operation.bodies.values()} | set(operation.path.values())
        used |= {_content(operation.result)} - {None}
    return used


def _described(operation: Operation, schemas: Schemas) -> JSON:
    summary, _, description = inspect.cleandoc(operation.fn.__doc__ or "").partition("\n\n")
    status, success = _success(operation, schemas)
    described: JSON = {
        "operationId": operation.id,
        "summary": summary.removesuffix("."),
        "description": description or summary,
        "tags": [operation.domain],
        "security": [{"bearer": []}] if operation.by.signed_in else [{}, {"bearer": []}],
        "x-rate-limit-tier": operation.tier.value,
        "parameters": [*map(partial(_path_parameter, schemas), operation.path.items())]
        + [_query_parameter(schemas, parameter) for parameter in operation.query.parameters.values()],
        "responses": {str(status): success}
        | {str(code): {"$ref": f"#/components/responses/{_name(code)}"} for code in sorted(operation.errors)},
    }
    for body in operation.bodies.values():
        schema = schemas[body.struct]
        described["requestBody"] = {"required": True, "content": _json(schema, schemas.example(schema))}
    return described


def _path_parameter(schemas: Schemas, named: tuple[str, Any]) -> JSON:
    return _parameter(named[0], "path", schemas[named[1]], schemas)


def _query_parameter(schemas: Schemas, parameter: Any) -> JSON:
    schema = schemas[parameter.type]
    if parameter.default not in (None, (), msgspec.NODEFAULT):
        schema["default"] = parameter.default
    return _parameter(parameter.name, "query", schema, schemas)


def _parameter(name: str, where: str, schema: JSON, schemas: Schemas) -> JSON:
    description = schema.pop("description", "")
    examples = schema.pop("examples", [])
    parameter: JSON = {"name": name, "in": where, "required": where == "path", "schema": schema}
    parameter |= {"description": description} if description else {}
    return parameter | ({"example": schemas.plain(examples[0])} if examples else {})


def _success(operation: Operation, schemas: Schemas) -> tuple[int, JSON]:
    content = _content(operation.result)
    if content is None:
        return 204, {"description": "Done"}
    schema = schemas[content]
    answer: JSON = {"description": "OK", "content": _json(schema, schemas.example(schema))}
    if get_origin(operation.result) is Created:
        location = {"Location": {"description": "Where it is.", "required": True, "schema": TEXT}}
        return 201, answer | {"description": "Created", "headers": location}
    return 200, answer | ({"headers": LISTED} if get_origin(operation.result) is Listing else {})


def _content(result: Any) -> Any:
    """The type of the JSON in an answer."""
    if get_origin(result) is Listing:
        return types.GenericAlias(list, get_args(result))
    return get_args(result)[0] if get_origin(result) is Created else None if result is type(None) else result


def _error(status: int, schemas: Schemas) -> JSON:
    detail = EXAMPLES[status]
    faults = [Fault("limit", "query", "must be at most 1000")] if status in FAULTY else []
    error = document_form({"detail": detail, "status_code": status, "extra": Faults(faults) if faults else {}})
    title = HTTPStatus(status).phrase
    problem: JSON = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    content = _json(schemas[ValidationError if status in FAULTY else Error], error)
    content[PROBLEM] = {"schema": schemas[Problem], "example": problem}
    headers = {"headers": ERROR_HEADERS[status]} if status in ERROR_HEADERS else {}
    return {"description": title, "content": content} | headers


def _json(schema: JSON, example: Any) -> JSON:
    return {"application/json": {"schema": schema, "example": example}}


def _name(status: int) -> str:
    return "".join(HTTPStatus(status).phrase.title().split())
