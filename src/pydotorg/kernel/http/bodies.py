"""Request bodies: a Struct whose fields are the members, read strictly, with every fault in one 422.

A body without fault costs one typed decode. Only one that fails is looked at again, member by member.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, ClassVar, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from litestar.datastructures import Headers
from msgspec import UNSET, Struct

from pydotorg.kernel.database.transaction import Database

from .errors import SENTENCES, BadRequest, Fault, Invalid, UnsupportedMedia
from .hints import bare, in_clients_words, items_max, unwrapped

BODY_BYTES_MAX = 2**20
#: a larger one may consist of hundreds of thousands of values, which take up to a second
AT_ONCE_BYTES_MAX = 65_536
FAULTS_MAX = 100
DEPTH_MAX = 20
#: what is wrong with a name of another resource, in a client's words, if it names none
Check: TypeAlias = Callable[[Database, str], Awaitable[str | None]]


class Part(Struct, forbid_unknown_fields=True):
    """Base of the objects in bodies; a member without a default is required."""

    #: members of the answer that nobody sets: named as such, not as unknown
    read_only: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "updated_at"})
    #: what a text must be besides what its type says, by its member; a rule says what is wrong
    rules: ClassVar[Mapping[str, Callable[[str], str | None]]] = {}
    #: members that name another resource, or several
    references: ClassVar[Mapping[str, Check]] = {}

    def faults(self) -> Iterable[tuple[str, str]]:
        """What the members say against each other, as (member, message)."""
        return ()


class Body(Part):
    """Base of all bodies."""

    #: one for the document, where the members that must be there make none to learn from
    example: ClassVar[Mapping[str, Any]] = {}

    async def prepare(self) -> None:
        """What takes long and needs no database; others must not wait for it in a transaction."""


def said(change: Part, names: Iterable[str]) -> dict[str, Any]:
    """Those of these members that the body of a change has."""
    given = ((name, getattr(change, name)) for name in names)
    return {name: value for name, value in given if value is not UNSET}


class Mention(NamedTuple):
    """A member that names another resource: where, and how to find out whether there is one."""

    path: str
    check: Check
    name: str


class BodyReading(NamedTuple):
    """A body, or all that is wrong with it; and what it mentions, which is looked for together."""

    body: Body | None
    faults: list[Fault]
    mentions: list[Mention]

    async def whole(self, db: Database) -> Body:
        """The body, or a 422 with every fault."""
        known: dict[tuple[Check, str], str | None] = {}
        for _, check, name in self.mentions:
            if (check, name) not in known:
                known[check, name] = await check(db, name)
        missing = [(path, known[check, name]) for path, check, name in self.mentions]
        return self.faultless([Fault(path, "body", message) for path, message in missing if message])

    def faultless(self, more: Iterable[Fault] = ()) -> Body:
        """The body, or a 422."""
        faults = [*self.faults, *more]
        if faults or self.body is None:
            raise Invalid(faults[:FAULTS_MAX], SENTENCES[422])
        return self.body


class BodyReader:
    """Reads the JSON body of one operation into its Struct."""

    def __init__(self, struct: type[Body], *, optional: bool = False) -> None:
        self.struct, self.optional = struct, optional
        self.decoder = msgspec.json.Decoder(struct)
        self.mentions = any(mentions_others(struct))

    def demand_json(self, headers: Headers) -> None:
        """Refuse what the head announces as something else than plain JSON (415), before the body is read."""
        if self.optional and not announces_body(headers):
            return
        demand_plain(headers)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMedia(SENTENCES[415])

    async def reading(self, raw: bytes) -> BodyReading:
        """What the body says, or a 400; a large one is read beside the event loop."""
        large = len(raw) > AT_ONCE_BYTES_MAX
        reading = await asyncio.to_thread(self.read, raw) if large else self.read(raw)
        if reading.body is not None:
            await reading.body.prepare()
        return reading

    def read(self, raw: bytes) -> BodyReading:
        """What the body says, or a 400."""
        mentions = list(mentioned(_decoded(raw), self.struct)) if self.mentions else []
        try:
            demand_shallow(raw)
            body = self.decoder.decode(raw)
        except msgspec.ValidationError:
            return self._read_again(raw, mentions)
        except (ValueError, RecursionError) as error:
            raise _unreadable("not JSON in UTF-8") from error
        faults = [Fault(*fault) for fault in islice(contradictions(body), FAULTS_MAX)]
        return BodyReading(body, faults, mentions)

    def _read_again(self, raw: bytes, mentions: list[Mention]) -> BodyReading:
        """The long way: every fault, if there is one. JSON's `3.0` is an integer too, which msgspec does not grant."""
        value = _integers(_decoded(raw))
        faults = [Fault(*fault) for fault in islice(examine(value, self.struct), FAULTS_MAX)]
        return BodyReading(None if faults else msgspec.convert(value, self.struct), faults, mentions)


def announces_body(headers: Headers) -> bool:
    """Whether a body follows this head."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip() != "0"


def demand_plain(headers: Headers) -> None:
    """Refuse what the head announces as compressed (415), before the body is read."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMedia("A compressed body is not accepted; send it as it is.")


def demand_shallow(raw: bytes) -> None:
    """Refuse JSON that would take long to look through (400)."""
    if nests_too_deeply(raw):
        raise _unreadable(f"nested more deeply than {DEPTH_MAX}")


def json_value(raw: bytes) -> Any:
    """What JSON says, whatever it is, or a 400."""
    demand_shallow(raw)
    return _decoded(raw)


def _decoded(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        raise _unreadable("not JSON in UTF-8") from error


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
        faults = list(islice(_examine_object(value, inner, path), FAULTS_MAX))
        yield from faults or contradictory(msgspec.convert(value, inner), path)
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
            faults = list(islice(examine(value[name], member.hint, f"{path}{name}."), FAULTS_MAX))
            yield from faults or broken_rules(struct, name, value[name], path)
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


def broken_rules(struct: type[Struct], name: str, value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a member whose type is right."""
    rule = struct.rules.get(name) if issubclass(struct, Part) else None
    message = rule(value) if rule and isinstance(value, str) else None
    if message:
        yield path + name, "body", message


def contradictory(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """What the members of an object say against each other."""
    if isinstance(value, Part):
        yield from ((path + name, "body", message) for name, message in value.faults())


def contradictions(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """What is wrong with a body whose types are right, and with the objects in it."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from contradictions(each, f"{path}{index}.")
    if isinstance(value, Part):
        for name in value.__struct_fields__:
            member = getattr(value, name)
            yield from broken_rules(type(value), name, member, path)
            yield from contradictions(member, f"{path}{name}.")
        yield from contradictory(value, path)


def mentions_others(hint: Any) -> Iterator[bool]:
    """Whether an object of this type, or one in it, can name other resources."""
    inner = unwrapped(bare(hint))
    if get_origin(inner) is list:
        yield from mentions_others(get_args(inner)[0])
    elif isinstance(inner, type) and issubclass(inner, Part):
        yield bool(inner.references)
        for member in members_of(inner).values():
            yield from mentions_others(member.hint)


def mentioned(value: Any, hint: Any, path: str = "") -> Iterator[Mention]:
    """Every member that names another resource, as far as the value has the form that it should have."""
    inner = unwrapped(bare(hint))
    if isinstance(value, list) and get_origin(inner) is list:
        for index, each in enumerate(value if len(value) <= items_max(hint) else ()):
            yield from mentioned(each, get_args(inner)[0], f"{path}{index}.")
    elif isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, Part):
        for name, check in inner.references.items():
            named = value.get(name)
            if isinstance(named, str):
                yield Mention(path + name, check, named)
            elif isinstance(named, list) and len(named) <= items_max(members_of(inner)[name].hint):
                names = ((index, each) for index, each in enumerate(named) if isinstance(each, str))
                yield from (Mention(f"{path}{name}.{index}", check, each) for index, each in names)
        for name, member in members_of(inner).items():
            yield from mentioned(value.get(name), member.hint, f"{path}{name}.")
