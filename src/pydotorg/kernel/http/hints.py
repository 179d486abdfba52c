"""Type hints, taken apart: what readers of queries and bodies, and the writer of the document, ask of them."""

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UnsetType


def bare(hint: Any) -> Any:
    """`X | None` and `X | UnsetType` as `X`, keeping what `Annotated` says."""
    said = [argument for argument in get_args(hint) if argument not in (type(None), UnsetType)]
    return said[0] if get_origin(hint) in (Union, UnionType) and len(said) == 1 else hint


def unwrapped(hint: Any) -> Any:
    """`Annotated[X, …]` as `X`."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def choices(hint: Any) -> list[Any]:
    """The values of an enumeration, or of a tuple of them; none for other types."""
    base = unwrapped(bare(hint))
    if get_origin(base) in (tuple, list):
        return choices(get_args(base)[0])
    if get_origin(base) is Literal:
        return list(get_args(base))
    return [member.value for member in base] if hasattr(base, "__members__") else []


def message_of(hint: Any) -> str | None:
    """What a type says of itself to who got it wrong: `Meta(extra={"message": …})`; msgspec would show its pattern."""
    while hint is not None:
        hint = bare(hint)
        for part in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
            if isinstance(part, msgspec.Meta) and part.extra and "message" in part.extra:
                return str(part.extra["message"])
        inner = unwrapped(hint)
        hint = get_args(inner)[0] if get_origin(inner) in (tuple, list) else None
    return None


def plain(error: Exception, hint: Any) -> str:
    """Msgspec's message about a value of this type, in a client's words."""
    message = str(error).partition(" - at `$")[0]
    if values := choices(hint):
        return f"must be one of {', '.join(f'`{value}`' for value in values)}"
    if "matching regex" in message and (own := message_of(hint)):
        return own
    for told, said in WORDS:
        message = message.replace(told, said)
    return message[0].lower() + message[1:].replace("`", "")


WORDS = (
    ("Expected `str` of length >=", "Must have a length of at least"),
    ("Expected `str` of length <=", "Must have a length of at most"),
    ("Expected `array` of length <=", "Must have at most this many items:"),
    ("Expected `array` of length >=", "Must have at least this many items:"),
    ("Expected `int` >=", "Must be at least"),
    ("Expected `int` <=", "Must be at most"),
    ("Expected ", "Must be "),
    ("`str`", "text"),
    ("`int`", "an integer"),
    ("`bool`", "true or false"),
    ("`float`", "a number"),
    ("`object`", "an object"),
    ("`array`", "an array"),
    ("`null`", "null"),
    ("Invalid RFC3339 encoded datetime", "Must be a time as RFC 3339 writes it, such as 2026-10-09T12:00:00Z"),
    ("Invalid RFC3339 encoded date", "Must be a date such as 2026-10-09"),
    ("Invalid UUID", "Must be a UUID"),
)
