"""A finished 200 in each of its forms: plain or compressed, whole or "not modified".

What an answer is, is worked out once: its tag from its bytes, its age from the clock, its surrogate keys from what it
shows. Where it leaves from, the router or a store, it leaves as the same bytes.
"""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from math import inf

from .codings import COMPRESS, IDENTITY, PLAIN_BYTES_MAX, compressed, preferred
from .conditional import matches
from .headers import Headers

MAX_AGE_SECONDS = 60
TAG_BYTES = 12
#: headers that follow from what is shown and from the address, or tell caches how to handle it
OF_THE_SAME = frozenset({b"link", b"surrogate-key"})
#: of an answer that is one caller's alone
PRIVATE = b"private, no-store"


class Coded:
    """A representation in one content coding: the headers of a 200 and of a 304, and the body."""

    __slots__ = ("body", "etag", "headers", "not_modified")

    def __init__(self, shared: Headers, described: Headers, body: bytes, etag: bytes) -> None:
        self.etag, self.body = etag, body
        self.not_modified: Headers = [*shared, (b"etag", etag)]
        self.headers: Headers = [*self.not_modified, *described, (b"content-length", b"%d" % len(body))]


class Representation:
    """What is answered to a GET, to everybody alike or, if it is `private`, to one caller.

    `ends` is the moment, in Unix time, at which the clock makes it untrue. Headers that bring a `Cache-Control` of
    their own know better than the clock. If it `depends` on who asks, caches must tell callers apart.
    """

    __slots__ = ("body", "codings", "ends", "making", "media_type", "private", "shared", "tag")

    def __init__(
        self, body: bytes, headers: Mapping[str, str], media_type: str, *, private: bool = False, ends: float = inf,
        depends: bool = False,
    ) -> None:  # fmt: skip
        self.body, self.private, self.ends, self.media_type = body, private, ends, media_type.encode()
        own = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        digest = blake2b(body, digest_size=TAG_BYTES)
        for name, value in own:  # another total is another answer, even if the page has the same rows
            if name not in OF_THE_SAME:
                digest.update(b"\n%b:%b" % (name, value))
        self.tag = digest.hexdigest().encode()
        vary = b"Authorization, Accept-Encoding" if private or depends else b"Accept-Encoding"
        self.shared: Headers = [*own, (b"vary", vary)]
        plain = Coded(self.shared, [(b"content-type", self.media_type)], body, b'"%b"' % self.tag)
        self.making: dict[bytes, asyncio.Future[None]] = {}
        #: those that have been asked for, by the coding that was preferred
        self.codings = dict.fromkeys(COMPRESS, plain) if len(body) <= PLAIN_BYTES_MAX else {}
        self.codings[IDENTITY] = plain

    @property
    def etag(self) -> bytes:
        """The tag of the plain form, which those of the others begin with."""
        return self.codings[IDENTITY].etag

    async def coded(self, coding: bytes) -> Coded:
        """The form in this coding, made when it is asked for first; the plain one where compressing does not help."""
        if coding not in self.codings:
            if coding not in self.making:
                self.making[coding] = asyncio.ensure_future(self._make(coding))
            await asyncio.shield(self.making[coding])
        return self.codings[coding]

    async def _make(self, coding: bytes) -> None:
        """Compress, once for all who wait for it."""
        try:
            smaller = await compressed(self.body, coding)
            described = [(b"content-type", self.media_type), (b"content-encoding", coding)]
            made = Coded(self.shared, described, smaller, b'"%b-%b"' % (self.tag, coding))
            self.codings[coding] = made if len(smaller) < len(self.body) else self.codings[IDENTITY]
        finally:
            del self.making[coding]

    async def selected(self, given: Mapping[bytes, bytes], now: float) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request with these headers."""
        coded = await self.coded(preferred(given.get(b"accept-encoding", b"")))
        own = any(name == b"cache-control" for name, _ in self.shared)
        control = [] if own else [(b"cache-control", cache_control(private=self.private, ends=self.ends, now=now))]
        if b"if-none-match" in given and matches(given[b"if-none-match"], coded.etag):
            return 304, [*coded.not_modified, *control], b""
        return 200, [*coded.headers, *control], coded.body


def cache_control(*, private: bool, ends: float, now: float) -> bytes:
    """The value of `Cache-Control` for what the clock ends at this moment; no cache keeps what is one caller's."""
    if private:
        return PRIVATE
    return b"public, max-age=%d" % max(min(ends - now, MAX_AGE_SECONDS), 0)
