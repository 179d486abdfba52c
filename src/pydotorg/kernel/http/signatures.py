"""What the signature and the declaration of a handler say of its operation, worked out once, at import."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_origin, get_type_hints

from litestar import Request
from litestar.types import Method
from msgspec import Struct

from pydotorg.kernel.access import Caller, Identity, Requirement, Role, Tier
from pydotorg.kernel.database.transaction import Database

from .bodies import Body
from .body_reading import BodyReader
from .dialects import SCHEMES, Dialect
from .errors import ApiError, PreconditionFailed, PreconditionRequired
from .hints import bare
from .query import Heeds, Query, QueryReader
from .results import Created
from .suffixes import is_suffixed

Handler = Callable[..., Awaitable[Any]]
AnyRequest = Request[Any, Any, Any]
#: for `refers=`: what a parameter names must be there; the check says what is wrong, in a client's words
Refers = Mapping[str, Callable[[Database, Any], Awaitable[str | None]]]
#: for `counted_for=`: whom a request names that comes without credentials; nobody in particular, if it does not say
CountedFor = Callable[[AnyRequest], Awaitable[Identity]]

#: for `shows=`: an answer that depends on no data, and one whose members depend on the caller
NOTHING, PRIVATE = "nothing", "private"
#: methods that change something that may be known to the sender
CHANGES = frozenset({"PATCH", "PUT", "DELETE"})
#: statuses that any operation may answer with: bad query or request, bad credentials, too often, our fault, no database
ANY_OPERATION = frozenset({400, 401, 429, 500, 503})


class Site(Struct, frozen=True):
    """Where the service is for whoever asked: the public address, without a path."""

    base: str


class Sender(Struct, frozen=True):
    """Where a request comes from: its network (an IPv4 address, an IPv6 /64), and what its program calls itself."""

    network: str
    user_agent: str


class Submission(Struct, frozen=True):
    """The body of a request as it came, for operations that read it in a way of their own."""

    content_type: str
    raw: bytes


class Operation:
    """One handler with all that its signature and declaration say, worked out once, at import."""

    def __init__(
        self, fn: Handler, path: str, method: Method, *, by: Requirement, shows: str | None, tier: Tier | None,
        raises: tuple[type[ApiError], ...], refers: Refers, counted_for: CountedFor | None, documented: bool,
        of: "Operation | None", needs_match: bool, repeatable: bool | None,
        dialect: Dialect | None = None, more_for: Role | None = None, id: str | None = None, heeds: Heeds = None,
        safe: bool = False,
    ) -> None:  # fmt: skip
        self.fn, self.id, self.method = fn, id or fn.__name__, method
        self.dialect, self.more_for = dialect, more_for
        #: of the credentials that hold here
        self.schemes = SCHEMES if dialect is None else dialect.schemes
        self.by, self.shows, self.documented, self.refers = by, shows, documented, refers
        self.counted_for, self.of, self.needs_match = counted_for, of, needs_match
        self.reads = method == "GET"
        #: whether it changes nothing (RFC 9110 9.2.1)
        self.is_safe = self.reads or safe
        #: whether it is on the very row whose read is named, so that a condition can be made about it
        self.is_conditional = of is not None and (method in CHANGES or {*names_in(path)} >= {*of.path} != set())
        #: what an answer that is the same for everybody depends on
        self.datasets: tuple[str, ...] = () if shows in (None, NOTHING, PRIVATE) else (shows,)
        self.tier = tier or (Tier.low if self.reads else Tier.high)
        hints = get_type_hints(fn, include_extras=True)
        self.result = hints.pop("return")
        #: the type of what a read shows, where it shows one thing
        self.kind: type = self.result if isinstance(self.result, type) else type(self)
        self.repeatable = get_origin(self.result) is Created if repeatable is None else repeatable
        self._fill(hints, path)
        self.heeds = heeds or self.query.heeds
        self.errors = self._errors(raises)
        if self.reads and shows is None:
            raise TypeError(f"{self.id} must say what it shows: a dataset, NOTHING or PRIVATE")

    def _fill(self, hints: Mapping[str, Any], path: str) -> None:
        """Where the value of each parameter comes from, by its type."""
        kinds = {name: plain if isinstance(plain := bare(hint), type) else object for name, hint in hints.items()}
        structs = {name: kind for name, kind in kinds.items() if issubclass(kind, Query)}
        # to feeds and calendars, readers and trackers add parameters of their own
        self.query = QueryReader(structs, lenient=is_suffixed(path))
        self.bodies = {
            name: BodyReader(kind, optional=hints[name] is not kind)
            for name, kind in kinds.items()
            if issubclass(kind, Body)
        }
        self.databases = [name for name, kind in kinds.items() if kind is Database]
        self.callers = [name for name, kind in kinds.items() if kind is Caller]
        self.sites = [name for name, kind in kinds.items() if kind is Site]
        self.senders = [name for name, kind in kinds.items() if kind is Sender]
        self.submissions = [name for name, kind in kinds.items() if kind is Submission]
        self.path = {name: hints[name] for name in names_in(path)}
        elsewhere = {*self.query.structs, *self.bodies, *self.databases, *self.callers, *self.sites, *self.senders}
        elsewhere |= {*self.submissions}
        self.parts = {name: kind for name, kind in kinds.items() if name not in elsewhere | self.path.keys()}

    def __deepcopy__(self, memo: Any) -> "Operation":
        return self  # Litestar copies handlers with their `opt` wherever routers nest; this never changes

    def is_public_for(self, identity: Identity) -> bool:
        """Whether what everybody is answered is right for this account, too: its credentials hold, it sees no more."""
        return identity.scheme in self.schemes and (self.more_for is None or self.more_for not in identity.usable)

    def _errors(self, raises: tuple[type[ApiError], ...]) -> frozenset[int]:
        """Every error status that it can answer with; the document lists exactly these."""
        statuses = ANY_OPERATION | {error.status for error in raises}
        statuses |= {404} if self.path else set()
        statuses |= {403} if self.by.signed_in else set()
        statuses |= set() if self.is_safe else {409}
        statuses |= {PreconditionFailed.status} if self.is_conditional else set()
        statuses |= {PreconditionRequired.status} if self.needs_match else set()
        statuses |= {422} if self.repeatable else set()
        return statuses | ({413, 415, 422} if self.bodies else set())


def names_in(path: str) -> list[str]:
    """The parameters of a path."""
    return re.findall(r"{(\w+):", path)
