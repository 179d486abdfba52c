"""The OpenAPI document, written from the operations: the same types and declarations that the code runs on."""

import inspect
import types
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute

from pydotorg import __version__
from pydotorg.kernel.domain import Domain

from .documented_headers import CACHING, ERROR_HEADERS, GIVEN, HEADERS, JSON, QUOTA, REQUEST_ID
from .errors import PROBLEM, SENTENCES, Error, Fault, Faults, Problem, ValidationError
from .json_schema import Schemas, document_form
from .paging import Listing
from .results import Created, Found, Stored
from .signatures import Operation
from .suffixes import PARAMETER

EXAMPLES = SENTENCES | {
    403: "This needs the role release_manager.",
    404: "There is no release 3.99.",
    500: "This is our fault. If you report it, quote 4f9e1b2c.",
}
#: an error about the request itself names its faults
FAULTS = {
    400: Fault("limit", "query", "must be at most 1000"),
    422: Fault("name", "body", "is required"),
}
BEARER: JSON = {
    "type": "http", "scheme": "bearer",
    "description": "An access token, as signing in gives it (`POST /api/auth/login`, good for 15 minutes), or an API "
    "token (`POST /api/auth/tokens`, good for what its scopes say). Without one, everything public can be read; a "
    "wrong one is refused everywhere. Where an operation names a role or a scope, the account must have that role, and "
    "an API token that scope.",
}  # fmt: skip
DESCRIPTION = """The data of python.org: releases of Python and their files. Reading needs no account.

**Lists** are JSON arrays. `X-Total-Count` says how many rows there are on all pages, and `Link` leads to the first,
the previous, the next and the last page. A page is named by `limit` and `offset`, or by `currentPage` and `pageSize`;
the two patterns do not mix.

**Query parameters** are read strictly: one that is unknown, empty or given twice is an error that names it.

**Identifiers**: where an address has `{id}`, it takes the id (a UUID) or the slug, and for a release also its version.

**Errors** have the members `detail` (a sentence for a person), `status_code` and `extra`; who accepts
`application/problem+json` gets the same as RFC 9457 has it. Every fault of a request is in one answer.

**Values**: times are RFC 3339 in UTC, days are `YYYY-MM-DD`. Text that is absent is empty; what is unknown is null.

**Caching**: answers to GET have an `ETag`; who sends it back in `If-None-Match` gets a short 304 as long as nothing has
changed, and that is never throttled. Bodies are compressed as `Accept-Encoding` asks: `zstd`, `br` or `gzip`.

**Rate limits**: each caller has a quota a minute for each tier of operations (`x-rate-limit-tier`), more of it with an
account. Answers that are counted say in `RateLimit-Remaining` how much is left; beyond it is a 429 with `Retry-After`.

**Writes** can say in `If-Match` which state they are to change, by its `ETag`; where two change the same thing at once,
one of them then gets a 412, and nothing is lost. A POST that makes something can be sent again with the same
`Idempotency-Key`: nothing is made twice.

Every address that answers GET answers HEAD too, and OPTIONS says what it supports. `/health` says that the service is
alive, `/ready` that it can answer."""


NOT_MODIFIED: JSON = {
    "description": "What the client has, as it says in `If-None-Match`, still holds. It is not counted if it needed no "
    "computing.",
    "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in (*CACHING, REQUEST_ID)},
}


class ValidationProblem(Problem, frozen=True):
    """The same error as RFC 9457 has it, with every fault in it."""

    errors: list[Fault]


def operations(app: Litestar) -> Iterator[tuple[str, Operation]]:
    """Every operation of the application, with its path as OpenAPI writes it; those of one path by their methods."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            declared = [handler.opt["operation"] for handler in route.route_handlers if "operation" in handler.opt]
            path = PARAMETER.sub(r"{\1}", route.path)
            yield from ((path, each) for each in sorted(declared, key=lambda each: each.method))


def document(app: Litestar, domains: Sequence[Domain]) -> JSON:
    """The document of this application."""
    found = sorted((each for each in operations(app) if each[1].documented), key=lambda each: (each[0], each[1].method))
    schemas = Schemas(_types_of(operation for _, operation in found))
    tags = {each.opt["operation"].id: domain.name for domain in domains for each in domain.routes}
    paths: JSON = {}
    for path, operation in found:
        described = _described(operation, schemas) | {"tags": [tags[operation.id]]}
        paths.setdefault(path, {})[operation.method.lower()] = described
    statuses = sorted({status for _, operation in found for status in operation.errors})
    used = {name for _, operation in found for name in _headers_of(operation)}
    used |= {REQUEST_ID, *QUOTA, *(name for status in statuses for name in ERROR_HEADERS.get(status, ()))}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pydotorg API", "version": __version__, "description": flowing(DESCRIPTION),
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": domain.name, "description": domain.description}
            for domain in domains
            if any(each.opt["operation"].documented for each in domain.routes)
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": {_name(304): NOT_MODIFIED}
            | {_name(status): _error(status, schemas) for status in statuses},
            "headers": {name: {**HEADERS[name], "required": name not in QUOTA} for name in HEADERS if name in used},
            "securitySchemes": {"bearer": BEARER},
        },
    }  # fmt: skip


def encoded(app: Litestar, domains: Sequence[Domain]) -> bytes:
    """The document as JSON, indented: one more line in a diff for one more line in the API."""
    return msgspec.json.format(msgspec.json.encode(document(app, domains)), indent=1) + b"\n"


def _types_of(declared: Iterable[Operation]) -> set[Any]:
    used: set[Any] = {Error, ValidationError, Problem, ValidationProblem}
    for operation in declared:
        used |= {parameter.type for parameter in operation.query.parameters.values()}
        used |= {body.struct for body in operation.bodies.values()} | set(operation.path.values())
        used |= {_content(operation.result)} - {None}
    return used


def flowing(text: str) -> str:
    """Markdown whose paragraphs are one line each: readers break them where they like."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in inspect.cleandoc(text).split("\n\n"))


def _described(operation: Operation, schemas: Schemas) -> JSON:
    summary, _, description = flowing(operation.fn.__doc__ or "").partition("\n\n")
    statuses, success = _success(operation, schemas)
    by, needed = operation.by, [word.value for word in (operation.by.role, operation.by.scope) if word]
    described: JSON = {
        "operationId": operation.id,
        "summary": summary.removesuffix("."),
        "description": f"{description or summary}\n\n{by.sentence}" if by.signed_in else description or summary,
        # what an account or its token must have, by name (OpenAPI 3.1, Security Requirement Object)
        "security": [*([] if by.signed_in else [{}]), {"bearer": needed}],
        "x-rate-limit-tier": operation.tier.value,
        "parameters": [*map(partial(_path_parameter, schemas), operation.path.items())]
        + [_query_parameter(schemas, parameter) for parameter in operation.query.parameters.values()]
        + [GIVEN[name] for name in _given_to(operation)],
        "responses": dict.fromkeys(map(str, statuses), success)
        | {str(code): {"$ref": f"#/components/responses/{_name(code)}"} for code in _others(operation)},
    }
    for body in operation.bodies.values():
        schema = schemas[body.struct]
        example = dict(body.struct.example) or schemas.example(schema)
        described["requestBody"] = {"required": not body.optional, "content": _json(schema, example)}
    return described


def _others(operation: Operation) -> list[int]:
    """Every status but that of its success."""
    return sorted(operation.errors | ({304} if operation.reads else set()))


def _path_parameter(schemas: Schemas, named: tuple[str, Any]) -> JSON:
    name, hint = named
    schema = schemas[hint]
    examples = schema.pop("examples", [])
    example = {"example": document_form(examples[0])} if examples else {}
    return _parameter(name, "path", schema) | example


def _query_parameter(schemas: Schemas, parameter: Any) -> JSON:
    schema = schemas[parameter.type]
    if parameter.default not in (None, (), msgspec.NODEFAULT):
        schema["default"] = parameter.default
    # examples stay in the schema: of a parameter's own, pages to try requests on would send all at once
    return _parameter(parameter.name, "query", schema)


def _parameter(name: str, where: str, schema: JSON) -> JSON:
    description = schema.pop("description", "")
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}


def _given_to(operation: Operation) -> Iterator[str]:
    """What the head of a request to it may say, by names of `GIVEN`."""
    if operation.is_conditional:
        yield "IfMatchRequired" if operation.needs_match else "IfMatch"
        if get_origin(operation.result) is Stored:
            yield "IfNoneMatch"
    if operation.repeatable:
        yield "IdempotencyKey"


#: by what handlers return; others are 200, and without a body 204
STATUSES = {Created: (201,), Stored: (200, 201)}


def _success(operation: Operation, schemas: Schemas) -> tuple[tuple[int, ...], JSON]:
    statuses = STATUSES.get(get_origin(operation.result), (200,))
    headers = _headered(_headers_of(operation))
    content = _content(operation.result)
    if content is None:
        return (204,), {"description": "Done.", **headers}
    schema = schemas[content]
    listed = "A page of the list; beyond its end, an empty array."
    description = listed if schema.get("type") == "array" else schemas.resolved(schema).get("description", "Done.")
    return statuses, {"description": description, **headers, "content": _json(schema, schemas.example(schema))}


def _headers_of(operation: Operation) -> tuple[str, ...]:
    """The headers of its success, but for those that every answer has."""
    kind = get_origin(operation.result)
    own = {Listing: ("X-Total-Count", "Link"), Found: ("X-Total-Count",), Created: ("Location",)}.get(kind, ())
    is_shown = operation.of is not None and _content(operation.result) is operation.of.result
    return (*own, *(CACHING if operation.reads else ("ETag",) if is_shown else ()))


def _headered(names: Iterable[str]) -> JSON:
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *QUOTA, REQUEST_ID)}}


def _content(result: Any) -> Any:
    """The type of the JSON in an answer."""
    if get_origin(result) in (Listing, Found):
        return types.GenericAlias(list, get_args(result))
    return get_args(result)[0] if get_origin(result) in STATUSES else None if result is type(None) else result


def _error(status: int, schemas: Schemas) -> JSON:
    title, detail = HTTPStatus(status).phrase, EXAMPLES[status]
    shape, problem_shape = (ValidationError, ValidationProblem) if status in FAULTS else (Error, Problem)
    faults = document_form(Faults([FAULTS[status]])) if status in FAULTS else {}
    error = {"detail": detail, "status_code": status, "extra": faults}
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, **faults}
    content = _json(schemas[shape], error) | {PROBLEM: {"schema": schemas[problem_shape], "example": problem}}
    return {"description": f"{title}.", **_headered(ERROR_HEADERS.get(status, ())), "content": content}


def _json(schema: JSON, example: Any) -> JSON:
    return {"application/json": {"schema": schema, "example": example}}


def _name(status: int) -> str:
    return "".join(HTTPStatus(status).phrase.title().split())
