"""The front door as plain ASGI: stored answers leave here, under any server; everything else goes on to the edge."""

from functools import partial

import structlog

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS
from pydotorg.kernel.http import headers
from pydotorg.kernel.http.codings import preferred
from pydotorg.kernel.http.edge import Edge, Receive, Scope, Send
from pydotorg.kernel.metrics import Tallies

from .admission import Admission
from .answers import Finished, Store
from .decide import key_of
from .heads import Heads, Known
from .sharing import Sharing, Target

READS = ("GET", "HEAD")
#: heads that say these are none of the plain case: a body, or a question about it
UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect"})
NOT_COUNTED: headers.Headers = []

log = structlog.get_logger("request")


class FrontDoor:
    """The application as servers see it. Without a `sharing` nothing is stored, and every request goes on."""

    def __init__(
        self, edge: Edge, admission: Admission, sharing: Sharing | None, tallies: Tallies, *, logs: bool
    ) -> None:
        self.edge, self.admission, self.sharing, self.tallies, self.logs = edge, admission, sharing, tallies, logs
        self.heads = Heads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sharing = self.sharing
        if sharing is not None and scope["type"] == "http" and scope["method"] in READS:
            given = scope["given"] = headers.received(scope["headers"])
            host = given.get(b"host")
            if host is not None and UNUSUAL.isdisjoint(given):  # without a host, it names where it was asked
                path, query = scope["raw_path"], scope["query_string"]
                asked = host, path, query, given.get(b"accept-encoding", b""), given.get(b"if-none-match", b"")
                known = self.heads.asked.get(asked)
                key = key_of(host, b"%b?%b" % (path, query) if query else path) if known is None else known.plain.key
                if key in sharing.store.entries:
                    known = known or self.heads.keep(asked, key)
                    if await self._answer(sharing, known, scope, send):
                        return
                scope["share"] = partial(sharing.share, Target(key, host, scope["server"] or ("", 0)))
        await self.edge(scope, receive, send)

    async def _answer(self, sharing: Sharing, known: Known[headers.Headers], scope: Scope, send: Send) -> bool:
        """Give what is stored, if it still holds and this caller may have it."""
        freshness, given = sharing.freshness, scope["given"]
        if not freshness.ask(of_task=True):
            await freshness.wait()
        if freshness.away and not sharing.is_trusted():
            return False
        admission = self.admission
        finished = known.answer(sharing.store, admission.limits, clock.unix())
        finished = finished or await self._prepared(sharing.store, known)
        if finished is None:
            return False
        begins, allowance = known.begins, known.allowance  # another request may decide it anew while this one waits
        identity, counted = ANONYMOUS, NOT_COUNTED
        try:
            if b"authorization" in given:
                found = admission.identities.remembered(given[b"authorization"])
                found = found or await admission.identity(scope)
                if found is None or not finished.entry.is_public_for(found):
                    return False
                identity = found
            if allowance is not None:
                counted = (
                    admission.count_here(scope, identity, allowance)
                    if admission.is_immediate
                    else await admission.count(scope, identity, allowance)
                ).headers
        except Exception as error:  # noqa: BLE001  the edge renders it, whatever it is
            scope["fault"], scope["operation"] = error, finished.entry.operation
            return False
        request_id = headers.request_id(given.get(b"x-request-id"))
        whole = [*begins, *counted, (b"x-request-id", request_id)]
        if freshness.away:
            whole.append((b"age", b"%d" % max(freshness.age() or 0, 1)))  # 0 would say that it has just been confirmed
        await send({"type": "http.response.start", "status": finished.status, "headers": whole})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else finished.body})
        self.record(finished, known.plain.key, request_id, scope["client"])
        return True

    async def _prepared(self, store: Store, known: Known[headers.Headers]) -> Finished | None:
        """What is stored, in a coding that nobody has asked for yet."""
        await store.prepare(known.plain.key, preferred(known.plain.accept_encoding))
        return known.answer(store, self.admission.limits, clock.unix())

    def record(self, finished: Finished, key: bytes, request_id: bytes, client: tuple[str, int] | None) -> None:
        """Count an answer that has left from the store; it is worth a line in the log only to who looks for errors."""
        self.tallies.left(finished.entry.operation, finished.status, finished.outcome)
        if self.logs:
            log.debug(
                "stored answer", asked=key.partition(b"?")[0].decode("latin-1"), status=finished.status,
                operation=finished.entry.operation, request_id=request_id.decode(), client=client and client[0],
            )  # fmt: skip
