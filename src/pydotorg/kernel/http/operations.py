"""Operations: handlers that read as sentences, because **the type of a parameter says where its value comes from**.

| type | comes from |
| --- | --- |
| a `Query` struct | the query string: strict, every fault in one 400 |
| a `Body` struct | the JSON body: strict, every fault in one 422 |
| `Database` | this request's transaction, committed before the answer leaves, or rolled back |
| `Caller` | who asks |
| `Site` | the public address that was asked |
| anything else | the path parameter of that name |

The type of the result says what the answer is: a Struct or a list of them (200), `Listing`, `Created` (201), `Text`,
`Redirect` (302), `None` (204). The function's name is the operation id, its docstring summary and description; the
OpenAPI document is written from the same facts. Litestar sees one function, `(request) -> ASGIResponse`: it routes,
guards, limits bodies and handles errors.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar, cast, get_type_hints

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Method
from msgspec import Struct

from pydotorg.kernel.access import ANONYMOUS, Caller, Identity, Requirement, Tier
from pydotorg.kernel.database.transaction import Database, Transactions

from .bodies import Body, BodyReader
from .errors import SENTENCES, ApiError, Fault, Unauthenticated, refusal
from .identifiers import checked
from .paging import Listing
from .query import Query, QueryReader

T = TypeVar("T")
Handler = Callable[..., Awaitable[Any]]
AnyRequest = Request[Any, Any, Any]
#: for `refers=`: what a parameter names must be there; the check says what is wrong, in a client's words
Refers = Mapping[str, Callable[[Database, Any], Awaitable[str | None]]]
Identify = Callable[[str], Awaitable[Identity | None]]

PACKAGE = __name__.partition(".")[0] + "."
#: for `shows=`: an answer that depends on no data, and one whose members depend on the caller
NOTHING, PRIVATE = "nothing", "private"
#: statuses that any operation may answer with: bad query or request, bad credentials, our fault, no database
ANY_OPERATION = frozenset({400, 401, 500, 503})


#: an answer that is this caller's alone: no cache may keep it, nor show it to others
FOR_ONE_CALLER = {"Cache-Control": "private, no-store", "Vary": "Authorization"}


class Created(Struct, Generic[T], frozen=True):
    """The answer to a POST that made something, and the path where it is."""

    item: T
    location: str


class Text(Struct, frozen=True):
    """An answer in plain text."""

    text: str


class Redirect(Struct, frozen=True):
    """The answer that sends the client to a stored address (302)."""

    location: str


class Site(Struct, frozen=True):
    """Where the service is for whoever asked: the public address, without a path."""

    base: str


class Operation:
    """One handler with all that its signature and declaration say, worked out once, at import."""

    def __init__(
        self, fn: Handler, method: Method, *, by: Requirement, shows: str | None, tier: Tier | None,
        raises: tuple[type[ApiError], ...], refers: Refers, documented: bool,
    ) -> None:  # fmt: skip
        self.fn, self.id, self.method = fn, fn.__name__, method
        self.by, self.shows, self.documented, self.refers = by, shows, documented, refers
        self.domain = fn.__module__.removeprefix(PACKAGE).partition(".")[0]
        self.reads = method == "GET"
        self.tier = tier or (Tier.low if self.reads else Tier.high)
        hints = get_type_hints(fn, include_extras=True)
        self.result = hints.pop("return")
        kinds = {name: hint if isinstance(hint, type) else object for name, hint in hints.items()}
        self.query = QueryReader({name: kind for name, kind in kinds.items() if issubclass(kind, Query)})
        self.bodies = {name: BodyReader(kind) for name, kind in kinds.items() if issubclass(kind, Body)}
        self.databases = [name for name, kind in kinds.items() if kind is Database]
        self.callers = [name for name, kind in kinds.items() if kind is Caller]
        self.sites = [name for name, kind in kinds.items() if kind is Site]
        elsewhere = {*self.query.structs, *self.bodies, *self.databases, *self.callers, *self.sites}
        self.path = {name: hint for name, hint in hints.items() if name not in elsewhere}
        self.errors = self._errors(raises)
        if self.reads and shows is None:
            raise TypeError(f"{self.id} must say what it shows: a dataset, NOTHING or PRIVATE")

    def __deepcopy__(self, memo: Any) -> "Operation":
        return self  # Litestar copies handlers with their `opt` wherever routers nest; this never changes

    def _errors(self, raises: tuple[type[ApiError], ...]) -> frozenset[int]:
        """Every error status that it can answer with; the document lists exactly these."""
        statuses = ANY_OPERATION | {error.status for error in raises}
        statuses |= {404} if self.path else set()
        statuses |= {403} if self.by.role else set()
        statuses |= set() if self.reads else {409}
        return statuses | ({413, 415, 422} if self.bodies else set())

    async def answer(self, request: AnyRequest) -> ASGIResponse:
        """The life of a request, once it is let in."""
        scope = cast("dict[str, Any]", request.scope)
        reading = self.query.read(scope["query_string"])
        refers = {name: check for name, check in self.refers.items() if name in reading.values}
        if not refers:
            reading.demand_faultless()
        values = {**reading.arguments, **await self._arguments(request, scope)}
        if not self.databases:
            return respond(scope, await self.fn(**values))
        transactions: Transactions = request.app.state.transactions
        async with transactions.begin(writes=not self.reads) as db:
            for name, check in refers.items():
                if message := await check(db, reading.values[name]):
                    reading.faults.append(Fault(name, "query", message))
            reading.demand_faultless()
            values |= dict.fromkeys(self.databases, db)
            return respond(scope, await self.fn(**values))  # made before the commit: what cannot be said is undone

    async def _arguments(self, request: AnyRequest, scope: dict[str, Any]) -> dict[str, Any]:
        """What comes neither from the query string nor from the database."""
        values: dict[str, Any] = {name: checked(scope["path_params"][name]) for name in self.path}
        values |= dict.fromkeys(self.callers, scope["caller"]) | dict.fromkeys(self.sites, Site(scope["base"]))
        for body in self.bodies.values():
            body.demand_json(request.headers)
        # a write begins when all of its request is there: what breaks off must not have happened
        raw = b"" if self.reads else await request.body()
        for name, body in self.bodies.items():
            values[name] = body.read(raw)
        return values


def respond(scope: dict[str, Any], result: Any) -> ASGIResponse:
    """The answer that a handler's result means."""
    status, media_type = 200, "application/json"
    headers: dict[str, str] = dict(FOR_ONE_CALLER) if scope["caller"].was_told_yes else {}
    if result is None:
        return ASGIResponse(status_code=204, headers=headers)
    if isinstance(result, Redirect):
        return ASGIResponse(status_code=302, headers={**headers, "Location": result.location}, media_type="text/plain")
    if isinstance(result, Text):
        return ASGIResponse(body=result.text.encode(), media_type="text/plain", headers=headers)
    if isinstance(result, Listing):
        headers |= result.headers(scope["base"] + scope["asked_path"], scope["query_string"].decode("ascii"))
        result = result.items
    elif isinstance(result, Created):
        headers["Location"] = scope["base"] + result.location
        status, result = 201, result.item
    body = msgspec.json.encode(result)
    return ASGIResponse(body=body, status_code=status, headers=headers, media_type=media_type)


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every operation: a bad token is a 401 wherever it is shown, then the route's own requirement."""
    operation: Operation = handler.opt["operation"]
    scope = cast("dict[str, Any]", connection.scope)
    scope["operation"] = operation.id
    credentials = connection.headers.get("authorization")
    identity: Identity | None = ANONYMOUS
    if credentials is not None:
        identify: Identify = connection.app.state.identify
        identity = await identify(credentials)
    if identity is None:
        raise Unauthenticated(SENTENCES[401])
    caller = scope["caller"] = Caller(identity)
    if not operation.by.allows(caller):
        raise refusal(caller, operation.by.sentence)


def demand_same(path: str, fn: Handler) -> None:
    """Refuse a handler whose path parameters are not in its signature."""
    in_path = set(re.findall(r"{(\w+):", path))
    if not in_path <= fn.__annotations__.keys():
        raise TypeError(f"{fn.__name__} takes no {', '.join(sorted(in_path - fn.__annotations__.keys()))}")


class Verb:
    """A decorator that declares an operation: `@get("/releases", by=anyone, shows="releases")`.

    `by` says who may call it, `shows` on which dataset the answer to a read depends.
    """

    def __init__(self, method: Method) -> None:
        self.method = method
        self.methods: list[Method] = [method, "HEAD"] if method == "GET" else [method]

    def __call__(
        self, path: str, *, by: Requirement, shows: str | None = None, tier: Tier | None = None,
        raises: tuple[type[ApiError], ...] = (), refers: Refers | None = None, documented: bool = True,
    ) -> Callable[[Handler], HTTPRouteHandler]:  # fmt: skip
        def declare(fn: Handler) -> HTTPRouteHandler:
            demand_same(path, fn)
            operation = Operation(
                fn, self.method, by=by, shows=shows, tier=tier, raises=raises, refers=refers or {},
                documented=documented,
            )  # fmt: skip

            async def endpoint(request: AnyRequest) -> ASGIResponse:
                return await operation.answer(request)

            # the status stands in the answer; with its own default for DELETE, Litestar would refuse the annotation
            route = HTTPRouteHandler(
                path, http_method=self.methods, status_code=200, name=operation.id, guards=[admit],
                opt={"operation": operation},
            )  # fmt: skip
            return route(endpoint)

        return declare


get, post, patch, put, delete = Verb("GET"), Verb("POST"), Verb("PATCH"), Verb("PUT"), Verb("DELETE")
