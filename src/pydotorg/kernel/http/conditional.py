"""Conditional requests (RFC 9110 13): whether a client has already what it asks for, or knows what it writes over."""

import re
from collections.abc import Mapping

from .errors import SENTENCES, PreconditionFailed, PreconditionRequired

ANY = b"*"
WEAK = b"W/"
TAG = rb'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"'
A_TAG = re.compile(TAG)
CODED = re.compile(rb'-(?:zstd|br|gzip)"\Z')
# every repetition keeps what it has taken: no header takes longer than its length
LIST = re.compile(rb"[ \t,]*+" + TAG + rb"(?:[ \t]*+,[ \t,]*+" + TAG + rb")*+[ \t,]*+")


def matches(if_none_match: bytes, etag: bytes) -> bool:
    """Whether `If-None-Match` names this tag, by weak comparison; a malformed header names none."""
    if if_none_match == etag:
        return True
    if if_none_match.strip() == ANY:
        return True
    if LIST.fullmatch(if_none_match) is None:
        return False
    return etag in {tag.removeprefix(WEAK) for tag in A_TAG.findall(if_none_match)}


class Precondition:
    """What the head of a write demands of what it writes to, in `If-Match` and `If-None-Match`.

    Malformed ones demand nothing. A tag of any coding stands for the thing itself: whoever got it compressed may write,
    too.
    """

    __slots__ = ("match", "none_match")

    def __init__(self, given: Mapping[bytes, bytes]) -> None:
        self.match = named(given.get(b"if-match", b""))
        self.none_match = named(given.get(b"if-none-match", b""), weakly=True)

    def __bool__(self) -> bool:
        return self.match is not None or self.none_match is not None

    def demand_stated(self) -> None:
        """Refuse a write over what its sender may not have seen."""
        if self.match is None:
            raise PreconditionRequired(SENTENCES[428])

    def demand(self, *tags: bytes) -> None:
        """Refuse a write as what is there now has these tags, one for each way to see it; without any, nothing is."""
        known = {ANY, *tags} if tags else set()
        if self.match is not None and not known & self.match:
            raise PreconditionFailed(SENTENCES[412])
        if self.none_match is not None and known & self.none_match:
            raise PreconditionFailed("It is there already, as If-None-Match says that it must not be.")


def named(header: bytes, *, weakly: bool = False) -> frozenset[bytes] | None:
    """The tags in a header, without their codings; None if it is absent or malformed. Weak ones may name nothing."""
    if header.strip() == ANY:
        return frozenset({ANY})
    if LIST.fullmatch(header) is None:
        return None
    tags = (tag.removeprefix(WEAK) for tag in A_TAG.findall(header) if weakly or not tag.startswith(WEAK))
    return frozenset(CODED.sub(b'"', tag) for tag in tags)
