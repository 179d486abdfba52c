"""What is wrong with a body: every fault, each at its member; and what it mentions, which is looked for elsewhere."""

from collections.abc import Collection, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from .bodies import Check, Part
from .hints import bare, in_clients_words, items_max, unwrapped

FAULTS_MAX = 100


class Mention(NamedTuple):
    """A member that names another resource: where, and how to find out whether there is one."""

    path: str
    check: Check
    name: str


def examine(value: Any, hint: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Every fault of `value` as `hint`: objects and arrays part by part, all else as msgspec sees it."""
    inner = unwrapped(bare(hint))
    if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, Struct):
        faults = list(islice(_examine_object(value, inner, path), FAULTS_MAX))
        yield from faults or contradictory(msgspec.convert(value, inner), path)
        if faults:
            yield from _related(value, inner, path, {name[len(path) :].partition(".")[0] for name, *_ in faults})
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
    #: what it is where it is absent
    default: Any


@cache
def members_of(struct: type[Struct]) -> dict[str, Member]:
    """The members of a Struct by the names that clients write."""
    hints = get_type_hints(struct, include_extras=True)
    return {
        field.encode_name: Member(
            hints[field.name], field.required,
            field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory(),
        )
        for field in msgspec.structs.fields(struct)
    }  # fmt: skip


def broken_rules(struct: type[Struct], name: str, value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a member whose type is right."""
    rule = struct.rules.get(name) if issubclass(struct, Part) else None
    message = rule(value) if rule and isinstance(value, str) else None
    if message:
        yield path + name, "body", message


def contradictory(value: Any, path: str, wrong: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    """What the members of an object say against each other, but for those that are wrong by themselves."""
    if isinstance(value, Part):
        for names, faults in value.relations:
            if not {*names} & {*wrong}:
                said = (getattr(value, name) for name in names)
                yield from ((path + name, "body", message) for name, message in faults(*said))
        yield from ((path + name, "body", message) for name, message in value.faults())


def _related(
    value: dict[str, Any], struct: type[Struct], path: str, wrong: set[str]
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    """What members say against each other in an object of which others are wrong."""
    members = members_of(struct)
    for names, faults in struct.relations if issubclass(struct, Part) else ():
        if wrong.isdisjoint(names):
            values = [
                msgspec.convert(value[name], members[name].hint) if name in value else members[name].default
                for name in names
            ]
            yield from ((path + name, "body", message) for name, message in faults(*values))


def contradictions(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """What is wrong with a body whose types are right, and with the objects in it."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from contradictions(each, f"{path}{index}.")
    if isinstance(value, Part):
        wrong = set[str]()
        for name in value.__struct_fields__:
            member = getattr(value, name)
            faults = [*broken_rules(type(value), name, member, path), *contradictions(member, f"{path}{name}.")]
            wrong |= {name} if faults else set()
            yield from faults
        yield from contradictory(value, path, wrong)


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
