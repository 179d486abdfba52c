"""Type hints, taken apart: what readers of queries and bodies, and the writer of the document, ask of them."""

import math
import re
from collections.abc import Iterator
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


def metas(hint: Any) -> Iterator[msgspec.Meta]:
    """What `Annotated` says of a type, outermost last."""
    hint = bare(hint)
    for part in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
        if isinstance(part, msgspec.Meta):
            yield part


def items_max(hint: Any) -> float:
    """How many items an array may have; one that has more is one fault, and not looked into."""
    return min((meta.max_length for meta in metas(hint) if meta.max_length is not None), default=math.inf)


def message_of(hint: Any) -> str | None:
    """What a type says of itself to who got it wrong: `Meta(extra={"message": …})`; msgspec would show its pattern."""
    while hint is not None:
        hint = bare(hint)
        for meta in metas(hint):
            if meta.extra and "message" in meta.extra:
                return str(meta.extra["message"])
        inner = unwrapped(hint)
        hint = get_args(inner)[0] if get_origin(inner) in (tuple, list) else None
    return None


def in_clients_words(error: Exception, hint: Any) -> str:
    """Msgspec's message about a value of this type, in a client's words."""
    message = str(error).partition(" - at `$")[0]
    if values := choices(hint):
        return f"must be one of {', '.join(f'`{value}`' for value in values)}"
    if "matching regex" in message and (own := message_of(hint)):
        return own
    if bounded := BOUNDED.fullmatch(message):
        bound = "at least" if bounded["sign"] == ">=" else "at most"
        return BOUNDS[bounded["type"]].format(bound, bounded["limit"])
    if said := next((said for told, said in SENTENCES.items() if message.startswith(told)), None):
        return said
    if typed := EXPECTED.match(message):
        return f"must be {named(typed[1])}" + (f", got {named(typed[2])}" if typed[2] else "")
    return message.lower()


EXPECTED = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
BOUNDED = re.compile(r"Expected `(?P<type>\w+)`(?: \| `?null`?)? (?:of length )?(?P<sign><=|>=) (?P<limit>[0-9.]+)")
BOUNDS = {
    "str": "must have a length of {} {}",
    "array": "must have {} {} items",
    "int": "must be {} {}",
    "float": "must be {} {}",
}
TYPES = {"str": "text", "int": "an integer", "float": "a number", "bool": "true or false", "array": "an array"}
TYPES |= {"object": "an object"}
TIME_MESSAGE = "must be a time as RFC 3339 writes it, with its zone, such as 2026-10-09T12:00:00Z"
SENTENCES = {
    "Invalid RFC3339 encoded datetime": TIME_MESSAGE,
    "Expected `datetime` with a timezone": TIME_MESSAGE,
    "Invalid RFC3339 encoded date": "must be a date such as 2026-10-09",
    "Invalid UUID": "must be a UUID",
}


def named(types: str) -> str:
    """`float | null` as a client calls it: a number or null."""
    return " or ".join(TYPES.get(name, name) for name in types.split(" | "))
