"""The life of a request, once it is let in: what it says is read, the handler is asked, and its result is answered."""

import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from math import inf
from typing import Any, cast

from litestar.response.base import ASGIResponse

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS, Caller, Identity
from pydotorg.kernel.database.audit import Actor, acting
from pydotorg.kernel.database.transaction import Database, Transactions

from .body_reading import demand_plain
from .conditional import Precondition
from .errors import Fault, NotFound
from .idempotency import Attempts
from .identifiers import checked
from .query import Reading
from .representation import Representation
from .results import Result, item_of, read_answer, write_answer
from .signatures import PRIVATE, AnyRequest, Operation, Refers, Sender, Site, Submission

Compute = Callable[[], Awaitable[Result]]
#: in the scope as `share`: the answer to a read that is the same for everybody, computed once for all who ask now
Share = Callable[[Operation, Compute], Awaitable[Result]]


class Answering:
    """One request to an operation, once it is let in."""

    def __init__(self, operation: Operation, request: AnyRequest) -> None:
        self.operation, self.request = operation, request
        self.scope = cast("dict[str, Any]", request.scope)
        self.caller: Caller = self.scope["caller"]
        self.parts: Mapping[type, Any] = request.app.state.parts
        self.lifetime: clock.Lifetime  # once it is computed

    async def answer(self) -> ASGIResponse:
        """The answer; to a read that is the same for everybody, one for all who ask now."""
        operation, scope = self.operation, self.scope
        sees_more = operation.more_for is not None and self.caller.has(operation.more_for)
        is_shared = operation.reads and operation.shows != PRIVATE and not sees_more
        share: Share = scope.get("share", alone) if is_shared else alone
        result = await share(operation, self._compute)
        return await selected(result, scope) if isinstance(result, Representation) else result

    async def _compute(self) -> Result:
        started, self.lifetime = time.perf_counter(), clock.lifetime(reads=self.operation.is_safe)
        actor = Actor.of(self.caller.identity, self.operation.id, self.scope["request_id"])
        try:
            with acting(actor):
                return await self._run()
        finally:
            self.request.app.state.tallies.computed(self.operation.id, time.perf_counter() - started)

    async def _run(self) -> Result:
        operation, request = self.operation, self.request
        reading = operation.query.read(self.scope["query_string"])
        refers = {name: check for name, check in operation.refers.items() if name in reading.values}
        if not refers:
            reading.demand_faultless()
        for reader in operation.bodies.values():
            reader.demand_json(request.headers)
        if operation.submissions:
            demand_plain(request.headers)
        # a write begins when all of its request is there: what breaks off must not have happened
        raw = b"" if operation.reads else await request.body()
        given = {name: reader for name, reader in operation.bodies.items() if raw or not reader.optional}
        bodies = {name: await reader.reading(raw) for name, reader in given.items()}
        values = {**dict.fromkeys(operation.bodies), **reading.arguments, **self._arguments()}
        values |= dict.fromkeys(operation.submissions, Submission(request.headers.get("content-type", ""), raw))
        values |= {name: body.faultless() for name, body in bodies.items() if not body.mentions}
        if not operation.databases:
            return self._respond(await operation.fn(**values))

        async def work(db: Database) -> Result:
            if refers:
                await demand_known(db, reading, refers)
            values.update({name: await body.whole(db) for name, body in bodies.items() if body.mentions})
            # the answer is made before the commit: what cannot be said is undone
            return await self._carry_out(db, values | dict.fromkeys(operation.databases, db))

        transactions: Transactions = self.parts[Transactions]
        if operation.is_safe:
            return await transactions.read(work)
        key = self.scope["given"].get(b"idempotency-key") if operation.repeatable else None
        if key is None or self.caller.is_anonymous:
            return await transactions.write(work)
        return await self._once(key, raw, work)

    async def _carry_out(self, db: Database, values: dict[str, Any]) -> Result:
        """Let the handler answer; a write on condition that what it changes is what its sender knows."""
        operation = self.operation
        if operation.is_conditional:
            db.demanded = partial(self._demand, db)
        result = await operation.fn(**values)
        if db.demanded is not None:  # no row was there to be changed
            if operation.needs_match:
                raise LookupError(f"{operation.id} must take what it changes with `to_change`")
            Precondition(self.scope["given"]).demand()
            db.demanded = None  # what follows elsewhere at the commit is not what the sender means
        item, shown = item_of(result), None
        if operation.of is not None and isinstance(item, operation.of.kind):
            shown = await self._shown(db, operation.of, self.caller.identity, item)
        return self._respond(result, shown)

    async def _demand(self, db: Database) -> None:
        precondition = Precondition(self.scope["given"])
        if self.operation.needs_match:
            precondition.demand_stated()
        if precondition:
            read = cast("Operation", self.operation.of)
            tags = [await self._tag(db, read, self.caller.identity)]
            depends = read.shows == PRIVATE or read.more_for is not None
            if tags[0] is not None and depends and read.by.allows(Caller()):
                tags.append(await self._tag(db, read, ANONYMOUS))  # whoever looked at it without signing in
            precondition.demand(*(tag for tag in tags if tag is not None))

    async def _tag(self, db: Database, read: Operation, identity: Identity) -> bytes | None:
        shown = await self._shown(db, read, identity)
        return None if shown is None else shown.etag

    async def _shown(
        self, db: Database, read: Operation, identity: Identity, item: Any = None
    ) -> Representation | None:  # fmt: skip
        """What a read answers now, in this transaction, about this thing, or at this path; None if it shows nothing."""
        caller, path = Caller(identity), self.scope["path_params"]
        named = {name: str(getattr(item, name) if hasattr(item, name) else path[name]) for name in read.path}
        # what is asked for in words of its own has a tag for these words
        asked = read.query.read(self.scope["query_string"]).arguments if read.query.verbatim else read.query.defaults
        try:
            result = await read.fn(
                **named, **asked, **dict.fromkeys(read.databases, db),
                **dict.fromkeys(read.callers, caller), **dict.fromkeys(read.sites, Site(self.scope["base"])),
            )  # fmt: skip
        except NotFound:
            return None
        private = caller.was_told_yes or read.shows == PRIVATE
        answer = read_answer(
            result, self.scope, datasets=read.datasets, private=private, ends=inf, depends=read.more_for is not None
        )
        return cast("Representation", answer)

    async def _once(self, key: bytes, raw: bytes, work: Callable[[Database], Awaitable[Result]]) -> Result:
        """Do this work once, however often it is asked for with this key."""
        scope, attempts = self.scope, cast("Attempts", self.request.app.state.attempts)
        with attempts.begin(self.caller.account, scope["path"], key, scope["query_string"], raw) as attempt:

            async def unless_done(db: Database) -> Result:
                kept = await attempt.answered(db)
                if kept is None:
                    kept = cast("ASGIResponse", await work(db))
                    await attempt.keep(db, kept)
                return kept

            return await cast("Transactions", self.parts[Transactions]).write(unless_done)

    def _respond(self, result: Any, shown: Representation | None = None) -> Result:
        operation, private = self.operation, self.caller.was_told_yes or self.operation.shows == PRIVATE
        if operation.reads:
            return read_answer(
                result, self.scope, datasets=operation.datasets, private=private, ends=self.lifetime.ends,
                depends=operation.more_for is not None,
            )  # fmt: skip
        return write_answer(result, self.scope, private=private, shown=shown)

    def _arguments(self) -> dict[str, Any]:
        """What comes neither from the query string nor from a body, nor from the database."""
        operation, scope = self.operation, self.scope
        values: dict[str, Any] = {name: checked(scope["path_params"][name]) for name in operation.path}
        values |= dict.fromkeys(operation.callers, self.caller) | dict.fromkeys(operation.sites, Site(scope["base"]))
        values |= {name: self.parts[kind] for name, kind in operation.parts.items()}
        if operation.senders:
            network = self.request.app.state.admission.network(scope)
            user_agent = scope["given"].get(b"user-agent", b"").decode("latin-1")
            values |= dict.fromkeys(operation.senders, Sender(network, user_agent))
        return values


async def demand_known(db: Database, reading: Reading, refers: Refers) -> None:
    """Refuse a query string with any fault; that a parameter names nothing is one."""
    messages = {name: await check(db, reading.values[name]) for name, check in refers.items()}
    faults = [Fault(name, "query", message) for name, message in messages.items() if message]
    Reading(reading.arguments, reading.values, [*reading.faults, *faults]).demand_faultless()


async def selected(representation: Representation, scope: Any) -> ASGIResponse:
    """The form of a representation that this request asks for."""
    status, headers, body = await representation.selected(scope["given"], clock.unix())
    texts = [(name.decode(), value.decode("latin-1")) for name, value in headers]
    return ASGIResponse(status_code=status, headers=texts, body=body)


async def alone(operation: Operation, compute: Compute) -> Result:
    """What a request's `share` is where nothing is stored: every request computes for itself."""
    del operation
    return await compute()
