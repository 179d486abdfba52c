"""Who is let in to the router: everybody is counted first, then his credentials must hold.

In the order of the contract: 429 before 401, and unreadable credentials count for the address.
"""

from typing import cast

from pydotorg.kernel.access import ANONYMOUS, Caller, Identity, Tier
from pydotorg.kernel.http.edge import Scope
from pydotorg.kernel.http.errors import SENTENCES, TooManyRequests, Unauthenticated
from pydotorg.kernel.metrics import Tallies

from .callers import Callers
from .identities import Identities
from .limits import Allowance, Limits, Quota


class Admission:
    """Counts a request that reaches an operation, and says who asks."""

    def __init__(self, callers: Callers, identities: Identities, limits: Limits | None, tallies: Tallies) -> None:
        self.callers, self.identities, self.limits, self.tallies = callers, identities, limits, tallies
        self.is_immediate = limits is not None and limits.is_immediate

    async def __call__(self, scope: Scope, tier: Tier, schemes: frozenset[str]) -> Caller:
        identity = await self.identity(scope)
        if identity is not None and identity is not ANONYMOUS and identity.scheme not in schemes:
            identity = None
        if self.limits is not None:
            counted = scope.get("counted_for", identity) or ANONYMOUS
            await self.count(scope, counted, self.limits.allowance(ANONYMOUS, tier))
        if identity is None:
            raise Unauthenticated(SENTENCES[401])
        return Caller(identity)

    async def count(self, scope: Scope, identity: Identity, allowance: Allowance) -> Quota:
        """Count a request, and refuse it if the quota is spent; `allowance` is what anybody may, where limits are."""
        if self.is_immediate:
            return self.count_here(scope, identity, allowance)
        limits = cast("Limits", self.limits)
        return self._heeded(scope, await limits.counted(*self._whom(limits, scope, identity, allowance)))

    def count_here(self, scope: Scope, identity: Identity, allowance: Allowance) -> Quota:
        """The same where the counter answers at once."""
        limits = cast("Limits", self.limits)
        return self._heeded(scope, limits.count(*self._whom(limits, scope, identity, allowance)))

    def _whom(self, limits: Limits, scope: Scope, identity: Identity, allowance: Allowance) -> tuple[str, Allowance]:
        """Under which key a request is counted, and what he may do."""
        if identity is ANONYMOUS:
            return self.network(scope), allowance
        return identity.key, limits.allowance(identity, allowance.tier)

    def _heeded(self, scope: Scope, quota: Quota) -> Quota:
        scope["quota"] = quota
        if quota.is_spent:
            raise self._refused(quota)
        return quota

    def network(self, scope: Scope) -> str:
        """Where a request comes from: an IPv4 address, or an IPv6 network."""
        peer, given = scope["client"], scope["given"]
        forwarded_for, forwarded = given.get(b"x-forwarded-for", b""), given.get(b"forwarded", b"")
        return self.callers.address(peer and peer[0], forwarded_for, forwarded)

    async def identity(self, scope: Scope) -> Identity | None:
        """Whose credentials came with a request; None if they do not hold."""
        if "identity" not in scope:
            scope["identity"] = await self.identities.of(scope["headers"])
        identity: Identity | None = scope["identity"]
        return identity

    def _refused(self, quota: Quota) -> TooManyRequests:
        """What somebody is told who has spent his quota; counted here."""
        allowance = quota.allowance
        self.tallies.refused(allowance.tier, allowance.rank)
        return TooManyRequests(
            f"More than {allowance.limit} requests a minute are not answered here; see Retry-After.", quota.retry_after
        )
