"""The headers of requests and answers, as the OpenAPI document describes them."""

from typing import Any

from .errors import CREDENTIAL_SCHEMES, RETRY_SECONDS

JSON = dict[str, Any]
TEXT: JSON = {"type": "string"}
REQUEST_ID = "X-Request-ID"
#: headers by the names of their components, with what clients find in them
HEADERS: dict[str, JSON] = {
    REQUEST_ID: {
        "description": "What the log knows this request by: the one that was sent, or a new one.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"}, "example": "26d7fdf3373d4354a275b60d68159acd",
    },
    "X-Total-Count": {
        "description": "How many rows there are on all pages.",
        "schema": {"type": "integer", "minimum": 0}, "example": 651,
    },
    "Link": {
        "description": "The pages `first`, `prev`, `next` and `last`, those that there are (RFC 8288).",
        "schema": TEXT, "example": '<http://localhost:8000/api/v1/releases?limit=100&offset=100>; rel="next"',
    },
    "Location": {"description": "Where it is.", "schema": {"type": "string", "format": "uri"}},
    "WWW-Authenticate": {
        "description": "Which credentials are understood.", "schema": TEXT, "example": CREDENTIAL_SCHEMES,
    },
    "Retry-After": {
        "description": "After how many seconds another try is worth while.",
        "schema": {"type": "integer", "minimum": 0}, "example": RETRY_SECONDS,
    },
    "ETag": {
        "description": "What this answer is known by: sent back in `If-None-Match`, it saves the answer (RFC 9110).",
        "schema": {"type": "string", "pattern": '^"[0-9a-z-]+"$'}, "example": '"9dce92268f1b991ba9ae5f82"',
    },
    "Cache-Control": {
        "description": "Who may keep this answer, and for how many seconds.",
        "schema": TEXT, "example": "public, max-age=60",
    },
    "RateLimit-Policy": {
        "description": "How many requests of this tier are answered in how many seconds.",
        "schema": TEXT, "example": "120;w=60",
    },
    "RateLimit-Limit": {
        "description": "How many requests of this tier are answered in a minute.",
        "schema": {"type": "integer", "minimum": 1}, "example": 120,
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left.", "schema": {"type": "integer", "minimum": 0}, "example": 118,
    },
    "RateLimit-Reset": {
        "description": "When there are all of them again, as Unix time.",
        "schema": {"type": "integer"}, "example": 1735689600,
    },
}  # fmt: skip
#: of every answer that is counted; not of one that is refused before, nor where nothing is limited
QUOTA = ("RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
CACHING = ("ETag", "Cache-Control")
ERROR_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
#: what the head of a write may say
GIVEN: dict[str, JSON] = {
    "IfMatch": {
        "name": "If-Match", "in": "header", "required": False,
        "description": "The `ETag` of what is to be changed, as its GET gave it, or `*`: if it has changed since, "
        "nothing is written, and the answer is a 412 (RFC 9110).",
        "schema": {"type": "string"},
    },
    "IfMatchRequired": {
        "name": "If-Match", "in": "header", "required": True,
        "description": "The `ETag` of what is to be changed, as its GET gave it, or `*`: if it has changed since, "
        "nothing is written, and the answer is a 412; without it, a 428 (RFC 9110, RFC 6585).",
        "schema": {"type": "string"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match", "in": "header", "required": False,
        "description": "`*`: only where nothing is there yet; otherwise the answer is a 412 (RFC 9110).",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key", "in": "header", "required": False,
        "description": "A text of your own, a new one for each thing that is to be made. Sent again with the same "
        "body within a day, nothing more is made, and the answer is the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
}  # fmt: skip
