"""Operations: handlers that read as sentences, because **the type of a parameter says where its value comes from**.

| type | comes from |
| --- | --- |
| a `Query` struct | the query string: strict, every fault in one 400 |
| a `Body` struct | the JSON body: strict, every fault in one 422; `None` of one that may be absent |
| `Database` | this request's transaction, committed before the answer leaves, or rolled back |
| `Caller` | who asks |
| `Site` | the public address that was asked |
| `Sender` | the network that asks, and its program |
| `Submission` | the body, as it came |
| anything, where the path has a parameter of that name | the path |
| any other class | that part of the application (`app.py`) |

The type of the result says what the answer is: a Struct or a list of them (200), or one of `results`: `Listing`,
`Created` (201), `Stored` (201 or 200), `Text`, `Redirect` (302), `Encoded`; `None` is a 204. The function's name is the
operation id, its docstring summary and description; the OpenAPI document is written from the same facts. Litestar sees
one function, `(request) -> ASGIResponse`: it routes, guards, limits bodies and handles errors.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Method

from pydotorg.kernel.access import Caller, Requirement, Role, Tier

from .answering import Answering
from .dialects import Dialect
from .errors import ApiError, refusal
from .query import Heeds
from .signatures import (
    NOTHING,
    PRIVATE,
    AnyRequest,
    CountedFor,
    Handler,
    Operation,
    Refers,
    Sender,
    Site,
    Submission,
    names_in,
)

__all__ = [
    "NOTHING", "PRIVATE", "AnyRequest", "Operation", "Sender", "Site", "Submission",
    "delete", "described", "get", "id_of", "patch", "post", "put",
]  # fmt: skip

#: who asks, once it is counted and the credentials hold, of one of these schemes; else an error that says why not
Admission = Callable[[dict[str, Any], Tier, frozenset[str]], Awaitable[Caller]]


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every operation: the front door's admission (429, then 401), then the route's own requirement."""
    operation: Operation = handler.opt["operation"]
    scope = cast("dict[str, Any]", connection.scope)
    scope["operation"] = operation.id
    admission: Admission = connection.app.state.admission
    if operation.counted_for is not None and b"authorization" not in scope["given"]:
        scope["counted_for"] = await operation.counted_for(cast("AnyRequest", connection))
    caller = scope["caller"] = await admission(scope, operation.tier, operation.schemes)
    if not operation.by.allows(caller):
        raise refusal(caller, operation.by.sentence)


def demand_same(path: str, fn: Handler) -> None:
    """Refuse a handler whose path parameters are not in its signature."""
    missing = set(names_in(path)) - fn.__annotations__.keys()
    if missing:
        raise TypeError(f"{fn.__name__} takes no {', '.join(sorted(missing))}")


class Verb:
    """A decorator that declares an operation: `@get("/releases", by=anyone, shows="releases")`.

    `by` says who may call it, `shows` on which dataset the answer to a read depends, `counted_for` for whom a request
    without credentials counts, if not for its address. `of` is the read that shows what a write changes: its tags are
    those that `If-Match` means, without which nothing is changed that `needs_match`. What is `repeatable`, as is what
    answers `Created` unless it says otherwise, can be sent again with its `Idempotency-Key`. Callers with the role
    `more_for` see more at this address than all others: what they are answered is theirs alone, and they are not
    answered from what is stored. `dialect` is that of the address; `id` names an operation whose function is one of
    many alike. Where some parameters are ignored, `heeds` tells which are not: an answer is stored for these only. A
    POST that is `safe` changes nothing: a search that needs a body. A path that ends in a suffix, such as
    `/events/{id:str}.ics`, is that of a file, where parameters are ignored that it does not know.
    """

    def __init__(self, method: Method) -> None:
        self.method = method
        self.methods: list[Method] = [method, "HEAD"] if method == "GET" else [method]

    def __call__(
        self, path: str, *, by: Requirement, shows: str | None = None, tier: Tier | None = None,
        raises: tuple[type[ApiError], ...] = (), refers: Refers | None = None,
        counted_for: CountedFor | None = None, documented: bool = True, of: HTTPRouteHandler | None = None,
        needs_match: bool = False, repeatable: bool | None = None, dialect: Dialect | None = None,
        more_for: Role | None = None, id: str | None = None, heeds: Heeds = None, safe: bool = False,
    ) -> Callable[[Handler], HTTPRouteHandler]:  # fmt: skip
        shown_by: Operation | None = None if of is None else of.opt["operation"]

        def declare(fn: Handler) -> HTTPRouteHandler:
            demand_same(path, fn)
            operation = Operation(
                fn, path, self.method, by=by, shows=shows, tier=tier, raises=raises, refers=refers or {},
                counted_for=counted_for, documented=documented, of=shown_by,
                needs_match=needs_match, repeatable=repeatable, dialect=dialect, more_for=more_for, id=id, heeds=heeds,
                safe=safe,
            )  # fmt: skip

            async def endpoint(request: AnyRequest) -> ASGIResponse:
                return await Answering(operation, request).answer()

            # the status stands in the answer; with its own default for DELETE, Litestar would refuse the annotation
            route = HTTPRouteHandler(
                path, http_method=self.methods, status_code=200, name=operation.id, guards=[admit],
                opt={"operation": operation},
            )  # fmt: skip
            return route(endpoint)

        return declare


def id_of(path: str, verb: str) -> str:
    """The id of an operation on what is at this path: `job_types_create`."""
    return f"{path.strip('/').replace('-', '_')}_{verb}"


def described(handler: Handler, text: str, types: Mapping[str, Any]) -> Handler:
    """A handler that is made for many resources alike, with the text and the types that only one of them knows."""
    handler.__doc__ = text
    handler.__annotations__ |= types
    return handler


get, post, patch, put, delete = Verb("GET"), Verb("POST"), Verb("PATCH"), Verb("PUT"), Verb("DELETE")
