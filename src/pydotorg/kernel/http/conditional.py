"""Conditional requests (RFC 9110 13): whether a client has already what it asks for."""

import re

ANY = b"*"
WEAK = b"W/"
TAG = rb'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*+"'
A_TAG = re.compile(TAG)
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
