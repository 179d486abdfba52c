"""What those who run the service see: its log, and whether it is alive and ready."""

import logging
import sys
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from .http.errors import Unavailable
from .http.free import free_route

STANDARD_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_log(level: str, form: str | None) -> None:
    """One line an event on standard error: for people on a terminal, else JSON; warnings of libraries, too."""
    console = form == "console" or (form is None and sys.stderr.isatty())
    threshold = STANDARD_LEVELS[level]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendering = _for_people() if console else _for_programs()
    structlog.configure(
        processors=[*shared, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering,
    ], foreign_pre_chain=shared))  # fmt: skip
    # what libraries have to say below a warning is of no use here, and the drivers' holds every value
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # what it warns of has a line of ours


def _for_people() -> list[structlog.typing.Processor]:
    # a plain traceback: the local variables that prettier ones show may hold secrets
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _for_programs() -> list[structlog.typing.Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]


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
