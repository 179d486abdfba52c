"""The front door as plain ASGI: stored answers leave here, under any server; everything else goes on to the edge."""

from collections.abc import Mapping
from functools import partial

import structlog

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS
from pydotorg.kernel.http import headers
from pydotorg.kernel.http.codings import preferred
from pydotorg.kernel.http.edge import Edge, Receive, Scope, Send
from pydotorg.kernel.metrics import Tallies

from .admission import Admission
from .answers import Store
from .decide import Decision, as_headers, decide, key_of
from .heads import Heads
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
        self.heads = Heads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sharing = self.sharing
        if sharing is not None and scope["type"] == "http" and scope["method"] in READS:
            given = scope["given"] = headers.received(scope["headers"])
            if b"host" in given and UNUSUAL.isdisjoint(given):  # else it names where it was asked
                target = target_of(scope, given)
                if target.key in sharing.store.entries and await self._answer(sharing, target.key, scope, given, send):
                    return
                scope["share"] = partial(sharing.share, target)
        await self.edge(scope, receive, send)

    async def _answer(
        self, sharing: Sharing, key: bytes, scope: Scope, given: Mapping[bytes, bytes], send: Send
    ) -> bool:
        """Give what is stored, if it still holds and this caller may have it."""
        if not (sharing.freshness.ask() or await sharing.is_sure()) or not sharing.is_trusted():
            return False
        coding, had, now = given.get(b"accept-encoding", b""), given.get(b"if-none-match", b""), clock.unix()
        decision = decide(sharing.store, key, coding, had, now) or await self._prepared(sharing.store, key, coding, had)
        if decision is None:
            return False
        identity = await self.admission.identity(scope) if b"authorization" in given else ANONYMOUS
        if identity is None:
            return False
        quota = None if decision.not_modified else await self.admission.count(scope, identity, decision.entry.tier)
        if quota is not None and quota.is_spent:
            scope["fault"], scope["operation"] = self.admission.refused(quota), decision.entry.operation
            return False
        request_id = headers.identity(given.get(b"x-request-id"))
        complete = as_headers(decision, quota, sharing.freshness.age(), request_id, now)
        await send({"type": "http.response.start", "status": decision.status, "headers": complete})
        body = b"" if decision.not_modified or scope["method"] == "HEAD" else decision.variant.body
        await send({"type": "http.response.body", "body": body})
        self.record(decision, key, request_id, scope["client"])
        return True

    async def _prepared(self, store: Store, key: bytes, coding: bytes, had: bytes) -> Decision | None:
        """What is stored, in a coding that nobody has asked for yet."""
        await store.prepare(key, preferred(coding))
        return decide(store, key, coding, had, clock.unix())

    def record(self, decision: Decision, key: bytes, request_id: bytes, client: tuple[str, int] | None) -> None:
        """Count an answer that has left from the store; it is worth a line in the log only to who looks for errors."""
        self.tallies.answered(decision.entry.operation, decision.status)
        self.tallies.looked_up("revalidated" if decision.not_modified else "hit")
        if self.logs:
            log.debug(
                "stored answer", asked=key.decode("latin-1"), status=decision.status,
                operation=decision.entry.operation, request_id=request_id.decode(), client=client and client[0],
            )  # fmt: skip


def target_of(scope: Scope, given: Mapping[bytes, bytes]) -> Target:
    """What a request is for, in the words in which it was asked."""
    query, host = scope["query_string"], given[b"host"]
    path = b"%b?%b" % (scope["raw_path"], query) if query else scope["raw_path"]
    server = scope["server"]
    return Target(key_of(host, path), host, server[1] if server else 0)
