"""How often signing in may fail: counted for an account and a network, so that nobody can lock another out.

A name that nobody has is counted alike, so that who is refused learns nothing of it. Kept in the database, the counts
are exact over all workers and hosts; beside the hashing of a password that costs nothing.
"""

from math import ceil
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from pydotorg.kernel import clock
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.http.errors import TooManyRequests

from .tables import FailedLogins

FAILURES_MAX = 10
PERIOD_SECONDS = 15 * 60


class Attempts:
    """To prove that one is somebody, from one network."""

    def __init__(self, transactions: Transactions, whom: str, network: str) -> None:
        """The id of an account, or a name in disguise."""
        self.transactions = transactions
        self.key = {"whom": whom, "network": network, "period": period()}

    async def demand_few(self) -> None:
        """Refuse who has failed too often."""
        if await self.transactions.read(self._failures) >= FAILURES_MAX:
            raise self._refusal()

    async def fail(self) -> None:
        """Count one that failed, and refuse it if it is one too many: of those that run at once, too."""
        if await self.transactions.write(self._count) > FAILURES_MAX:
            raise self._refusal()

    async def _failures(self, db: Database) -> int:
        rows = await db.fetch(select(FailedLogins.failures).filter_by(**self.key))
        return rows[0][0] if rows else 0

    async def _count(self, db: Database) -> int:
        dialect: Any = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
        insert = dialect.insert(FailedLogins).values(**self.key, failures=1)
        counted = insert.on_conflict_do_update(
            index_elements=list(self.key), set_={"failures": FailedLogins.failures + 1}
        )
        failures: int = (await db.execute(counted.returning(FailedLogins.failures))).scalar_one()
        return failures

    @staticmethod
    def _refusal() -> TooManyRequests:
        seconds = max(1, ceil((period() + 1) * PERIOD_SECONDS - clock.unix()))
        return TooManyRequests(
            f"Signing in has failed {FAILURES_MAX} times here; see Retry-After, or set a new password.",
            seconds,
        )


def period() -> int:
    """The quarter of an hour that it is, counted from 1970."""
    return int(clock.unix()) // PERIOD_SECONDS


async def forget_past(db: Database) -> None:
    """Drop the counts of quarters that are over."""
    await db.execute(delete(FailedLogins).where(FailedLogins.period < period()))
