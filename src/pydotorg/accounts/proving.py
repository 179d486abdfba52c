"""That somebody knows his password, proved without telling more, and without a transaction that is open meanwhile."""

from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, select

from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.http.errors import Fault, Invalid, Unauthenticated
from pydotorg.kernel.http.operations import Sender

from . import queries
from .attempts import Attempts
from .passwords import Passwords
from .tables import Account

REFUSED = "This name and this password do not belong together."


class Proof:
    """Compares passwords, as often as one may guess."""

    def __init__(self, transactions: Transactions, passwords: Passwords) -> None:
        self.transactions, self.passwords = transactions, passwords

    async def demand_of(self, name: str, password: str, sender: Sender) -> str:
        """Refuse who is not the one with this name; what is stored of the password.

        A wrong name and a wrong password cannot be told apart, by the time that it takes either.
        """
        attempts = Attempts(self.transactions, name, sender.network)
        known = await self._matched(queries.called(name), password, attempts)
        if known is None:
            raise Unauthenticated(REFUSED)
        return known

    async def demand_mine(self, account: UUID, password: str, field: str, sender: Sender) -> None:
        """Refuse, for this member of the body, what is not the password: who has the session may be another."""
        attempts = Attempts(self.transactions, str(account), sender.network)
        if await self._matched(Account.id == account, password, attempts) is None:
            raise Invalid([Fault(field, "body", "is not the password of this account")])

    async def _matched(self, where: ColumnElement[bool], password: str, attempts: Attempts) -> str | None:
        await attempts.demand_few()
        known = await self.transactions.read(partial(_password_hash, where=where))
        if not await self.passwords.match(known, password):
            await attempts.fail()
            return None
        await attempts.demand_few()  # others may have failed while this one waited for its turn
        return known


async def _password_hash(db: Database, where: ColumnElement[bool]) -> str | None:
    rows = await db.fetch(select(Account.password_hash).where(where, Account.is_active))
    return rows[0][0] if rows else None
