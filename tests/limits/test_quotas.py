"""The table of the contract, and what an answer says about it."""

from uuid import uuid4

import pytest

from pydotorg.kernel.access import ANONYMOUS, Identity, Role, Scope, Tier
from pydotorg.kernel.frontdoor.counters.memory import Memory
from pydotorg.kernel.frontdoor.limits import Limits, Rank, rank_of
from tests.limits.conftest import Time


def identity_of(*roles: Role) -> Identity:
    return Identity.of(uuid4(), "somebody", roles)


ALICE = identity_of()


@pytest.mark.parametrize(
    ("tier", "anonymous", "authenticated", "privileged"),
    [
        (Tier.critical, 5, 20, 100), (Tier.high, 20, 60, 300), (Tier.medium, 60, 180, 900), (Tier.low, 120, 300, 1500),
    ],
)  # fmt: skip
def test_the_quotas_are_those_of_the_contract(tier: Tier, anonymous: int, authenticated: int, privileged: int) -> None:
    limits = Limits(Memory())
    callers = ANONYMOUS, ALICE, identity_of(Role.release_manager)
    assert [limits.allowance(each, tier).limit for each in callers] == [anonymous, authenticated, privileged]


@pytest.mark.parametrize("role", Role)
def test_staff_superusers_and_release_managers_are_privileged_and_nobody_else(role: Role) -> None:
    privileged = role in (Role.staff, Role.superuser, Role.release_manager)
    assert rank_of(identity_of(role)) is (Rank.privileged if privileged else Rank.authenticated)
    assert rank_of(identity_of(role, Role.event_moderator)) is rank_of(identity_of(role))


@pytest.mark.parametrize(("factor", "limit"), [(1, 5), (2.5, 12), (0.29, 1), (0.000001, 1), (1000, 5000)])
def test_a_factor_multiplies_and_leaves_at_least_one_request(factor: float, limit: int) -> None:
    assert Limits(Memory(), factor=factor).allowance(ANONYMOUS, Tier.critical).limit == limit


def test_the_request_after_the_last_one_is_refused(still: Time) -> None:
    limits = Limits(Memory())
    allowance = limits.allowance(ANONYMOUS, Tier.critical)
    quotas = [limits.count("192.0.2.1", allowance) for _ in range(7)]
    assert [quota.is_spent for quota in quotas] == [False] * 5 + [True] * 2
    assert [quota.remaining for quota in quotas] == [4, 3, 2, 1, 0, 0, 0]


def test_callers_and_tiers_are_counted_each_for_itself(still: Time) -> None:
    limits = Limits(Memory())
    low, high = limits.allowance(ANONYMOUS, Tier.low), limits.allowance(ANONYMOUS, Tier.high)
    used = [limits.count(*each).used for each in (("a", low), ("a", high), ("b", low), ("a", low))]
    assert used == [1, 1, 1, 2]


def test_an_answer_says_what_is_left_and_when_there_is_more(still: Time) -> None:
    still.moment += 12.5
    limits = Limits(Memory())
    allowance = limits.allowance(ANONYMOUS, Tier.low)
    limits.count("192.0.2.1", allowance)
    quota = limits.count("192.0.2.1", allowance)
    assert quota.headers == [
        (b"ratelimit-policy", b"120;w=60"),
        (b"ratelimit-limit", b"120"),
        (b"ratelimit-remaining", b"118"),
        (b"ratelimit-reset", b"1735689660"),
    ]
    assert quota.retry_after == 48


@pytest.mark.parametrize("into", [0, 0.001, 29.9, 59.0, 59.999])
def test_who_waits_as_long_as_he_is_told_has_a_new_quota(still: Time, into: float) -> None:
    still.moment += into
    limits = Limits(Memory())
    allowance = limits.allowance(ANONYMOUS, Tier.critical)
    quota = [limits.count("192.0.2.1", allowance) for _ in range(6)][-1]
    assert quota.is_spent
    assert 1 <= quota.retry_after <= 60
    still.moment += quota.retry_after
    assert limits.count("192.0.2.1", allowance).used == 1


def test_a_window_ends_on_the_full_minute_of_unix_time(still: Time) -> None:
    limits = Limits(Memory())
    allowance = limits.allowance(ANONYMOUS, Tier.low)
    still.moment += 59.999
    assert [limits.count("a", allowance).used for _ in range(2)] == [1, 2]
    still.moment += 0.001
    assert limits.count("a", allowance).used == 1


def test_a_token_that_may_do_little_is_counted_as_its_owner() -> None:
    owner = identity_of(Role.release_manager)
    assert owner.account is not None
    token = Identity.of_token(uuid4(), [Scope.account_read], owner.account, "somebody", [Role.release_manager])
    assert token.key == owner.key
    assert rank_of(token) is Rank.privileged
