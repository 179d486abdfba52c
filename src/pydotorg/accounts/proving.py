"""That somebody knows his password, proved without telling more, and without a transaction that is open meanwhile."""

import hmac
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
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

    def __init__(self, transactions: Transactions, passwords: Passwords, key: Callable[[], str]) -> None:
        self.transactions, self.passwords, self.key = transactions, passwords, key

    async def demand_of(self, name: str, password: str, sender: Sender) -> str:
        """Refuse who is not the one with this name; what is stored of the password that he has proved.

        A wrong name and a wrong password cannot be told apart, by the time that it takes either.
        """
        proved = await self._matched(queries.called(name), name, password, sender)
        if proved is None:
            raise Unauthenticated(REFUSED)
        return proved

    async def demand_mine(self, account: UUID, password: str, field: str, sender: Sender) -> str:
        """Refuse, for this member of the body, what is not the password; what is stored of it.

        It may be another one when it comes to changing the account: see `queries.mine`.
        """
        proved = await self._matched(Account.id == account, "", password, sender)
        if proved is None:
            raise Invalid([Fault(field, "body", "is not the password of this account")])
        return proved

    async def _matched(self, where: ColumnElement[bool], name: str, password: str, sender: Sender) -> str | None:
        account, password_hash = await self.transactions.read(partial(_known, where=where))
        attempts = Attempts(self.transactions, account or self._disguised(name), sender.network)
        await attempts.demand_few()
        if not await self.passwords.match(password_hash, password):
            await attempts.fail()
            return None
        await attempts.demand_few()  # others may have failed while this one waited for its turn
        return password_hash

    def _disguised(self, name: str) -> str:
        """A name that nobody has: people type passwords into the wrong field."""
        return hmac.new(self.key().encode(), name.lower().encode(), "sha256").hexdigest()


async def _known(db: Database, where: ColumnElement[bool]) -> tuple[str | None, str | None]:
    """The account's id, and what is stored of its password."""
    columns: list[Any] = [Account.id, Account.password_hash]
    rows: Sequence[Any] = await db.fetch(select(*columns).where(where, Account.is_active))
    for account, password_hash in rows:
        return str(account), password_hash
    return None, None
