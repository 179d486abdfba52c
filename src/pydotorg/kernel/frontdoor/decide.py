"""The decision behind both ways out: what is stored for this request, and in which of its forms it leaves.

Pure: it asks neither clock nor database nor network, so that what is true of it is true of the ASGI layer and of the
connection alike. None means that nothing finished is there, and the request goes its normal way.
"""

from pydotorg.kernel.http.codings import preferred
from pydotorg.kernel.http.conditional import matches
from pydotorg.kernel.http.representation import MAX_AGE_SECONDS, cache_control

from .answers import Entry, Finished, Store

WHOLE_AGE = cache_control(private=False, ends=MAX_AGE_SECONDS, now=0)


def key_of(host: bytes, target: bytes) -> bytes:
    """Under what an answer is stored: the host and the target, as they were asked."""
    return b"%b %b" % (host, target)


def decide(store: Store, key: bytes, accept_encoding: bytes, if_none_match: bytes, now: float) -> Finished | None:
    """The finished answer under this key, for a request with these two headers, empty where they are absent."""
    entry = store.find(key, now)
    if entry is None:
        return None
    variant = store.variant(entry, preferred(accept_encoding))
    if variant is None:
        return None
    had = if_none_match and matches(if_none_match, variant.etag)
    return variant.not_modified if had else variant.whole


def lasting(entry: Entry, now: float) -> bytes:
    """The value of its `Cache-Control` at this moment."""
    return WHOLE_AGE if entry.ends - now >= MAX_AGE_SECONDS else cache_control(private=False, ends=entry.ends, now=now)
