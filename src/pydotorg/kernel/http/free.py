"""Finished bytes at an address: documentation pages, icons, the OpenAPI document."""

from collections.abc import Awaitable, Callable, Mapping

from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse


def bytes_at(
    path: str, body: Callable[[], bytes], media_type: str, headers: Mapping[str, str] | None = None
) -> HTTPRouteHandler:
    """A route that answers GET and HEAD with what `body` gives; it ignores query parameters."""

    async def answer() -> ASGIResponse:
        return ASGIResponse(body=body(), media_type=media_type, headers=dict(headers or {}))

    return free_route(path, answer)


def free_route(path: str, answer: Callable[[], Awaitable[ASGIResponse]]) -> HTTPRouteHandler:
    """A route that is no operation: GET and HEAD, for everybody, without parameters."""
    return HTTPRouteHandler(path, http_method=["GET", "HEAD"], status_code=200, name=f"plain:{path}")(answer)
