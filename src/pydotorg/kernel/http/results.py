"""What handlers return, and the answers that it means."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pydotorg.kernel import clock

from .paging import Listing
from .representation import PRIVATE, Representation, cache_control

T = TypeVar("T")
JSON, PLAIN = "application/json", "text/plain; charset=utf-8"
#: a 200 to a GET, in all its forms; any other answer as it is
Result = Representation | ASGIResponse


class Created(Struct, Generic[T], frozen=True):
    """The answer to a POST that made something, and the path where it is."""

    item: T
    location: str


class Stored(Struct, Generic[T], frozen=True):
    """The answer to a PUT: what is there now, and whether nothing was there before (201)."""

    item: T
    is_new: bool


class Found(Struct, Generic[T], frozen=True):
    """The answer to a search that was posted: a page of what was found, and how much there is in all."""

    items: list[T]
    total: int


class Text(Struct, frozen=True):
    """An answer in text, plain or of another kind, encoded already or not; who keeps it as a file may know a name."""

    text: str | bytes
    media_type: str = PLAIN
    filename: str = ""


class Encoded(Struct, frozen=True):
    """An answer whose bytes, status and headers its handler has made itself."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}
    media_type: str = JSON


class Redirect(Struct, frozen=True):
    """The answer that sends the client to a stored address (302)."""

    location: str


class Meaning(NamedTuple):
    """What a handler's result says: the status, headers of its own, and the body with its type."""

    status: int
    headers: dict[str, str]
    body: bytes
    media_type: str = JSON


def meaning(result: Any, scope: Mapping[str, Any]) -> Meaning:  # noqa: PLR0911  one for each kind of result
    """The answer that a handler's result means, to whomever it is given."""
    match result:
        case Listing():
            headers = result.headers(scope["base"] + scope["asked_path"], scope["query_string"].decode("ascii"))
            return Meaning(200, headers, msgspec.json.encode(result.items))
        case Found():
            return Meaning(200, {"X-Total-Count": str(result.total)}, msgspec.json.encode(result.items))
        case Created():
            return Meaning(201, {"Location": scope["base"] + result.location}, msgspec.json.encode(result.item))
        case Stored():
            return Meaning(201 if result.is_new else 200, {}, msgspec.json.encode(result.item))
        case Redirect():
            return Meaning(302, {"Location": result.location}, b"", "text/plain")
        case Encoded():
            return Meaning(result.status, dict(result.headers), result.body, result.media_type)
        case Text():
            body = result.text if isinstance(result.text, bytes) else result.text.encode()
            named = {"Content-Disposition": f'inline; filename="{result.filename}"'} if result.filename else {}
            return Meaning(200, named, body, result.media_type)
        case _:
            return Meaning(204, {}, b"") if result is None else Meaning(200, {}, msgspec.json.encode(result))


def read_answer(
    result: Any, scope: Mapping[str, Any], *, datasets: Iterable[str], private: bool, ends: float,
    depends: bool = False,
) -> Result:  # fmt: skip
    """The answer to a read of these datasets, true until `ends`; some callers may get another, if it `depends`."""
    status, headers, body, media_type = meaning(result, scope)
    headers |= {} if private else surrogate_keys(datasets, result)
    if not isinstance(result, Redirect):
        return Representation(body, headers, media_type, private=private, ends=ends, depends=depends)
    headers |= {"Vary": "Authorization"} if private else {}
    headers["Cache-Control"] = cache_control(private=private, ends=ends, now=clock.unix()).decode()
    return ASGIResponse(status_code=status, headers=headers, media_type=media_type)


def write_answer(
    result: Any, scope: Mapping[str, Any], *, private: bool, shown: Representation | None = None
) -> ASGIResponse:  # fmt: skip
    """The answer to a write. What was written is answered as it is `shown`, with the same bytes and the same tag."""
    status, headers, body, media_type = meaning(result, scope)
    if shown is not None:
        body, headers["ETag"] = shown.body, shown.etag.decode()
    headers |= {"Vary": "Authorization"} if private else {}
    # there may be a token in it (RFC 6749 5.1)
    headers["Cache-Control"] = PRIVATE.decode() if private else "no-store"
    return ASGIResponse(body=body, status_code=status, headers=headers, media_type=media_type)


def item_of(result: Any) -> Any:
    """The thing that a handler's result is about, if it tells of one."""
    if isinstance(result, Encoded) and not result.body:
        return None
    return result.item if isinstance(result, Created | Stored) else result


def surrogate_keys(datasets: Iterable[str], item: Any) -> dict[str, str]:
    """By what a CDN can be told to forget an answer: its datasets, and the thing that it is about, if it is one.

    The Struct of a thing says how: `surrogate_key: ClassVar[str] = "release:{0.id}"`.
    """
    keys = [*datasets, *([item.surrogate_key.format(item)] if hasattr(item, "surrogate_key") else [])]
    return {"Surrogate-Key": " ".join(keys)} if keys else {}
