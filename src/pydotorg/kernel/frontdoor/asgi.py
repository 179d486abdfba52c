"""The front door as plain ASGI: stored answers leave here, under any server; everything else goes on to the edge."""

from collections.abc import Mapping
from functools import partial

import structlog

from pydotorg.kernel import clock
from pydotorg.kernel.http import headers
from pydotorg.kernel.http.codings import preferred
from pydotorg.kernel.http.edge import Edge, Receive, Scope, Send
from pydotorg.kernel.http.headers import Headers
from pydotorg.kernel.metrics import Tallies

from .admission import Admission
from .decide import Decision, Plain, as_headers, decide
from .sharing import Sharing, Target

READS = ("GET", "HEAD")
#: heads that say these are none of the plain case: a body, or a question about it
UNUSUAL = frozenset({b"content-length", b"transfer-encoding", b"expect"})

log = structlog.get_logger("request")


class FrontDoor:
    """The application as servers see it. Without a `sharing` nothing is stored, and every request goes on."""

    def __init__(
        self, edge: Edge, admission: Admission, sharing: Sharing | None, tallies: Tallies, *, logs: bool
    ) -> None:
        self.edge, self.admission, self.sharing, self.tallies, self.logs = edge, admission, sharing, tallies, logs
        #: what a plain head, byte for byte, asks for
        self.heads: dict[bytes, Plain] = {}
        self.defaults: tuple[Headers, bytes] = [], b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sharing = self.sharing
        if sharing is not None and scope["type"] == "http" and scope["method"] in READS:
            given = scope["given"] = headers.received(scope["headers"])
            if b"host" in given:  # else the answer names the address at which it was asked
                target = target_of(scope, given)
                if target.key in sharing.store.entries and await self._answer(sharing, target.key, scope, given, send):
                    return
                scope["share"] = partial(sharing.share, target)
        await self.edge(scope, receive, send)

    async def _answer(
        self, sharing: Sharing, key: bytes, scope: Scope, given: Mapping[bytes, bytes], send: Send
    ) -> bool:
        """Give what is stored, if it still holds and this caller may have it."""
        if not UNUSUAL.isdisjoint(given) or not await sharing.is_sure():
            return False
        now, plain = clock.unix(), Plain.of(key, given)
        await sharing.store.prepare(key, preferred(plain.accept_encoding))
        decision = decide(sharing.store, plain, now)
        if decision is None or (b"authorization" in given and await self.admission.identity(scope) is None):
            return False
        quota = None if decision.not_modified else await self.admission.count(scope, decision.entry.tier)
        if quota is not None and quota.is_spent:
            scope["fault"], scope["operation"] = self.admission.refused(quota), decision.entry.operation
            return False
        request_id = headers.identity(plain.request_id)
        complete = as_headers(decision, quota, sharing.freshness.age(), request_id, now)
        body = b"" if decision.not_modified or scope["method"] == "HEAD" else decision.variant.body
        await send({"type": "http.response.start", "status": decision.status, "headers": complete})
        await send({"type": "http.response.body", "body": body})
        self.record(decision, key, request_id, scope["client"])
        return True

    def record(self, decision: Decision, key: bytes, request_id: bytes, client: tuple[str, int] | None) -> None:
        """Count an answer that has left from the store; it is worth a line in the log only to who looks for errors."""
        self.tallies.answered(decision.entry.operation, decision.status)
        self.tallies.looked_up("revalidated" if decision.not_modified else "hit")
        if self.logs:
            log.debug(
                "stored answer", asked=key.decode("latin-1"), status=decision.status,
                operation=decision.entry.operation, request_id=request_id.decode(), client=client and client[0],
            )  # fmt: skip

    def lines(self, defaults: Headers) -> bytes:
        """The headers that the server itself adds, the date above all; it makes new ones every second."""
        if self.defaults[0] is not defaults:
            self.defaults = defaults, headers.lines(defaults)
        return self.defaults[1]


def target_of(scope: Scope, given: Mapping[bytes, bytes]) -> Target:
    """What a request is for, in the words in which it was asked."""
    query, host = scope["query_string"], given[b"host"]
    path = b"%b?%b" % (scope["raw_path"], query) if query else scope["raw_path"]
    server = scope["server"]
    return Target(b"%b %b" % (host, path), host, server[1] if server else 0)
