"""Query strings: a frozen Struct whose fields are the parameters, read strictly, with every fault in one 400."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Struct

from .errors import SENTENCES, BadRequest, Fault
from .hints import bare, in_clients_words, unwrapped

PARAMETERS_MAX = 100
VALUE_CHARACTERS_MAX = 1000  # a time may have as many digits as somebody likes
INTEGER = re.compile(r"-?[0-9]{1,40}")
#: what clients of other APIs write for ours
MEANT = {
    "ordering": "sort", "order_by": "sort", "order": "sort", "per_page": "pageSize", "page": "currentPage",
    "search": "q", "query": "q", "is_prerelease": "pre_release", "prerelease": "pre_release", "platform": "os",
}  # fmt: skip


#: whether an answer depends on the parameter of this name; None where it depends on each, or refuses it
Heeds = Callable[[str], bool] | None


class Query(Struct, frozen=True):
    """Base of all query structs. Every field has a default; one of type `tuple[X, ...]` may be given repeatedly."""

    def contradictions(self) -> Iterable[tuple[str, str]]:
        """What the parameters say against each other, as (parameter, message)."""
        return ()


class Lenient(Query, frozen=True):
    """Base for addresses that ignore parameters which they do not know, though no suffix says so: redirects."""


class Verbatim(Lenient, frozen=True):
    """All that a query string says, for addresses that understand it in a way of their own."""

    given: Mapping[str, Sequence[str]] = {}

    def last(self, name: str) -> str | None:
        """The value of a parameter, the last one if it was given repeatedly."""
        texts = self.given.get(name)
        return texts[-1] if texts else None


class Parameter:
    """One query parameter: its type without `None`, which text cannot say, and how its text becomes a value."""

    def __init__(self, field: msgspec.structs.FieldInfo, hint: Any) -> None:
        self.name, self.field, self.default = field.encode_name, field.name, field.default
        self.type = bare(hint)
        self.repeatable = get_origin(unwrapped(self.type)) is tuple
        item = get_args(unwrapped(self.type))[0] if self.repeatable else self.type
        self.base = unwrapped(item)

    def value(self, texts: list[str]) -> Any:
        """The value of the given texts; ValueError says what is wrong, in the client's words."""
        if "" in texts:
            raise ValueError("must not be empty; leave it out instead")
        if any(len(text) > VALUE_CHARACTERS_MAX for text in texts):
            raise ValueError(f"must have a length of at most {VALUE_CHARACTERS_MAX}")
        if not self.repeatable and len(texts) > 1:
            raise ValueError("may be given only once")
        values = [self.scalar(text) for text in texts]
        try:
            value = msgspec.convert(values if self.repeatable else values[0], self.type)
        except msgspec.ValidationError as error:
            raise ValueError(in_clients_words(error, self.type)) from error
        return in_utc(value) if isinstance(value, datetime) else value

    def scalar(self, text: str) -> Any:
        # msgspec's lax mode would take "1.0" for an integer, "1" for a boolean, "123" for a time, "null" for None
        if self.base is bool:
            if text not in ("true", "false"):
                raise ValueError("must be `true` or `false`")
            return text == "true"
        if self.base is int:
            if not INTEGER.fullmatch(text):
                raise ValueError("must be an integer")
            return int(text)
        return text


def heeded(query: str, heeds: Callable[[str], bool]) -> str:
    """What an answer depends on of a query string, by name; of one that is repeated all, since that may be a fault."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX)
    return urlencode(sorted((pair for pair in pairs if heeds(pair[0])), key=lambda pair: pair[0]))


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC, where years have four digits too."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie within the years 1 to 9999 in UTC") from error


class Reading(Struct, frozen=True):
    """The query structs by argument name, the values by parameter, and what is wrong."""

    arguments: dict[str, Query]
    values: dict[str, Any]
    faults: list[Fault]

    def demand_faultless(self) -> None:
        """A 400 with every fault, if there is one."""
        if self.faults:
            raise BadRequest(self.faults, SENTENCES[400])


class QueryReader:
    """Reads the query string of one operation into its query structs.

    It is `lenient` to parameters that it does not know where the address is, or else where all of the structs are.
    """

    def __init__(self, structs: dict[str, type[Query]], *, lenient: bool = False) -> None:
        self.structs = structs
        self.lenient = lenient or (bool(structs) and all(issubclass(struct, Lenient) for struct in structs.values()))
        self.verbatim = [argument for argument, struct in structs.items() if issubclass(struct, Verbatim)]
        self.owners: dict[str, list[Parameter]] = {}
        for argument, struct in structs.items():
            if argument in self.verbatim:
                continue
            hints = get_type_hints(struct, include_extras=True)
            self.owners[argument] = [Parameter(field, hints[field.name]) for field in msgspec.structs.fields(struct)]
        self.parameters = {each.name: each for owned in self.owners.values() for each in owned}
        self.defaults = {argument: struct() for argument, struct in structs.items()}  # frozen: all requests share them

    def read(self, query: bytes) -> "Reading":
        """What the query string says, with every fault."""
        if self.verbatim:
            given = self._given(query) if query else {}
            return Reading({argument: Verbatim(given) for argument in self.verbatim}, {}, [])
        values, faults = self._values(self._given(query)) if query else ({}, [])
        arguments = self.defaults if not query else {
            argument: struct(**{each.field: values[each.name] for each in self.owners[argument] if each.name in values})
            for argument, struct in self.structs.items()
        }  # fmt: skip
        broken = {fault.field for fault in faults}
        for argument, value in arguments.items():
            if broken.isdisjoint(parameter.name for parameter in self.owners[argument]):
                faults += [Fault(name, "query", message) for name, message in value.contradictions()]
        return Reading(dict(arguments), values, faults)

    @property
    def heeds(self) -> Heeds:
        """Which parameters are not ignored, where some are."""
        return self.parameters.__contains__ if self.lenient and not self.verbatim else None

    def _given(self, query: bytes) -> dict[str, list[str]]:
        given: dict[str, list[str]] = {}
        try:
            pairs = parse_qsl(
                query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX
            )
        except ValueError as error:
            unreadable = isinstance(error, UnicodeError)
            message = "must be percent-encoded UTF-8" if unreadable else f"has more than {PARAMETERS_MAX} parameters"
            raise BadRequest([Fault("", "query", message)], "The query string cannot be read.") from error
        for name, text in pairs:
            given.setdefault(name, []).append(text)
        return given

    def _values(self, given: dict[str, list[str]]) -> tuple[dict[str, Any], list[Fault]]:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, texts in given.items():
            if name in self.parameters:
                try:
                    values[name] = self.parameters[name].value(texts)
                except ValueError as error:
                    faults.append(Fault(name, "query", str(error)))
            elif not self.lenient:
                faults.append(Fault(name, "query", self._unknown(name)))
        return values, faults

    def _unknown(self, name: str) -> str:
        if not self.parameters:
            return "unknown parameter; this address takes none"
        near = self._nearest(name)
        hint = f"did you mean `{near}`? " if near else ""
        return f"unknown parameter; {hint}allowed are {', '.join(f'`{known}`' for known in sorted(self.parameters))}"

    def _nearest(self, name: str) -> str | None:
        if MEANT.get(name) in self.parameters:
            return MEANT[name]
        squeezed = {known.replace("_", "").casefold(): known for known in self.parameters}
        near = difflib.get_close_matches(name.replace("_", "").replace("-", "").casefold(), squeezed, 1)
        return squeezed[near[0]] if near else None
