"""Finished bytes at an address: documentation pages, icons, the OpenAPI document."""

from collections.abc import Awaitable, Callable, Mapping

from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from .answering import selected
from .representation import Representation
from .signatures import AnyRequest

#: larger ones, the bundles of the documentation pages, are read whenever they are asked for: browsers keep them
KEPT_BYTES_MAX = 262_144


def bytes_at(
    path: str, body: Callable[[], bytes], media_type: str, headers: Mapping[str, str] | None = None
) -> HTTPRouteHandler:
    """A route that answers GET and HEAD with what `body` gives, always the same; it ignores query parameters."""
    media_type += "; charset=utf-8" if media_type.startswith("text/") else ""
    kept: list[Representation] = []

    async def answer(request: AnyRequest) -> ASGIResponse:
        representation = kept[0] if kept else Representation(body(), headers or {}, media_type)
        if not kept and len(representation.body) <= KEPT_BYTES_MAX:
            kept.append(representation)
        return await selected(representation, request.scope)

    return HTTPRouteHandler(path, http_method=["GET", "HEAD"], status_code=200, name=f"plain:{path}")(answer)


def free_route(path: str, answer: Callable[[], Awaitable[ASGIResponse]]) -> HTTPRouteHandler:
    """A route that is no operation: GET and HEAD, for everybody, without parameters."""
    return HTTPRouteHandler(path, http_method=["GET", "HEAD"], status_code=200, name=f"plain:{path}")(answer)
