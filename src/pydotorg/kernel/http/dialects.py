"""Dialects: addresses that speak otherwise than all others, because their clients were there before."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from .errors import Answer, ApiError

#: of the credentials that hold where nobody says otherwise
SCHEMES = frozenset({"bearer", "token"})


class Dialect(Struct, frozen=True):
    """What is different below a path: how errors look, and which credentials hold."""

    path: str
    #: of credentials, in lower case
    schemes: frozenset[str]
    #: the answer to an error of a request, whose scope it gets
    render: Callable[[Any, ApiError], Answer]


def spoken_at(path: str, dialects: Iterable[Dialect]) -> Dialect | None:
    """The dialect of an address, if it has one."""
    return next((each for each in dialects if path.startswith(each.path + "/") or path == each.path), None)
