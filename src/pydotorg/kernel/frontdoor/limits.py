"""How often a caller may ask: each tier is counted for itself, in windows that are the same on all workers and hosts.

`QUOTAS` is the one place of the numbers. Where they are counted is a matter of the counter.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from math import ceil

from msgspec import Struct

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS, Identity, Role, Tier

from .counters import Counter, RemoteCounter

WINDOW_SECONDS = 60


class Rank(StrEnum):
    """The classes of callers that have different quotas."""

    anonymous = "anonymous"
    authenticated = "authenticated"
    privileged = "privileged"


ANYBODY = Rank.anonymous
PRIVILEGED = frozenset({Role.staff, Role.superuser, Role.release_manager})
QUOTAS = {
    Tier.critical: {Rank.anonymous: 5, Rank.authenticated: 20, Rank.privileged: 100},
    Tier.high: {Rank.anonymous: 20, Rank.authenticated: 60, Rank.privileged: 300},
    Tier.medium: {Rank.anonymous: 60, Rank.authenticated: 180, Rank.privileged: 900},
    Tier.low: {Rank.anonymous: 120, Rank.authenticated: 300, Rank.privileged: 1500},
}


def rank_of(identity: Identity) -> Rank:
    """The class that this account belongs to."""
    if identity.account is None:
        return Rank.anonymous
    return Rank.authenticated if PRIVILEGED.isdisjoint(identity.roles) else Rank.privileged


class Allowance:
    """What callers of a rank may do in a tier in one window, and what each of their answers says about it."""

    __slots__ = ("fixed_headers", "head", "limit", "prefix", "rank", "tier")

    def __init__(self, tier: Tier, rank: Rank, factor: float) -> None:
        self.tier, self.rank = tier, rank
        self.limit = max(1, round(QUOTAS[tier][rank] * factor))
        self.prefix = f"{tier}:"
        policy, limit = b"%d;w=%d" % (self.limit, WINDOW_SECONDS), b"%d" % self.limit
        self.fixed_headers = [(b"ratelimit-policy", policy), (b"ratelimit-limit", limit)]
        lines = b"".join(b"%b: %b\r\n" % header for header in self.fixed_headers)
        #: of an answer, up to where the numbers of this request stand
        self.head = lines + b"ratelimit-remaining: "


class Window:
    """A minute in which requests are counted; minutes are numbered from 1970."""

    __slots__ = ("begins", "header", "number", "resets")

    def __init__(self, number: int) -> None:
        self.number, self.begins = number, number * WINDOW_SECONDS
        self.resets = self.begins + WINDOW_SECONDS  # Unix time
        self.header = b"ratelimit-reset", b"%d" % self.resets


class Quota(Struct, gc=False):
    """How much of an allowance is used, this request included. A Struct, because each request makes one."""

    allowance: Allowance
    used: int
    window: Window

    @property
    def resets(self) -> int:
        """The Unix time at which the window ends."""
        return self.window.resets

    @property
    def is_spent(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.allowance.limit

    @property
    def remaining(self) -> int:
        return max(0, self.allowance.limit - self.used)

    @property
    def retry_after(self) -> int:
        """Whole seconds after which there is a new quota, so that who waits them does not come too early."""
        return max(1, ceil(self.resets - clock.unix()))

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        remaining = b"%d" % max(0, self.allowance.limit - self.used)
        return [*self.allowance.fixed_headers, (b"ratelimit-remaining", remaining), self.window.header]


class Limits:
    """Counts requests of callers. The factor multiplies every quota."""

    __slots__ = ("_count", "_counted", "allowances", "counter", "is_immediate", "window")

    _count: Callable[[str, int], int]
    _counted: Callable[[str, int], Awaitable[int]]

    def __init__(self, counter: Counter | RemoteCounter, *, factor: float = 1.0) -> None:
        self.allowances = {tier: {rank: Allowance(tier, rank, factor) for rank in Rank} for tier in Tier}
        self.window = Window(0)
        self.counter = counter
        self.is_immediate = not isinstance(counter, RemoteCounter)
        if isinstance(counter, RemoteCounter):
            self._counted = counter.counted
        else:
            self._count = counter.count

    def allowance(self, identity: Identity, tier: Tier) -> Allowance:
        """What this account may do in this tier."""
        return self.allowances[tier][ANYBODY if identity is ANONYMOUS else rank_of(identity)]

    def count(self, caller: str, allowance: Allowance) -> Quota:
        """Count a request; only where the counter is immediate."""
        window = self.window
        if not window.begins <= clock.unix() < window.resets:
            window = self._turn()
        return Quota(allowance, self._count(allowance.prefix + caller, window.number), window)

    async def counted(self, caller: str, allowance: Allowance) -> Quota:
        """Count a request where one waits for the counter."""
        window = self.window  # that in which it came, even if it is answered in the next
        if not window.begins <= clock.unix() < window.resets:
            window = self._turn()
        return Quota(allowance, await self._counted(allowance.prefix + caller, window.number), window)

    def _turn(self) -> Window:
        """To the window that is now; most requests find it turned already."""
        self.window = Window(int(clock.unix()) // WINDOW_SECONDS)
        return self.window
