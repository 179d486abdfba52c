"""What a domain brings: its table of contents, read by `app.py` and the tests."""

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from .database.columns import Base


class Domain(Struct, frozen=True, kw_only=True):
    """One folder of the service; `description` says to users of the API what it is about."""

    name: str
    description: str
    routes: tuple[HTTPRouteHandler, ...]
    tables: tuple[type[Base], ...]
