"""The headers of an answer, composed in one place, whether the router, the connection or a store gives it."""

import os
import re
from collections.abc import Iterable
from itertools import count

from .errors import Answer

Headers = list[tuple[bytes, bytes]]

REQUEST_ID = re.compile(rb"[A-Za-z0-9-]{1,64}")
EXPOSED = (
    b"ETag, Link, Location, X-Total-Count, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    b"Retry-After, X-Request-ID"
)
ALWAYS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
STRICT_TRANSPORT_SECURITY = (b"strict-transport-security", b"max-age=31536000")
#: for answers that bring none of their own: nothing in them is ever to be run
CONTENT_SECURITY_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


def common(public_url: str | None) -> Headers:
    """What every answer of a service at this address has."""
    secure = public_url is not None and public_url.startswith("https:")
    return [*ALWAYS, STRICT_TRANSPORT_SECURITY] if secure else ALWAYS


def finished(own: Iterable[tuple[bytes, bytes]], *, always: Headers, request_id: bytes) -> Headers:
    """All headers of an answer, in lower case: its own, repeated ones too, and those of every answer."""
    return [*steady(own, always), (b"x-request-id", request_id)]


def steady(own: Iterable[tuple[bytes, bytes]], always: Headers) -> Headers:
    """All of them that do not change from request to request."""
    headers = [(name.lower(), value) for name, value in own]
    if not any(name == b"content-security-policy" for name, _ in headers):
        headers.append(CONTENT_SECURITY_POLICY)
    return [*headers, *always]


def lines(headers: Headers) -> bytes:
    """Headers as they stand in a head (RFC 9112 5)."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def own(answer: Answer) -> Headers:
    """The headers that a finished answer brings itself."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    return [*headers, (b"content-length", b"%d" % len(answer.body))]


def received(pairs: Headers) -> dict[bytes, bytes]:
    """The headers of a request by name; one that came in several lines is one list (RFC 9110 5.2)."""
    known = dict(pairs)
    if len(known) == len(pairs):
        return known
    joined: dict[bytes, bytes] = {}
    for name, value in pairs:
        joined[name] = joined[name] + b", " + value if name in joined else value
    return joined


#: 64 random bits for this process, and a number: as unique as all of it random, at a tenth of the price
_process, _numbers = os.urandom(8).hex().encode(), count(1)


def request_id(given: bytes | None) -> bytes:
    """The id of a request: the one that its sender chose, or a new one."""
    if given and REQUEST_ID.fullmatch(given):
        return given
    return b"%b-%x" % (_process, next(_numbers))
