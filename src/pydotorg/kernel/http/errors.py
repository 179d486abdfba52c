"""Errors: what code raises, and the one shape in which every error answers.

Domain code raises a meaning (`NotFound`, `Conflict`, …) with a sentence for a person. `render` makes the answer, for
the router, for what stands before it and for the connection itself alike.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import structlog
from litestar.datastructures.headers import Accept
from litestar.exceptions import HTTPException
from msgspec import Struct

from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.engine import is_away, is_duplicate, taken_in
from pydotorg.kernel.one_thread import TooManyWait

T = TypeVar("T")
log = structlog.get_logger(__name__)

JSON = "application/json"
PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
BEARER = "Bearer"
CREDENTIAL_SCHEMES = f"{BEARER}, Token"  # RFC 9110 11.6.1: a challenge for each
#: what is said for each status where nothing more particular is known
SENTENCES = {
    400: "The query string is not valid.",
    401: "These credentials are not valid; sign in again, or leave them out.",
    404: "There is nothing at this address.",
    405: "This address does not support this method.",
    409: "Something with the same identity is stored already.",
    412: "It is not what If-Match says: it has changed since. Get it anew, and look.",
    413: "The body is larger than 1 MiB.",
    415: "The body must be JSON, with the Content-Type application/json.",
    422: "The body is not valid.",
    428: "Say with If-Match which state this is to change: the ETag of what you got.",
    429: "More than 120 requests a minute are not answered here; see Retry-After.",
    503: "The database cannot be reached; try again in a moment.",
}
OF_THE_ROUTER = (404, 405, 413)


class Error(Struct, frozen=True):
    """Every error: a sentence for a person, the status, and what a program may want to know besides."""

    detail: str
    status_code: int
    extra: dict[str, Any]


class Fault(Struct, frozen=True):
    """One thing that is wrong with a request: where (`files.0.url`), in which part of it, and what."""

    field: str
    source: str  # "query", "body", "path" or "request"
    message: str


class Faults(Struct, frozen=True):
    """All that is wrong with a request."""

    errors: list[Fault]


class ValidationError(Struct, frozen=True):
    """An error about the request itself, with every fault in it."""

    detail: str
    status_code: int
    extra: Faults


class Problem(Struct, frozen=True):
    """The same error as RFC 9457 has it; the members of `extra` stand beside."""

    type: str
    title: str
    status: int
    detail: str


class ApiError(Exception):
    """What the client is told; nothing of the transaction remains."""

    status = 500

    def __init__(self, detail: str, /, *, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail, self.extra, self.headers = detail, extra, dict(headers or {})


class Unauthenticated(ApiError):
    """No credentials, or none that hold."""

    status = 401

    def __init__(self, detail: str, schemes: str = CREDENTIAL_SCHEMES) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": schemes})


class Forbidden(ApiError):
    """Known, but not allowed."""

    status = 403


class NotFound(ApiError):
    """Not there, or not visible to this caller."""

    status = 404


class Conflict(ApiError):
    """At odds with what is stored; `fields` are the members that are, for dialects that sort errors by member."""

    status = 409

    def __init__(self, detail: str, /, *fields: str, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail, headers=headers, **extra)
        self.fields = fields


class PreconditionFailed(ApiError):
    """What is written to is not what the sender knows."""

    status = 412


class PreconditionRequired(ApiError):
    """The sender must say what he knows of what he writes to (RFC 6585 3)."""

    status = 428


class UnsupportedMedia(ApiError):
    """A body that is no JSON, or compressed."""

    status = 415


class TooManyRequests(ApiError):
    """A quota is spent; its window ends in so many seconds."""

    status = 429

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(seconds)})


class Unavailable(ApiError):
    """Not ready, or overloaded: worth another try."""

    status = 503

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Retry-After": str(RETRY_SECONDS)})


class Invalid(ApiError):
    """Well-formed, but it breaks the schema or a rule (422)."""

    status = 422

    def __init__(self, faults: list[Fault], detail: str = "The request is not valid.") -> None:
        super().__init__(detail, errors=faults)


class BadRequest(Invalid):
    """What cannot be read, or is wrong in the query string (400)."""

    status = 400


def refusal(caller: Caller, why: str) -> ApiError:
    """What a caller is told who may not: to sign in, or that it would not help him."""
    return Unauthenticated(why) if caller.is_anonymous else Forbidden(why)


def found(row: T | None, missing: str) -> T:
    """The row, or a 404 that says what is missing."""
    if row is None:
        raise NotFound(missing)
    return row


class Answer(Struct, frozen=True):
    """A finished answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def render(
    error: BaseException, accept: str = "", request_id: str = "", own: Callable[[ApiError], Answer] | None = None
) -> Answer:  # fmt: skip
    """The answer to an error, in a dialect's `own` form if it has one; an unexpected one is logged.

    It says nothing of the inside.
    """
    known = meaning(error)
    if known.status >= HTTPStatus.INTERNAL_SERVER_ERROR and "id" in known.extra:
        log.error("unexpected error", error_id=known.extra["id"], request_id=request_id, exc_info=error)
    if own is not None:
        return own(known)
    problem = bool(accept) and Accept(accept).best_match([JSON, PROBLEM], default=JSON) == PROBLEM
    if problem:
        title = HTTPStatus(known.status).phrase
        named = {"type": "about:blank", "title": title, "status": known.status, "detail": known.detail}
        body = msgspec.json.encode({**known.extra, **named})
    else:
        body = msgspec.json.encode(Error(known.detail, known.status, known.extra))
    headers = {"Content-Type": PROBLEM if problem else JSON, "Cache-Control": "no-store", **known.headers}
    return Answer(known.status, headers, body)


def meaning(error: BaseException) -> ApiError:
    """What an exception means to the client."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _of_the_router(error)
    if is_duplicate(error):
        return Conflict(f"Something with the same {' and '.join(taken_in(error)) or 'identity'} is stored already.")
    if is_away(error):
        log.warning("database away", reason=repr(error.__cause__ or error).partition("\\n")[0])
        return Unavailable(SENTENCES[503])
    if isinstance(error, TooManyWait):
        return Unavailable("Too much of this comes in at this moment; try again in a few seconds.")
    identity = uuid4().hex
    return ApiError(f"This is our fault. If you report it, quote {identity}.", id=identity)


def _of_the_router(error: HTTPException) -> ApiError:
    """Litestar's own refusals: 404, 405, 413, and 400 for what it cannot read."""
    detail = SENTENCES[error.status_code] if error.status_code in OF_THE_ROUTER else error.detail
    extra = {"errors": [Fault("", "request", detail)]} if error.status_code == HTTPStatus.BAD_REQUEST else {}
    known = ApiError(detail, headers={name.title(): value for name, value in (error.headers or {}).items()}, **extra)
    known.status = error.status_code
    return known
