"""Request bodies: a Struct whose fields are the members, read strictly, with every fault in one 422.

A body without fault costs one typed decode. Only one that fails is looked at again, member by member.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, ClassVar, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
from litestar.datastructures import Headers
from msgspec import Struct

from .errors import SENTENCES, BadRequest, Fault, Invalid, UnsupportedMedia
from .hints import bare, in_clients_words, items_max, unwrapped

BODY_BYTES_MAX = 2**20
FAULTS_MAX = 100
DEPTH_MAX = 20


class Body(Struct, forbid_unknown_fields=True):
    """Base of all bodies; a member without a default is required."""

    #: members of the answer that nobody sets: named as such, not as unknown
    read_only: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "updated_at"})


class BodyReader:
    """Reads the JSON body of one operation into its Struct."""

    def __init__(self, struct: type[Body]) -> None:
        self.struct = struct
        self.decoder = msgspec.json.Decoder(struct)

    @staticmethod
    def demand_json(headers: Headers) -> None:
        """Refuse what the head announces as something else than plain JSON (415), before the body is read."""
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMedia("A compressed body is not accepted; send it as it is.")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMedia(SENTENCES[415])

    def read(self, raw: bytes) -> Body:
        """The body, or a 400 or 422."""
        try:
            if not nests_too_deeply(raw):
                return self.decoder.decode(raw)
        except msgspec.ValidationError:
            return self._read_again(raw)
        except (ValueError, RecursionError) as error:
            raise _unreadable("not JSON in UTF-8") from error
        raise _unreadable(f"nested more deeply than {DEPTH_MAX}")

    def _read_again(self, raw: bytes) -> Body:
        """The long way: every fault, if there is one. JSON's `3.0` is an integer too, which msgspec does not grant."""
        try:
            value = _integers(msgspec.json.decode(raw))
        except ValueError as error:
            raise _unreadable("not JSON in UTF-8") from error
        faults = [Fault(*fault) for fault in islice(examine(value, self.struct), FAULTS_MAX)]
        if faults:
            raise Invalid(faults, SENTENCES[422])
        return msgspec.convert(value, self.struct)


def nests_too_deeply(raw: bytes) -> bool:
    """Whether brackets outside of strings go deeper than `DEPTH_MAX`."""
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for token in TOKEN.finditer(raw):
        depth += STEP.get(token[0], 0)
        if depth > DEPTH_MAX:
            return True
    return False


# possessive: an unclosed string is passed over once, whatever stands in it
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[][{}]', re.DOTALL)
STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


def _unreadable(reason: str) -> BadRequest:
    return BadRequest([Fault("", "body", f"the body is {reason}")], "The body cannot be read.")


def _integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _integers(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_integers(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def examine(value: Any, hint: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every fault of `value` as `hint`: objects and arrays part by part, all else as msgspec sees it."""
    inner = unwrapped(bare(hint))
    if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, Struct):
        yield from _examine_object(value, inner, path)
        return
    faultless = True
    if isinstance(value, list) and get_origin(inner) is list and len(value) <= items_max(hint):
        item = get_args(inner)[0]
        for index, each in enumerate(value):
            for fault in examine(each, item, f"{path}{index}."):
                faultless = False
                yield fault
    if faultless:
        try:
            msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            yield path.rstrip("."), "body", in_clients_words(error, hint)


def _examine_object(value: dict[str, Any], struct: type[Struct], path: str) -> Iterator[tuple[str, str, str]]:
    members = members_of(struct)
    for name, member in members.items():
        if name in value:
            yield from examine(value[name], member.hint, f"{path}{name}.")
        elif member.required:
            yield path + name, "body", "is required"
    allowed = ", ".join(f"`{member}`" for member in members)
    for name in value:
        if name not in members:
            read_only = name in getattr(struct, "read_only", ())
            yield path + name, "body", "is read-only" if read_only else f"unknown member; allowed are {allowed}"


class Member(NamedTuple):
    """One member of a body: its type, and whether it must be there."""

    hint: Any
    required: bool


@cache
def members_of(struct: type[Struct]) -> dict[str, Member]:
    """The members of a Struct by the names that clients write."""
    hints = get_type_hints(struct, include_extras=True)
    return {field.encode_name: Member(hints[field.name], field.required) for field in msgspec.structs.fields(struct)}
