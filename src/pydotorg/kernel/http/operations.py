"""Operations: handlers that read as sentences, because **the type of a parameter says where its value comes from**.

| type | comes from |
| --- | --- |
| a `Query` struct | the query string: strict, every fault in one 400 |
| a `Body` struct | the JSON body: strict, every fault in one 422 |
| `Database` | this request's transaction, committed before the answer leaves, or rolled back |
| `Caller` | who asks |
| `Site` | the public address that was asked |
| `Sender` | the network that asks, and its program |
| anything, where the path has a parameter of that name | the path |
| any other class | that part of the application (`app.py`) |

The type of the result says what the answer is: a Struct or a list of them (200), or one of `results`: `Listing`,
`Created` (201), `Text`, `Redirect` (302); `None` is a 204. The function's name is the operation id, its docstring
summary and description; the OpenAPI document is written from the same facts. Litestar sees one function,
`(request) -> ASGIResponse`: it routes, guards, limits bodies and handles errors.
"""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, cast, get_type_hints

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Method
from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller, Identity, Requirement, Tier
from pydotorg.kernel.database.audit import Actor, acting
from pydotorg.kernel.database.transaction import Database, Transactions

from .bodies import Body, BodyReader
from .errors import ApiError, Fault, refusal
from .identifiers import checked
from .query import Query, QueryReader, Reading
from .representation import Representation
from .results import Result, respond

Handler = Callable[..., Awaitable[Any]]
AnyRequest = Request[Any, Any, Any]
#: for `refers=`: what a parameter names must be there; the check says what is wrong, in a client's words
Refers = Mapping[str, Callable[[Database, Any], Awaitable[str | None]]]
#: who asks, once it is counted and the credentials hold; else an error that says why not
Admission = Callable[[dict[str, Any], Tier], Awaitable[Caller]]
#: for `counted_for=`: whom a request names that comes without credentials; nobody in particular, if it does not say
CountedFor = Callable[[AnyRequest], Awaitable[Identity]]
Compute = Callable[[], Awaitable[Result]]
#: in the scope as `share`: the answer to a read that is the same for everybody, computed once for all who ask now
Share = Callable[["Operation", Compute], Awaitable[Result]]

#: for `shows=`: an answer that depends on no data, and one whose members depend on the caller
NOTHING, PRIVATE = "nothing", "private"
#: statuses that any operation may answer with: bad query or request, bad credentials, too often, our fault, no database
ANY_OPERATION = frozenset({400, 401, 429, 500, 503})


class Site(Struct, frozen=True):
    """Where the service is for whoever asked: the public address, without a path."""

    base: str


class Sender(Struct, frozen=True):
    """Where a request comes from: its network (an IPv4 address, an IPv6 /64), and what its program calls itself."""

    network: str
    user_agent: str


class Operation:
    """One handler with all that its signature and declaration say, worked out once, at import."""

    def __init__(
        self, fn: Handler, path: str, method: Method, *, by: Requirement, shows: str | None, tier: Tier | None,
        raises: tuple[type[ApiError], ...], refers: Refers, counted_for: CountedFor | None, documented: bool,
    ) -> None:  # fmt: skip
        self.fn, self.id, self.method = fn, fn.__name__, method
        self.by, self.shows, self.documented, self.refers = by, shows, documented, refers
        self.counted_for = counted_for
        self.reads = method == "GET"
        #: what an answer that is the same for everybody depends on
        self.datasets: tuple[str, ...] = () if shows in (None, NOTHING, PRIVATE) else (shows,)
        self.tier = tier or (Tier.low if self.reads else Tier.high)
        hints = get_type_hints(fn, include_extras=True)
        self.result = hints.pop("return")
        kinds = {name: hint if isinstance(hint, type) else object for name, hint in hints.items()}
        self.query = QueryReader({name: kind for name, kind in kinds.items() if issubclass(kind, Query)})
        self.bodies = {name: BodyReader(kind) for name, kind in kinds.items() if issubclass(kind, Body)}
        self.databases = [name for name, kind in kinds.items() if kind is Database]
        self.callers = [name for name, kind in kinds.items() if kind is Caller]
        self.sites = [name for name, kind in kinds.items() if kind is Site]
        self.senders = [name for name, kind in kinds.items() if kind is Sender]
        self.path = {name: hints[name] for name in names_in(path)}
        elsewhere = {*self.query.structs, *self.bodies, *self.databases, *self.callers, *self.sites, *self.senders}
        self.parts = {name: kind for name, kind in kinds.items() if name not in elsewhere | self.path.keys()}
        self.errors = self._errors(raises)
        if self.reads and shows is None:
            raise TypeError(f"{self.id} must say what it shows: a dataset, NOTHING or PRIVATE")

    def __deepcopy__(self, memo: Any) -> "Operation":
        return self  # Litestar copies handlers with their `opt` wherever routers nest; this never changes

    def _errors(self, raises: tuple[type[ApiError], ...]) -> frozenset[int]:
        """Every error status that it can answer with; the document lists exactly these."""
        statuses = ANY_OPERATION | {error.status for error in raises}
        statuses |= {404} if self.path else set()
        statuses |= {403} if self.by.signed_in else set()
        statuses |= set() if self.reads else {409}
        return statuses | ({413, 415, 422} if self.bodies else set())

    async def answer(self, request: AnyRequest) -> ASGIResponse:
        """The life of a request, once it is let in."""
        scope = cast("dict[str, Any]", request.scope)
        share: Share = scope.get("share", alone) if self.reads and self.shows != PRIVATE else alone
        result = await share(self, partial(self._compute, request, scope))
        return await selected(result, scope) if isinstance(result, Representation) else result

    async def _compute(self, request: AnyRequest, scope: dict[str, Any]) -> Result:
        started, lifetime = time.perf_counter(), clock.lifetime()
        actor = Actor.of(scope["caller"].identity, self.id, scope["request_id"])
        try:
            with acting(actor):
                return await self._run(request, scope, lifetime)
        finally:
            request.app.state.tallies.computed(self.id, time.perf_counter() - started)

    async def _run(self, request: AnyRequest, scope: dict[str, Any], lifetime: clock.Lifetime) -> Result:
        reading = self.query.read(scope["query_string"])
        refers = {name: check for name, check in self.refers.items() if name in reading.values}
        if not refers:
            reading.demand_faultless()
        values = {**reading.arguments, **await self._arguments(request, scope)}
        if not self.databases:
            return self._respond(await self.fn(**values), scope, lifetime)
        transactions: Transactions = request.app.state.parts[Transactions]

        async def work(db: Database) -> Result:
            messages = {name: await check(db, reading.values[name]) for name, check in refers.items()}
            faults = [Fault(name, "query", message) for name, message in messages.items() if message]
            Reading(reading.arguments, reading.values, [*reading.faults, *faults]).demand_faultless()
            # the answer is made before the commit: what cannot be said is undone
            return self._respond(await self.fn(**values | dict.fromkeys(self.databases, db)), scope, lifetime)

        return await (transactions.read(work) if self.reads else transactions.write(work))

    def _respond(self, result: Any, scope: dict[str, Any], lifetime: clock.Lifetime) -> Result:
        private = scope["caller"].was_told_yes or self.shows == PRIVATE
        return respond(result, scope, reads=self.reads, datasets=self.datasets, private=private, ends=lifetime.ends)

    async def _arguments(self, request: AnyRequest, scope: dict[str, Any]) -> dict[str, Any]:
        """What comes neither from the query string nor from the database."""
        values: dict[str, Any] = {name: checked(scope["path_params"][name]) for name in self.path}
        values |= dict.fromkeys(self.callers, scope["caller"]) | dict.fromkeys(self.sites, Site(scope["base"]))
        values |= {name: request.app.state.parts[kind] for name, kind in self.parts.items()}
        if self.senders:
            network = request.app.state.admission.network(scope)
            user_agent = scope["given"].get(b"user-agent", b"").decode("latin-1")
            values |= dict.fromkeys(self.senders, Sender(network, user_agent))
        for body in self.bodies.values():
            body.demand_json(request.headers)
        # a write begins when all of its request is there: what breaks off must not have happened
        raw = b"" if self.reads else await request.body()
        for name, body in self.bodies.items():
            values[name] = body.read(raw)
        return values


async def selected(representation: Representation, scope: Any) -> ASGIResponse:
    """The form of a representation that this request asks for."""
    status, headers, body = await representation.selected(scope["given"], clock.unix())
    texts = [(name.decode(), value.decode("latin-1")) for name, value in headers]
    return ASGIResponse(status_code=status, headers=texts, body=body)


async def alone(operation: "Operation", compute: Compute) -> Result:
    """What a request's `share` is where nothing is stored: every request computes for itself."""
    del operation
    return await compute()


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of every operation: the front door's admission (429, then 401), then the route's own requirement."""
    operation: Operation = handler.opt["operation"]
    scope = cast("dict[str, Any]", connection.scope)
    scope["operation"] = operation.id
    admission: Admission = connection.app.state.admission
    if operation.counted_for is not None and b"authorization" not in scope["given"]:
        scope["counted_for"] = await operation.counted_for(cast("AnyRequest", connection))
    caller = scope["caller"] = await admission(scope, operation.tier)
    if not operation.by.allows(caller):
        raise refusal(caller, operation.by.sentence)


def names_in(path: str) -> list[str]:
    """The parameters of a path."""
    return re.findall(r"{(\w+):", path)


def demand_same(path: str, fn: Handler) -> None:
    """Refuse a handler whose path parameters are not in its signature."""
    missing = set(names_in(path)) - fn.__annotations__.keys()
    if missing:
        raise TypeError(f"{fn.__name__} takes no {', '.join(sorted(missing))}")


class Verb:
    """A decorator that declares an operation: `@get("/releases", by=anyone, shows="releases")`.

    `by` says who may call it, `shows` on which dataset the answer to a read depends, `counted_for` for whom a request
    without credentials counts, if not for its address.
    """

    def __init__(self, method: Method) -> None:
        self.method = method
        self.methods: list[Method] = [method, "HEAD"] if method == "GET" else [method]

    def __call__(
        self, path: str, *, by: Requirement, shows: str | None = None, tier: Tier | None = None,
        raises: tuple[type[ApiError], ...] = (), refers: Refers | None = None,
        counted_for: CountedFor | None = None, documented: bool = True,
    ) -> Callable[[Handler], HTTPRouteHandler]:  # fmt: skip
        def declare(fn: Handler) -> HTTPRouteHandler:
            demand_same(path, fn)
            operation = Operation(
                fn, path, self.method, by=by, shows=shows, tier=tier, raises=raises, refers=refers or {},
                counted_for=counted_for, documented=documented,
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
