"""Who asks, and what a route may require of him: the only words for it in the whole code."""

from enum import StrEnum
from typing import Any

from msgspec import Struct


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


class Identity(Struct, frozen=True):
    """An account with its roles, or nobody in particular."""

    account: Any = None
    roles: frozenset[Role] = frozenset()


ANONYMOUS = Identity()


class Caller(Struct):
    """Who asks, in one request.

    Code asks `has`, and never looks inside: a *yes* is remembered, because an answer that depends on it is this
    caller's alone and must not be stored for others.
    """

    identity: Identity = ANONYMOUS
    was_told_yes: bool = False

    @property
    def is_anonymous(self) -> bool:
        return self.identity is ANONYMOUS

    def is_signed_in(self) -> bool:
        """Whether the caller has an account."""
        self.was_told_yes = self.was_told_yes or not self.is_anonymous
        return not self.is_anonymous

    def has(self, role: Role) -> bool:
        """Whether the caller has this role."""
        roles = self.identity.roles
        superuser = Role.superuser in roles
        staff = superuser or Role.staff in roles
        answer = role in roles or (staff and role is not Role.superuser)
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

    role: Role | None = None
    signed_in: bool = False

    def allows(self, caller: Caller) -> bool:
        """Whether this caller may, as far as the route alone can tell."""
        if self.role is not None:
            return caller.has(self.role)
        return not self.signed_in or caller.is_signed_in()

    @property
    def sentence(self) -> str:
        """What the caller is told who may not."""
        return f"This needs the role {self.role}." if self.role else "This needs a sign-in."


anyone = Requirement()
signed_in = Requirement(signed_in=True)


def role(needed: Role) -> Requirement:
    """Only callers with this role."""
    return Requirement(role=needed, signed_in=True)
