"""The decision behind both ways out: what is stored for this request, and which of its forms leaves.

Pure: it asks neither clock nor database nor network, so that what is true of it is true of the ASGI layer and of the
connection alike. None means that nothing finished is there, and the request goes its normal way.
"""

from typing import NamedTuple

from pydotorg.kernel.http.codings import preferred
from pydotorg.kernel.http.conditional import matches
from pydotorg.kernel.http.headers import Headers
from pydotorg.kernel.http.representation import MAX_AGE_SECONDS, cache_control

from .answers import Entry, Store, Variant
from .limits import Quota

WHOLE_AGE = cache_control(private=False, ends=MAX_AGE_SECONDS, now=0)


class Decision(NamedTuple):
    """A finished answer: all of it, or that the client has it already, which costs him nothing."""

    entry: Entry
    variant: Variant
    not_modified: bool

    @property
    def status(self) -> int:
        return 304 if self.not_modified else 200


def key_of(host: bytes, target: bytes) -> bytes:
    """Under what an answer is stored: the host and the target, as they were asked."""
    return b"%b %b" % (host, target)


def decide(store: Store, key: bytes, accept_encoding: bytes, if_none_match: bytes, now: float) -> Decision | None:
    """The finished answer under this key, for a request with these two headers, empty where they are absent."""
    entry = store.find(key, now)
    if entry is None:
        return None
    variant = store.variant(entry, preferred(accept_encoding))
    if variant is None:
        return None
    return Decision(entry, variant, bool(if_none_match) and matches(if_none_match, variant.etag))


def as_headers(decision: Decision, quota: Quota | None, age: int | None, request_id: bytes, now: float) -> Headers:
    """Its headers for an ASGI server, which adds the date."""
    variant = decision.variant
    return [
        *(variant.not_modified_headers if decision.not_modified else variant.headers),
        (b"cache-control", lasting(decision.entry, now)),
        *([] if age is None else [(b"age", b"%d" % age)]),
        *([] if quota is None else quota.headers),
        (b"x-request-id", request_id),
    ]


def lasting(entry: Entry, now: float) -> bytes:
    """The value of its `Cache-Control` at this moment."""
    return WHOLE_AGE if entry.ends - now >= MAX_AGE_SECONDS else cache_control(private=False, ends=entry.ends, now=now)
