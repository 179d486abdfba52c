"""Who asks, and what a route may require of him: the only words for it in the whole code."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

#: the revision of what is remembered about who is who; it moves when something is taken from somebody, or given
IDENTITIES = "identities"


class Role(StrEnum):
    """What an account may be; `staff` is all of the roles before it, `superuser` is staff and alone gives roles."""

    release_manager = "release_manager"
    job_moderator = "job_moderator"
    event_moderator = "event_moderator"
    content_editor = "content_editor"
    sponsor_manager = "sponsor_manager"
    sponsor_publisher = "sponsor_publisher"
    staff = "staff"
    superuser = "superuser"


OF_SUPERUSERS = frozenset(Role)
OF_STAFF = OF_SUPERUSERS - {Role.superuser}


class Scope(StrEnum):
    """What an API token may be made for."""

    releases_write = "releases:write"
    jobs_write = "jobs:write"
    events_write = "events:write"
    content_write = "content:write"
    sponsors_read = "sponsors:read"
    sponsors_write = "sponsors:write"
    users_write = "users:write"
    account_read = "account:read"


#: how long an API token lasts at most
API_TOKEN_DAYS_MAX = 365


#: the roles of its owner that a token with this scope may use; where there are none, the scope is for everybody's own
ROLES_OF_SCOPE: dict[Scope, frozenset[Role]] = {
    Scope.releases_write: frozenset({Role.release_manager}),
    Scope.jobs_write: frozenset({Role.job_moderator}),
    Scope.events_write: frozenset({Role.event_moderator}),
    Scope.content_write: frozenset({Role.content_editor}),
    Scope.sponsors_read: frozenset({Role.sponsor_publisher}),
    Scope.sponsors_write: frozenset({Role.sponsor_manager, Role.sponsor_publisher}),
    Scope.users_write: frozenset({Role.staff, Role.superuser}),
    Scope.account_read: frozenset(),
}
#: what anybody may do with what is his own, and a token of his too
OF_EVERYBODY = frozenset({Scope.jobs_write, Scope.events_write, Scope.content_write, Scope.account_read})


def expanded(roles: Iterable[Role]) -> frozenset[Role]:
    """These roles with those that they contain."""
    given = frozenset(roles)
    return OF_SUPERUSERS if Role.superuser in given else OF_STAFF if Role.staff in given else given


def scopes_of(roles: frozenset[Role]) -> frozenset[Scope]:
    """Every scope that a token of somebody with these (expanded) roles can have."""
    return OF_EVERYBODY | {scope for scope, needed in ROLES_OF_SCOPE.items() if needed & roles}


class Identity(Struct, frozen=True):
    """An account, and by which of its credentials it came; or nobody in particular."""

    account: UUID | None = None
    username: str = ""
    roles: frozenset[Role] = frozenset()  # of the account
    usable: frozenset[Role] = frozenset()  # of them those that these credentials are good for
    scopes: frozenset[Scope] | None = None  # of an API token; None for somebody who signed in himself
    session: UUID | None = None
    token: UUID | None = None
    key: str = ""  # under which its requests are counted; no address can be one
    scheme: str = "bearer"  # of its credentials, in lower case: not every address takes each

    @classmethod
    def of(cls, account: UUID, username: str, roles: Iterable[Role] = (), *, session: UUID | None = None) -> "Identity":
        """Somebody who signed in himself."""
        all_roles = expanded(roles)
        return cls(account, username, all_roles, all_roles, None, session, None, f"@{account}")

    @classmethod
    def of_token(
        cls, token: UUID, scopes: Iterable[Scope], account: UUID, username: str, roles: Iterable[Role], *,
        scheme: str = "bearer",
    ) -> "Identity":  # fmt: skip
        """A program that shows an API token of somebody's."""
        given, all_roles = frozenset(scopes), expanded(roles)
        usable = all_roles & frozenset().union(*(ROLES_OF_SCOPE[scope] for scope in given))
        return cls(account, username, all_roles, usable, given, None, token, f"@{account}", scheme)


ANONYMOUS = Identity()


class Caller(Struct):
    """Who asks, in one request.

    Code asks, and never looks inside: a *yes* is remembered, because an answer that depends on it is this caller's
    alone and must not be stored for others.
    """

    identity: Identity = ANONYMOUS
    was_told_yes: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.identity is ANONYMOUS

    @property
    def account(self) -> UUID:
        """The caller's account; only where `by=` lets nobody in without one."""
        if self.identity.account is None:
            raise LookupError("nobody in particular has no account")
        self.was_told_yes = True
        return self.identity.account

    @property
    def session(self) -> UUID | None:
        """The session in which the caller signed in; None for an API token."""
        self.was_told_yes = True
        return self.identity.session

    def is_signed_in(self) -> bool:
        """Whether the caller has an account."""
        return self._told(not self.is_anonymous)

    def has(self, role: Role) -> bool:
        """Whether the caller has this role, and may use it with these credentials."""
        return self._told(role in self.identity.usable)

    def may(self, scope: Scope) -> bool:
        """Whether the caller has an account, and may do this for it with these credentials."""
        scopes = self.identity.scopes
        return self._told(not self.is_anonymous and (scopes is None or scope in scopes))

    def is_in_person(self) -> bool:
        """Whether somebody signed in himself: no API token."""
        return self._told(not self.is_anonymous and self.identity.scopes is None)

    def owns(self, account: UUID | None) -> bool:
        """Whether this account is the caller's."""
        return self._told(account is not None and account == self.identity.account)

    def _told(self, answer: bool) -> bool:  # noqa: FBT001  it is what is asked
        self.was_told_yes = self.was_told_yes or answer
        return answer


class Tier(StrEnum):
    """How often a caller may use an operation: the strictest for sign-in, the widest for plain reads."""

    critical = "CRITICAL"
    high = "HIGH"
    medium = "MEDIUM"
    low = "LOW"


class Requirement(Struct, frozen=True):
    """Who may call an operation: what `by=` says on a route."""

    signed_in: bool = False
    role: Role | None = None
    scope: Scope | None = None  # that an API token needs; without one, no token may

    def allows(self, caller: Caller) -> bool:
        """Whether this caller may, as far as the route alone can tell."""
        if self.role is not None:
            return caller.has(self.role)
        if self.scope is not None:
            return caller.may(self.scope)
        return not self.signed_in or caller.is_in_person()

    @property
    def sentence(self) -> str:
        """What the caller is told who may not."""
        if self.role is not None:
            return f"This needs the role {self.role}, and of an API token the scope {self.scope}."
        if self.scope is not None:
            return f"This needs a sign-in, or an API token with the scope {self.scope}."
        return "This needs a sign-in with a password; an API token does not do."


anyone = Requirement()
#: somebody who signed in with his password: no API token does
in_person = Requirement(signed_in=True)


def signed_in(scope: Scope) -> Requirement:
    """Anybody with an account; an API token needs this scope."""
    return Requirement(signed_in=True, scope=scope)


def role(needed: Role) -> Requirement:
    """Only callers with this role; an API token also needs the scope that is good for it."""
    scope = next(scope for scope, roles in reversed(ROLES_OF_SCOPE.items()) if needed in roles)
    return Requirement(signed_in=True, role=needed, scope=scope)
