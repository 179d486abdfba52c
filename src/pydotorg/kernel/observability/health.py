"""Whether the process is alive, and whether it can serve."""

from collections.abc import Awaitable, Callable

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from pydotorg.kernel.http.errors import Unavailable
from pydotorg.kernel.http.free import free_route


def health_routes(is_ready: Callable[[], Awaitable[bool]]) -> tuple[HTTPRouteHandler, ...]:
    """`/health` says that the process answers, `/ready` that it can serve: database reachable, migrations current."""

    async def health() -> ASGIResponse:
        return said("ok")

    async def ready() -> ASGIResponse:
        if not await is_ready():
            raise Unavailable("The database is not of this version of pydotorg; run `pydotorg database upgrade`.")
        return said("ready")

    return free_route("/health", health), free_route("/ready", ready)


def said(status: str) -> ASGIResponse:
    """A status as JSON, never kept by a cache."""
    body = msgspec.json.encode({"status": status})
    return ASGIResponse(body=body, media_type="application/json", headers={"Cache-Control": "no-store"})
