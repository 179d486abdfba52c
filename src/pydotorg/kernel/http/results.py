"""What handlers return, and the answers that it means."""

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec
from litestar.response.base import ASGIResponse
from msgspec import Struct

from pydotorg.kernel import clock

from .paging import Listing
from .representation import Representation, cache_control

T = TypeVar("T")
JSON, PLAIN = "application/json", "text/plain; charset=utf-8"
#: a 200 to a GET, in all its forms; any other answer as it is
Result = Representation | ASGIResponse


class Created(Struct, Generic[T], frozen=True):
    """The answer to a POST that made something, and the path where it is."""

    item: T
    location: str


class Text(Struct, frozen=True):
    """An answer in plain text."""

    text: str


class Redirect(Struct, frozen=True):
    """The answer that sends the client to a stored address (302)."""

    location: str


def respond(
    result: Any, scope: Mapping[str, Any], *, reads: bool, datasets: Iterable[str], private: bool, ends: float
) -> Result:
    """The answer that a handler's result means: to a read of these datasets, true until `ends`, or to a write."""
    headers: dict[str, str] = {}
    status, item, media_type = 200, result, JSON
    if isinstance(result, Listing):
        headers |= result.headers(scope["base"] + scope["asked_path"], scope["query_string"].decode("ascii"))
        item = result.items
    elif isinstance(result, Created):
        headers["Location"] = scope["base"] + result.location
        status, item = 201, result.item
    elif isinstance(result, Redirect):
        headers["Location"] = result.location
        status, item, media_type = 302, None, "text/plain"
    elif isinstance(result, Text):
        media_type = PLAIN
    if reads and not private:
        headers |= surrogate_keys(datasets, item)
    body = result.text.encode() if isinstance(result, Text) else b"" if item is None else msgspec.json.encode(item)
    if reads and not isinstance(result, Redirect):
        return Representation(body, headers, media_type, private=private, ends=ends)
    if private:
        headers["Vary"] = "Authorization"
    if private or reads:
        headers["Cache-Control"] = cache_control(private=private, ends=ends, now=clock.unix()).decode()
    else:
        headers["Cache-Control"] = "no-store"  # there may be a token in it (RFC 6749 5.1)
    if result is None:
        return ASGIResponse(status_code=204, headers=headers)
    return ASGIResponse(body=body, status_code=status, headers=headers, media_type=media_type)


def surrogate_keys(datasets: Iterable[str], item: Any) -> dict[str, str]:
    """By what a CDN can be told to forget an answer: its datasets, and the thing that it is about, if it is one.

    The Struct of a thing says how: `surrogate_key: ClassVar[str] = "release:{0.id}"`.
    """
    keys = [*datasets, *([item.surrogate_key.format(item)] if hasattr(item, "surrogate_key") else [])]
    return {"Surrogate-Key": " ".join(keys)} if keys else {}
