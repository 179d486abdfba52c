"""The log: one line an event on standard error, of ours and of libraries alike."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

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
    return [readable, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def readable(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Without the characters that command a terminal: the address of a request may hold any."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable() and name != "exception":
            event[name] = repr(value)
    return event


def _for_programs() -> list[structlog.typing.Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
